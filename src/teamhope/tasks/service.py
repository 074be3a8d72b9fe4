"""Opening a task where something needs a person, and closing it when she has done it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.tasks import queries, rules
from teamhope.tasks.queries import About, TaskFacts
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import TaskKind, TaskStatus

MOST_SHOWN = 200


async def open_task(
    actor: Actor,
    kind: TaskKind,
    now: datetime,
    about: About,
    owner: UUID | None = None,
    due_on: date | None = None,
) -> UUID:
    """Without an owner it is every coordinator's. `due_on`: another day than its kind's usual one."""
    task_id = uuid4()
    async with acting_as(actor):
        opened = (actor.person_id, now, due_on or rules.due_on(kind, now.date()))
        await queries.insert_task(task_id, kind, about, owner, opened)
        await audit.record(actor, "opened_task", ("task", task_id), now, reason=kind)
    return task_id


async def list_open(actor: Actor) -> list[TaskFacts]:
    """The longest due first, MOST_SHOWN at most; a team lead's are those that are hers by name."""
    if actor.role is Role.TEAM_LEAD:
        return await list_own(actor)
    async with acting_as(actor):
        return await queries.list_open_tasks(MOST_SHOWN)


async def list_own(actor: Actor) -> list[TaskFacts]:
    """Those that name her as the one to do them; order and most as list_open."""
    async with acting_as(actor):
        found = await queries.list_open_tasks(MOST_SHOWN)
    return [task for task in found if task.owner is not None and task.owner == actor.person_id]


async def close(actor: Actor, task_id: UUID, status: TaskStatus, now: datetime) -> None:
    """`status` is done or dropped. Raises NotFound unless it is open; Refused for one that asks for a decision."""
    async with acting_as(actor):
        if await queries.kind_of(task_id) is TaskKind.DECIDE_AFTER_HOLD:
            raise Refused("decide_first")
        await queries.close_task(task_id, status, actor.person_id, now)
        await audit.record(actor, "closed_task", ("task", task_id), now, reason=status)


async def is_open(kind: TaskKind, family_id: UUID, detail: str | None = None) -> bool:
    """Inside acting_as: whether one that the actor may see is open, with this detail if one is named."""
    return await queries.is_open(kind, family_id, detail)


async def was_opened(about: About, due_on: date) -> bool:
    """Inside acting_as: whether there ever was one about this volunteer with this detail and day."""
    return await queries.was_opened(about, due_on)


async def decided(actor: Actor, family_id: UUID, now: datetime) -> None:
    """What next was decided: nobody is asked any more."""
    await close_all(actor, TaskKind.DECIDE_AFTER_HOLD, About(family=family_id), TaskStatus.DONE, now)


async def close_all(actor: Actor, kind: TaskKind, about: About, status: TaskStatus, now: datetime) -> None:
    """Every open one about this family, and contact and detail where they are named."""
    async with acting_as(actor):
        for task_id in await queries.close_tasks(kind, about, (status, actor.person_id, now)):
            await audit.record(actor, "closed_task", ("task", task_id), now, reason=status)

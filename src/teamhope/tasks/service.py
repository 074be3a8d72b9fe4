"""Opening a task where something needs a person, and closing it when she has done it."""

from datetime import datetime
from uuid import UUID, uuid4

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.tasks import queries, rules
from teamhope.tasks.queries import About, TaskFacts
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import TaskKind, TaskStatus

MOST_SHOWN = 200


async def open_task(
    actor: Actor,
    kind: TaskKind,
    now: datetime,
    about: About,
    owner: UUID | None = None,
) -> UUID:
    """Without an owner it is every coordinator's."""
    task_id = uuid4()
    async with acting_as(actor):
        opened = (actor.person_id, now, rules.due_on(kind, now.date()))
        await queries.insert_task(task_id, kind, about, owner, opened)
        await audit.record(actor, "opened_task", ("task", task_id), now, reason=kind)
    return task_id


async def list_open(actor: Actor) -> list[TaskFacts]:
    """The longest due first, MOST_SHOWN at most."""
    async with acting_as(actor):
        return await queries.list_open_tasks(MOST_SHOWN)


async def close(actor: Actor, task_id: UUID, status: TaskStatus, now: datetime) -> None:
    """`status` is done or dropped. Raises NotFound unless it is open."""
    async with acting_as(actor):
        await queries.close_task(task_id, status, actor.person_id, now)
        await audit.record(actor, "closed_task", ("task", task_id), now, reason=status)

"""Something happened: nobody reaches the family any more, and a person is asked what next."""

from datetime import date, datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import entry_checks, queries, queries_hold
from teamhope.families.queries_hold import HeldFamily, stand_still
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.families import HoldReason
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import TaskKind

__all__ = [
    "HeldFamily", "ask_again", "hold_family", "keep_on_hold", "list_held", "open_for_owner", "release_family",
    "show_hold", "stand_still",
]  # fmt: skip


async def hold_family(actor: Actor, family_id: UUID, now: datetime, reason: HoldReason = HoldReason.OTHER) -> None:
    """Nobody reaches the family from now on. Its promised calls are the caller's to suspend, in one transaction.

    Twice is as good as once, but a person is asked again if nobody is asked at present. Raises NotFound.
    """
    async with acting_as(actor):
        is_new = await queries_hold.hold(family_id, actor.person_id, reason, now)
        await audit.record(actor, "held_family" if is_new else "held_family_again", ("family", family_id), now, reason)
        await _ask_what_next(actor, family_id, reason, now)


async def release_family(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Its calls are the caller's to resume. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await queries_hold.release(family_id)
        await tasks.decided(actor, family_id, now)
        await audit.record(actor, "released_family", ("family", family_id), now)


async def keep_on_hold(actor: Actor, family_id: UUID, until: date, now: datetime) -> None:
    """On that day, where the family is, a person is asked again. Raises Invalid, Refused, NotFound."""
    async with acting_as(actor):
        if until <= entry_checks.family_date(now, await queries.zone_of_family(family_id)):
            raise Invalid.field("until", "resume_in_past")
        if not await queries_hold.keep(family_id, until):
            raise Refused("not_on_hold")
        await tasks.decided(actor, family_id, now)
        await audit.record(actor, "kept_hold", ("family", family_id), now)


async def ask_again(now: datetime) -> int:
    """One pass: whoever decides is asked about each family whose day has come; how many. Again it does no more."""
    async with acting_as(WORKER):
        due = await queries_hold.claim_to_ask_again(now)
        for family_id in due:
            held = (await queries_hold.list_held(family_id))[0]
            await queries_hold.keep(family_id, None)
            await _ask_what_next(WORKER, family_id, held.reason, now)
    return len(due)


async def _ask_what_next(actor: Actor, family_id: UUID, reason: HoldReason, now: datetime) -> None:
    """Under the family's lock, so that one task at most is open."""
    async with acting_as(WORKER):
        is_asked = await tasks.is_open(TaskKind.DECIDE_AFTER_HOLD, family_id)
    if not is_asked:
        await open_for_owner(actor, TaskKind.DECIDE_AFTER_HOLD, About(family=family_id, detail=f"hold_{reason}"), now)


async def open_for_owner(actor: Actor, kind: TaskKind, about: About, now: datetime) -> None:
    """A task of the family's coordinator, whoever may open it."""
    assert about.family is not None
    async with acting_as(WORKER):
        owner = await queries_hold.owner_of(about.family)
    await tasks.open_task(actor, kind, now, about, owner)


async def list_held(actor: Actor) -> list[HeldFamily]:
    """The longest on hold first, in the actor's scope."""
    async with acting_as(actor):
        return await queries_hold.list_held()


async def show_hold(actor: Actor, family_id: UUID) -> tuple[str, HeldFamily | None]:
    """The family's reference, and its hold if there is one. Raises NotFound outside the scope."""
    async with acting_as(actor):
        family_no = await queries.family_no_of(family_id)
        async with acting_as(WORKER):
            held = await queries_hold.list_held(family_id)
    if family_no is None:
        raise NotFound("family")
    return family_no, held[0] if held else None

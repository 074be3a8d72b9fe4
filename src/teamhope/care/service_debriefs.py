"""A talk with staff after a hard call: opened, had, or not needed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import queries_debriefs as queries
from teamhope.care import rules
from teamhope.care.queries_debriefs import DebriefFacts
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.people import WORKER, Actor

SHOWN: Final = 50


async def open_debrief(call: UUID, volunteer: UUID, now: datetime) -> UUID:
    """Whoever logged the call, even one who does not look after her."""
    async with acting_as(WORKER):
        return await queries.insert_debrief(call, volunteer, now + rules.DEBRIEF_WITHIN)


async def move_debrief(former: UUID, call: UUID, volunteer: UUID, now: datetime) -> None:
    """A call has the debrief of the one that it corrects, had or not; one of its own where that had none."""
    async with acting_as(WORKER):
        if not await queries.move_debrief(former, call):
            await open_debrief(call, volunteer, now)


async def end_debrief(call: UUID, now: datetime) -> None:
    """The call asks for none any more: nobody waits for a talk that nobody needs."""
    async with acting_as(WORKER):
        for debrief_id in await queries.end_debrief(call, now):
            await audit.record(WORKER, "ended_debrief", ("debrief", debrief_id), now)


async def list_due(actor: Actor) -> list[DebriefFacts]:
    """Of the volunteers whom the actor looks after, the first due first; not her own."""
    async with acting_as(actor):
        return [each for each in await queries.list_open() if each.volunteer != actor.volunteer_id]


async def list_own(actor: Actor) -> list[DebriefFacts]:
    async with acting_as(actor):
        return [each for each in await queries.list_open() if each.volunteer == actor.volunteer_id]


async def list_of(actor: Actor, volunteer_id: UUID) -> list[DebriefFacts]:
    """Open and over, the newest first."""
    async with acting_as(actor):
        return await queries.list_of(volunteer_id, SHOWN)


async def offers_break(actor: Actor, now: datetime) -> bool:
    """Whether she had so many hard calls lately that she is asked if she would like a break."""
    if actor.volunteer_id is None:
        return False
    since = now - rules.LATELY + rules.DEBRIEF_WITHIN  # rows say when a debrief was due
    async with acting_as(actor):
        return rules.offers_break(await queries.count_due_since(actor.volunteer_id, since))


async def record_talk(actor: Actor, debrief_id: UUID, now: datetime) -> None:
    """That the actor talked with her; nothing of what was said. Raises NotFound for her own; Refused once over."""
    async with acting_as(actor):
        facts = await queries.lock_debrief(debrief_id)
        if facts.volunteer == actor.volunteer_id:
            raise NotFound("debrief")
        await _close(actor, facts, "had_debrief", now, done_at=now, done_by=actor.person_id)


async def waive(actor: Actor, debrief_id: UUID, now: datetime) -> None:
    """Her own word that she does not need it; nobody asks why. Raises NotFound for another's; Refused once over."""
    async with acting_as(actor):
        facts = await queries.lock_debrief(debrief_id)
        if facts.volunteer != actor.volunteer_id:
            raise NotFound("debrief")
        await _close(actor, facts, "waived_debrief", now, waived_at=now)


async def _close(actor: Actor, facts: DebriefFacts, act: str, now: datetime, **values: Any) -> None:
    if not facts.is_open:
        raise Refused("debrief_is_over")
    await queries.update_debrief(facts.id, **values)
    await audit.record(actor, act, ("debrief", facts.id), now)

"""From one volunteer to the next: what is left, by whom, and what the family lets the next one know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import service_contact
from teamhope.families.rules_contact import ConsentRecord
from teamhope.families.service_contact import How
from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_handover
from teamhope.matching.queries_handover import HandingOver
from teamhope.matching.rules_handover import (
    AGREED,
    KINDS,
    Handover,
    Sharing,
    answer_of,
    ask_again,
    may_write,
    problems_of,
)
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.families import ConsentMethod
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import programme

ON_THE_PHONE: Final = ConsentMethod.VERBAL_RECORDED_BY_STAFF


@dataclass(frozen=True, slots=True)
class HandoverSeen:
    """What is left so far, or the topics of the calls where nobody has written yet; `answer`: the family's, if any.

    `ask_again`: it said yes to a note that has become another since.
    """

    of: HandingOver
    handover: Handover
    written: bool
    answer: Sharing | None
    ask_again: bool


async def show(actor: Actor, match_id: UUID) -> HandoverSeen:
    """For whoever may write it. Raises NotFound for another's match, Refused where it may not be written now."""
    async with acting_as(actor):
        of = await _load(actor, match_id)
        written = await queries_handover.load_handovers([match_id])
        handover = written.get(match_id) or Handover(tuple(await queries_handover.list_topics(match_id)))
        answers = await queries_handover.list_answers(of.contact_id)
        noted_at = await queries_handover.load_noted_at(match_id)
    since = of.introduced_at
    if since is None:
        return HandoverSeen(of, handover, match_id in written, None, ask_again=False)
    held = (answers, since, noted_at or since)
    again = handover.note is not None and ask_again(*held)
    return HandoverSeen(of, handover, match_id in written, answer_of(*held), again)


async def load(actor: Actor, matches: Iterable[UUID]) -> dict[UUID, Handover]:
    """What was left so far in each of the matches that the actor may see."""
    async with acting_as(actor):
        return await queries_handover.load_handovers(list(matches))


async def write(actor: Actor, match_id: UUID, handover: Handover, now: datetime) -> None:
    """In place of what was written before. Raises Invalid naming every wrong field, and as `show`."""
    wrong = list(problems_of(handover, programme()))
    if wrong:
        raise Invalid(wrong)
    async with acting_as(actor):
        await queries.lock_match(match_id)
        of = await _load(actor, match_id)
        noted_at = await _noted_at(match_id, handover, now)
        id_ = await queries_handover.save_handover(of, handover, actor.person_id, noted_at)
        await audit.record(actor, "wrote_handover", ("handover", id_), now)


async def _noted_at(match_id: UUID, handover: Handover, now: datetime) -> datetime:
    """The note's age outlives a save that leaves the note as it was: what the family agreed to holds."""
    before = (await queries_handover.load_handovers([match_id])).get(match_id)
    same = before is not None and before.note == handover.note
    return (same and await queries_handover.load_noted_at(match_id)) or now


async def record_answer(actor: Actor, match_id: UUID, sharing: Sharing, wording: str, now: datetime) -> None:
    """What the family said when a coordinator asked it, a record of each kind; what it refuses is hidden at once.

    Raises NotFound outside the scope, Invalid for words that were never in use, Refused as `show`.
    """
    async with acting_as(actor):
        of = await _load(actor, match_id)
        if of.contact_id is None:
            raise NotFound("contact")
        how = How(ON_THE_PHONE, wording, of.language)
        for kind in KINDS:
            record = ConsentRecord(kind, kind in AGREED[sharing], now)
            await service_contact.record_answer(actor, of.contact_id, record, how)


async def received(actor: Actor, match_id: UUID) -> Handover | None:
    """What was left for the actor's own match by the volunteer before, as far as the family agrees to it now."""
    async with acting_as(actor):
        return await queries_handover.load_received(match_id)


async def _load(actor: Actor, match_id: UUID) -> HandingOver:
    """A team lead sees her volunteers' matches, and leaves something only in her own."""
    of = await queries_handover.load_handing_over(match_id)
    if actor.role is not Role.COORDINATOR and of.volunteer_id != actor.volunteer_id:
        raise NotFound("match")
    if not may_write(of.status, actor.role):
        raise Refused("no_handover_now")
    return of

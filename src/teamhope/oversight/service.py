"""Opening one family outside one's scope for an hour, and having somebody else look at why."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import service as families
from teamhope.families.queries_view import FamilyView
from teamhope.kit.database import acting_as
from teamhope.letters import service as letters
from teamhope.letters.rules import LetterKind
from teamhope.oversight import queries, rules
from teamhope.oversight.rules import BreakGlassReason, Opening
from teamhope.vocabulary.errors import Forbidden, Invalid, NotFound, Refused
from teamhope.vocabulary.people import WORKER, Actor, Role


@dataclass(frozen=True, slots=True)
class Review:
    """Why a family was opened. `who` is None where the reviewer may not see who it was."""

    opening: Opening
    words: str
    who: tuple[Role, str] | None
    may_review: bool


async def open_family(actor: Actor, family_no: str, reason: BreakGlassReason, words: str, now: datetime) -> UUID:
    """One family, for reading, for OPEN_FOR; administrators and auditors get a letter. One still open is used again.

    Raises Invalid for a reference that no family has; that she tried is kept all the same.
    """
    if actor.person_id is None:
        raise Forbidden("not_your_role")
    async with acting_as(actor):
        family_id = await queries.find_family(family_no.strip().upper())
        if family_id is not None:
            return await _open(actor, actor.person_id, family_id, (reason, words), now)
        await audit.record(actor, "missed_break_glass", ("family", None), now, reason=reason)
    raise Invalid.field("family_no", "no_such_reference")


async def _open(
    actor: Actor, person_id: UUID, family_id: UUID, why: tuple[BreakGlassReason, str], now: datetime
) -> UUID:
    for opening in await queries.list_open(person_id, now):
        if opening.family == family_id:
            return opening.id
    opening_id = await queries.insert_opening(person_id, family_id, *why, now, now + rules.OPEN_FOR)
    await audit.record(actor, "broke_glass", ("family", family_id), now, reason=why[0])
    for overseer in await queries.list_overseers(but=person_id):
        await letters.queue(WORKER, overseer, LetterKind.BREAK_GLASS, None, now)
    return opening_id


async def own_openings(actor: Actor, now: datetime) -> list[Opening]:
    """Those still open."""
    if actor.person_id is None:
        return []
    async with acting_as(actor):
        return await queries.list_open(actor.person_id, now)


async def show_opened(actor: Actor, opening_id: UUID, now: datetime) -> tuple[Opening, FamilyView]:
    """Here alone the family is hers to see: elsewhere she could seem to change it, or take it out.

    Raises NotFound for another's opening, Refused once its hour is over.
    """
    async with acting_as(actor):
        opening = await queries.load_opening(opening_id)
        if opening.person != actor.person_id:
            raise NotFound("opening")
        if not rules.is_open(opening, now):
            raise Refused("opening_over")
        return opening, await families.show_family(replace(actor, opening_id=opening_id), opening.family)


async def waiting_for_review(actor: Actor) -> list[Opening]:
    """The oldest first."""
    async with acting_as(actor):
        return await queries.list_unreviewed()


async def show_for_review(actor: Actor, opening_id: UUID) -> Review:
    """Raises NotFound."""
    async with acting_as(actor):
        opening = await queries.load_opening(opening_id)
        return Review(
            opening,
            await queries.load_words(opening_id),
            await queries.load_role_and_name(opening.person),
            rules.may_review(opening, actor.person_id) and opening.reviewed_at is None,
        )


async def review(actor: Actor, opening_id: UUID, now: datetime) -> None:
    """Once; a second time changes nothing. Raises NotFound, and Forbidden for one's own opening."""
    async with acting_as(actor):
        opening = await queries.load_opening(opening_id)
        if actor.person_id is None or not rules.may_review(opening, actor.person_id):
            raise Forbidden("not_your_own_review")
        if await queries.mark_reviewed(opening_id, actor.person_id, now):
            await audit.record(actor, "reviewed_break_glass", ("break_glass", opening_id), now)

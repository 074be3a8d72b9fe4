"""Cover persons: a second volunteer from whom the family has agreed to hear when its own cannot call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_cover, queries_snapshot
from teamhope.matching.queries import MatchSeen
from teamhope.matching.queries_cover import Agreed, CoverSeen
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_exclude import HARD_RULES, PLACES
from teamhope.matching.service_gather import check_again, load_beside, load_needed, lock_volunteer
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import MatchStatus
from teamhope.volunteers import service as volunteers
from teamhope.volunteers.queries import Profile

MAY_BE_COVERED: Final = frozenset({MatchStatus.INTRODUCED, MatchStatus.ACTIVE, MatchStatus.PAUSED, MatchStatus.CLOSING})
# Every rule but that of places, and but those that hold up a new family alone: this is none of hers.
FOR_COVER: Final = frozenset(rule.number for rule in HARD_RULES if not rule.new_only) - {PLACES}


@dataclass(frozen=True, slots=True)
class Covers:
    """`covers`: the one that stands first. `others`: who could be named, by name; none while one stands."""

    match: MatchSeen
    covers: list[CoverSeen]
    others: list[Profile]

    @property
    def standing(self) -> CoverSeen | None:
        return next((each for each in self.covers if each.ended_at is None), None)


async def show_covers(actor: Actor, match_id: UUID) -> Covers:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        match = await queries.load_match(match_id)
        covers = await queries_cover.list_of_match(match_id)
        everybody = await volunteers.load_profiles(actor)
    others = [each for each in everybody if each.id != match.volunteer_id]
    may_name = match.status in MAY_BE_COVERED and all(each.ended_at for each in covers)
    return Covers(match, covers, sorted(others, key=lambda each: (each.name.casefold(), each.id)) if may_name else [])


async def name_cover(actor: Actor, match_id: UUID, agreed: Agreed, now: datetime) -> None:
    """The family agreed that this volunteer may call when its own cannot. Nobody is asked before that is so.

    Raises MatchRefused by any rule of a match but that of places, which no reason sets aside; Refused before the
    introduction and after the end; Invalid for the match's own volunteer, a day to come, and while another stands.
    """
    async with acting_as(actor):
        of = await queries_cover.lock_covered(match_id)
        if of.status not in MAY_BE_COVERED:
            raise Refused("cover_not_now")
        if agreed.volunteer_id == of.volunteer_id:
            raise Invalid.field("volunteer", "cover_is_volunteer")
        if agreed.on > await queries_snapshot.organisation_date(now):
            raise Invalid.field("agreed_on", "day_in_future")
        needed = await load_needed(of.request_id, now)
        check_again(needed, await lock_volunteer(actor, agreed.volunteer_id, of.family_id, now), FOR_COVER)
        cover_id = await queries_cover.insert_cover(actor, of, agreed, now)
        await audit.record(actor, "named_cover", ("cover_person", cover_id), now, reason=agreed.method)


async def may_cover(match_id: UUID, volunteer_id: UUID, now: datetime) -> bool:
    """Whether the rules by which she was named allow it today. Locks nothing."""
    async with acting_as(WORKER):
        try:
            of = await queries_cover.load_covered(match_id)
            needed = await load_needed(of.request_id, now)
            check_again(needed, await load_beside(WORKER, volunteer_id, of.family_id, now), FOR_COVER)
        except (MatchRefused, NotFound):
            return False
    return True


async def end_cover(actor: Actor, match_id: UUID, cover_id: UUID, now: datetime) -> None:
    """From now on she is not asked, and what she was asked for is hers no more. Raises NotFound."""
    async with acting_as(actor):
        await queries_cover.end_cover(match_id, cover_id, actor.person_id, now)
        await audit.record(actor, "ended_cover", ("cover_person", cover_id), now)

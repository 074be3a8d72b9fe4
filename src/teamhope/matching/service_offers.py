"""What a volunteer is asked, before and after her answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_snapshot
from teamhope.matching.queries import Offered, OwnMatch
from teamhope.matching.rules_hours import shared_minutes
from teamhope.matching.rules_snapshot import need_of, offers_of
from teamhope.matching.service_gather import first_free_at, load_volunteer, tables
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import MatchStatus

SAID_YES: Final = (MatchStatus.ACCEPTED, MatchStatus.FAMILY_NOTIFIED)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer beside the volunteer's own week. `first_free_at`: when both could first talk; None: not soon."""

    offered: Offered
    shared_minutes: int
    first_free_at: datetime | None


async def list_offers(actor: Actor, now: datetime) -> tuple[Offer, ...]:
    """Those she has to answer, the first to be answered first; of a person who is no volunteer, none."""
    if actor.volunteer_id is None:
        return ()
    async with acting_as(actor):
        return await _beside_her_week(actor, actor.volunteer_id, await queries.list_offers(), now)


async def list_said_yes(actor: Actor) -> list[OwnMatch]:
    """Those she said yes to that have not begun, the newest first."""
    if actor.volunteer_id is None:
        return []
    async with acting_as(actor):
        return await queries.list_own(actor.volunteer_id, SAID_YES)


async def show_own(actor: Actor, match_id: UUID, now: datetime) -> Offer | OwnMatch:
    """Her offer as long as she may answer it; then her match, and for a while that it is over.

    Raises NotFound for another's.
    """
    if actor.volunteer_id is None:
        raise NotFound("match")
    async with acting_as(actor):
        offered = await queries.list_offers(match_id)
        if offered:
            return (await _beside_her_week(actor, actor.volunteer_id, offered, now))[0]
        own = await queries.list_own(actor.volunteer_id, MatchStatus, match_id)
        found = own[0] if own else await queries.find_past(actor.volunteer_id, match_id)
    if found is None:
        raise NotFound("match")
    return found


async def _beside_her_week(
    actor: Actor, volunteer_id: UUID, offered: list[Offered], now: datetime
) -> tuple[Offer, ...]:
    volunteer = await load_volunteer(actor, volunteer_id, now)
    on = await queries_snapshot.organisation_date(now)
    hers = offers_of([volunteer], tables(), on).open
    return tuple(
        Offer(
            offered=each,
            shared_minutes=int(shared_minutes(need_of(each.need, tables(), on).hours.open, hers)[0]),
            first_free_at=first_free_at(each.need, volunteer, now),
        )
        for each in offered
    )

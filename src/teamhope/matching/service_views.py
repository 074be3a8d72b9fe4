"""What staff look at: matches that wait for a step, one match, what surrounds a request."""

from typing import Final
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_past
from teamhope.matching.queries import MatchSeen, MessageRules
from teamhope.matching.queries_snapshot import Asked
from teamhope.vocabulary.people import Actor

MOST_SHOWN: Final = 100


async def around_request(actor: Actor, asked: Asked) -> tuple[MessageRules, UUID | None]:
    """How the family may be left a message, and the match it has, if any."""
    async with acting_as(actor):
        return await queries.message_rules(asked.contact_id), await queries.live_match_of(asked.id)


async def show_match(actor: Actor, match_id: UUID) -> MatchSeen:
    """Raises NotFound outside the actor's scope."""
    async with acting_as(actor):
        return await queries.load_match(match_id)


async def may_know_each_other(actor: Actor, match: MatchSeen) -> bool:
    async with acting_as(actor):
        between = await queries_past.load_between([match.family_id], match.volunteer_id)
    return any(each.connected for each in between.values())


async def list_waiting(actor: Actor) -> list[MatchSeen]:
    """Matches that no call carries on, the longest waiting first."""
    async with acting_as(actor):
        return await queries.list_waiting_matches(MOST_SHOWN)

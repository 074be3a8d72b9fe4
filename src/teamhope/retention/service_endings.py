"""Ends whatever still goes on with a family: its matches, promised calls and requests."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from teamhope.families import service as families
from teamhope.families.service import Closing
from teamhope.kit.database import acting_as
from teamhope.matching import service_states as matches
from teamhope.matching.queries import lock_match
from teamhope.retention import queries_families
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import CloseReason, MatchStatus, RequestStatus


async def end_everything(actor: Actor, family_ids: Sequence[UUID], now: datetime) -> None:
    """An offer is withdrawn, a match closed because the family asked, a request closed. Twice is as good as once."""
    async with acting_as(actor):
        for match_id in await queries_families.list_live_matches(family_ids):
            await _end_match(actor, match_id, now)
        for request_id in await queries_families.list_open_requests(family_ids):
            await families.close_request(actor, request_id, Closing(RequestStatus.CLOSED), now)
        await queries_families.close_families(family_ids)


async def _end_match(actor: Actor, match_id: UUID, now: datetime) -> None:
    status = (await lock_match(match_id)).status
    if status is MatchStatus.PROPOSED_TO_VOLUNTEER:
        await matches.withdraw(actor, match_id, now)
        return
    if not matches.may_close(status):
        await matches.begin_closing(actor, match_id, now)
    await matches.close(actor, match_id, CloseReason.FAMILY_REQUESTED, now, rematch=False)

"""What the clock does to matches."""

from datetime import datetime
from typing import Final

from teamhope.kit.database import acting_as
from teamhope.matching import queries, service_states
from teamhope.vocabulary.people import WORKER

AT_ONCE: Final = 100


async def expire_offers(now: datetime) -> int:
    """One pass: offers that nobody answered in time are over, the families wait again; how many.

    A transaction each, AT_ONCE at most. Run twice, or by two workers, it does no more: each is looked at under lock.
    """
    async with acting_as(WORKER):
        overdue = await queries.list_overdue_offers(now, AT_ONCE)
    return sum([await service_states.expire(WORKER, match_id, now) for match_id in overdue])

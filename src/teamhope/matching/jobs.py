"""What the clock does to matches."""

from datetime import datetime
from typing import Final

from teamhope.kit.database import acting_as
from teamhope.matching import queries, service_credentials, service_prepared, service_states, service_waiting
from teamhope.vocabulary.people import WORKER

AT_ONCE: Final = 100


async def expire_offers(now: datetime) -> int:
    """One pass: offers that nobody answered in time are over, the families wait again; how many.

    A transaction each, AT_ONCE at most. Run twice, or by two workers, it does no more: each is looked at under lock.
    """
    async with acting_as(WORKER):
        overdue = await queries.list_overdue_offers(now, AT_ONCE)
    return sum([await service_states.expire(WORKER, match_id, now) for match_id in overdue])


async def ask_to_call_who_waits(now: datetime) -> int:
    """One pass: staff are asked to call families that have waited a week without a word; how many tasks."""
    return await service_waiting.ask_to_call_who_waits(now)


async def prepare_proposal(now: datetime) -> int:
    """One pass: the day's proposal for everyone who waits, once a day from five in the morning; how many families."""
    return await service_prepared.prepare(now)


async def watch_credentials(now: datetime) -> int:
    """One pass: coordinators are told of credentials that end, and who has lost one is suspended; how many."""
    return await service_credentials.watch_credentials(now)

"""What the clock does to requests."""

from datetime import datetime

from teamhope.families import queries, service_hold, service_plan, service_requests
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER


async def resume_requests(now: datetime) -> int:
    """One pass: families whose day has come wait for a volunteer again; how many.

    A transaction each. Run twice, or by two workers, it does no more: each is looked at under lock.
    """
    async with acting_as(WORKER):
        due = await queries.list_resuming(now)
    return sum([await service_requests.resume_if_held(WORKER, request_id, now) for request_id in due])


async def ask_after_holds(now: datetime) -> int:
    """One pass: who decides about families on hold until a day is asked when it has come; how many."""
    return await service_hold.ask_again(now)


async def ask_to_reconfirm(now: datetime) -> int:
    """One pass: staff are asked to confirm numbers that are soon too long ago; how many tasks. See service_plan."""
    return await service_plan.ask_to_reconfirm(now)

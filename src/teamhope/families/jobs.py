"""What the clock does to requests."""

from datetime import datetime

from teamhope.families import queries, service_requests
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER


async def resume_requests(now: datetime) -> int:
    """One pass: families whose day has come wait for a volunteer again; how many.

    A transaction each. Run twice, or by two workers, it does no more: each is looked at under lock.
    """
    async with acting_as(WORKER):
        due = await queries.list_resuming(now)
    return sum([await service_requests.resume_if_held(WORKER, request_id, now) for request_id in due])

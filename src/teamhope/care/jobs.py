"""The worker's pass over calls for help that nobody has answered: it may be repeated, and be killed anywhere."""

import asyncio
from datetime import datetime

from teamhope.care import service_paging


async def watch_escalations(has_telephone: bool, now: datetime) -> datetime | None:
    """One pass: rings the next, tells those who are to be told; when there is more to do.

    Each step is in one transaction with the escalation's row locked, and is decided from what was done: repeated or
    beside itself nothing happens twice. What one of them met does not hold up the others, and is raised at the end.
    """
    waiting = await service_paging.list_unanswered()
    results = await asyncio.gather(
        *(service_paging.page(each, has_telephone, now) for each in waiting), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return min((result for result in results if isinstance(result, datetime)), default=None)

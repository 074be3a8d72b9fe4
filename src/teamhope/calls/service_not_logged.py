"""Calls that were put through and of which nothing was written down: after a day a coordinator asks."""

from datetime import datetime
from typing import Final

from teamhope.calls import queries_phone
from teamhope.calls.rules_phone import NOT_LOGGED
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import TaskKind

DETAIL: Final = "call_not_logged"


async def ask_to_log(now: datetime) -> int:
    """One pass; how many tasks it opened, one for a volunteer and day. Source: domain.md §1.3."""
    opened = 0
    async with acting_as(WORKER):
        for call in await queries_phone.list_all_not_logged(now - NOT_LOGGED):
            about = About(family=call.family_id, volunteer=call.volunteer_id, detail=DETAIL)
            due_on = (call.created_at + NOT_LOGGED).date()
            if not await tasks.was_opened(about, due_on):
                await tasks.open_task(WORKER, TaskKind.OTHER, now, about, due_on=due_on)
                opened += 1
    return opened

"""One pass of the clock over promised calls that nobody has made: who is asked and who is told, each once.

Idempotent: a step and what it does are one transaction, a step that was taken is not taken again, and a row that
another worker holds is left to it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from teamhope.audit import service as audit
from teamhope.followups import queries_cover, service_cover, service_ledger
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.rules_promises import Overdue, Promise, overdue, steps_to_take
from teamhope.followups.service_cover import Fits
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import TaskKind

BATCH: Final = 50
COVERS_FOR: Final = timedelta(hours=24)  # how long a cover person may call for one promised time


async def watch_promises(fits: Fits, now: datetime) -> datetime | None:
    """Up to BATCH calls; `now` if there may be more. `fits` is asked of each cover person. Source: domain.md §2.4."""
    async with acting_as(WORKER):
        await queries_cover.end_cover_calls(now)
        await service_ledger.drop_needless(now)
        await service_cover.withdraw(fits, now)
        uncalled = await queries_cover.claim_uncalled(now, BATCH)
        for each in uncalled:
            due = overdue(Promise(each.follow_up.due_at, each.follow_up.window_end_at), (), now)
            for step in steps_to_take(due, each.taken):
                await queries_cover.insert_step(each.follow_up, step, now)
                await STEPS[step](each.follow_up, fits, now)
    return now if len(uncalled) == BATCH else None


async def _ask_cover(follow_up: FollowUpFacts, fits: Fits, now: datetime) -> None:
    """Never a new voice without consent: whom the family has agreed to, else staff."""
    cover = await service_cover.find_fitting(follow_up.match_id, fits, now)
    if cover is None:
        await service_cover.ask_on_call(follow_up, now)
        return
    cover_id = await queries_cover.insert_cover_call(cover, follow_up, now, now + COVERS_FOR)
    await audit.record(WORKER, "asked_cover", ("cover_call", cover_id), now)


async def _tell_lead(follow_up: FollowUpFacts, _: Fits, now: datetime) -> None:
    lead = await queries_cover.lead_of(follow_up.volunteer_id)
    await tasks.open_task(WORKER, TaskKind.OTHER, now, _about(follow_up, "promise_missed"), lead, due_on=now.date())


async def _ask_whether_to_reassign(follow_up: FollowUpFacts, _: Fits, now: datetime) -> None:
    await tasks.open_task(WORKER, TaskKind.OTHER, now, _about(follow_up, "promise_reassign"))


def _about(follow_up: FollowUpFacts, detail: str) -> About:
    return About(family=follow_up.family_id, volunteer=follow_up.volunteer_id, detail=detail)


STEPS: Final[dict[Overdue, Callable[[FollowUpFacts, Fits, datetime], Awaitable[None]]]] = {
    Overdue.ASK_COVER: _ask_cover,
    Overdue.MISSED: _tell_lead,
    Overdue.REASSIGN: _ask_whether_to_reassign,
}

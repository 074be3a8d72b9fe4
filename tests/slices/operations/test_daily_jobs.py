"""The worker's daily jobs: once a local date, however many workers, whatever the clock does."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations import queries_jobs, queries_runs
from teamhope.operations.rules_jobs import LEASE
from teamhope.vocabulary.people import WORKER, command
from teamhope.worker import Job, _once_a_day, jobs_of

EASTERN = ZoneInfo("America/New_York")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENING = datetime(2026, 6, 10, 22, tzinfo=UTC)  # 18:00 in New York


@pytest.fixture(autouse=True)
async def _nothing_ran(db: Addresses) -> None:
    async with acting_as(command("tests")):
        await connection().execute("update operation_run set succeeded = false, finished_at = now()")


class Work:
    """Counts its runs by local date; `problems` are raised first."""

    def __init__(self, zone: ZoneInfo = EASTERN, *problems: Exception) -> None:
        self.zone, self.problems = zone, list(problems)
        self.on: Counter[date] = Counter()

    async def __call__(self, now: datetime) -> int:
        await asyncio.sleep(0)
        if self.problems:
            raise self.problems.pop(0)
        self.on[now.astimezone(self.zone).date()] += 1
        return 7

    @property
    def job(self) -> Job:
        return _once_a_day(Job("watch_credentials", self, daily=True), self.zone)


def looks(start: datetime, *steps: timedelta) -> Iterable[datetime]:
    """A look every fifteen minutes for each step; a negative step is a clock set back."""
    now = start
    for step in steps:
        if step < timedelta():
            now += step
            continue
        for _ in range(step // (15 * MINUTE)):
            yield now
            now += 15 * MINUTE


async def by_three_workers(work: Work, times: Iterable[datetime]) -> None:
    for now in times:
        await asyncio.gather(*(work.job.run(now) for _ in range(3)))


def test_the_jobs_of_a_date_are_these() -> None:
    assert [job.name for job in jobs_of(None) if job.daily] == [
        "watch_credentials",
        "ask_to_call_who_waits",
        "ask_to_reconfirm",
        "reconcile_calls",
    ]


@pytest.mark.parametrize(
    ("times", "dates"),
    [
        (looks(EVENING, 12 * HOUR), (10, 11)),
        (looks(EVENING, 5 * HOUR, -2 * HOUR, 6 * HOUR), (10, 11)),  # 23:00, set back to 21:00
        (looks(EVENING, 7 * HOUR, -2 * HOUR, 4 * HOUR), (10, 11)),  # after midnight, set back before it
        ([*looks(EVENING, HOUR), *looks(EVENING + 3 * HOUR, 8 * HOUR)], (10, 11)),  # set forward by two hours
        ([*looks(EVENING, HOUR), *looks(EVENING + 7 * HOUR, HOUR)], (10, 11)),  # over midnight
        ([*looks(EVENING, HOUR), *looks(EVENING + 9 * HOUR, HOUR)], (10, 11)),  # eight hours asleep
        ([*looks(EVENING, HOUR), *looks(EVENING + 3 * DAY, HOUR)], (10, 13)),  # off for days: one makes up for all
    ],
    ids=["night", "back before", "back over", "forward", "forward over", "asleep", "off"],
)
async def test_once_a_date(db: Addresses, times: Iterable[datetime], dates: tuple[int, ...]) -> None:
    work = Work()
    await by_three_workers(work, times)
    assert work.on == dict.fromkeys((date(2026, 6, day) for day in dates), 1)


@pytest.mark.parametrize("zone", ["America/New_York", "America/Denver", "America/Phoenix", "America/Puerto_Rico"])
@pytest.mark.parametrize("change", [datetime(2027, 3, 13, 12, tzinfo=UTC), datetime(2027, 11, 6, 12, tzinfo=UTC)])
async def test_once_a_date_through_a_change_of_the_clock(db: Addresses, zone: str, change: datetime) -> None:
    work = Work(ZoneInfo(zone))
    await by_three_workers(work, [change + n * HOUR for n in range(48)])
    assert set(work.on.values()) == {1}
    assert len(work.on) == 3


async def standing() -> Any:
    async with acting_as(WORKER):
        return await queries_jobs.lock_job("watch_credentials")


async def test_a_failure_is_tried_again_the_same_day(db: Addresses) -> None:
    work = Work(EASTERN, ValueError("Fay"), ValueError("Fay"))
    for n in range(2):
        with pytest.raises(ValueError, match="Fay"):
            await work.job.run(EVENING + n * 15 * MINUTE)
    failed = await standing()
    assert (failed.failures, failed.error_type, failed.next_at) == (2, "ValueError", EVENING + 30 * MINUTE)
    assert await work.job.run(EVENING + 30 * MINUTE) == datetime(2026, 6, 11, 4, tzinfo=UTC)
    good = await standing()
    assert (good.failures, good.error_type, good.succeeded_at) == (0, None, EVENING + 30 * MINUTE)
    assert work.on.total() == 1


async def test_who_was_killed_is_waited_for_until_the_lease_ends(db: Addresses) -> None:
    work = Work()
    async with acting_as(WORKER):
        await queries_runs.claim_run("watch_credentials", date(2026, 6, 10), EVENING)
    await by_three_workers(work, [EVENING, EVENING + 2 * HOUR, EVENING + LEASE])
    assert not work.on
    await by_three_workers(work, [EVENING + LEASE + MINUTE, EVENING + LEASE + 2 * MINUTE])
    assert work.on == {date(2026, 6, 10): 1}


async def test_who_was_asked_to_stop_leaves_it_to_the_next(db: Addresses) -> None:
    begun = asyncio.Event()

    async def slow(_: datetime) -> None:
        begun.set()
        await asyncio.sleep(60)

    running = asyncio.create_task(_once_a_day(Job("watch_credentials", slow, daily=True), EASTERN).run(EVENING))
    await begun.wait()
    before = await standing()
    running.cancel()
    await asyncio.wait([running])
    assert await standing() == before
    work = Work()
    await work.job.run(EVENING)
    assert work.on.total() == 1

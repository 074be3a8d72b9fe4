"""Daily jobs while workers are killed: each local date once more than it was killed, and never two at a time."""

import asyncio
import contextlib
import os
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests.app_kit import TESTS

from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations.rules_jobs import LEASE

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 6, 10, 16, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
Process = asyncio.subprocess.Process


@pytest.fixture(autouse=True)
async def _nothing_ran(db: Addresses) -> None:
    async with acting_as(TESTS):
        await connection().execute("update operation_run set succeeded = false, finished_at = now()")


@asynccontextmanager
async def worker(db: Addresses, log: Path, now: datetime, speed: float = 0) -> AsyncIterator[Process]:
    environment = {**os.environ, "DATABASE_URL": db.application, "NOW": now.isoformat(), "SPEED": str(speed)}
    program = (sys.executable, "-m", "tests.faults.daily_process", str(log))
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def lines(log: Path, what: str) -> list[tuple[str, str]]:
    """(date, process), in order."""
    told = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return [(day, pid) for word, day, pid in told if word == what]


async def reaches(log: Path, what: str, count: int) -> list[tuple[str, str]]:
    async with asyncio.timeout(60):
        while len(lines(log, what)) < count:  # noqa: ASYNC110 - other processes write it
            await asyncio.sleep(0.01)
    return lines(log, what)


async def kill(processes: list[Process], pid: str) -> None:
    [one] = [process for process in processes if str(process.pid) == pid]
    one.kill()
    await one.wait()


async def test_of_two_workers_one_is_killed_in_its_run_and_the_other_takes_over_after_the_lease(
    db: Addresses, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    async with worker(db, log, NOON) as one, worker(db, log, NOON) as two:
        [(_, running)] = await reaches(log, "begins", 1)
        await kill([one, two], running)
        await asyncio.sleep(0.5)
        assert len(lines(log, "begins")) == 1, "before the lease has ended"
    later = NOON + LEASE + MINUTE
    async with worker(db, log, later), worker(db, log, later):
        await reaches(log, "ends", 1)
        await asyncio.sleep(0.5)
    assert (len(lines(log, "begins")), len(lines(log, "ends"))) == (2, 1)


@pytest.mark.campaign
@pytest.mark.parametrize("round_number", range(20))
async def test_days_of_two_workers_that_are_killed_at_random(db: Addresses, tmp_path: Path, round_number: int) -> None:
    """A day lasts six seconds. Whoever dies is followed by another; the last ones work in peace."""
    seed = secrets.randbits(32)
    print(f"round {round_number}, seed {seed}")
    chance, log, speed = Random(seed), tmp_path / "log", DAY.total_seconds() / 6
    start, loop = NOON + round_number * 30 * DAY, asyncio.get_running_loop()
    began, kills = loop.time(), 0
    async with worker(db, log, start, speed):
        while loop.time() - began < 15:
            async with worker(db, log, start + timedelta(seconds=speed * (loop.time() - began)), speed):
                await asyncio.sleep(chance.uniform(0.8, 2.5))
            kills += 1
        await asyncio.sleep(3)
    begun, ended = Counter(day for day, _ in lines(log, "begins")), Counter(day for day, _ in lines(log, "ends"))
    print(dict(begun), dict(ended), f"{kills} kills")
    assert set(ended.values()) == {1}
    assert begun.total() - ended.total() <= kills
    undone = [day for day in begun if day not in ended and day != max(begun)]
    assert all((date.fromisoformat(day) + DAY).isoformat() in ended for day in undone), (
        "killed late, and not made up for"
    )

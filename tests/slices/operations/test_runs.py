"""What runs once a day: one of many at once, recorded however it ends, and taken over from the dead."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from tests.app_kit import browser, sign_in, somebody

from teamhope.kit import clock
from teamhope.kit.database import ENGINE, acting_as, pool_of
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations import jobs, queries_runs
from teamhope.operations.service import NIGHTLY, backup_standing, run_daily
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role, command

ZONE = ZoneInfo("America/New_York")
NIGHT = datetime(2026, 3, 20, 7, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TESTS = command("tests")


@pytest.fixture(autouse=True)
async def owner(fresh_database: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """The owner's pool is open, as for the nightly process, and nothing ran yet."""
    connection = await asyncpg.connect(fresh_database.owner)
    await connection.execute("truncate operation_run; delete from installation")
    async with pool_of(fresh_database.owner, guarded=False):
        yield connection
    await connection.close()


async def runs(owner: asyncpg.Connection) -> list[Any]:
    rows = await owner.fetch("select * from operation_run order by started_at, succeeded")
    return [(row["local_date"].isoformat(), row["succeeded"], json.loads(row["counts"])) for row in rows]


class Work:
    def __init__(self, problem: BaseException | None = None) -> None:
        self.done = 0
        self.problem = problem

    async def __call__(self) -> dict[str, int]:
        assert ENGINE.current_transaction.get() is None
        self.done += 1
        await asyncio.sleep(0.02)
        if self.problem:
            raise self.problem
        return {"bytes": 12}


async def test_of_thirty_at_once_one_does_it(owner: asyncpg.Connection) -> None:
    work = Work()
    done = await asyncio.gather(*(run_daily("backup", NIGHT, ZONE, work) for _ in range(30)))
    assert (sum(done), work.done) == (1, 1)
    assert await runs(owner) == [("2026-03-20", True, {"bytes": 12})]


async def test_each_local_date_and_each_operation_has_its_own(owner: asyncpg.Connection) -> None:
    work = Work()
    late_evening = datetime(2026, 3, 21, 3, 59, tzinfo=UTC)
    assert await run_daily("backup", NIGHT, ZONE, work)
    assert await run_daily("purge", NIGHT, ZONE, work)
    assert not await run_daily("backup", late_evening, ZONE, work)
    assert await run_daily("backup", late_evening + timedelta(minutes=1), ZONE, work)
    assert [date for date, *_ in await runs(owner)] == ["2026-03-20", "2026-03-20", "2026-03-21"]


@pytest.mark.parametrize("problem", [OSError("disk"), asyncio.CancelledError()], ids=["failed", "cancelled"])
async def test_a_failure_is_recorded_and_tried_again_the_same_day(
    owner: asyncpg.Connection, problem: BaseException
) -> None:
    with pytest.raises(type(problem)):
        await run_daily("backup", NIGHT, ZONE, Work(problem))
    assert await run_daily("backup", NIGHT + HOUR, ZONE, Work())
    assert await runs(owner) == [("2026-03-20", False, {}), ("2026-03-20", True, {"bytes": 12})]


async def begun(at: datetime) -> Any:
    async with acting_as(NIGHTLY):
        return await queries_runs.claim_run("backup", at.astimezone(ZONE).date(), at)


async def test_who_died_is_waited_for_six_hours(owner: asyncpg.Connection) -> None:
    await begun(NIGHT)
    work = Work()
    assert not await run_daily("backup", NIGHT + 6 * HOUR, ZONE, work)
    assert await run_daily("backup", NIGHT + 6 * HOUR + timedelta(seconds=1), ZONE, work)
    assert [succeeded for _, succeeded, _ in await runs(owner)] == [False, True]


async def test_of_many_who_take_over_one_does_it_and_who_was_given_up_changes_nothing(
    owner: asyncpg.Connection,
) -> None:
    dead, work = await begun(NIGHT), Work()
    later = NIGHT + 7 * HOUR
    done = await asyncio.gather(*(run_daily("backup", later, ZONE, work) for _ in range(10)))
    assert (sum(done), work.done) == (1, 1)
    async with acting_as(NIGHTLY):
        await queries_runs.end_run(dead, later + HOUR, {"bytes": 99})
    assert await runs(owner) == [("2026-03-20", False, {}), ("2026-03-20", True, {"bytes": 12})]


async def test_the_last_good_one_counts_whatever_failed_since(owner: asyncpg.Connection) -> None:
    assert (await backup_standing(TESTS, NIGHT)).is_late
    await run_daily("backup", NIGHT, ZONE, Work())
    with pytest.raises(OSError, match="disk"):
        await run_daily("backup", NIGHT + DAY, ZONE, Work(OSError("disk")))
    await run_daily("purge", NIGHT + DAY, ZONE, Work())
    standing = await backup_standing(TESTS, NIGHT + 36 * HOUR)
    assert standing.last is not None
    assert (standing.last.made_at, standing.last.size, standing.is_late) == (NIGHT, 12, False)
    assert (await backup_standing(TESTS, NIGHT + 36 * HOUR + timedelta(seconds=1))).is_late


async def test_nobody_waits_for_backups_of_a_demonstration(owner: asyncpg.Connection) -> None:
    await owner.execute("insert into installation (id, demonstration) values (1, true)")
    assert not (await backup_standing(TESTS, NIGHT)).is_late


@pytest.fixture
async def db(owner: asyncpg.Connection, fresh_database: Addresses) -> AsyncIterator[Addresses]:
    async with pool_of(fresh_database.application):
        yield fresh_database


@pytest.mark.parametrize(
    ("language", "told"), [("en", "no good backup of the last 36 hours"), ("es", "de las últimas 36 horas")]
)
async def test_an_administrator_sees_a_red_line_until_there_is_a_good_one(
    owner: asyncpg.Connection, db: Addresses, language: str, told: str
) -> None:
    ana = await somebody(Role.ADMIN, f"{language}@example.org", language=language)
    async with browser() as client:
        await sign_in(client, ana)
        red = (await client.get("/")).text
        await owner.execute(
            """insert into operation_run (id, operation, local_date, started_at, finished_at, succeeded, counts)
               values (gen_random_uuid(), 'backup', now(), now(), now(), true, '{"bytes": 12345678}')"""
        )
        green = (await client.get("/")).text
    assert told in red
    assert told not in green
    assert "12.3 MB" in green


async def test_the_worker_tells_what_it_cannot_mend(db: Addresses, capsys: pytest.CaptureFixture[str]) -> None:
    await jobs.watch_backups(NIGHT)
    assert "backup_is_late" in capsys.readouterr().out


async def age_told() -> str:
    async with browser(Settings(metrics_token="t" * 32)) as client:
        told = await client.get("/metrics", headers={"authorization": f"Bearer {'t' * 32}"})
    lines = [line for line in told.text.splitlines() if line.startswith("teamhope_backup_age_seconds ")]
    return lines[0].split()[1]


async def test_metrics_tell_the_age_only_to_who_may_ask(owner: asyncpg.Connection, db: Addresses) -> None:
    async with browser(Settings(metrics_token="t" * 32)) as client:
        assert (await client.get("/metrics")).status_code == 404
    assert await age_told() == "NaN"
    async with pool_of(db.owner, guarded=False):
        await run_daily("backup", clock.now() - HOUR, ZONE, Work())
    assert 3600 <= float(await age_told()) < 3700


async def test_metrics_answer_without_a_database() -> None:
    async with pool_of("postgresql://nobody@127.0.0.1:1/none"):
        assert await age_told() == "NaN"

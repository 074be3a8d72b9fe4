"""The night's work on real files: read back, recorded, old ones removed, nothing of others touched."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from teamhope import nightly
from teamhope.backups import STAMP, BackupProblem, back_up, backups_in, keys_of, new_file_in
from teamhope.kit import clock, crypto
from teamhope.kit.embedded_roles import Addresses
from teamhope.nightly import Night, back_up_today, remove_old, run_nights
from teamhope.retention import erasure_list

pytestmark = pytest.mark.timeout(60)
ZONE = ZoneInfo("UTC")
NOW = clock.now()
DAY = timedelta(days=1)


@pytest.fixture
async def owner(fresh_database: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_database.owner)
    await connection.execute("truncate operation_run")
    yield connection
    await connection.close()


@pytest.fixture
def night(fresh_database: Addresses, owner: asyncpg.Connection, tmp_path: Path) -> Night:
    erasure_list.use_erasure_list(tmp_path / erasure_list.FILE_NAME)
    return Night(fresh_database.owner, tmp_path / "backups", ZONE)


async def runs(owner: asyncpg.Connection, operation: str = "backup") -> list[tuple[bool, dict[str, int]]]:
    rows = await owner.fetch("select * from operation_run where operation = $1 order by started_at", operation)
    return [(row["succeeded"], json.loads(row["counts"])) for row in rows]


def planted(folder: Path, made_at: datetime, text: str = "old") -> Path:
    folder.mkdir(exist_ok=True)
    file = new_file_in(folder, made_at)
    file.write_text(text)
    return file


async def test_the_days_backup_is_recorded_and_made_once(night: Night, owner: asyncpg.Connection) -> None:
    made = await back_up_today(night, NOW)
    assert made is not None
    (succeeded, counts), *others = await runs(owner)
    assert (succeeded, others) == (True, [])
    assert counts == {"bytes": made.stat().st_size, "seconds": counts["seconds"], "removed": 0}
    assert await back_up_today(night, NOW + timedelta(seconds=1)) is None
    assert [each.name for each in backups_in(night.folder)] == [made.name]


async def test_only_old_backups_of_ours_go(night: Night) -> None:
    old = [planted(night.folder, NOW - ago * DAY) for ago in (35, 36, 100)]
    killed = night.folder / f".{planted(night.folder, NOW - 2 * DAY).name}.0a1b2c3d"
    under_way = night.folder / f".teamhope-{NOW:{STAMP}}-0a1b.backup.0a1b2c3d"
    long_ago = f"{NOW - 400 * DAY:{STAMP}}"
    foreign = [
        night.folder / name
        for name in (
            erasure_list.FILE_NAME,
            f"teamhope-{long_ago}-0a1b.backup.gpg",
            f"my-teamhope-{long_ago}-0a1b.backup",
            f"teamhope-{long_ago}.backup",
            "teamhope-20269999T999999Z-0a1b.backup",
            "before the move.backup",
        )
    ]
    for file in (killed, under_way, *foreign):
        file.write_text("x")
    made = await back_up_today(night, NOW)
    assert made is not None
    assert not [file for file in (*old, killed) if file.exists()]
    assert all(file.exists() for file in (made, under_way, *foreign))


async def test_a_night_that_failed_is_recorded_and_removes_nothing(
    night: Night, owner: asyncpg.Connection, fresh_database: Addresses
) -> None:
    old = planted(night.folder, NOW - 100 * DAY)
    wrong = replace(night, folder=old)  # a file where the folder should be
    with pytest.raises(BackupProblem):
        await back_up_today(wrong, NOW)
    assert await runs(owner) == [(False, {})]
    assert old.exists()
    assert await back_up_today(night, NOW) is not None


async def test_a_backup_that_cannot_be_read_back_is_none(
    night: Night, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = planted(night.folder, NOW - 3 * DAY)

    async def back_up_on_a_bad_disk(owner_url: str, file: Path, now: datetime) -> Path:
        await back_up(owner_url, file, now)
        file.write_bytes(file.read_bytes()[:-1])
        return file

    monkeypatch.setattr(nightly, "back_up", back_up_on_a_bad_disk)
    with pytest.raises(BackupProblem, match="end is missing"):
        await back_up_today(night, NOW)
    assert await runs(owner) == [(False, {})]
    assert [each.name for each in backups_in(night.folder)] == [before.name]


async def test_a_backup_names_every_key_that_it_needs(night: Night) -> None:
    made = await back_up_today(night, NOW)
    assert made is not None
    assert keys_of(made) == crypto.ids_in_use()


def test_removing_the_same_again_removes_nothing(tmp_path: Path) -> None:
    for ago in range(60):
        planted(tmp_path, NOW - ago * DAY)
    assert remove_old(tmp_path, NOW, ZONE) > 40
    left = sorted(path.name for path in tmp_path.iterdir())
    assert remove_old(tmp_path, NOW, ZONE) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == left


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "is_night", lambda *_: True)
    monkeypatch.setattr(nightly, "LOOK_EVERY", timedelta(milliseconds=50))


async def until(stop: asyncio.Event, night: Night, holds: Any) -> None:
    working = asyncio.create_task(run_nights(night, stop))
    async with asyncio.timeout(20):
        while not await holds():  # noqa: ASYNC110 - nobody tells when a night is over
            await asyncio.sleep(0.05)
        stop.set()
        await working


@pytest.mark.usefixtures("at_noon")
async def test_each_night_there_is_one_backup_and_one_purge(night: Night, owner: asyncpg.Connection) -> None:
    async def both_done() -> bool:
        return await owner.fetchval("select count(*) from operation_run where succeeded") == 2

    await until(asyncio.Event(), night, both_done)
    await asyncio.sleep(0.2)
    assert len(await runs(owner)) == len(await runs(owner, "purge")) == 1
    assert len(backups_in(night.folder)) == 1


@pytest.mark.usefixtures("at_noon")
async def test_what_fails_is_told_without_its_words_and_stops_nothing(
    night: Night, owner: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = planted(night.folder, NOW)
    wrong = replace(night, folder=blocked)

    async def tried_again_and_purged() -> bool:
        failed = await owner.fetchval("select count(*) from operation_run where operation = 'backup' and not succeeded")
        return failed >= 2 and (await runs(owner, "purge"))[:1] != []

    await until(asyncio.Event(), wrong, tried_again_and_purged)
    told = capsys.readouterr().out
    assert "nightly_work_failed" in told
    assert "BackupProblem" in told
    assert str(blocked) not in told


async def test_before_a_quarter_past_three_nothing_is_done(
    night: Night, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "is_night", lambda *_: False)
    monkeypatch.setattr(nightly, "LOOK_EVERY", timedelta(milliseconds=10))
    stop = asyncio.Event()
    working = asyncio.create_task(run_nights(night, stop))
    await asyncio.sleep(0.1)
    stop.set()
    await working
    assert await runs(owner) == []

"""The night's work: one backup that was read back, old ones removed, then what has outlived its period is purged."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from teamhope.backups import UNFINISHED, back_up, backups_in, new_file_in, verify
from teamhope.kit import clock
from teamhope.kit.database import pool_of
from teamhope.kit.logs import place_of
from teamhope.operations.rules import is_night, superseded
from teamhope.operations.service import NIGHTLY, refuse_unfinished_restore, run_daily
from teamhope.retention import service as retention

log = structlog.get_logger()

LOOK_EVERY: Final = timedelta(minutes=15)  # what failed is tried again as soon
LEFT_BEHIND: Final = timedelta(days=1)  # no backup takes as long: what is still unfinished then was killed


@dataclass(frozen=True, slots=True)
class Night:
    """Where the work is done, as the owner of the tables; `zone` is the report's."""

    owner_url: str = field(repr=False)
    folder: Path
    zone: ZoneInfo


async def run_nights(night: Night, stop: asyncio.Event) -> None:
    """Does the work of each local date once, from 3:15 on, until `stop` is set. What fails is told and tried again."""
    while not stop.is_set():
        for work in (back_up_today, purge_today) if is_night(clock.now(), night.zone) else ():
            await _try(work.__name__, work(night, clock.now()))
        await _wait(stop)


async def back_up_today(night: Night, now: datetime) -> Path | None:
    """The day's one backup, recorded as such; None where it was made already, or is being made.

    A good one was read back whole; only then the old ones go. Raises BackupProblem.
    """
    file = new_file_in(night.folder, now)

    async def make() -> dict[str, int]:
        begun = time.monotonic()
        await back_up(night.owner_url, file, now)
        await asyncio.to_thread(_verify_or_remove, file)
        removed = remove_old(night.folder, now, night.zone)
        return {"bytes": file.stat().st_size, "seconds": round(time.monotonic() - begun), "removed": removed}

    async with pool_of(night.owner_url, most=2, guarded=False):
        return file if await run_daily("backup", now, night.zone, make) else None


async def purge_today(night: Night, now: datetime) -> bool:
    """False where it was done today."""

    async def purge() -> dict[str, int]:
        return await retention.purge(now, dry_run=False)

    async with pool_of(night.owner_url, most=2, guarded=False):
        await refuse_unfinished_restore(NIGHTLY)  # `restore` has more to do than this, and is asked to finish it
        return await run_daily("purge", now, night.zone, purge)


def remove_old(folder: Path, now: datetime, zone: ZoneInfo) -> int:
    """Removes the backups that later ones supersede, and what killed ones left; how many files. Nothing else."""
    killed = [each for each in backups_in(folder, UNFINISHED) if now - each.made_at > LEFT_BEHIND]
    old = superseded(backups_in(folder), now, zone)
    for each in (*killed, *old):
        (folder / each.name).unlink(missing_ok=True)
    return len(killed) + len(old)


def _verify_or_remove(file: Path) -> None:
    """A backup that cannot be read is none, and must not stand where the last good one is looked for."""
    try:
        verify(file)
    except BaseException:
        file.unlink()
        raise


async def _try(name: str, work: Coroutine[Any, Any, object]) -> None:
    try:
        if await work:
            log.info("done_for_today", job=name)
    except Exception as problem:
        log.error("nightly_work_failed", job=name, error_type=type(problem).__name__, where=place_of(problem))


async def _wait(stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_EVERY.total_seconds()):
            await stop.wait()

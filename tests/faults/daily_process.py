"""A worker of its own process with one slow daily job, for tests that kill it: it looks again and again, until it dies.

python -m tests.faults.daily_process LOG, with DATABASE_URL, NOW, and SPEED (seconds of its clock in one of ours) in the
environment. A line of the log is "begins" or "ends", the local date, and the process's id.
"""

import asyncio
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.conftest import KEYS

from teamhope.kit import crypto, database
from teamhope.worker import Job, _once_a_day

ZONE = ZoneInfo("America/New_York")
LOOK_SECONDS, SLOW_SECONDS = 0.03, 0.15


async def main(log: Path, start: datetime, speed: float) -> None:
    crypto.use_keys(KEYS)
    began = time.monotonic()

    async def slow(now: datetime) -> None:
        for what in ("begins", "ends"):
            with log.open("a") as file:
                file.write(f"{what} {now.astimezone(ZONE).date()} {os.getpid()}\n")
            await asyncio.sleep(SLOW_SECONDS)

    job = _once_a_day(Job("watch_credentials", slow, daily=True), ZONE)
    async with database.pool_of(os.environ["DATABASE_URL"]):
        while True:
            await job.run(start + timedelta(seconds=speed * (time.monotonic() - began)))
            await asyncio.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), datetime.fromisoformat(os.environ["NOW"]), float(os.environ["SPEED"])))

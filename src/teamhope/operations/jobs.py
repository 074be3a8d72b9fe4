"""The worker's sign of life, which /readyz reads, and its look at the backups, which it cannot make."""

import platform
from datetime import datetime

import structlog

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.operations import queries
from teamhope.operations.service import backup_standing
from teamhope.vocabulary.people import WORKER

log = structlog.get_logger()
STARTED_AT = clock.now()


async def beat(now: datetime) -> None:
    """One pass: this machine's worker was alive at `now`. Repeating it only moves the instant."""
    async with acting_as(WORKER):
        await queries.save_heartbeat(platform.node(), STARTED_AT, now)


async def watch_backups(now: datetime) -> None:
    """One pass: a line in the log while the last good backup is too old. It changes nothing."""
    if (await backup_standing(WORKER, now)).is_late:
        log.error("backup_is_late")

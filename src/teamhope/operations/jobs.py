"""The worker's sign of life, which /readyz reads."""

import platform
from datetime import datetime

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.operations import queries
from teamhope.vocabulary.people import WORKER

STARTED_AT = clock.now()


async def beat(now: datetime) -> None:
    """One pass: this machine's worker was alive at `now`. Repeating it only moves the instant."""
    async with acting_as(WORKER):
        await queries.save_heartbeat(platform.node(), STARTED_AT, now)

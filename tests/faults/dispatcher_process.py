"""A worker of its own process, for tests that kill it: passes over due messages, one after the other, until it dies.

python -m tests.faults.dispatcher_process OWNER, with DATABASE_URL, PROVIDER_URL and NOW in the environment.
"""

import asyncio
import os
import sys
from datetime import datetime

from tests.conftest import KEYS
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.followups.jobs import dispatch_due
from teamhope.kit import crypto, database
from teamhope.telephony.client import connect

PAUSE_SECONDS = 0.05  # between passes when nothing is due


async def main(owner: str, now: datetime) -> None:
    crypto.use_keys(KEYS)
    provider = os.environ["PROVIDER_URL"]
    async with (
        database.pool_of(os.environ["DATABASE_URL"]),
        connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC, timeout_seconds=5) as telephone,
    ):
        while True:
            next_at = await dispatch_due(telephone, now, owner)
            if next_at is None or next_at > now:
                await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], datetime.fromisoformat(os.environ["NOW"])))

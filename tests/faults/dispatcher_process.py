"""A worker of its own process, for tests that kill it: the worker's own loop over what falls due, until it dies.

python -m tests.faults.dispatcher_process OWNER, with DATABASE_URL and PROVIDER_URL in the environment. NOW stops its
clock there; without it the clock is the machine's. It may crash by itself (crash_points).
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from tests.conftest import KEYS
from tests.faults import crash_points
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope import worker
from teamhope.followups import jobs, passes
from teamhope.kit import clock, crypto, database
from teamhope.letters.post import Post
from teamhope.operations import jobs as operations_jobs
from teamhope.settings import Settings
from teamhope.telephony.client import Telephone
from teamhope.worker import Job


async def work(owner: str) -> None:
    crypto.use_keys(KEYS)
    settings = Settings(
        database_url=os.environ["DATABASE_URL"],
        public_url=PUBLIC,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_number=NUMBER,
        twilio_api_base=os.environ["PROVIDER_URL"],
    )

    def what_falls_due(telephone: Telephone | None, _: Post | None) -> Sequence[Job]:
        return (
            Job("heartbeat", operations_jobs.beat),
            Job("mark_due", passes.mark_due),
            Job("dispatch_due", partial(jobs.dispatch_due, telephone, owner=owner), on_notice=True),
        )

    async with database.pool_of(settings.database_url):
        await worker.run(settings, asyncio.Event(), what_falls_due)


def main() -> None:
    crash_points.arm()
    if stands_at := os.environ.get("NOW"):
        clock.now = lambda: datetime.fromisoformat(stands_at)
    asyncio.run(work(sys.argv[1]))


if __name__ == "__main__":
    main()

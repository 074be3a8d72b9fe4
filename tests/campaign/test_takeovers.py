"""Whoever of several workers holds leases is killed, again and again: each item is raised once, by who takes over."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from random import Random
from uuid import UUID

import pytest
from tests.faults.dispatcher_kit import provider_of_a_round
from tests.faults.kill_kit import (
    PATIENCE,
    Supervised,
    check_calls,
    check_reminders,
    falling_due,
    finish,
    spread,
    supervised,
    until_none_is,
    worker_of,
)
from tests.slices.messages.kit import clear, fetch

from teamhope.followups.rules_messages import LEASE
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.fake_state import CallbackPlan

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1200)]
KILLS, ITEMS, SECONDS = 10, 334, 150  # of each number of workers
SLOW = CallbackPlan(dropped=True, before_answer=True, pause_seconds=0.1)  # three steps: an answer takes 0.3 s
HELD = """
    select lease_owner from message where lease_until > now() and status in ('queued', 'sending')
    and lease_owner is not null group by lease_owner order by count(*) desc limit 1
"""
LEFT_BY = "select id from message where lease_owner = $1 and status in ('queued', 'sending')"


@pytest.mark.parametrize("count", [2, 3, 4])
async def test_the_holder_is_killed(db: Addresses, count: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance, due = Random(seed), await falling_due(ITEMS, clock.now())
    async with provider_of_a_round() as (fake, provider):
        fake.state.plan = SLOW
        owners = [f"worker-{n}" for n in range(count)]
        workers = {owner: worker_of(owner, db.application, provider, forked=True) for owner in owners}
        async with supervised(*workers.values()):
            await spread(due, clock.now(), SECONDS)
            taken = await kill_holders(workers, chance)
            await until_none_is(["queued"], due, SECONDS + PATIENCE)
        await finish(due, db.application, provider, PATIENCE)
    late, ended = await check_calls(due, db.owner), await check_reminders(due, fake)
    print(f"{count} workers, {KILLS} kills, {2 * ITEMS} items, each raised once; reminders: {dict(ended)}; longest "
          f"takeover {max(taken):.1f} s, the latest call due after {late.total_seconds():.1f} s")  # fmt: skip
    assert max(taken) <= LEASE.total_seconds() + 5, "the lease, and a pass on a machine that does something else too"
    await clear()


async def kill_holders(workers: dict[str, Supervised], chance: Random) -> Sequence[float]:
    """How many seconds what each of KILLS left behind waited for somebody else."""
    takeovers: list[asyncio.Task[float]] = []
    async with asyncio.timeout(SECONDS + PATIENCE):
        while len(takeovers) < KILLS:
            holder = await fetch(HELD)
            if not holder:
                await asyncio.sleep(0.01)
                continue
            lease: str = holder[0]["lease_owner"]
            await workers[lease.partition("/")[0]].kill()
            if left := [row["id"] for row in await fetch(LEFT_BY, lease)]:
                takeovers.append(asyncio.create_task(_taken_over(left, lease, time.monotonic())))
                await asyncio.sleep(chance.uniform(2, 5))
        return await asyncio.gather(*takeovers)


async def _taken_over(left: Sequence[UUID], lease: str, since: float) -> float:
    still = "select 1 from message where id = any($1) and lease_owner = $2 limit 1"
    while await fetch(still, left, lease):  # noqa: ASYNC110 - another process takes it
        await asyncio.sleep(0.05)
    return time.monotonic() - since

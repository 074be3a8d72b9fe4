"""Rounds of kill -9: reminders to many volunteers, workers of their own processes, and what must hold afterwards."""

import asyncio
import contextlib
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.slices.messages.kit import NOW, clear, fetch, time_passes, volunteers_with_a_call
from tests.slices.telephony.exchange import ACCOUNT, PUBLIC, TOKEN

from teamhope.followups.jobs import plan_reminders
from teamhope.followups.service_messages import BATCH
from teamhope.telephony.fake import Fake, create_fake, serve
from teamhope.telephony.fake_state import CallbackPlan

ROOT = Path(__file__).parents[2]
A_DEAD_WORKERS_LEASE = timedelta(minutes=20)  # it runs out, and what the provider does not list by then is in doubt


@asynccontextmanager
async def worker(owner: str, database_url: str, provider: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {**os.environ, "DATABASE_URL": database_url, "PROVIDER_URL": provider, "NOW": NOW.isoformat()}
    program = (sys.executable, "-m", "tests.faults.dispatcher_process", owner)
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def kill_in_the_middle(process: asyncio.subprocess.Process, fake: Fake, after: int, seconds: float) -> None:
    """kill -9, `seconds` after the provider was asked to take `after` texts."""
    while sum(fake.state.requests.values()) < after:
        assert process.returncode is None, "the worker died by itself"
        await asyncio.sleep(0.002)
    await asyncio.sleep(seconds)
    process.kill()
    await process.wait()


async def all_ended(process: asyncio.subprocess.Process) -> None:
    while await fetch("select id from message where status in ('queued', 'sending') limit 1"):
        assert process.returncode is None, "the worker died by itself"
        await asyncio.sleep(0.1)


@asynccontextmanager
async def provider_of_a_round() -> AsyncIterator[tuple[Fake, str]]:
    """Its reports are lost: only what the workers wrote themselves counts."""
    fake = create_fake(ACCOUNT, TOKEN, PUBLIC)
    async with serve(fake.app) as provider:
        yield fake, provider


async def round_of_kills(database_url: str, seed: int, *, recipients: int, kills: int, workers: int) -> Counter[str]:
    """Kill `kills` times at random moments, let a last worker finish, check; how many messages ended how."""
    chance = Random(seed)
    people = [who for who, _ in await volunteers_with_a_call(recipients)]
    await plan_reminders(NOW)
    async with provider_of_a_round() as (fake, provider):
        fake.state.plan = CallbackPlan(dropped=True)
        # Each worker that is killed may leave a batch in doubt, which the provider is never asked to take.
        for after in sorted(chance.sample(range(1, recipients - BATCH * kills * workers), kills)):
            await _run_and_kill(database_url, provider, fake, after, workers, chance)
            await time_passes(A_DEAD_WORKERS_LEASE)
        async with worker("last", database_url, provider) as process:
            await all_ended(process)
    ended = await fetch("select status, provider_sid, person from message where person = any($1)",
                        [who.person_id for who in people])  # fmt: skip
    phones = {who.person_id: who.phone for who in people}
    check(ended, phones, fake)
    await clear()
    return Counter(row["status"] for row in ended)


async def _run_and_kill(database_url: str, provider: str, fake: Fake, after: int, workers: int, chance: Random) -> None:
    async with contextlib.AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(worker(f"worker {n}", database_url, provider)) for n in range(workers)
        ]
        await asyncio.gather(*(kill_in_the_middle(each, fake, after, chance.uniform(0, 0.05)) for each in running))


def check(ended: list[Any], phones: dict[Any, str], fake: Fake) -> None:
    """All have ended by name; the provider was asked at most once for each; sent are exactly those that it took."""
    assert len(ended) == len(phones)
    assert {row["status"] for row in ended} <= {"sent", "delivered", "uncertain"}
    assert set(fake.state.requests.values()) == {1}, "somebody was texted twice"
    ours = {phones[row["person"]]: row["provider_sid"] for row in ended if row["status"] != "uncertain"}
    assert ours == {text.to: text.sid for text in fake.state.texts}

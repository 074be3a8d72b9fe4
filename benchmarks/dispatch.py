"""Ten thousand reminders that are due at once, and 200 a second: the dispatcher beside the limit and PgQueuer.

The dispatcher does all that it does for a reminder: asks whether it is still wanted, commits the intent to send,
audits, records; its provider takes each text at once, without a network. The limit marks all rows in one statement.
PgQueuer, in batches of 200, runs jobs that do nothing, and is left out where its environment is missing.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import asyncpg
from tests.slices.messages.kit import NOW
from twilio.rest import Client

from benchmarks.dispatch_world import queue, volunteers
from benchmarks.kit import database, quantile_ms, server, tell
from teamhope.followups.jobs import dispatch_due
from teamhope.kit.database import pool_of
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.client import Telephone

BURST, PACED, A_SECOND = 10_000, 2_000, 200
HERE = Path(__file__).parent
PGQUEUER = HERE.parent / ".venv-bench/bin/python"
ONE_STATEMENT = (
    "update message set status = 'sent', sending_at = now() where status = 'queued' and due_at <= $1 returning id"
)


class TakesAll:
    """A provider without a network; when it was given which message, in seconds of perf_counter."""

    def __init__(self) -> None:
        self.given: dict[UUID, float] = {}
        self.doubled = 0

    async def create_async(self, *, status_callback: str, **_: Any) -> object:
        attempt = UUID(parse_qs(urlsplit(status_callback).query)["attempt"][0])
        self.doubled += attempt in self.given
        self.given[attempt] = perf_counter()
        return SimpleNamespace(sid=f"SM{attempt.hex}", status="queued", error_code=None)

    @property
    def telephone(self) -> Telephone:
        return Telephone(cast(Client, SimpleNamespace(messages=self)), "+12025550100", "https://hope.example.org")


@asynccontextmanager
async def watching() -> AsyncIterator[list[float]]:
    """How late the loop was each time, in seconds."""
    late: list[float] = [0.0]

    async def look() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(0.005)
            late.append(perf_counter() - before - 0.005)

    looking = asyncio.create_task(look())
    try:
        yield late
    finally:
        looking.cancel()


async def dispatch(provider: TakesAll, start: datetime) -> None:
    """As the worker does: the next pass when it is wanted, until nothing is queued. Its clock begins at `start`."""
    began = perf_counter()
    next_at: datetime | None = start
    while next_at is not None:
        now = start + timedelta(seconds=perf_counter() - began)
        if next_at > now:
            await asyncio.sleep((next_at - now).total_seconds())
            now = next_at
        next_at = await dispatch_due(provider.telephone, now, "bench")


async def burst(owner: Any, people: list[UUID]) -> float:
    await queue(owner, people, [NOW] * len(people), NOW)
    provider = TakesAll()
    async with watching() as late:
        start = perf_counter()
        await dispatch(provider, NOW)
        taken = perf_counter() - start
    missed = await owner.fetchval("select count(*) from message where status <> 'sent'")
    assert (len(provider.given), provider.doubled, missed) == (len(people), 0, 0)
    tell(benchmark="dispatch", way="ours, provider without a network", due=len(people), seconds=round(taken, 2),
         a_second=round(len(people) / taken), stall_max_ms=round(max(late) * 1000, 1))  # fmt: skip
    return taken


async def paced(owner: Any, people: list[UUID]) -> None:
    due = [NOW + timedelta(seconds=1 + n / A_SECOND) for n in range(len(people))]
    await queue(owner, people, due, NOW)
    due_of = dict(await owner.fetch("select id, due_at from message"))
    provider, began = TakesAll(), perf_counter()
    async with watching() as late:
        await dispatch(provider, NOW)
    waits = [at - began - (due_of[id_] - NOW).total_seconds() for id_, at in provider.given.items()]
    assert (len(waits), provider.doubled) == (len(people), 0)
    tell(benchmark="dispatch_paced", a_second=A_SECOND, messages=len(waits), due_to_start_p50_ms=quantile_ms(waits, 50),
         due_to_start_p99_ms=quantile_ms(waits, 99), stall_max_ms=round(max(late) * 1000, 1))  # fmt: skip


async def one_statement(owner: Any, people: list[UUID]) -> float:
    await queue(owner, people, [NOW] * len(people), NOW)
    start = perf_counter()
    marked = await owner.fetch(ONE_STATEMENT, NOW)
    taken = perf_counter() - start
    assert len(marked) == len(people)
    tell(benchmark="dispatch", way="one statement", due=len(people), seconds=round(taken, 3))
    return taken


def pgqueuer(dsn: str) -> float | None:
    if not PGQUEUER.exists():
        return None
    program = [PGQUEUER, HERE / "dispatch_pgqueuer.py", dsn, str(BURST)]
    taken = float(subprocess.run(program, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - ours
    tell(benchmark="dispatch", way="PgQueuer, jobs that do nothing", due=BURST, seconds=round(taken, 2))
    return taken


async def measure(addresses: Addresses) -> None:
    owner = await asyncpg.connect(addresses.owner)
    async with pool_of(addresses.application):
        people = await volunteers(owner, BURST)
        ours = await burst(owner, people)
        await paced(owner, people[:PACED])
    others = {"one statement": await one_statement(owner, people), "PgQueuer": pgqueuer(addresses.owner)}
    await owner.close()
    ratios = {f"{way} / ours": round(taken / ours, 3) for way, taken in others.items() if taken}
    tell(benchmark="dispatch_ratio", due=BURST, **ratios)


async def main() -> None:
    async with server() as running:
        await measure(await database(running, "dispatch"))


if __name__ == "__main__":
    asyncio.run(main())

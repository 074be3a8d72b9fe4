"""Processes that are killed and begun again while calls and reminders fall due, and what must hold of those."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg
from tests import world
from tests.faults.dispatcher_kit import A_DEAD_WORKERS_LEASE, ROOT
from tests.slices.messages.kit import fetch, time_passes, volunteers_with_a_call

from teamhope.telephony.fake import Fake

PATIENCE: Final = 180  # seconds, on a machine that does something else too
# One of them is between ten in the morning and two in the afternoon, so that what is due today stays due today.
ZONES: Final = (
    *("America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Auckland", "Asia/Tokyo"),
    *("Asia/Dhaka", "Europe/Athens", "Atlantic/Azores"),
)


# What a start imports takes seconds of a busy machine: forks of a process that has done so are there at once.
FORKS: Final = multiprocessing.get_context("forkserver")
PROGRAMS: Final = ("tests.faults.dispatcher_process", "tests.faults.web_process")


@dataclass
class Supervised:
    """A process that is begun again whenever it has died, as a service manager does.

    `next_crash` is in the environment of the next one only (crash_points). `deaths`: seconds of time.monotonic.
    """

    program: str  # one of PROGRAMS
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    forked: bool = False
    next_crash: dict[str, str] = field(default_factory=dict)
    deaths: list[float] = field(default_factory=list)
    pid: int | None = None

    def end(self) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def kill(self) -> None:
        died = len(self.deaths)
        self.end()
        await self.dies(died + 1)

    async def dies(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.deaths) < times:  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.005)

    async def run(self) -> None:
        start = _fork if self.forked else _start
        while True:
            self.pid, wait = start(self.program, self.arguments, {**self.environment, **self.next_crash})
            self.next_crash = {}
            code = await asyncio.to_thread(wait)
            self.pid = None
            assert code == -signal.SIGKILL, "it was to be killed, and ended by itself"
            self.deaths.append(time.monotonic())


Running = tuple[int, Callable[[], int | None]]  # its id, and how to wait for its exit code


def _start(program: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Running:
    process = subprocess.Popen((sys.executable, "-m", program, *arguments), cwd=ROOT, env={**os.environ, **environment})
    return process.pid, process.wait


def _fork(program: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Running:
    FORKS.set_forkserver_preload(list(PROGRAMS))
    process = FORKS.Process(target=_run, args=(program, arguments, environment), daemon=True)
    process.start()

    def wait() -> int | None:
        process.join()
        return process.exitcode

    assert process.pid is not None
    return process.pid, wait


def _run(program: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    sys.argv = [program, *arguments]
    sys.modules[program].main()


@asynccontextmanager
async def supervised(*processes: Supervised) -> AsyncIterator[None]:
    """Fails as soon as one of them ended otherwise than by being killed."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.run()) for each in processes]
        try:
            yield
        finally:
            for each, task in zip(processes, tasks, strict=True):
                task.cancel()
                each.end()


def worker_of(owner: str, database_url: str, provider: str, *, forked: bool = False) -> Supervised:
    environment = {"DATABASE_URL": database_url, "PROVIDER_URL": provider}
    return Supervised("tests.faults.dispatcher_process", (owner,), environment, forked)


# What falls due -------------------------------------------------------------------------------------------------------

SPREAD_CALLS: Final = """
    update follow_up set due_at = t.at, window_end_at = t.at + interval '2 hours'
    from unnest($1::uuid[], $2::timestamptz[]) as t (id, at) where follow_up.id = t.id
"""
SPREAD_REMINDERS: Final = """
    insert into message (id, person, kind, local_date, due_at, created_at)
    select gen_random_uuid(), t.person, 'daily_reminder', $3, t.at, $4
    from unnest($1::uuid[], $2::timestamptz[]) as t (person, at)
"""


@dataclass(frozen=True)
class Due:
    """Volunteers, each with a call and a reminder that fall due at the same instant."""

    people: Sequence[world.AVolunteer]
    calls: Sequence[world.AFollowUp]

    zone: ZoneInfo

    def part(self, start: int, end: int | None = None) -> "Due":
        return Due(self.people[start:end], self.calls[start:end], self.zone)


async def falling_due(count: int, now: datetime) -> Due:
    """Later today: `spread` makes them fall due."""
    zone = min(map(ZoneInfo, ZONES), key=lambda zone: abs(now.astimezone(zone).hour - 12))
    made = await volunteers_with_a_call(count, due_at=now + timedelta(hours=3), now=now, timezone=zone.key)
    return Due([who for who, _ in made], [call for _, call in made], zone)


async def spread(due: Due, start: datetime, seconds: float) -> None:
    """They fall due one after the other, evenly from `start` on."""
    at = [start + n * timedelta(seconds=seconds) / len(due.people) for n in range(len(due.people))]
    await fetch(SPREAD_CALLS, [call.id for call in due.calls], at)
    today = start.astimezone(due.zone).date()
    await fetch(SPREAD_REMINDERS, [who.person_id for who in due.people], at, today, start)


LEFT: Final = """
    select 1 from follow_up where id = any($1) and status = 'planned'
    union all select 1 from message where person = any($2) and status = any($3) limit 1
"""


async def until_none_is(statuses: Sequence[str], due: Due, seconds: float) -> None:
    """Until every call is due and no reminder has one of the statuses."""
    ids = ([call.id for call in due.calls], [who.person_id for who in due.people])
    async with asyncio.timeout(seconds):
        while await fetch(LEFT, *ids, statuses):  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.2)


async def finish(due: Due, database_url: str, provider: str, seconds: float) -> None:
    """What the dead have left behind: their leases run out, and what the provider does not list is in doubt."""
    await time_passes(A_DEAD_WORKERS_LEASE)
    async with supervised(worker_of("last", database_url, provider)):
        await until_none_is(["queued", "sending"], due, seconds)


# What must hold -------------------------------------------------------------------------------------------------------


async def check_calls(due: Due, owner_dsn: str) -> timedelta:
    """Each has come due once, and none early; how late the latest was."""
    owner = await asyncpg.connect(owner_dsn)
    rows = await owner.fetch(
        "select f.id, f.status, f.due_at, array_agg(a.at) as raised from follow_up f "
        "left join audit_event a on a.subject = f.id and a.act = 'follow_up_due' where f.id = any($1) group by f.id",
        [call.id for call in due.calls],
    )
    await owner.close()
    assert len(rows) == len(due.calls)
    assert {row["status"] for row in rows} == {"due"}
    assert {len(row["raised"]) for row in rows} == {1}, "a call came due twice"
    late = [row["raised"][0] - row["due_at"] for row in rows]
    assert min(late) >= timedelta(), "a call came due early"
    return max(late)


async def check_reminders(due: Due, fake: Fake) -> Counter[str]:
    """Each has a named end, nobody was texted twice, and what is in doubt is a coordinator's; how many ended how."""
    rows = await fetch(
        "select status, provider_sid, person, (select count(*) from task join volunteer v on v.id = task.volunteer "
        "where v.person = m.person and kind = 'uncertain_message') as tasks from message m where person = any($1)",
        [who.person_id for who in due.people],
    )
    phones = {who.person_id: who.phone for who in due.people}
    assert len(rows) == len(phones)
    assert {row["status"] for row in rows} <= {"sent", "delivered", "uncertain"}
    assert set(fake.state.requests.values()) == {1}, "somebody was texted twice"
    ours = {phones[row["person"]]: row["provider_sid"] for row in rows if row["status"] != "uncertain"}
    assert ours == {text.to: text.sid for text in fake.state.texts if text.to in set(phones.values())}
    assert all(row["tasks"] == (row["status"] == "uncertain") for row in rows)
    return Counter(row["status"] for row in rows)

"""The worker's loop: what asks for a pass, what a failure does to it, how it ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
from tests.app_kit import browser, somebody

from teamhope import worker
from teamhope.accounts import queries
from teamhope.accounts.jobs import remove_expired
from teamhope.kit import clock
from teamhope.kit.database import UnsafeDatabaseUser, acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.tables.accounts import SignInSession
from teamhope.vocabulary.people import DOORKEEPER, Role
from teamhope.worker import Job, jobs_of, run

HOUR = timedelta(hours=1)
PATIENCE = 5.0  # seconds; each of these takes milliseconds


class Passes:
    """A job that counts its passes; `then` says what each answers or raises."""

    def __init__(self, *then: datetime | Exception | None) -> None:
        self.then = list(then)
        self.made = 0
        self.changed = asyncio.Condition()

    async def __call__(self, now: datetime) -> datetime | None:
        async with self.changed:
            self.made += 1
            self.changed.notify_all()
        answer = self.then.pop(0) if self.then else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def reach(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: self.made >= number)


@asynccontextmanager
async def working(db: Addresses, *jobs: Job) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(run(Settings(database_url=db.application), stop, lambda *_: jobs))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await task


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "RETRY", timedelta(milliseconds=50))


async def notify(db: Addresses) -> None:
    connection = await asyncpg.connect(db.application)
    await connection.execute(f"notify {worker.CHANNEL}")
    await connection.close()


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Asks again and again, because nobody tells: fails after PATIENCE."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


async def listener(application: asyncpg.Connection, gone: int = 0) -> int:
    """The listener's server process, as soon as one other than `gone` listens."""
    query = """select pid from pg_stat_activity where application_name = 'teamhope listener' and pid <> $1
               and query ilike 'listen%' and datname = current_database()"""
    pids: list[int] = []

    async def there() -> bool:
        pids.extend(row[0] for row in await application.fetch(query, gone))
        return bool(pids)

    await eventually(there)
    return pids[0]


async def test_every_job_makes_a_pass_at_the_start_and_when_it_asked_for_one(db: Addresses) -> None:
    now = clock.now()
    once, again = Passes(), Passes(now - HOUR, now + timedelta(milliseconds=50))
    async with working(db, Job("once", once, every=HOUR), Job("again", again, every=HOUR)):
        await once.reach(1)
        await again.reach(3)
    assert (once.made, again.made) == (1, 3)


async def test_the_safety_poll_asks_by_itself(db: Addresses) -> None:
    passes = Passes()
    async with working(db, Job("polled", passes, every=timedelta(milliseconds=50))):
        await passes.reach(3)


async def test_a_notice_wakes_its_jobs_even_after_the_listener_was_lost(db: Addresses, impatient: None) -> None:
    application = await asyncpg.connect(db.application)
    woken, others = Passes(), Passes()
    async with working(db, Job("woken", woken, every=HOUR, on_notice=True), Job("others", others, every=HOUR)):
        first = await listener(application)
        await woken.reach(1)
        before = woken.made
        await notify(db)
        await woken.reach(before + 1)
        await application.execute("select pg_terminate_backend($1)", first)
        await listener(application, gone=first)
        before = woken.made
        await notify(db)
        await woken.reach(before + 1)
    await application.close()
    assert others.made == 1


async def test_a_database_that_is_away_is_asked_again_soon(db: Addresses, impatient: None) -> None:
    passes = Passes(ConnectionRefusedError(), TimeoutError())
    async with working(db, Job("patient", passes, every=HOUR)):
        await passes.reach(3)


async def test_a_failing_job_is_told_and_stops_no_other(db: Addresses, capsys: pytest.CaptureFixture[str]) -> None:
    failing, fine = Passes(*[ValueError("Fay's secret")] * 99), Passes()
    tick = timedelta(milliseconds=30)
    async with working(db, Job("failing", failing, every=tick), Job("fine", fine, every=tick)):
        await failing.reach(3)
        await fine.reach(3)
    told = capsys.readouterr().out
    assert "pass_failed" in told
    assert "ValueError" in told
    assert "Fay" not in told


async def test_an_unsafe_database_user_ends_the_worker(db: Addresses) -> None:
    jobs = (Job("unsafe", Passes(UnsafeDatabaseUser()), every=HOUR), Job("fine", Passes()))
    with pytest.raises(UnsafeDatabaseUser):
        await asyncio.wait_for(run(Settings(database_url=db.application), asyncio.Event(), lambda *_: jobs), PATIENCE)


async def test_a_stop_lets_the_running_pass_finish_and_begins_no_other(db: Addresses) -> None:
    begun, may_finish, finished = asyncio.Event(), asyncio.Event(), []

    async def slow(now: datetime) -> None:
        begun.set()
        await may_finish.wait()
        finished.append(now)

    async with working(db, Job("slow", slow, every=timedelta(milliseconds=20), on_notice=True)) as stop:
        await begun.wait()
        stop.set()
        await asyncio.sleep(0.1)
        assert not finished
        may_finish.set()
    assert len(finished) == 1


async def test_passes_of_one_job_never_overlap(db: Addresses) -> None:
    running, most, count = 0, 0, 0
    enough = asyncio.Event()

    async def slow(now: datetime) -> None:
        nonlocal running, most, count
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.03)
        running -= 1
        count += 1
        if count == 5:
            enough.set()

    async with working(db, Job("slow", slow, every=timedelta(milliseconds=10))):
        async with asyncio.timeout(PATIENCE):
            await enough.wait()
    assert most == 1


async def is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


async def test_readyz_is_red_until_a_worker_was_seen(db: Addresses) -> None:
    async with browser() as client:
        assert (await client.get("/readyz")).json() == {"status": "worker_missing"}
        async with working(db, *[job for job in jobs_of(None) if job.name == "heartbeat"]):
            await eventually(lambda: is_ready(client))


@pytest.mark.parametrize("job", jobs_of(None), ids=lambda job: job.name)
async def test_every_job_of_ours_can_be_repeated_on_an_empty_database(db: Addresses, job: Job) -> None:
    await job.run(clock.now())
    await job.run(clock.now())


async def test_no_two_jobs_share_a_name() -> None:
    names = [job.name for job in jobs_of(None)]
    assert len(set(names)) == len(names)


async def test_the_clean_up_leaves_what_still_counts(db: Addresses) -> None:
    now = clock.now()
    who = await somebody(Role.ADMIN, "tidy@example.org")
    async with acting_as(DOORKEEPER):
        await queries.insert_session(b"old", who.id, now - HOUR, now)
        await queries.insert_session(b"live", who.id, now - HOUR, now + HOUR)
        await queries.count_attempt("late@example.org", now - HOUR)
        await queries.count_attempt("soon@example.org", now + HOUR)
    await remove_expired(now)
    async with acting_as(DOORKEEPER):
        sessions = await SignInSession.select(SignInSession.id_hash)
        assert [bytes(row["id_hash"]) for row in sessions] == [b"live"]
        assert (await queries.count_attempt("late@example.org", now))[0] == 1
        assert (await queries.count_attempt("soon@example.org", now))[0] == 2

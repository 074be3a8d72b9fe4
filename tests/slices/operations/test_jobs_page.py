"""The page of recurring jobs: for administrators alone, in both languages; what runs when they ask for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import httpx
import pytest
from tests.app_kit import Someone, browser, sign_in, somebody, submit
from tests.slices.operations.test_worker import Passes, eventually, working

from teamhope.kit import clock
from teamhope.kit.database import ROW_REFUSED, acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations import queries_jobs, service_jobs
from teamhope.operations.queries_jobs import Pass
from teamhope.operations.wording import JOBS
from teamhope.vocabulary.people import PERSON_ROLES, WORKER, Actor, Role, command
from teamhope.worker import Job, jobs_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = "Jobs that are late or keep failing"
PAGE, RUN = "/admin/jobs", "/admin/jobs/{}/run"


@pytest.fixture(autouse=True)
async def _empty(db: Addresses) -> None:
    async with acting_as(command("tests")):
        await connection().execute("update recurring_job set asked_at = null, failures = 0, error_type = null,"
                                   " next_at = now() + interval '1 hour', succeeded_at = null")  # fmt: skip


@pytest.fixture(scope="module")
async def ana(db: Addresses) -> Someone:
    return await somebody(Role.ADMIN, "ana@example.org")


@pytest.fixture
async def admin(ana: Someone) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        await sign_in(client, ana)
        yield client


async def noted(name: str, *, daily: bool = False, error: str | None = None, failures: int = 1, ago: timedelta = HOUR,
                next_in: timedelta = HOUR) -> None:  # fmt: skip
    now = clock.now()
    made = Pass(name, daily, now - ago, now - ago, now + next_in, failures if error else 0, error)
    await service_jobs.note_pass(made)


async def asked() -> list[str]:
    async with acting_as(WORKER):
        return [job.name for job in await queries_jobs.list_jobs() if job.asked_at]


async def test_anonymous(db: Addresses) -> None:
    async with browser() as client:
        assert (await client.get(PAGE)).headers["location"].startswith("/login")
        assert (await client.post(RUN.format("seal"))).status_code in {303, 403}


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.ADMIN}))
async def test_nobody_else_sees_or_asks(db: Addresses, role: Role) -> None:
    await noted("seal")
    who = await somebody(role, f"{role}@example.org")
    async with browser() as client:
        await sign_in(client, who)
        assert (await client.get(PAGE)).status_code == 403
        assert (await submit(client, RUN.format("seal"), page="/me")).status_code == 403
    async with acting_as(Actor(role, who.id)):
        assert await queries_jobs.list_jobs() == []
        await queries_jobs.ask("seal", clock.now())
    assert await asked() == []


async def test_an_administrator_can_only_ask_and_not_write_what_happened(ana: Someone) -> None:
    await noted("seal")
    for column in ("failures = 9, error_type = 'E'", "next_at = 'infinity'", "name = 'watch'"):
        with pytest.raises(ROW_REFUSED):
            async with acting_as(Actor(Role.ADMIN, ana.id)):
                await connection().execute(f"update recurring_job set {column}, asked_at = now() where name = 'seal'")
    with pytest.raises(ROW_REFUSED):
        async with acting_as(Actor(Role.ADMIN, ana.id)):
            await queries_jobs.note_pass(Pass("invented", False, clock.now(), clock.now(), clock.now()))


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda: noted("seal"), "On time"),
        (lambda: noted("seal", ago=timedelta()), "less than a second"),
        (lambda: noted("seal", next_in=-timedelta(minutes=30)), "Late by 30 minutes"),
        (lambda: noted("seal", next_in=-timedelta(minutes=1)), "Any moment"),
        (lambda: noted("seal", error="ValueError"), "Failed once (ValueError)"),
        (lambda: noted("seal", error="ValueError", failures=4), "Failed 4 times in a row (ValueError)"),
        (lambda: noted("watch_credentials", daily=True, ago=timedelta()), "Done for today"),
    ],
)
async def test_the_page_says_how_each_job_stands(
    admin: httpx.AsyncClient, write: Callable[[], object], told: str
) -> None:
    await write()  # type: ignore[misc]
    assert told in (await admin.get(PAGE)).text


async def test_it_is_read_in_spanish_too(db: Addresses) -> None:
    await noted("seal", error="ValueError", failures=4)
    who = await somebody(Role.ADMIN, "es@example.org", language="es")
    async with browser() as client:
        await sign_in(client, who)
        page, today = (await client.get(PAGE)).text, (await client.get("/")).text
    assert "Falló 4 veces seguidas (ValueError)" in page
    assert "Sella el registro" in page
    assert "Sella el registro" in today


async def test_a_job_that_is_late_or_keeps_failing_is_on_her_start_page(admin: httpx.AsyncClient) -> None:
    await noted("seal", error="ValueError", failures=2)
    assert LATE not in (await admin.get("/")).text
    await noted("seal", error="ValueError")
    today = (await admin.get("/")).text
    assert LATE in today
    assert JOBS["seal"] in today
    await noted("seal")
    assert LATE not in (await admin.get("/")).text
    await noted("seal", next_in=-HOUR)
    assert LATE in (await admin.get("/")).text


async def test_what_is_asked_for_waits_for_a_worker_and_is_audited(admin: httpx.AsyncClient, ana: Someone) -> None:
    await noted("seal")
    answer = await submit(admin, RUN.format("seal"), page=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/jobs?done=job_asked")
    assert "Waits for a worker" in (await admin.get(PAGE)).text
    assert await asked() == ["seal"]
    async with acting_as(Actor(Role.ADMIN, ana.id)):
        acts = await connection().fetch("select reason from audit_event where act = 'asked_for_job'")
    assert [row["reason"] for row in acts] == ["seal"]


@pytest.mark.parametrize("name", ["unheard_of", "backup", "run_asked", "x" * 200, "Ünknown"])
async def test_what_nobody_can_ask_for_is_not_found(admin: httpx.AsyncClient, name: str) -> None:
    await noted("seal")
    await noted("backup", daily=True, ago=2 * DAY)
    await noted("run_asked")
    assert (await submit(admin, RUN.format(name), page=PAGE)).status_code == 404


async def test_a_daily_job_that_is_done_is_not_done_again(admin: httpx.AsyncClient) -> None:
    await noted("seal")
    await noted("watch_credentials", daily=True, ago=timedelta())
    answer = await submit(admin, RUN.format("watch_credentials"), page=PAGE)
    assert answer.status_code == 409
    assert "done for today" in answer.text
    assert await asked() == []


async def test_one_of_many_workers_runs_what_was_asked_for(db: Addresses, admin: httpx.AsyncClient) -> None:
    passes = [Passes() for _ in range(3)]
    async with (
        working(db, Job("seal", passes[0], every=HOUR)),
        working(db, Job("seal", passes[1], every=HOUR)),
        working(db, Job("seal", passes[2], every=HOUR)),
    ):
        await asyncio.gather(*(each.reach(1) for each in passes))
        before = clock.now()
        await submit(admin, RUN.format("seal"), page=PAGE)

        async def ran() -> bool:
            async with acting_as(WORKER):
                job = await queries_jobs.lock_job("seal")
            return job is not None and job.started_at > before and job.asked_at is None

        await eventually(ran)
        await asyncio.sleep(0.1)
    assert sum(each.made for each in passes) == 4


async def test_failures_are_counted_in_a_row_by_their_type_alone(db: Addresses, admin: httpx.AsyncClient) -> None:
    async with working(db, Job("seal", Passes(*[ValueError("Fay's secret")] * 99), every=HOUR)):
        await eventually(lambda: told(admin, "Failed once (ValueError)"))
        await submit(admin, RUN.format("seal"), page=PAGE)
        await eventually(lambda: told(admin, "Failed 2 times in a row (ValueError)"))
    assert "Fay" not in (await admin.get(PAGE)).text
    async with working(db, Job("seal", Passes(), every=HOUR)):
        await eventually(lambda: told(admin, "On time"))


async def told(admin: httpx.AsyncClient, words: str) -> bool:
    return words in (await admin.get(PAGE)).text


async def test_a_job_that_runs_all_the_time_is_written_down_once_a_minute(db: Addresses) -> None:
    passes = Passes()
    async with working(db, Job("mark_due", passes, every=timedelta(milliseconds=20))):
        await passes.reach(1)
        await eventually(lambda: is_noted("mark_due"))
        async with acting_as(WORKER):
            first = await queries_jobs.lock_job("mark_due")
        await passes.reach(10)
    async with acting_as(WORKER):
        assert await queries_jobs.lock_job("mark_due") == first


async def is_noted(name: str, since: datetime | None = None) -> bool:
    async with acting_as(WORKER):
        job = await queries_jobs.lock_job(name)
    return job is not None and (since is None or job.started_at > since)


async def test_every_job_has_plain_words() -> None:
    assert {job.name for job in jobs_of(None)} | {"backup", "purge", "run_asked"} == set(JOBS)

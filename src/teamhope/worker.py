"""The worker: every recurring job in one list, and the loop that makes a pass of each when it is wanted.

APScheduler is only the clock: what it runs sets an event. Rows say what is due, so a lost tick only delays.
"""

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from teamhope.accounts import jobs as accounts_jobs
from teamhope.audit import jobs as audit_jobs
from teamhope.calls import jobs as calls_jobs
from teamhope.calls import service_drafts, service_reconcile
from teamhope.calls.service_not_logged import ask_to_log
from teamhope.care import jobs as care_jobs
from teamhope.families import jobs as families_jobs
from teamhope.followups import jobs as followups_jobs
from teamhope.followups import passes, passes_promises, service_ledger
from teamhope.kit import clock
from teamhope.kit.database import UNAVAILABLE, UnsafeDatabaseUser
from teamhope.kit.logs import place_of
from teamhope.letters import jobs as letters_jobs
from teamhope.letters.post import Post, post_of
from teamhope.matching import jobs as matching_jobs
from teamhope.matching import service_cover
from teamhope.operations import jobs as operations_jobs
from teamhope.operations import service_jobs
from teamhope.operations.queries_jobs import Pass
from teamhope.operations.rules_jobs import LOOK, TAKES_WISHES, next_daily, worth_noting
from teamhope.operations.service import BY_WORKER, run_daily
from teamhope.settings import Settings
from teamhope.telephony import client
from teamhope.telephony.client import Telephone

log = structlog.get_logger()

CHANNEL: Final = "teamhope_wake"
SAFETY: Final = timedelta(seconds=30)  # a notice may be lost; a due row is seen at the latest after this
FIVE_SECONDS: Final = timedelta(seconds=5)  # somebody waits on the line
FIVE_MINUTES: Final = timedelta(minutes=5)
RETRY = timedelta(seconds=3)  # while the database is away
OWNER: Final = f"{platform.node()} {os.getpid()}"  # whose lease it is, in the rows
LONGEST_FINISH: Final = 5.0  # seconds that passes may still run after a stop, longer than a lock is waited for
LAST_WORDS: Final = 1.5  # seconds for what was cancelled then to give back what it holds
CLOCK_RULES: Final = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # a late tick is still a tick


@dataclass(frozen=True, slots=True)
class Job:
    """`run` makes one pass, safe to repeat; a time that it returns is when it wants the next, `every` the longest wait.

    `on_notice`: a NOTIFY on CHANNEL asks for a pass too. `daily`: one that succeeds on each date of the organisation,
    whoever makes it; the others only look whether it was made.
    """

    name: str
    run: Callable[[datetime], Awaitable[object]]
    every: timedelta = SAFETY
    on_notice: bool = False
    daily: bool = False


def jobs_of(telephone: Telephone | None, post: Post | None = None) -> tuple[Job, ...]:
    """Every recurring job. Without a telephone there are no texts to send, without a post office no letters."""
    return (
        Job("heartbeat", operations_jobs.beat, every=timedelta(seconds=20)),
        Job("watch_backups", operations_jobs.watch_backups, every=timedelta(hours=1)),
        Job("mark_due", passes.mark_due),
        Job("watch_promises", partial(passes_promises.watch_promises, service_cover.may_cover)),
        Job("count_promises", service_ledger.count_promises, every=FIVE_MINUTES),
        Job("keep_wall_time", passes.keep_wall_time, every=timedelta(days=1)),
        Job("dispatch_due", partial(followups_jobs.dispatch_due, telephone, owner=OWNER), on_notice=True),
        Job("dial_due", partial(calls_jobs.dial_due, telephone, owner=OWNER), on_notice=True),
        Job("tend_calls", partial(calls_jobs.tend_calls, telephone), every=FIVE_SECONDS, on_notice=True),
        Job("ask_about_legs", partial(calls_jobs.ask_about_legs, telephone, owner=OWNER), every=timedelta(minutes=1)),
        Job("ask_to_log", ask_to_log, every=timedelta(hours=1)),
        Job("apply_callbacks", followups_jobs.apply_callbacks, on_notice=True),
        Job("apply_replies", followups_jobs.apply_replies, on_notice=True),
        Job("send_letters", partial(letters_jobs.send_due, post), on_notice=True),
        Job("ask_about_silent", partial(followups_jobs.ask_about_silent, telephone, owner=OWNER), every=FIVE_MINUTES),
        Job("plan_reminders", followups_jobs.plan_reminders, every=FIVE_MINUTES),
        Job("watch_escalations", partial(care_jobs.watch_escalations, telephone is not None), on_notice=True),
        Job("plan_nudges", followups_jobs.plan_nudges, every=FIVE_MINUTES),
        Job("remind_families", followups_jobs.remind_families, every=FIVE_MINUTES),
        Job("erase_bodies", partial(followups_jobs.erase_bodies, telephone), every=timedelta(hours=1)),
        Job("expire_offers", matching_jobs.expire_offers, every=FIVE_MINUTES),
        Job("watch_credentials", matching_jobs.watch_credentials, every=LOOK, daily=True),
        Job("ask_to_call_who_waits", matching_jobs.ask_to_call_who_waits, every=LOOK, daily=True),
        Job("prepare_proposal", matching_jobs.prepare_proposal, every=FIVE_MINUTES),
        Job("resume_requests", families_jobs.resume_requests, every=timedelta(hours=1)),
        Job("ask_after_holds", families_jobs.ask_after_holds, every=timedelta(hours=1)),
        Job("ask_to_reconfirm", families_jobs.ask_to_reconfirm, every=LOOK, daily=True),
        Job("delete_old_drafts", service_drafts.delete_old_drafts, every=timedelta(hours=1)),
        Job("reconcile_calls", partial(service_reconcile.reconcile, telephone), every=LOOK, daily=True),
        Job("seal", audit_jobs.seal, every=FIVE_MINUTES),
        Job("remove_expired", accounts_jobs.remove_expired, every=timedelta(hours=1)),
    )


@dataclass(slots=True)
class Lane:
    """One job and whether a pass of it is wanted; its passes never overlap, those of other jobs may.

    `failures` in a row have not been written down yet; `noted_at` is when a pass was.
    """

    job: Job
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    noted_at: datetime | None = None
    failing: bool = False
    failures: int = 0

    async def want(self) -> None:
        self.wanted.set()


async def run(
    settings: Settings, stop: asyncio.Event, jobs: Callable[[Telephone | None, Post | None], Sequence[Job]] = jobs_of
) -> None:
    """Makes passes until `stop` is set, then lets those under way finish. The pool is open already.

    A database that is away is waited for. Raises UnsafeDatabaseUser, SettingProblem.
    """
    async with _telephone(settings) as telephone:
        zone = ZoneInfo(settings.report_timezone)
        lanes = [Lane(_once_a_day(job, zone)) for job in jobs(telephone, post_of(settings.smtp_url))]
        lanes.append(Lane(Job(TAKES_WISHES, partial(_run_asked, tuple(lanes)), on_notice=True)))
        for lane in lanes:
            lane.wanted.set()
        await _run_lanes(settings.database_url, lanes, stop)


def _once_a_day(job: Job, zone: ZoneInfo) -> Job:
    """A daily job whose passes look first; others as they are."""

    async def look(now: datetime) -> datetime:
        async def make() -> dict[str, int]:
            answer = await job.run(now)
            return {"done": answer} if isinstance(answer, int) else {}

        await run_daily(job.name, now, zone, make, BY_WORKER)
        return next_daily(now, zone, BY_WORKER.begins)

    return replace(job, run=look) if job.daily else job


async def _run_asked(lanes: Sequence[Lane], _: datetime) -> None:
    """One pass: what an administrator waits for is wanted by this worker, if no other was faster."""
    asked = await service_jobs.take_asked([lane.job.name for lane in lanes])
    for lane in lanes:
        if lane.job.name in asked:
            lane.noted_at = None  # so that she sees it
            lane.wanted.set()


@asynccontextmanager
async def _telephone(settings: Settings) -> AsyncIterator[Telephone | None]:
    if not settings.telephone:
        yield None
        return
    account = (settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_number)
    async with client.connect(*account, settings.twilio_api_base, settings.public_url) as telephone:
        yield telephone


async def _run_lanes(dsn: str, lanes: Sequence[Lane], stop: asyncio.Event) -> None:
    ticks = _clock_of(lanes)
    listener = asyncio.create_task(_listen(dsn, lanes))
    passing = [asyncio.create_task(_make_passes(lane, ticks, stop)) for lane in lanes]
    stopping = asyncio.create_task(stop.wait())
    ticks.start()
    try:
        await asyncio.wait([stopping, *passing], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()  # a lane that ended by itself has failed: then the others end too
        ticks.shutdown(wait=False)
        for lane in lanes:
            lane.wanted.set()
        await asyncio.wait(passing, timeout=LONGEST_FINISH)
        for task in (listener, stopping, *passing):
            task.cancel()
        await asyncio.wait((listener, stopping, *passing), timeout=LAST_WORDS)
    for task in passing:
        if task.done() and not task.cancelled():
            task.result()


def _clock_of(lanes: Sequence[Lane]) -> Any:
    ticks = AsyncIOScheduler(timezone=UTC, job_defaults=CLOCK_RULES)
    for lane in lanes:
        ticks.add_job(lane.want, "interval", seconds=lane.job.every.total_seconds(), id=lane.job.name)
    return ticks


async def _make_passes(lane: Lane, ticks: Any, stop: asyncio.Event) -> None:
    while await lane.wanted.wait() and not stop.is_set():
        lane.wanted.clear()
        next_at = await _one_pass(lane)
        if next_at and not stop.is_set():
            ticks.add_job(lane.want, "date", run_date=next_at, id=f"{lane.job.name} next", replace_existing=True)


async def _one_pass(lane: Lane) -> datetime | None:
    """When the job wants its next pass. One that fails is told and tried again: the others go on."""
    job, begun = lane.job, clock.now()
    try:
        answer = await job.run(begun)
    except UnsafeDatabaseUser:
        raise
    except UNAVAILABLE as problem:
        log.warning("database_unavailable", job=job.name, error_type=type(problem).__name__)
        return clock.now() + RETRY
    except Exception as problem:
        log.error("pass_failed", job=job.name, error_type=type(problem).__name__, where=place_of(problem))
        await _note(lane, begun, type(problem).__name__)
        return None
    await _note(lane, begun, None)
    return answer if isinstance(answer, datetime) else None


async def _note(lane: Lane, begun: datetime, error_type: str | None) -> None:
    """Writes how the pass ended, if that is worth a write; run_daily does so itself. It never stops the passes."""
    now, failing = clock.now(), error_type is not None
    lane.failures = lane.failures + 1 if failing else 0
    if lane.job.daily or not worth_noting(lane.noted_at, lane.failing, failing, now):
        return
    try:
        made = Pass(lane.job.name, False, begun, now, now + lane.job.every, lane.failures, error_type)
        await service_jobs.note_pass(made)
    except (*UNAVAILABLE, asyncpg.PostgresError) as problem:
        log.warning("pass_not_noted", job=lane.job.name, error_type=type(problem).__name__)
        return
    lane.noted_at, lane.failing, lane.failures = now, failing, 0


async def _listen(dsn: str, lanes: Sequence[Lane]) -> None:
    """Passes a notice on, on a connection of its own, which is opened again whenever it is lost."""

    def wake(*_: object) -> None:
        for lane in lanes:
            if lane.job.on_notice:
                lane.wanted.set()

    while True:
        try:
            await _listen_until_lost(dsn, wake)
        except (*UNAVAILABLE, asyncpg.PostgresError) as problem:
            log.warning("listener_lost", error_type=type(problem).__name__)
        await asyncio.sleep(RETRY.total_seconds())


async def _listen_until_lost(dsn: str, wake: Callable[..., None]) -> None:
    lost = asyncio.Event()
    connection = await asyncpg.connect(dsn, timeout=5, server_settings={"application_name": "teamhope listener"})
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, wake)
        wake()  # for what was told while nobody listened
        await lost.wait()
    finally:
        connection.terminate()

"""May this process serve this database; what runs once a day; and how old the last good backup is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.audit import service as audit
from teamhope.kit import clock, migrations
from teamhope.kit.database import acting_as
from teamhope.operations import queries, queries_jobs, queries_runs, rules, rules_jobs
from teamhope.operations.queries_jobs import Pass
from teamhope.operations.rules import GoodBackup
from teamhope.vocabulary.people import WORKER, Actor, command

NIGHTLY: Final = command("nightly")


class Unfit(RuntimeError):
    """The database is not one that this process may use. One or two sentences: why, and what to do."""


KEYS_DO_NOT_FIT = (
    "The data was written with other keys: give the TEAMHOPE_ENCRYPTION_KEYS and TEAMHOPE_LOOKUP_KEY of this database."
)


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """`is_late`: somebody has to look. Of a demonstration nobody expects backups."""

    last: GoodBackup | None
    is_late: bool


async def refuse_unfit(actor: Actor) -> None:
    """Raises Unfit for pending migrations, a restore that is not finished, demonstration accounts, or other keys."""
    async with acting_as(actor):
        await _refuse_pending()
        await _refuse_unfinished_restore()
        if await queries.is_demonstration():
            raise Unfit(
                "This database holds demonstration accounts, whose passwords are printed for everybody: "
                "use an empty database, or run 'teamhope demo'."
            )
        await _refuse_other_keys()


async def claim_for_demonstration(actor: Actor) -> None:
    """Marks an empty database as one for demonstration; raises Unfit for real people, and as refuse_unfit."""
    async with acting_as(actor):
        await _refuse_unfinished_restore()
        if not await queries.is_demonstration():
            if await queries.holds_people():
                raise Unfit(
                    "This database holds real people: choose another folder for the demonstration with --data-dir."
                )
            await queries.save_demonstration()
        await _refuse_other_keys()


async def worker_seen_at(actor: Actor) -> datetime | None:
    """When any worker last gave a sign of life; None if none ever did."""
    async with acting_as(actor):
        return await queries.latest_heartbeat()


@dataclass(frozen=True, slots=True)
class Daily:
    """By whom, from which local time on, and when a run that has not ended is taken over."""

    actor: Actor
    begins: time
    lease: timedelta


BY_NIGHT: Final = Daily(NIGHTLY, rules.NIGHT_BEGINS, rules.GIVEN_UP_AFTER)
BY_WORKER: Final = Daily(WORKER, time(0), rules_jobs.LEASE)


async def run_daily(
    operation: str,
    now: datetime,
    report_zone: ZoneInfo,
    work: Callable[[], Awaitable[dict[str, int]]],
    how: Daily = BY_NIGHT,
) -> bool:
    """Does the work unless somebody has begun or done it on this local date; False then.

    It runs outside any transaction, by night on the owner's pool. Its counts are recorded, or that it failed: then it
    may be tried again the same day. A run that has not ended after its lease is taken over.
    """
    run_id = await _claim(operation, now, report_zone, how)
    if run_id is None:
        return False
    made = Pass(operation, True, now, now, rules_jobs.next_daily(now, report_zone, how.begins))
    counts: dict[str, int] | None = None
    try:
        counts = await work()
    except Exception as problem:
        made = replace(made, next_at=now + rules_jobs.LOOK, failures=1, error_type=type(problem).__name__)
        raise
    finally:
        await _end(run_id, counts, made, how)
    return True


async def _claim(operation: str, now: datetime, report_zone: ZoneInfo, how: Daily) -> UUID | None:
    async with acting_as(how.actor):
        await queries_runs.give_up_runs(operation, now - how.lease, now)
        return await queries_runs.claim_run(operation, now.astimezone(report_zone).date(), now)


async def _end(run_id: UUID, counts: dict[str, int] | None, made: Pass, how: Daily) -> None:
    """What was cancelled neither did well nor failed: nobody has to look into it."""
    async with acting_as(how.actor):
        await queries_runs.end_run(run_id, clock.now(), counts)
        if counts is not None or made.failures:
            await queries_jobs.note_pass(replace(made, finished_at=clock.now()))


async def backup_standing(actor: Actor, now: datetime) -> BackupStanding:
    async with acting_as(actor):
        last = await queries_runs.last_good_backup()
        expected = not await queries.is_demonstration()
    return BackupStanding(last, expected and rules.is_late(last.made_at if last else None, now))


async def refuse_unfinished_restore(actor: Actor) -> None:
    """Raises Unfit while what was erased after a restored backup may be back."""
    async with acting_as(actor):
        await _refuse_unfinished_restore()


async def finish_restore(actor: Actor, now: datetime) -> None:
    """From now on the database may be served again."""
    async with acting_as(actor):
        await queries.save_restore_finished()
        await audit.record(actor, "finished_restore", ("installation", None), now)


async def _refuse_unfinished_restore() -> None:
    if await queries.restore_unfinished():
        raise Unfit(
            "A restore is not finished, and what was erased after its backup may be back: "
            "run 'teamhope restore' again, or 'teamhope purge'."
        )


async def _refuse_pending() -> None:
    if missing := await migrations.pending():
        raise Unfit(f"The database is behind this release ({', '.join(missing)}): run 'teamhope db upgrade' first.")


async def _refuse_other_keys() -> None:
    if await queries.keys_fit() is False:
        raise Unfit(KEYS_DO_NOT_FIT)

"""Rows of recurring jobs, one each."""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

from teamhope.kit.database import connection
from teamhope.operations.rules_jobs import Standing
from teamhope.tables.operations import RecurringJob

NOTE: Final = """
    insert into recurring_job as job (name, daily, started_at, finished_at, next_at, failures, error_type, succeeded_at)
    values ($1, $2, $3, $4, $5, $6, $7, case when $6 = 0 then $3::timestamptz end)
    on conflict (name) do update set daily = excluded.daily, started_at = excluded.started_at,
      finished_at = excluded.finished_at, next_at = excluded.next_at,
      succeeded_at = coalesce(excluded.succeeded_at, job.succeeded_at),
      failures = case when excluded.failures = 0 then 0 else job.failures + excluded.failures end,
      error_type = excluded.error_type
"""
TAKE: Final = """
    with asked as (
      select name from recurring_job where asked_at is not null and name = any($1) for update skip locked)
    update recurring_job job set asked_at = null from asked where job.name = asked.name returning job.name
"""


@dataclass(frozen=True, slots=True)
class Pass:
    """One that ended. `failures`: how many more in a row, it included; 0, and no error, for a good one."""

    name: str
    daily: bool
    started_at: datetime
    finished_at: datetime
    next_at: datetime
    failures: int = 0
    error_type: str | None = None


async def note_pass(made: Pass) -> None:
    await connection().execute(NOTE, *astuple(made))


async def list_jobs() -> list[Standing]:
    """By name; those that ever made a pass."""
    return [Standing(**row) for row in await RecurringJob.select().order_by(RecurringJob.name)]


async def lock_job(name: str) -> Standing | None:
    row = await RecurringJob.select().where(RecurringJob.name == name).lock_rows("UPDATE").first()
    return Standing(**row) if row else None


async def ask(name: str, now: datetime) -> None:
    """Wakes the workers at commit."""
    await RecurringJob.update({RecurringJob.asked_at: now}).where(RecurringJob.name == name)


async def take_asked(names: Collection[str]) -> list[str]:
    """Those of `names` that were asked for, which from now on are the caller's alone."""
    return [row["name"] for row in await connection().fetch(TAKE, sorted(names))]

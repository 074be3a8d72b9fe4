"""Runs of what happens once a day: begun by one process, ended by the same one."""

from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from teamhope.kit.database import connection
from teamhope.operations.rules import GoodBackup
from teamhope.tables.operations import OperationRun

CLAIM = """
    insert into operation_run (id, operation, local_date, started_at) values ($1, $2, $3, $4)
    on conflict (operation, local_date) where succeeded is not false do nothing returning id
"""
END = """
    update operation_run set finished_at = $2, succeeded = $3, counts = $4::text::jsonb
    where id = $1 and finished_at is null
"""
GIVE_UP = """
    update operation_run set finished_at = $3, succeeded = false
    where operation = $1 and finished_at is null and started_at < $2
"""


async def give_up_runs(operation: str, started_before: datetime, now: datetime) -> None:
    """Ends as failed what began before that instant and never ended: its process has died."""
    await connection().execute(GIVE_UP, operation, started_before, now)


async def claim_run(operation: str, local_date: date, now: datetime) -> UUID | None:
    """The new run; None where one of that date goes on or has succeeded. Of two at once the second waits: None."""
    run_id: UUID | None = await connection().fetchval(CLAIM, uuid4(), operation, local_date, now)
    return run_id


async def end_run(run_id: UUID, now: datetime, counts: dict[str, int] | None) -> None:
    """`counts` is None for a run that failed. One that was given up meanwhile stays so."""
    await connection().execute(END, run_id, now, counts is not None, msgspec.json.encode(counts or {}).decode())


async def last_good_backup() -> GoodBackup | None:
    row = (
        await OperationRun.select(OperationRun.started_at, OperationRun.counts)
        .where(OperationRun.operation == "backup", OperationRun.succeeded.eq(True))
        .order_by(OperationRun.started_at, ascending=False)
        .first()
    )
    if row is None:
        return None
    return GoodBackup(row["started_at"], msgspec.json.decode(row["counts"], type=dict[str, int]).get("bytes", 0))

"""What the worker leaves behind for others: its heartbeat, and which daily jobs are done."""

from datetime import datetime

from teamhope.tables.operations import DailyJob, WorkerHeartbeat


async def beat(name: str, started_at: datetime, now: datetime) -> None:
    row = WorkerHeartbeat(name=name, started_at=started_at, seen_at=now)
    await WorkerHeartbeat.insert(row).on_conflict(
        target=WorkerHeartbeat.name, action="DO UPDATE", values=[WorkerHeartbeat.started_at, WorkerHeartbeat.seen_at]
    )


async def latest_heartbeat() -> datetime | None:
    row = (
        await WorkerHeartbeat.select(WorkerHeartbeat.seen_at).order_by(WorkerHeartbeat.seen_at, ascending=False).first()
    )
    return row["seen_at"] if row else None


async def claim_daily_job(job: str, local_date: object, now: datetime) -> bool:
    """True for the one caller who may do the job of that date; its transaction's end is the job's."""
    row = DailyJob(job=job, local_date=local_date, finished_at=now)
    claimed = await DailyJob.insert(row).on_conflict(target=(DailyJob.job, DailyJob.local_date), action="DO NOTHING")
    return bool(claimed)

"""What the service keeps of itself: its installation, its workers, and what runs once a day."""

from piccolo.columns import JSONB, UUID, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Installation(Table):
    id = Integer(primary_key=True)
    demonstration = Boolean(default=False)
    report_timezone = Text(null=True, default=None)
    restore_unfinished = Boolean(default=False)
    created_at = Timestamptz()


class WorkerHeartbeat(Table):
    name = Text(primary_key=True)
    started_at = Timestamptz()
    seen_at = Timestamptz()


class OperationRun(Table):
    id = UUID(primary_key=True)
    operation = Text()
    local_date = Date()
    started_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)
    succeeded = Boolean(null=True, default=None)
    counts = JSONB(default="{}")


class RecurringJob(Table):
    name = Text(primary_key=True)
    daily = Boolean()
    started_at = Timestamptz()
    finished_at = Timestamptz()
    succeeded_at = Timestamptz(null=True, default=None)
    next_at = Timestamptz()
    failures = Integer()
    error_type = Text(null=True, default=None)
    asked_at = Timestamptz(null=True, default=None)

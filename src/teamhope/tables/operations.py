"""What the service keeps of itself: its installation, its workers, its daily jobs."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Installation(Table):
    id = Integer(primary_key=True)
    demonstration = Boolean(default=False)
    report_timezone = Text(null=True, default=None)
    created_at = Timestamptz()


class WorkerHeartbeat(Table):
    name = Text(primary_key=True)
    started_at = Timestamptz()
    seen_at = Timestamptz()


class DailyJob(Table):
    id = UUID(primary_key=True)
    job = Text()
    local_date = Date()
    finished_at = Timestamptz()

"""What the service keeps of itself: its installation and its workers."""

from piccolo.columns import Boolean, Integer, Text, Timestamptz
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

"""How a recurring job stands: when it is due next, whether it is late or keeps failing, what is worth writing down."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOOK: Final = timedelta(minutes=15)  # how often it is asked whether today's daily jobs are done
LATE_AFTER: Final = timedelta(minutes=20)  # more than the longest wait for a look
TROUBLE_AFTER: Final = 3  # failures in a row
NOTE_EVERY: Final = timedelta(minutes=1)  # of a job that makes passes more often, while nothing changes
LEASE: Final = timedelta(hours=3)  # more than a clock that was wrong is set forward by while a run goes on
TAKES_WISHES: Final = "run_asked"  # the job that looks what was asked for: always about to run
# The first two run as the owner of the tables, in a process that nobody can ask.
NOT_ASKED_FOR: Final = frozenset({"backup", "purge", TAKES_WISHES})


@dataclass(frozen=True, slots=True)
class Standing:
    """`next_at`: when its next pass begins at the latest. `succeeded_at`: when the last good one began.

    `failures` are those since then, `error_type` is the last one's. `asked_at`: an administrator waits for a pass.
    """

    name: str
    daily: bool
    started_at: datetime
    finished_at: datetime
    succeeded_at: datetime | None
    next_at: datetime
    failures: int
    error_type: str | None
    asked_at: datetime | None


def next_daily(now: datetime, zone: ZoneInfo, begins: time) -> datetime:
    """When the next local date's run begins, in UTC; after a gap in the clock where the time does not exist.

    A run belongs to a local date, not to 24 hours. It looks at how things stand: the first after a time without any
    makes up for all that were missed, and there is never a second for its date.
    """
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, begins, zone).astimezone(UTC)


def late_by(job: Standing, now: datetime) -> timedelta | None:
    """None while it is on time. One that fails is not late: its passes are made."""
    late = now - job.next_at
    return late if late > LATE_AFTER else None


def keeps_failing(job: Standing) -> bool:
    return job.failures >= TROUBLE_AFTER


def needs_a_person(job: Standing, now: datetime) -> bool:
    return keeps_failing(job) or late_by(job, now) is not None


def done_today(job: Standing, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a daily job has succeeded on this local date, or on a later one by a clock that was set back."""
    if not job.daily or job.succeeded_at is None:
        return False
    return job.succeeded_at.astimezone(zone).date() >= now.astimezone(zone).date()


def may_be_asked(job: Standing, now: datetime, zone: ZoneInfo) -> bool:
    return job.name not in NOT_ASKED_FOR and not done_today(job, now, zone)


def worth_noting(noted_at: datetime | None, was_failing: bool, is_failing: bool, now: datetime) -> bool:
    """The first pass, each change between well and ill, and else one a minute, whichever way the clock was set."""
    return noted_at is None or was_failing != is_failing or abs(now - noted_at) >= NOTE_EVERY

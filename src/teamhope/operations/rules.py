"""When the nightly work is due, which backups go, and from when on it is late."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NIGHT_BEGINS: Final = time(3, 15)  # by the report's zone: after the last call of the day, and never in a clock change
KEEP_EVERY: Final = 7  # days: a mistake is noticed within a week
KEEP_AT_MOST: Final = 35  # days, five weeks: what was erased is in no backup any more (docs/how-to/backup.md)
LATE_AFTER: Final = timedelta(hours=36)  # one night may fail and be made good during the day
GIVEN_UP_AFTER: Final = timedelta(hours=6)  # a run that did not end by then has died; ten years of calls take minutes


@dataclass(frozen=True, slots=True)
class Backup:
    """One file, by its name; `made_at` is the instant whose data it holds."""

    name: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class GoodBackup:
    """The last that was written and read back whole; `size` in bytes."""

    made_at: datetime
    size: int


def is_night(now: datetime, zone: ZoneInfo) -> bool:
    """Whether the work of this local date may begin: from 3:15 to midnight, so that a missed night is made good."""
    return now.astimezone(zone).time() >= NIGHT_BEGINS


def is_late(made_at: datetime | None, now: datetime) -> bool:
    """Of the last good backup; None where there never was one, which is late too."""
    return made_at is None or now - made_at > LATE_AFTER


def superseded(backups: Collection[Backup], now: datetime, zone: ZoneInfo) -> list[Backup]:
    """Which may go: all but seven days' backups and the newest of each week, and all of 35 local dates ago or more.

    The newest stays, however old it is. Oldest first.
    """
    newest_of_week = {_week(each.made_at, zone): each for each in sorted(backups, key=_age)}
    last = max(backups, key=_age, default=None)

    def goes(each: Backup) -> bool:
        days = (now.astimezone(zone).date() - each.made_at.astimezone(zone).date()).days
        if each == last or days < KEEP_EVERY:
            return False
        return days >= KEEP_AT_MOST or newest_of_week[_week(each.made_at, zone)] != each

    return sorted(filter(goes, backups), key=_age)


def _age(backup: Backup) -> tuple[datetime, str]:
    return backup.made_at, backup.name


def _week(made_at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    year, week, _ = made_at.astimezone(zone).isocalendar()
    return year, week


def gone_by(made_at: Iterable[datetime], zone: ZoneInfo) -> date | None:
    """The local date on which the last of these backups is removed; None where there is none."""
    dates = [each.astimezone(zone).date() for each in made_at]
    return max(dates) + timedelta(days=KEEP_AT_MOST) if dates else None

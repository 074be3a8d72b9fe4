"""Promised calls as a calendar file: when, and nothing else (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from teamhope.followups.rules_slots import SLOT

SHOWN: Final = timedelta(days=90)  # how far ahead
REFRESH: Final = timedelta(hours=1)  # what a calendar is asked for; some come once a day
MADE_BY: Final = "-//reminders//1//EN"  # names nobody


@dataclass(frozen=True, slots=True)
class Reminder:
    """A call of SLOT. `uid` stays and tells nothing; `moves`: how often it got another time."""

    uid: str
    due_at: datetime
    moves: int


def calendar_of(reminders: Iterable[Reminder], zone: ZoneInfo, title: str, now: datetime) -> bytes:
    """An iCalendar of private events named `title`, in the wall time of `zone`, which is described in it.

    Each is stamped `now`, as RFC 5545 §3.8.7.2 lets what is published: when a call was planned tells when the last was.
    """
    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in reminders:
        calendar.add_component(_event(each, zone, title, now))
    # Whole years: each zone's changes of this one and the next.
    calendar.add_missing_timezones(date(now.year - 1, 1, 1), date(now.year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(it: Reminder, zone: ZoneInfo, title: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", it.uid)
    event.add("sequence", it.moves)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", _start(it.due_at, zone))
    event.add("duration", SLOT)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    return event


def _start(at: datetime, zone: ZoneInfo) -> datetime:
    """Of a wall time that comes twice a calendar takes the first (RFC 5545 §3.3.5): the second is written in UTC."""
    local = at.astimezone(zone)
    return at.astimezone(UTC) if local.fold else local

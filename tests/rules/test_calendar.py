"""A calendar file: when, in her zone, right across every change of the clock, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from teamhope.followups.rules_calendar import Reminder, calendar_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 4, 7, 16, tzinfo=UTC)
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
)


def changes(zone: ZoneInfo) -> list[datetime]:
    """The hours from 2026 to 2030 after which the clock says something else; the beginning of each June without any."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + n * HOUR for n in range(5 * 366 * 24)]
    found = [at for at in hours if at.astimezone(zone).utcoffset() != (at + HOUR).astimezone(zone).utcoffset()]
    return found or [datetime(year, 6, 1, tzinfo=UTC) for year in range(2026, 2031)]


def reminders(times: list[datetime]) -> Iterator[Reminder]:
    for n, at in enumerate(times):
        yield Reminder(f"uid{n}", at, 0)


def events(file: bytes) -> list[Event]:
    return list(Calendar.from_ical(file).events)


def as_the_file_says(file: bytes, zone: ZoneInfo) -> list[datetime]:
    """Each start as a program reads it that knows no zone but the one described in the file."""
    described = next(iter(Calendar.from_ical(file).timezones)).to_tz(lookup_tzid=False)
    return [_instant(event, described, zone) for event in events(file)]


def _instant(event: Event, described: tzinfo, zone: ZoneInfo) -> datetime:
    at = event.decoded("dtstart")
    if event["dtstart"].params.get("TZID") is None:
        return at.astimezone(UTC)
    assert event["dtstart"].params["TZID"] == zone.key
    return at.replace(tzinfo=described).astimezone(UTC)


@pytest.mark.parametrize("name", ZONES)
def test_every_time_around_every_change_of_the_clock_is_right(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes(zone):
        now = change - 10 * DAY
        quarters = [change - 3 * HOUR + n * timedelta(minutes=15) for n in range(32)]
        times = [*quarters, *(change + days * DAY for days in (-9, -1, 1, 40, 79))]
        file = calendar_of(reminders(times), zone, "Reminder", now)
        assert as_the_file_says(file, zone) == times, change


@given(st.integers(0, 5 * 365 * 24 * 60), st.sampled_from(ZONES))
def test_any_time_is_read_as_it_was_meant(minute: int, name: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    file = calendar_of([Reminder("u", at, 0)], ZoneInfo(name), "Reminder", at - DAY)
    assert as_the_file_says(file, ZoneInfo(name)) == [at]


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 AM in Chicago, and once more an hour later
    file = calendar_of(reminders([first, first + HOUR]), ZoneInfo("America/Chicago"), "Reminder", first - DAY).decode()
    assert "DTSTART;TZID=America/Chicago:20261101T013000" in file
    assert "DTSTART:20261101T073000Z" in file


def test_a_reminder_says_when_and_nothing_else() -> None:
    file = calendar_of([Reminder("u1", NOW + DAY, 2)], ZoneInfo("America/Chicago"), "Recordatorio", NOW)
    (event,) = events(file)
    assert {name: event.decoded(name) for name in event} == {
        "UID": "u1",
        "SEQUENCE": 2,
        "DTSTAMP": NOW,
        "DTSTART": (NOW + DAY).astimezone(ZoneInfo("America/Chicago")),
        "DURATION": timedelta(minutes=45),
        "SUMMARY": "Recordatorio",
        "CLASS": "PRIVATE",
    }
    calendar = Calendar.from_ical(file)
    assert {*calendar} == {"PRODID", "VERSION", "METHOD", "X-WR-CALNAME", "REFRESH-INTERVAL"}
    assert (calendar["x-wr-calname"], calendar["prodid"]) == ("Recordatorio", "-//reminders//1//EN")
    assert "HOPE" not in file.decode().upper()


def test_without_calls_it_is_still_a_calendar() -> None:
    assert events(calendar_of([], ZoneInfo("America/Chicago"), "Reminder", NOW)) == []

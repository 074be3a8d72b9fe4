"""When a daily job is due through five years of clock changes, and what makes a job late, failing or worth a write."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from teamhope.operations.rules import NIGHT_BEGINS
from teamhope.operations.rules_jobs import (
    Standing,
    done_today,
    keeps_failing,
    late_by,
    may_be_asked,
    needs_a_person,
    next_daily,
    worth_noting,
)
from teamhope.operations.wording import say_length

US_ZONES = (
    "America/New_York",
    "America/Detroit",
    "America/Kentucky/Louisville",
    "America/Indiana/Indianapolis",
    "America/Chicago",
    "America/Menominee",
    "America/North_Dakota/Center",
    "America/Denver",
    "America/Boise",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Juneau",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/St_Thomas",
    "Pacific/Guam",
    "Pacific/Saipan",
    "Pacific/Pago_Pago",
)
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 20, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FINE = Standing("watch_credentials", True, NOON - HOUR, NOON - HOUR, NOON - HOUR, NOON + HOUR, 0, None, None)


@pytest.mark.parametrize("begins", [time(0), NIGHT_BEGINS], ids=str)
@pytest.mark.parametrize("name", US_ZONES)
def test_each_local_date_of_five_years_begins_once_and_at_its_hour(name: str, begins: time) -> None:
    zone, at = ZoneInfo(name), datetime(2025, 12, 31, 18, tzinfo=UTC)
    day = at.astimezone(zone).date()
    while day < date(2031, 1, 1):
        day += DAY
        following = next_daily(at, zone, begins)
        assert at < following <= at + 36 * HOUR
        assert following.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, begins)
        at = following


@pytest.mark.parametrize("name", US_ZONES)
def test_whenever_it_is_asked_on_a_changing_day_the_next_is_the_next_date(name: str) -> None:
    zone = ZoneInfo(name)
    for year in range(2026, 2031):
        for noon in (datetime(year, 3, 7, 12, tzinfo=UTC), datetime(year, 11, 1, 12, tzinfo=UTC)):
            for now in (noon + n * 15 * MINUTE for n in range(9 * 96)):
                following = next_daily(now, zone, time(0))
                assert following.astimezone(zone).date() == now.astimezone(zone).date() + DAY
                assert (following - MINUTE).astimezone(zone).date() == now.astimezone(zone).date()


@pytest.mark.parametrize(
    ("next_at", "late"),
    [(NOON + HOUR, None), (NOON, None), (NOON - 20 * MINUTE, None), (NOON - 21 * MINUTE, 21 * MINUTE)],
)
def test_late_is_more_than_the_longest_wait_for_a_look(next_at: datetime, late: timedelta | None) -> None:
    job = replace(FINE, next_at=next_at)
    assert late_by(job, NOON) == late
    assert needs_a_person(job, NOON) is (late is not None)


@pytest.mark.parametrize(("failures", "keeps"), [(0, False), (2, False), (3, True), (99, True)])
def test_three_failures_in_a_row_need_a_person(failures: int, keeps: bool) -> None:
    job = replace(FINE, failures=failures)
    assert (keeps_failing(job), needs_a_person(job, NOON)) == (keeps, keeps)


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({}, True),
        ({"succeeded_at": None}, False),
        ({"daily": False}, False),
        ({"succeeded_at": datetime(2026, 3, 20, 4, tzinfo=UTC)}, True),  # midnight in New York
        ({"succeeded_at": datetime(2026, 3, 20, 3, 59, tzinfo=UTC)}, False),
        ({"succeeded_at": NOON + DAY}, True),  # the clock was set back
    ],
)
def test_done_today_is_by_the_local_date(changes: dict[str, object], done: bool) -> None:
    job = replace(FINE, **changes)
    assert done_today(job, NOON, NEW_YORK) is done
    assert may_be_asked(job, NOON, NEW_YORK) is not done


@pytest.mark.parametrize("name", ["backup", "purge", "run_asked"])
def test_nobody_can_ask_for_what_the_owner_does_by_night_nor_for_the_asking(name: str) -> None:
    assert not may_be_asked(replace(FINE, name=name, succeeded_at=None), NOON, NEW_YORK)


@pytest.mark.parametrize(
    ("noted_at", "was_failing", "is_failing", "worth"),
    [
        (None, False, False, True),
        (NOON - 59 * timedelta(seconds=1), False, False, False),
        (NOON - MINUTE, False, False, True),
        (NOON + 2 * HOUR, False, False, True),  # the clock was set back
        (NOON, False, True, True),
        (NOON, True, True, False),
        (NOON, True, False, True),
    ],
)
def test_one_write_a_minute_and_one_for_each_change(
    noted_at: datetime | None, was_failing: bool, is_failing: bool, worth: bool
) -> None:
    assert worth_noting(noted_at, was_failing, is_failing, NOON) is worth


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-7200), "less than a second"),
        (timedelta(milliseconds=999), "less than a second"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=30), "30 hours"),
    ],
)
def test_a_length_in_words(length: timedelta, said: str) -> None:
    assert say_length(length) == said

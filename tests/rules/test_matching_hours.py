"""The hours of the week that a family and a volunteer can both keep."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.matching_worlds import DENVER, EASTERN, HONOLULU, PHOENIX, every_day

from teamhope.families.rules_hours import Hours, family_hours
from teamhope.matching.rules_hours import first_shared_time, shared_minutes, shares_a_call, week_bits
from teamhope.vocabulary.families import Window

JULY = date(2026, 7, 15)
PACIFIC, GUAM = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Guam")
SUNDAY_AT_SEVEN = (Window(6, time(19), time(20)),)


def shared(one: Hours, other: Hours, on: date = JULY) -> tuple[int, bool]:
    """(minutes a week, whether a call fits)."""
    a, b = week_bits([one], on), week_bits([other], on)
    return int(shared_minutes(a.open, b.open)[0]), bool(shares_a_call(a.starts, b.starts)[0])


@pytest.mark.parametrize(("zone", "hours_a_day"), [(PACIFIC, 9), (HONOLULU, 6), (GUAM, 2)])
def test_what_two_days_from_nine_to_nine_share_in_july(zone: ZoneInfo, hours_a_day: int) -> None:
    family, volunteer = family_hours(EASTERN, every_day(9, 21)), Hours(zone, every_day(9, 21))
    assert shared(family, volunteer) == (hours_a_day * 7 * 60, True)


def test_phoenix_and_denver_part_when_denvers_clock_changes() -> None:
    family, volunteer = family_hours(PHOENIX, SUNDAY_AT_SEVEN), Hours(DENVER, SUNDAY_AT_SEVEN)
    assert shared(family, volunteer, date(2026, 3, 1)) == (60, True)
    assert shared(family, volunteer, date(2026, 3, 8)) == (0, False)


@pytest.mark.parametrize(
    ("window", "minutes"),
    [
        (Window(0, time(8), time(9)), 0),
        (Window(0, time(8), time(9, 15)), 15),
        (Window(0, time(19, 30), time(22)), 30),
        (Window(6, time(9), time(12, 15)), 15),
        (Window(6, time(20), time(21)), 0),
    ],
)
def test_quiet_hours_hold_where_a_family_said_nothing(window: Window, minutes: int) -> None:
    assert shared(family_hours(EASTERN, ()), Hours(EASTERN, (window,))) == (minutes, False)


def test_a_familys_own_window_holds_even_late() -> None:
    late = (Window(0, time(21), time(22)),)
    assert shared(family_hours(EASTERN, late), Hours(EASTERN, every_day(8, 23))) == (60, True)


def test_in_an_unknown_zone_a_familys_own_windows_mean_nothing() -> None:
    family = family_hours(None, (Window(0, time(8), time(9)),))
    assert shared(family, Hours(EASTERN, every_day(8, 23))) == (8 * 7 * 60, True)
    assert shared(family, Hours(EASTERN, every_day(8, 12))) == (0, False)


@pytest.mark.parametrize(
    ("start", "end", "minutes", "fits"),
    [
        (time(10), time(10, 30), 30, False),
        (time(10), time(10, 45), 45, True),
        (time(10, 5), time(10, 50), 30, False),
        (time(10), time(10), 0, False),
        (time(11), time(10), 0, False),
    ],
)
def test_a_call_needs_three_whole_quarters(start: time, end: time, minutes: int, fits: bool) -> None:
    assert shared(family_hours(EASTERN, ()), Hours(EASTERN, (Window(0, start, end),))) == (minutes, fits)


def test_two_half_hours_apart_are_no_call() -> None:
    halves = (Window(0, time(10), time(10, 30)), Window(0, time(11), time(11, 30)))
    assert shared(family_hours(EASTERN, ()), Hours(EASTERN, halves)) == (60, False)


def test_a_window_too_short_for_a_quarter_takes_nothing_from_another() -> None:
    windows = (Window(0, time(10), time(11)), Window(0, time(10, 20), time(10, 25)))
    assert shared(family_hours(EASTERN, ()), Hours(EASTERN, windows)) == (60, True)


def test_a_week_has_no_seam_in_utc() -> None:
    sunday_evening = (Window(6, time(19, 30), time(20, 15)),)  # 23:30 Sunday to 00:15 Monday in UTC
    assert shared(family_hours(EASTERN, sunday_evening), Hours(EASTERN, sunday_evening)) == (45, True)


def test_no_shared_time_has_no_first() -> None:
    family, volunteer = family_hours(PHOENIX, SUNDAY_AT_SEVEN), Hours(DENVER, SUNDAY_AT_SEVEN)
    assert first_shared_time(family, volunteer, datetime(2026, 3, 2, 12, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 7, 13, 21, tzinfo=UTC), datetime(2026, 7, 13, 22, tzinfo=UTC)),
        (datetime(2026, 7, 13, 22, 5, tzinfo=UTC), datetime(2026, 7, 13, 22, 15, tzinfo=UTC)),
        (datetime(2026, 7, 13, 23, 15, tzinfo=UTC), datetime(2026, 7, 13, 23, 15, tzinfo=UTC)),
        (datetime(2026, 7, 13, 23, 15, 0, 1, tzinfo=UTC), datetime(2026, 7, 14, 22, tzinfo=UTC)),
    ],
)
def test_the_first_time_is_a_quarter_at_which_a_whole_call_fits(now: datetime, first: datetime) -> None:
    week = family_hours(EASTERN, every_day(18, 20))
    assert first_shared_time(week, week, now) == first


def test_the_first_time_keeps_the_wall_clock_across_the_change() -> None:
    week = family_hours(EASTERN, SUNDAY_AT_SEVEN)
    first = first_shared_time(week, week, datetime(2026, 3, 7, 12, tzinfo=UTC))
    assert first == datetime(2026, 3, 8, 19, tzinfo=EASTERN)
    assert first == datetime(2026, 3, 8, 23, tzinfo=UTC)


spans = st.lists(st.tuples(st.integers(0, 93), st.integers(1, 12)), min_size=1, max_size=3)  # of quarters of each day
zones = st.sampled_from((EASTERN, DENVER, PHOENIX, HONOLULU, ZoneInfo("Asia/Kolkata")))


@settings(deadline=None)
@given(spans, zones, spans, zones, st.integers(0, 500))
def test_the_first_time_is_the_first_that_is_open_on_both_clocks_for_all_of_the_call(
    mine: list[tuple[int, int]], my_zone: ZoneInfo, yours: list[tuple[int, int]], your_zone: ZoneInfo, hours: int
) -> None:
    now = datetime(2026, 2, 27, tzinfo=UTC) + timedelta(hours=hours)
    first = first_shared_time(_daily(my_zone, mine), _daily(your_zone, yours), now)
    later = (now + timedelta(minutes=15 * n) for n in range((35 if first else 2) * 96))
    assert first == next((at for at in later if _fits(mine, my_zone, at) and _fits(yours, your_zone, at)), None)


def _daily(zone: ZoneInfo, spans: list[tuple[int, int]]) -> Hours:
    ends = [(start * 15, min(start + length, 95) * 15) for start, length in spans]  # no window reaches midnight
    windows = [(time(*divmod(start, 60)), time(*divmod(end, 60))) for start, end in ends]
    return Hours(zone, tuple(Window(day, start, end) for day in range(7) for start, end in windows))


def _fits(spans: list[tuple[int, int]], zone: ZoneInfo, at: datetime) -> bool:
    local = [(at + timedelta(minutes=minutes)).astimezone(zone) for minutes in (0, 15, 30)]
    quarters = [each.hour * 4 + each.minute // 15 for each in local]
    return all(any(start <= q < min(start + length, 95) for start, length in spans) for q in quarters)

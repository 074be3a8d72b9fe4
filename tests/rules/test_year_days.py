"""Days that come back every year, and which of them whoever calls a family is told of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.families.rules_dates import SensitiveDay, is_kept_free, next_near
from teamhope.vocabulary.year_days import YearDay, YearSpan

LEAP = YearDay(2, 29)
DAYS = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: YearDay(day.month, day.day))


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29), (2100, 28), (2000, 29)])
def test_29_february_is_the_28th_where_a_year_has_none(year: int, day: int) -> None:
    assert LEAP.in_year(year) == date(year, 2, day)
    assert YearSpan(LEAP, LEAP).holds(date(year, 2, day))
    assert not YearSpan(LEAP, LEAP).holds(date(year, 2, day - 1))
    assert not YearSpan(LEAP, LEAP).holds(date(year, 3, 1))
    assert is_kept_free([SensitiveDay(LEAP)], date(year, 2, day))
    assert not is_kept_free([SensitiveDay(LEAP)], date(year, 3, 1))


@given(DAYS, DAYS, st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_span_holds_each_day_from_its_first_to_its_last(first: YearDay, last: YearDay, day: date) -> None:
    span = YearSpan(first, last)
    here, there = first.in_year(day.year), last.in_year(day.year)
    assert span.holds(day) is (day >= here or day <= there if span.wraps else here <= day <= there)
    start, end = span.coming(day)
    assert start <= end >= day
    assert span.holds(start)
    assert span.holds(end)
    assert span.holds(day) is (start <= day)


def test_a_day_on_which_the_family_asked_to_be_called_is_open_unless_it_is_another_hard_day_too() -> None:
    may_4 = YearDay(5, 4)
    assert not is_kept_free([SensitiveDay(may_4, call_on=True)], date(2026, 5, 4))
    assert is_kept_free([SensitiveDay(may_4, call_on=True), SensitiveDay(may_4)], date(2026, 5, 4))


def test_the_next_day_within_two_weeks_is_told_across_the_new_year() -> None:
    dates = [SensitiveDay(YearDay(1, 5), call_on=True), SensitiveDay(YearDay(1, 7)), SensitiveDay(YearDay(6, 1))]
    assert next_near(dates, date(2026, 12, 22)) == (date(2027, 1, 5), True)
    assert next_near(dates, date(2026, 12, 21)) is None
    assert next_near(dates, date(2027, 1, 7)) == (date(2027, 1, 7), False)
    assert next_near(dates, date(2027, 1, 7) + timedelta(days=1)) is None

"""When somebody is on call, and which calling hours have no cover."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.care.rules_on_call import Shift, cover, gaps, is_covered, on_call, weekly
from teamhope.families.rules_hours import FAR, Span
from teamhope.vocabulary.people import Duty

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 30)


def at(hour: int, day: int = 0) -> datetime:
    return datetime(2026, 11, 30, hour, tzinfo=NEW_YORK).astimezone(UTC) + timedelta(days=day)


def span(start: int, end: int, day: int = 0) -> Span:
    return Span(at(start, day), at(end, day))


NOW = at(7)
LATER = span(9, 20, day=6)  # the roster's end


def shift(duty: Duty, start: int, person: int) -> Shift:
    return Shift(uuid4(), UUID(int=person), "", duty, span(start, 20), True)


def test_a_supervisor_comes_first_then_who_has_been_there_the_longest() -> None:
    shifts = [shift(Duty.ADVOCATE, 8, 1), shift(Duty.SUPERVISOR, 11, 2), shift(Duty.SUPERVISOR, 10, 3)]
    assert [each.person.int for each in on_call(shifts, at(12))] == [3, 2, 1]
    assert [each.person.int for each in on_call(shifts, at(10))] == [3, 1]
    assert on_call(shifts, at(20)) == []


@pytest.mark.parametrize(
    ("shifts", "fallback", "covered"),
    [
        ((), False, None),
        ((span(9, 12, day=-1),), False, None),  # a roster that is over is kept no more
        ((span(9, 12),), True, None),
        ((span(9, 12),), False, (Span(at(9), FAR),)),
        ((span(9, 12), span(12, 15), LATER), False, (span(9, 15), Span(LATER.start, FAR))),
    ],
)
def test_a_roster_limits_as_far_as_it_is_kept(shifts: tuple[Span, ...], fallback: bool, covered: object) -> None:
    assert cover(shifts, fallback, NOW) == covered


def test_an_hour_is_covered_from_the_start_of_a_shift_to_just_before_its_end() -> None:
    covered = cover([span(9, 12), LATER], has_fallback=False, now=NOW)
    assert [is_covered(covered, at(hour)) for hour in (8, 9, 11, 12)] == [False, True, True, False]
    assert is_covered(covered, at(12, day=30))
    assert is_covered(None, at(3))


def test_gaps_are_calling_hours_to_come_without_cover() -> None:
    covered = cover([span(10, 18), LATER], has_fallback=False, now=NOW)
    assert gaps(covered, MONDAY, NEW_YORK, NOW)[:3] == (span(9, 10), span(18, 20), span(9, 20, day=1))
    assert gaps(covered, MONDAY, NEW_YORK, at(19))[0] == span(19, 20)
    assert gaps(None, MONDAY, NEW_YORK, NOW) == ()
    assert gaps(covered, MONDAY + timedelta(days=7), NEW_YORK, NOW) == ()


def test_a_shift_repeats_at_the_same_wall_time_across_a_change_of_the_clock() -> None:
    first, second = weekly(date(2026, 10, 28), time(22), time(6), 2, NEW_YORK)
    assert first == Span(datetime(2026, 10, 29, 2, tzinfo=UTC), datetime(2026, 10, 29, 10, tzinfo=UTC))
    assert second == Span(datetime(2026, 11, 5, 3, tzinfo=UTC), datetime(2026, 11, 5, 11, tzinfo=UTC))


def test_one_that_ends_when_it_starts_lasts_a_day() -> None:
    assert weekly(MONDAY, time(9), time(9), 1, NEW_YORK)[0].length == timedelta(days=1)


hours = st.integers(0, 22).flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, 23)))


@given(st.lists(st.tuples(st.integers(0, 6), hours), max_size=12))
def test_an_hour_of_the_week_is_in_a_gap_or_covered_never_both(shifts: list[tuple[int, tuple[int, int]]]) -> None:
    covered = cover([*(span(*when, day=day) for day, when in shifts), LATER], has_fallback=False, now=NOW)
    found = gaps(covered, MONDAY, NEW_YORK, NOW)
    for day in range(6):
        for hour in range(9, 20):
            inside = any(gap.start <= at(hour, day) < gap.end for gap in found)
            assert inside != is_covered(covered, at(hour, day))

"""Single days with other hours: what they do to a week, across changes of the clock, and to promised calls."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from teamhope.families.rules_hours import Hours, Span, spans_on, volunteer_hours
from teamhope.followups.clashes import on_other_days
from teamhope.followups.rules_slots import Diary, first_slot, free_spans
from teamhope.vocabulary.families import Window, windows_on
from teamhope.vocabulary.states import FollowUpStatus
from teamhope.volunteers.rules_days import AHEAD_MOST_DAYS, problems_of_day

CHICAGO, NEW_YORK = ZoneInfo("America/Chicago"), ZoneInfo("America/New_York")
CHRISTMAS_EVE = date(2026, 12, 24)  # a Thursday
ALL_WEEK = tuple(Window(day, time(9), time(20)) for day in range(7))


def on(day: date, *spans: tuple[int, int]) -> tuple[Window, ...]:
    return windows_on(day, [(time(start), time(end)) for start, end in spans])


def hers(day: date, *spans: tuple[int, int]) -> Hours:
    return volunteer_hours(CHICAGO, ALL_WEEK, other_days={day: on(day, *spans)})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_on_that_day_she_has_those_hours_and_on_the_same_weekday_her_usual_ones() -> None:
    hours = hers(CHRISTMAS_EVE, (10, 12))
    assert spans_on(hours, CHRISTMAS_EVE) == (Span(utc(2026, 12, 24, 16), utc(2026, 12, 24, 18)),)
    usual = Span(utc(2026, 12, 31, 15), utc(2027, 1, 1, 2))
    assert spans_on(hours, CHRISTMAS_EVE + timedelta(days=7)) == (usual,)


def test_she_may_have_two_spans_or_none_or_hours_on_a_day_that_is_never_hers() -> None:
    assert spans_on(hers(CHRISTMAS_EVE), CHRISTMAS_EVE) == ()
    assert len(spans_on(hers(CHRISTMAS_EVE, (8, 9), (19, 21)), CHRISTMAS_EVE)) == 2
    mondays = Hours(CHICAGO, (Window(0, time(9), time(10)),), other_days={CHRISTMAS_EVE: on(CHRISTMAS_EVE, (10, 12))})
    assert len(spans_on(mondays, CHRISTMAS_EVE)) == 1


def test_whoever_is_away_is_away() -> None:
    away = replace(hers(CHRISTMAS_EVE, (10, 12)), days_off=frozenset({CHRISTMAS_EVE}))
    assert spans_on(away, CHRISTMAS_EVE) == ()


@pytest.mark.parametrize(
    ("day", "span", "expected"),
    [
        (date(2026, 3, 8), (1, 4), Span(utc(2026, 3, 8, 7), utc(2026, 3, 8, 9))),  # the clock skips 2:00 to 3:00
        (date(2026, 11, 1), (0, 3), Span(utc(2026, 11, 1, 5), utc(2026, 11, 1, 9))),  # 1:00 to 2:00 comes twice
        (date(2026, 3, 8), (2, 3), None),  # there is no such hour
    ],
)
def test_her_hours_are_of_her_clock_on_the_days_it_changes(
    day: date, span: tuple[int, int], expected: Span | None
) -> None:
    assert spans_on(hers(day, span), day) == ((expected,) if expected else ())


def test_a_call_is_planned_in_those_hours_or_on_another_day() -> None:
    family = Hours(NEW_YORK, ALL_WEEK)
    diary = Diary(family, hers(CHRISTMAS_EVE, (10, 12)), usual=time(18))
    slot = first_slot(diary, CHRISTMAS_EVE)
    assert slot is not None
    assert (slot.local_date, slot.local_start) == (CHRISTMAS_EVE, time(11))  # 10:00 in Chicago
    assert free_spans(replace(diary, volunteer=hers(CHRISTMAS_EVE)), CHRISTMAS_EVE) == ()
    later = first_slot(replace(diary, volunteer=hers(CHRISTMAS_EVE)), CHRISTMAS_EVE)
    assert later is not None
    assert (later.local_date, later.local_start) == (date(2026, 12, 25), time(18))


@dataclass(frozen=True)
class Call:
    id: UUID
    due_at: datetime
    status: FollowUpStatus = FollowUpStatus.PLANNED


@pytest.mark.parametrize(
    ("due_at", "status", "is_named"),
    [
        (utc(2026, 12, 24, 16), FollowUpStatus.PLANNED, False),  # 10:00
        (utc(2026, 12, 24, 17, 15), FollowUpStatus.PLANNED, False),  # 11:15, the last that fits
        (utc(2026, 12, 24, 17, 20), FollowUpStatus.PLANNED, True),
        (utc(2026, 12, 24, 20), FollowUpStatus.DUE, True),
        (utc(2026, 12, 24, 20), FollowUpStatus.COMPLETED, False),
        (utc(2026, 12, 25, 3), FollowUpStatus.PLANNED, True),  # 21:00 of the 24th, where she is
        (utc(2026, 12, 25, 12), FollowUpStatus.PLANNED, False),  # 6:00 of an ordinary day: somebody asked for it
    ],
)
def test_a_promised_call_outside_of_them_is_named(due_at: datetime, status: FollowUpStatus, *, is_named: bool) -> None:
    call = Call(uuid4(), due_at, status)
    assert on_other_days([call], hers(CHRISTMAS_EVE, (10, 12))) == (frozenset({call.id}) if is_named else frozenset())


def test_a_promised_call_while_she_is_away_is_named() -> None:
    call = Call(uuid4(), utc(2026, 12, 24, 18))
    away = volunteer_hours(CHICAGO, ALL_WEEK, frozenset({CHRISTMAS_EVE}))
    assert on_other_days([call], away) == {call.id}


@pytest.mark.parametrize(
    ("day", "spans", "expected"),
    [
        (CHRISTMAS_EVE, (), []),
        (CHRISTMAS_EVE, ((10, 12), (12, 13)), []),
        (CHRISTMAS_EVE, ((12, 10),), [("from_a", "window_ends_before_it_starts")]),
        (CHRISTMAS_EVE, ((10, 12), (11, 13)), [("from_a", "windows_overlap")]),
        (CHRISTMAS_EVE - timedelta(days=1), (), [("day", "day_in_past")]),
        (CHRISTMAS_EVE + timedelta(days=AHEAD_MOST_DAYS), (), []),
        (CHRISTMAS_EVE + timedelta(days=AHEAD_MOST_DAYS + 1), (), [("day", "day_too_far")]),
    ],
)
def test_which_days_can_be(day: date, spans: tuple[tuple[int, int], ...], expected: list[tuple[str, str]]) -> None:
    problems = problems_of_day(day, on(day, *spans), CHRISTMAS_EVE)
    assert [(field, code) for field, code, _ in problems] == expected

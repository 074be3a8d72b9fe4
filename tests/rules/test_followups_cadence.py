"""The dates and hours of planned calls."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_hours import Hours, Span, family_hours, volunteer_hours
from teamhope.followups.rules import first_due, first_due_by, next_due
from teamhope.followups.rules_cadence import (
    CADENCES,
    NextDate,
    Plan,
    TemplateFacts,
    Why,
    choose_template,
    next_date,
)
from teamhope.followups.rules_slots import (
    SLOT,
    DayPart,
    Diary,
    another_time,
    first_slot,
    is_on_a_hard_day,
    nearest_quarter,
    slot_at,
)
from teamhope.vocabulary.families import CadenceTemplate, MatchMode, Urgency, Window
from teamhope.vocabulary.year_days import YearDay, YearSpan

T = CadenceTemplate
CHICAGO, DENVER = ZoneInfo("America/Chicago"), ZoneInfo("America/Denver")
ANCHOR = date(2026, 3, 3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_day(month: int, day: int, *, call_on: bool = False) -> SensitiveDay:
    return SensitiveDay(YearDay(month, day), call_on)


def local(*when: int, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime(*when, tzinfo=zone).astimezone(UTC)


def days_of(plan: Plan, most: int = 40) -> list[int]:
    """The days after the anchor on which a family is called that is reached each time on the planned date."""
    days, today = [], ANCHOR
    while len(days) < most and (coming := next_date(plan, today)):
        days.append((coming.on - ANCHOR).days)
        plan, today = replace(plan, next_index=coming.next_index), coming.on
    return days


YEAR = [84, 112, 140, 168, 196, 224, 252, 280, 308, 336, 364]


@pytest.mark.parametrize(
    ("template", "days"),
    [
        (T.STANDARD, [7, 14, 28, 42, 56, *YEAR]),
        (T.ACUTE, [1, 3, 7, 10, 14, 21, 28, 42, 56, *YEAR]),
        (T.EXPLOITATION, [2, 5, 9, 16, 30, 42, 56, *YEAR]),
        (T.ONE_TALK, [14]),
    ],
)
def test_the_cadences_of_the_domain(template, days) -> None:
    assert days_of(Plan(template, ANCHOR)) == days


def test_some_cadences_never_end() -> None:
    assert days_of(Plan(T.LONG_TERM, ANCHOR), 19)[-4:] == [364, 455, 546, 637]
    assert days_of(Plan(T.KEEP_IN_TOUCH, ANCHOR), 3) == [91, 182, 273]
    assert days_of(Plan(T.KEEP_IN_TOUCH, ANCHOR, keep_in_touch_days=28), 3) == [28, 56, 84]


def test_every_template_has_a_cadence_and_the_first_call_its_limit() -> None:
    assert set(CADENCES) == set(T)
    ready_at = local(2026, 3, 3, 12)
    assert {template: first_due_by(template, ready_at) - ready_at for template in T} == {
        template: (17 if template is T.ACUTE else 48) * HOUR for template in T
    }


def test_four_calls_in_eight_weeks_at_least() -> None:
    for template in (T.STANDARD, T.ACUTE, T.EXPLOITATION, T.LONG_TERM):
        assert sum(day <= 56 for day in CADENCES[template].days) >= 4


@pytest.mark.parametrize(
    ("day", "next_day", "index"),
    [(0, 7, 1), (5, 7, 1), (6, 14, 2), (7, 14, 2), (13, 28, 3), (27, 42, 4), (60, 84, 6)],
)
def test_the_first_date_later_than_tomorrow_and_none_twice(day, next_day, index) -> None:
    assert next_date(Plan(T.STANDARD, ANCHOR), ANCHOR + day * DAY) == NextDate(
        ANCHOR + next_day * DAY, index, Why.CADENCE
    )


def test_the_used_days_are_never_planned_again() -> None:
    assert next_date(Plan(T.STANDARD, ANCHOR, next_index=3), ANCHOR) == NextDate(ANCHOR + 42 * DAY, 4, Why.CADENCE)


def test_reviews_are_named_and_after_a_year_the_plan_ends() -> None:
    reviews = [day for day in (42, 56, 140, 168, 336, 364) if why_on(day) is Why.REVIEW]
    assert reviews == [56, 168, 364]
    assert next_date(Plan(T.STANDARD, ANCHOR, next_index=16), ANCHOR + 364 * DAY) is None


def why_on(day: int) -> Why:
    coming = next_date(Plan(T.STANDARD, ANCHOR), ANCHOR + (day - 2) * DAY)
    assert coming is not None
    assert coming.on == ANCHOR + day * DAY
    return coming.why


LONG = Plan(T.LONG_TERM, ANCHOR, sensitive_dates=(a_day(5, 20),))


def test_a_week_before_a_sensitive_date_comes_in_between_and_uses_no_day_of_the_plan() -> None:
    plan = replace(LONG, next_index=5)  # day 84 is 26 May
    assert next_date(plan, date(2026, 4, 28)) == NextDate(date(2026, 5, 13), 5, Why.SENSITIVE_DATE)
    assert next_date(plan, date(2026, 5, 13)) == NextDate(date(2026, 5, 26), 6, Why.CADENCE)
    assert next_date(plan, date(2026, 5, 12)) == NextDate(date(2026, 5, 26), 6, Why.CADENCE), "not tomorrow"
    same_day = replace(plan, sensitive_dates=(a_day(6, 2),))
    assert next_date(same_day, date(2026, 5, 12)) == NextDate(date(2026, 5, 26), 6, Why.CADENCE)
    assert next_date(replace(plan, template=T.STANDARD), date(2026, 4, 28)) == NextDate(
        date(2026, 5, 26), 6, Why.CADENCE
    )


def test_no_call_on_the_date_itself_unless_the_family_asked() -> None:
    plan = Plan(T.STANDARD, ANCHOR, sensitive_dates=(a_day(3, 10), a_day(3, 11)))
    assert next_date(plan, ANCHOR) == NextDate(date(2026, 3, 12), 1, Why.CADENCE)
    asked = replace(plan, sensitive_dates=(a_day(3, 10, call_on=True), a_day(3, 11)))
    assert next_date(asked, ANCHOR) == NextDate(date(2026, 3, 10), 1, Why.CADENCE)


def test_a_leap_day_is_the_28th_in_other_years_and_new_year_is_crossed() -> None:
    leap = Plan(T.STANDARD, date(2027, 2, 21), sensitive_dates=(a_day(2, 29),))
    assert next_date(leap, date(2027, 2, 21)) == NextDate(date(2027, 3, 1), 1, Why.CADENCE)
    january = replace(LONG, next_index=16, sensitive_dates=(a_day(1, 3),))
    assert next_date(january, date(2026, 12, 20)) == NextDate(date(2026, 12, 27), 16, Why.SENSITIVE_DATE)
    assert next_date(january, date(2026, 12, 27)) == NextDate(date(2027, 6, 1), 17, Why.CADENCE)


FAMILY = TemplateFacts(
    match_mode=MatchMode.ONE_TO_ONE,
    urgency=Urgency.ROUTINE,
    still_missing=False,
    missing_days=None,
    exploitation=False,
    long_term=False,
)
MISSING = replace(FAMILY, still_missing=True, urgency=Urgency.URGENT)


@pytest.mark.parametrize(
    ("facts", "template"),
    [
        (FAMILY, T.STANDARD),
        (replace(MISSING, match_mode=MatchMode.SINGLE_CONVERSATION), T.ONE_TALK),
        (replace(MISSING, missing_days=13), T.ACUTE),
        (replace(MISSING, missing_days=14), T.STANDARD),
        (MISSING, T.ACUTE),
        (replace(MISSING, urgency=Urgency.PRIORITY, missing_days=2), T.STANDARD),
        (replace(FAMILY, exploitation=True, long_term=True, urgency=Urgency.URGENT), T.EXPLOITATION),
        (replace(FAMILY, long_term=True), T.LONG_TERM),
    ],
)
def test_which_cadence_a_match_starts_with(facts, template) -> None:
    assert choose_template(facts) is template


# Hours ----------------------------------------------------------------------------------------------------------------

DIARY = Diary(family_hours(CHICAGO, ()), volunteer_hours(CHICAGO, ()))
TUESDAY = date(2026, 3, 3)


def starts(diary: Diary, day: date = TUESDAY, not_before: datetime | None = None) -> tuple[date, time] | None:
    slot = first_slot(diary, day, not_before)
    return (slot.local_date, slot.local_start) if slot else None


def test_the_usual_time_if_both_can_keep_it_else_the_earliest() -> None:
    assert starts(replace(DIARY, usual=time(18, 15))) == (TUESDAY, time(18, 15))
    assert starts(replace(DIARY, usual=time(19, 15))) == (TUESDAY, time(19, 15))
    assert starts(replace(DIARY, usual=time(19, 16))) == (TUESDAY, time(9)), "45 minutes no longer fit"
    assert starts(DIARY) == (TUESDAY, time(9))


def test_a_date_without_a_shared_slot_gives_way_to_the_next() -> None:
    wednesday_evenings = replace(DIARY, volunteer=Hours(DENVER, (Window(2, time(18, 16), time(20)),)))
    assert starts(wednesday_evenings) is None, "44 minutes are too few"
    longer = replace(DIARY, volunteer=Hours(DENVER, (Window(2, time(18, 15), time(20)),)))
    assert starts(longer) == (date(2026, 3, 4), time(19, 15))


def test_holidays_are_skipped_unless_the_family_is_urgent() -> None:
    holiday = replace(DIARY, holidays=frozenset({TUESDAY}))
    assert starts(holiday) == (date(2026, 3, 4), time(9))
    assert starts(replace(holiday, urgent=True)) == (TUESDAY, time(9))


def test_no_call_is_planned_on_a_hard_day_of_either_however_urgent() -> None:
    theirs = replace(DIARY, urgent=True, sensitive_dates=(a_day(3, 3),))
    assert starts(theirs) == (date(2026, 3, 4), time(9))
    assert starts(replace(theirs, sensitive_dates=(a_day(3, 3, call_on=True),))) == (TUESDAY, time(9))
    hers = volunteer_hours(CHICAGO, ())
    span = YearSpan(YearDay(3, 3), YearDay(3, 4))
    both = replace(DIARY, volunteer=replace(hers, off_each_year=(span,)), sensitive_dates=(a_day(3, 5),))
    assert starts(both) == (date(2026, 3, 6), time(9)), "the next day that both can keep"
    assert is_on_a_hard_day(both, local(2026, 3, 5, 12))
    assert is_on_a_hard_day(both, local(2026, 3, 4, 12))
    assert not is_on_a_hard_day(both, local(2026, 3, 6, 12))


def test_a_hard_day_of_hers_is_one_of_her_own_zone() -> None:
    night = Hours(ZoneInfo("Pacific/Guam"), tuple(Window(day, time(0), time(23, 59)) for day in range(7)))
    away = replace(night, off_each_year=(YearSpan(YearDay(3, 4), YearDay(3, 4)),))
    assert starts(replace(DIARY, volunteer=night)) == (TUESDAY, time(9)), "already Wednesday in Guam"
    assert starts(replace(DIARY, volunteer=away)) == (date(2026, 3, 4), time(9))
    assert is_on_a_hard_day(replace(DIARY, volunteer=away), local(2026, 3, 3, 9))


def test_calls_are_planned_only_while_a_supervisor_is_on_call() -> None:
    shifts = (Span(local(2026, 3, 3, 8), local(2026, 3, 3, 9, 30)), Span(local(2026, 3, 3, 17), local(2026, 3, 3, 23)))
    assert starts(replace(DIARY, covered=shifts)) == (TUESDAY, time(17))
    assert starts(replace(DIARY, covered=())) is None


@pytest.mark.parametrize(
    ("start", "end", "jitter", "tried", "found"),
    [
        (time(9), time(20), 10, set(), time(9, 10)),
        (time(9), time(20), 10, {DayPart.MORNING}, time(12, 10)),
        (time(9), time(20), 0, {DayPart.MORNING, DayPart.AFTERNOON}, time(17)),
        (time(9), time(20), 0, {DayPart.MORNING, DayPart.AFTERNOON, DayPart.EVENING}, time(9)),
        (time(9), time(9, 50), 10, set(), time(9)),  # ten minutes later no longer fits
        (time(11, 30), time(20), 40, set(), time(11, 30)),  # it would be afternoon
        (time(9), time(12, 30), 0, {DayPart.MORNING}, time(9)),  # no 45 minutes of afternoon
    ],
)
def test_another_time_is_at_a_part_of_the_day_not_tried_yet(start, end, jitter, tried, found) -> None:
    diary = replace(DIARY, family=Hours(CHICAGO, (Window(1, start, end),)))
    later = timedelta(minutes=jitter)
    slot = another_time(diary, TUESDAY, TUESDAY, local(2026, 3, 3, 0), frozenset(tried), later)
    assert slot is not None
    assert slot.local_start == found


def test_slots_start_at_a_tidy_minute_and_never_before_they_may() -> None:
    assert starts(DIARY, not_before=local(2026, 3, 3, 14, 1)) == (TUESDAY, time(14, 5))
    assert starts(DIARY, not_before=local(2026, 3, 3, 19, 16)) == (date(2026, 3, 4), time(9))
    assert starts(replace(DIARY, usual=time(12)), not_before=local(2026, 3, 3, 14)) == (TUESDAY, time(14))


def test_the_promised_window_is_two_hours_of_wall_time() -> None:
    slot = slot_at(replace(DIARY, family=Hours(CHICAGO, ())), local(2026, 3, 8, 1, 30))  # the clock skips 2:00-3:00
    assert slot.window_end_at == local(2026, 3, 8, 3, 30)
    late = slot_at(DIARY, local(2026, 3, 3, 23))
    assert late.window_end_at == local(2026, 3, 4, 1)


def test_an_unknown_zone_is_planned_in_the_eastern_afternoon() -> None:
    slot = first_slot(replace(DIARY, family=family_hours(None, ())), TUESDAY)
    assert slot is not None
    assert (slot.local_start, slot.zone) == (time(12), "America/New_York")


def test_the_first_call_is_due_at_the_first_shared_slot_after_the_introduction() -> None:
    due = first_due(local(2026, 3, 3, 21), DIARY)
    assert due is not None
    assert due.due_at == local(2026, 3, 4, 9)
    assert due.due_at < first_due_by(T.STANDARD, local(2026, 3, 3, 12))


def test_the_next_call_is_on_the_plans_date_at_the_usual_time() -> None:
    due = next_due(Plan(T.STANDARD, TUESDAY), replace(DIARY, usual=time(18)), local(2026, 3, 3, 18, 40))
    assert due is not None
    assert (due.slot.due_at, due.next_index) == (local(2026, 3, 10, 18), 1), "the clock has changed in between"


@pytest.mark.parametrize(
    ("at", "quarter"), [((18, 7), (18, 0)), ((18, 8), (18, 15)), ((23, 59), (23, 45)), ((0, 2), (0, 0))]
)
def test_the_usual_time_is_a_quarter_of_an_hour(at, quarter) -> None:
    assert nearest_quarter(datetime(2026, 3, 3, *at, tzinfo=CHICAGO)) == time(*quarter)


ZONES = st.sampled_from(
    ["America/New_York", "America/Phoenix", "America/Denver", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"]
).map(ZoneInfo)


@settings(max_examples=150, deadline=None)
@given(
    ZONES,
    ZONES,
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 1440),
)
def test_a_slot_fits_both_for_its_whole_length(hers, theirs, day, usual, minutes) -> None:
    not_before = datetime(day.year, day.month, day.day, tzinfo=hers).astimezone(UTC) + minutes * timedelta(minutes=1)
    diary = Diary(family_hours(hers, ()), volunteer_hours(theirs, ()), usual)
    slot = first_slot(diary, day, not_before)
    assert slot is not None
    assert slot.due_at >= not_before
    assert slot.local_date >= day
    assert slot.due_at.astimezone(hers).replace(tzinfo=None) == datetime.combine(slot.local_date, slot.local_start)
    for zone in (hers, theirs):
        for wall in (slot.due_at.astimezone(zone), (slot.due_at + SLOT - timedelta(minutes=1)).astimezone(zone)):
            assert (12 if wall.weekday() == 6 else 9) <= wall.hour < 20

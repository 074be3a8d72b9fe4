"""What cannot be decided about calls, what follows from what is, and that a plan keeps the days it was made with."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_policy import ContactPolicy, KeptDays, week_of
from teamhope.followups.forms_cadence import answers_of, form_of, settings_of
from teamhope.followups.rules_cadence import (
    CADENCES,
    Cadence,
    Plan,
    Rhythms,
    calls_in_first_week,
    index_after,
    next_date,
)
from teamhope.followups.rules_settings import CadenceSettings, Rhythm, choices_of, preview, problems_of
from teamhope.followups.rules_steps import Ladders
from teamhope.kit.forms import AsSent, Form, read_form
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.year_days import YearDay

T = CadenceTemplate
TODAY = date(2026, 3, 3)  # a Tuesday
DAY = timedelta(days=1)
MANY = tuple(TODAY + n * DAY for n in range(41))


def days(*each: int, reviews: frozenset[int] = frozenset(), every: int | None = None) -> Cadence:
    return Cadence(timedelta(hours=48), each, reviews, every)


def with_standard(cadence: Cadence) -> Rhythms:
    return Rhythms({**CADENCES, T.STANDARD: cadence})


def hours(start: time, end: time) -> ContactPolicy:
    return ContactPolicy(week_of({"weekdays": (start, end), "saturday": None, "sunday": None}))


@pytest.mark.parametrize(
    ("settings", "field", "code"),
    [
        ({"rhythms": with_standard(days())}, "days_standard", "no_calls_planned"),
        ({"rhythms": with_standard(days(every=28))}, "days_standard", "no_calls_planned"),
        ({"rhythms": with_standard(days(0, 7))}, "days_standard", "days_outside"),
        ({"rhythms": with_standard(days(7, 731))}, "days_standard", "days_outside"),
        ({"rhythms": with_standard(days(14, 7))}, "days_standard", "days_not_rising"),
        ({"rhythms": with_standard(days(*range(1, 42)))}, "days_standard", "too_many_days"),
        ({"rhythms": with_standard(days(7, reviews=frozenset({8})))}, "reviews_standard", "review_without_call"),
        ({"rhythms": Rhythms(keep_in_touch=())}, "keep_in_touch", "no_calls_planned"),
        ({"rhythms": Rhythms(keep_in_touch=(6,))}, "keep_in_touch", "days_outside"),
        ({"policy": hours(time(7, 59), time(20))}, "weekdays_from", "hours_too_wide"),
        ({"policy": hours(time(9), time(21, 1))}, "weekdays_until", "hours_too_wide"),
        ({"policy": hours(time(9), time(9, 44))}, "weekdays_until", "hours_too_short"),
        ({"policy": hours(time(20), time(9))}, "weekdays_until", "hours_too_short"),
        ({"ladders": Ladders(first_contact=(0, 1, 2, 3, 4))}, "first_contact", "ladder_too_long"),
        ({"ladders": Ladders(routine=(0, 7))}, "routine", "days_outside"),
        ({"ladders": Ladders(routine=(0, 3, 2))}, "routine", "days_not_rising"),
        ({"ladders": Ladders(missed_tells=3, missed_pauses=3)}, "missed_pauses", "pauses_before_telling"),
        ({"policy": ContactPolicy(days=KeptDays(once=MANY))}, "own_days", "too_many_days"),
    ],
)
def test_what_cannot_be(settings: dict, field: str, code: str) -> None:
    assert [(name, why) for name, why, _ in problems_of(CadenceSettings(**settings))] == [(field, code)]


def test_what_is_built_in_can_be() -> None:
    assert problems_of(CadenceSettings()) == ()
    assert problems_of(CadenceSettings(policy=hours(time(8), time(21)))) == ()


def test_the_form_shows_all_that_it_reads() -> None:
    settings = CadenceSettings(
        rhythms=replace(with_standard(days(3, 9, reviews=frozenset({9}), every=30)), keep_in_touch=(14,)),
        ladders=Ladders((0, 1), (0,), 1, 4),
        policy=replace(hours(time(10), time(17)), days=KeptDays(False, (YearDay(12, 24),), (TODAY,), frozenset())),
    )
    shown = Form.empty(**answers_of(settings)).values
    assert settings_of(read_form(form_of(), AsSent(shown))) == settings


# A plan and its version -----------------------------------------------------------------------------------------------


def test_a_plan_goes_by_the_days_that_it_was_made_with() -> None:
    rhythms = with_standard(days(3, 10, every=20))
    on, index, found = TODAY, 0, []
    for _ in range(4):
        coming = next_date(Plan(T.STANDARD, TODAY, index, rhythms=rhythms), on)
        assert coming is not None
        on, index = coming.on, coming.next_index
        found.append((on - TODAY).days)
    assert found == [3, 10, 30, 50]
    assert calls_in_first_week(T.STANDARD, rhythms) == 2


def test_how_long_before_a_hard_day_is_decided_too() -> None:
    plan = Plan(T.LONG_TERM, TODAY, 16, sensitive_dates=(SensitiveDay(YearDay(5, 20)),))
    sooner = replace(plan, rhythms=Rhythms(before_sensitive_days=3))
    assert [next_date(each, date(2026, 5, 1)).on.day for each in (plan, sooner)] == [13, 17]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("template", "on", "index"),
    [
        (T.STANDARD, 0, 0),
        (T.STANDARD, 7, 1),
        (T.STANDARD, 13, 1),
        (T.STANDARD, 400, 16),  # no day is left
        (T.KEEP_IN_TOUCH, 91, 1),
        (T.LONG_TERM, 500, 17),  # 455 is past, 546 comes
    ],
)
def test_the_first_day_that_is_not_past(template: CadenceTemplate, on: int, index: int) -> None:
    assert index_after(Plan(template, TODAY), TODAY + on * DAY) == index


def test_before_any_conversation_no_day_is_past() -> None:
    assert index_after(Plan(T.STANDARD), TODAY) == 0


@given(st.sampled_from(CadenceTemplate), st.integers(0, 900))
def test_no_day_on_or_before_it_is_planned_again(template: CadenceTemplate, n: int) -> None:
    plan, until = Plan(template, TODAY), TODAY + n * DAY
    coming = next_date(replace(plan, next_index=index_after(plan, until)), TODAY)
    assert coming is None or coming.on > until


# What may be chosen, and what follows ---------------------------------------------------------------------------------


def test_a_family_chooses_a_template_or_how_often_to_keep_in_touch() -> None:
    codes = [each.code for each in choices_of(Rhythms(keep_in_touch=(14, 60)))]
    assert codes == [
        "standard",
        "acute",
        "long_term",
        "exploitation",
        "one_talk",
        "keep_in_touch_14",
        "keep_in_touch_60",
    ]
    assert Rhythm.of(Plan(T.KEEP_IN_TOUCH, keep_in_touch_days=28)).code == "keep_in_touch_28"
    assert Rhythm.of(Plan(T.STANDARD)).code == "standard"


def shown(settings: CadenceSettings, template: CadenceTemplate, *free: date) -> list[int]:
    return [(on - TODAY).days for on, _ in preview(settings, template, TODAY, frozenset(free)).dates]


def test_the_preview_is_what_the_rules_do() -> None:
    assert shown(CadenceSettings(), T.STANDARD) == [7, 14, 28, 42, 56, 84, 112, 140, 168, 196]
    assert shown(CadenceSettings(), T.ONE_TALK) == [14]
    assert shown(CadenceSettings(), T.KEEP_IN_TOUCH)[:2] == [91, 182]
    it = preview(CadenceSettings(), T.STANDARD, TODAY, frozenset())
    assert [(on - TODAY).days for on, is_review in it.dates if is_review] == [56, 168]
    assert it.goes_on
    assert not preview(CadenceSettings(), T.ONE_TALK, TODAY, frozenset()).goes_on
    assert preview(CadenceSettings(), T.LONG_TERM, TODAY, frozenset()).goes_on


def test_the_preview_leaves_free_days_out_but_for_the_first_weeks() -> None:
    free = (TODAY + 7 * DAY, TODAY + 8 * DAY)
    assert shown(CadenceSettings(), T.STANDARD, *free)[:2] == [9, 14]
    assert shown(CadenceSettings(), T.ACUTE, *free)[:3] == [1, 3, 7]
    no_weekends = CadenceSettings(rhythms=with_standard(days(4, 5)), policy=hours(time(9), time(17)))
    assert shown(no_weekends, T.STANDARD) == [6], "Saturday becomes Monday, which is later than Sunday's too"

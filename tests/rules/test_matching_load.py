"""What a volunteer carries: what her calls make of it, whom it puts first, and what the next family costs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.assign_worlds import World, answer_of, problem_of
from tests.rules.matching_worlds import FAMILY, ROSA, TABLES, TODAY, numbered

from teamhope.care.rules import is_too_much, offers_break
from teamhope.followups.rules_cadence import calls_in_first_week
from teamhope.kit import clock
from teamhope.matching.rules import rank
from teamhope.matching.rules_assign import assign
from teamhope.matching.rules_load import is_resting, strain_of, too_much_at_once
from teamhope.matching.rules_settings import THRESHOLDS, MatchSettings
from teamhope.matching.rules_snapshot import Volunteer, need_of, offers_of
from teamhope.vocabulary.families import CadenceTemplate

NOW = clock.now()
BUSY = {CadenceTemplate.ACUTE, CadenceTemplate.EXPLOITATION}
loads = st.lists(st.integers(1, 5), max_size=20)


@pytest.mark.parametrize(
    ("of_calls", "each", "strain"),
    [((), 10, 0), ((1, 2, 2), 10, 0), ((3,), 10, 10), ((5,), 10, 30), ((5, 4, 2, 3), 10, 60), ((5, 5), 0, 0)],
)
def test_only_what_is_more_than_ordinary_adds_up(of_calls: tuple[int, ...], each: int, strain: int) -> None:
    assert strain_of(of_calls, each) == strain


@given(loads, st.integers(0, 100), st.integers(1, 5))
def test_one_more_call_never_weighs_less(of_calls: list[int], each: int, one_more: int) -> None:
    assert strain_of([*of_calls, one_more], each) >= strain_of(of_calls, each)


@pytest.mark.parametrize(
    ("hours_ago", "hours", "rests"), [(None, 24, False), (0, 24, True), (23, 24, True), (24, 24, False), (0, 0, False)]
)
def test_she_rests_for_some_hours_after_a_heavy_call(hours_ago: int | None, hours: int, rests: bool) -> None:
    heavy_at = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    assert is_resting(heavy_at, hours, NOW) is rests


@pytest.mark.parametrize(
    ("template", "calls"),
    [(template, 3 if template in BUSY else 1) for template in CadenceTemplate],
)
def test_what_a_cadence_asks_for_in_its_first_week(template: CadenceTemplate, calls: int) -> None:
    assert calls_in_first_week(template) == calls


def test_more_than_the_limit_is_too_much_and_two_hard_calls_offer_a_break() -> None:
    assert [is_too_much(calls, 8) for calls in (7, 8, 9)] == [False, False, True]
    assert [offers_break(debriefs) for debriefs in (1, 2)] == [False, True]


def ranked(*people: Volunteer) -> list[int]:
    need = need_of(FAMILY, TABLES, TODAY)
    return rank(need, offers_of(numbered(people), TABLES, TODAY), TABLES, limit=9).rows.tolist()


def test_of_two_who_fit_alike_the_one_whose_calls_were_less_hard_comes_first() -> None:
    assert ranked(replace(ROSA, strain=30), ROSA) == [1, 0]
    assert ranked(replace(ROSA, strain=90), replace(ROSA, load=2)) == [0, 1]
    assert ranked(replace(ROSA, strain=110), replace(ROSA, load=2)) == [1, 0]


def test_the_next_family_of_who_carries_hard_calls_costs_more() -> None:
    """Of three places one more costs 20 points: as much as a strain of a whole family."""
    alike = World({(0, 0): 520, (0, 1): 500}, (10,), (0, 0), (3, 3), (-1, -1))
    for strain, chosen in ((0, 0), (90, 0), (110, 1)):
        assert answer_of(assign(problem_of(replace(alike, strain=(strain, 0))))) == (chosen,)


def test_what_she_carries_takes_no_place_from_her() -> None:
    strained = World({(0, 0): 0}, (10,), (2,), (3,), (-1,), (10_000,))
    assert answer_of(assign(problem_of(strained))) == (0,)


def test_what_is_given_at_once_stays_within_her_week_and_her_first_weeks() -> None:
    offers = offers_of(numbered([replace(ROSA, week_calls=3), replace(ROSA, week_calls=0)]), TABLES, TODAY)
    plain, acute, busy = (
        need_of(replace(FAMILY, **asks), TABLES, TODAY)
        for asks in ({}, {"acute": True, "weekly_calls": 3}, {"weekly_calls": 3})
    )
    given = [(acute, 0), (acute, 0), (busy, 0), (plain, 0), (acute, 1), (plain, -1)]
    beyond = too_much_at_once([need for need, _ in given], [hers for _, hers in given], offers)
    assert beyond == [(1, 0), (2, 0)]


def test_the_limits_are_those_of_the_domain_and_hold_what_is_built_in() -> None:
    built_in = MatchSettings().thresholds
    limits = ("families", "calls_a_week", "acute_families", "rest_hours")
    assert [built_in[code] for code in limits] == [3, 8, 1, 24]
    assert all(each.least <= each.default <= each.most for each in THRESHOLDS)

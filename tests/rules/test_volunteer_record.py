"""Minutes besides calls, languages as they are entered, and families with whom none is left."""

from datetime import date
from uuid import uuid4

import pytest

from teamhope.matching.rules_languages import without_a_language
from teamhope.vocabulary.families import ActivityKind, LanguageLevel, SpokenLanguage
from teamhope.vocabulary.programme import load_programme
from teamhope.volunteers import rules_activities, rules_languages
from teamhope.volunteers.rules_activities import Activity

TODAY = date(2026, 11, 29)
TRAINING, DEBRIEF, OTHER = ActivityKind.TRAINING, ActivityKind.DEBRIEF, ActivityKind.OTHER


@pytest.mark.parametrize(
    ("day", "minutes", "expected"),
    [
        (TODAY, 1, []),
        (TODAY, 1440, []),
        (TODAY, 0, [("minutes", "too_small")]),
        (TODAY, 1441, [("minutes", "too_large")]),
        (date(2026, 11, 30), 60, [("happened_on", "day_in_future")]),
        (date(2000, 1, 1), 60, []),
        (date(1999, 12, 31), 60, [("happened_on", "day_too_long_ago")]),
        (date(202, 5, 5), -3, [("happened_on", "day_too_long_ago"), ("minutes", "too_small")]),
    ],
)
def test_which_entries_can_be(day: date, minutes: int, expected: list[tuple[str, str]]) -> None:
    problems = rules_activities.problems_of(Activity(TRAINING, day, minutes), TODAY)
    assert [(field, code) for field, code, _ in problems] == expected


def test_minutes_come_to_this_years_and_all() -> None:
    given = [
        Activity(TRAINING, date(2025, 12, 31), 100),
        Activity(TRAINING, date(2026, 1, 1), 20),
        Activity(TRAINING, date(2026, 6, 1), 3),
        Activity(DEBRIEF, date(2024, 6, 1), 45),
    ]
    sums = rules_activities.sums(given, date(2026, 1, 1))
    assert sums == {TRAINING: (23, 123), DEBRIEF: (0, 45), OTHER: (0, 0)}
    assert list(sums) == list(ActivityKind)


def spoken(*codes: str) -> list[SpokenLanguage]:
    return [SpokenLanguage(code, LanguageLevel.FLUENT) for code in codes]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("es", "en"), []),
        (("xy",), []),  # stored before, though the programme has it no more
        ((), [("language_1", "no_language")]),
        (("en", "zz"), [("language_2", "not_a_choice")]),
        (("en", "es", "en"), [("language_3", "language_twice")]),
        (("en", "es", "fr", "vi", "ht", "zh", "ar", "pt", "xy"), [("language_8", "too_many")]),
    ],
)
def test_which_languages_can_be(codes: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    problems = rules_languages.problems_of(spoken(*codes), load_programme(), frozenset({"xy"}))
    assert [(field, code) for field, code, _ in problems] == expected


def test_with_whom_no_language_is_left() -> None:
    spanish, english, both, never = (uuid4() for _ in range(4))
    families = {spanish: {"es"}, english: {"en"}, both: {"es", "en"}, never: {"ht"}}
    assert without_a_language(families, {"es", "en"}, {"en"}) == {spanish}
    assert without_a_language(families, {"en"}, {"en", "es"}) == frozenset()
    assert without_a_language(families, {"es", "en"}, {"fr"}) == {spanish, english, both}

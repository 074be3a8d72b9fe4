"""Whether a lived experience can be true as it was entered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from teamhope.vocabulary.families import ChildAgeBand
from teamhope.vocabulary.programme import load_programme
from teamhope.volunteers.forms_lived import LivedForm, answers_of, lived_of
from teamhope.volunteers.rules_lived import Lived, problems_of

WORDS = load_programme()
TODAY = date(2026, 10, 13)
TRUE = Lived(
    "ERU", "mother", "still_missing", frozenset({"missing_from_care"}), date(2026, 10, 1), ChildAgeBand.UNKNOWN
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"trajectory": None, "event_month": None, "subtypes": frozenset()}, []),
        ({"subtypes": frozenset({"tribal", "likely_trafficked"})}, []),
        ({"subtypes": frozenset({"csam"})}, [("subtypes", "subtype_of_other_kind")]),
        ({"subtypes": frozenset({"retired"})}, [("subtypes", "subtype_of_other_kind")]),
        ({"case_type": "FA"}, [("subtypes", "subtype_of_other_kind")]),
        ({"relation": "neighbour"}, [("relation", "not_a_choice")]),
        ({"trajectory": "nowhere"}, [("trajectory", "not_a_choice")]),
        ({"event_month": date(2026, 11, 1)}, [("event_month", "day_in_future")]),
        (
            {"case_type": "XX", "relation": "XX"},
            [("case_type", "not_a_choice"), ("relation", "not_a_choice"), ("subtypes", "subtype_of_other_kind")],
        ),
    ],
)
def test_what_cannot_be_true(changes: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    found = problems_of(replace(TRUE, **changes), WORDS, TODAY)
    assert [problem[:2] for problem in found] == problems


@pytest.mark.parametrize("kind", ["case_type", "relation", "trajectory"])
def test_a_code_of_an_earlier_programme_may_stay_but_not_come_back(kind: str) -> None:
    before = replace(TRUE, subtypes=frozenset({"retired"}), **{kind: "OLD"})
    assert list(problems_of(before, WORDS, TODAY, before)) == []
    assert [problem[0] for problem in problems_of(before, WORDS, TODAY, TRUE)] == [kind, "subtypes"]


def test_a_form_says_again_what_is_stored() -> None:
    answers: Any = answers_of(TRUE)
    assert lived_of(LivedForm(**answers)) == TRUE

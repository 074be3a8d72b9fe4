"""How alike a volunteer is to a family, in which order volunteers come, and what is said of it."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from msgspec.structs import asdict
from tests.rules.matching_worlds import (
    CASE_TYPES,
    CONVERSATIONAL,
    FAMILY,
    FLUENT,
    NATIVE,
    RELATIONS,
    ROSA,
    TABLES,
    TODAY,
    TRAJECTORIES,
    WORDS,
    every_day,
    numbered,
)

from teamhope.matching.rules import Ranked, explain, rank
from teamhope.matching.rules_facts import programme_tables
from teamhope.matching.rules_likeness import FACTORS, compare
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer, need_of, offers_of
from teamhope.matching.wording import sentence
from teamhope.vocabulary.families import Window
from teamhope.vocabulary.programme import load_programme


def parts(volunteer: Volunteer, family: Request = FAMILY) -> dict[str, int | None]:
    """What each factor gives; None where it is not known."""
    compared = compare(need_of(family, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY), TABLES)
    values = zip(FACTORS, compared.parts[0].tolist(), compared.known[0].tolist(), strict=True)
    return {factor.code: part if known else None for factor, part, known in values}


def lived(*experiences: Lived) -> Volunteer:
    return replace(ROSA, lived=experiences)


@pytest.mark.parametrize(("hers", "value"), [("taken", 0), ("lost", 500), ("left", 1000), (None, None)], ids=str)
def test_experience(hers: str | None, value: int | None) -> None:
    assert parts(lived(Lived(hers, "mom", "back")))["experience"] == value


@pytest.mark.parametrize(
    ("family", "hers", "value"),
    [
        ("missing", "died", 0),
        ("missing", "long_back", 0),
        ("back", "missing", 500),
        ("long_back", "back", 500),
        ("died", "long_back", 500),
        ("long_back", "died", 500),
        ("missing", "missing", 1000),
        ("missing", "back", 1000),
        ("back", "long_back", 1000),
        ("missing", None, None),
        (None, "missing", None),
    ],
)
def test_trajectory(family: str | None, hers: str | None, value: int | None) -> None:
    asked = replace(FAMILY, lived=Lived("left", "mom", family))
    assert parts(lived(Lived("left", "mom", hers)), asked)["trajectory"] == value


@pytest.mark.parametrize(
    ("family", "hers", "value"),
    [
        ("mom", "sister", 0),
        ("mom", "gran", 400),
        ("gran", "dad", 400),
        ("mom", "dad", 700),
        ("mom", "mom", 1000),
        ("mom", None, None),
        (None, "mom", None),
    ],
)
def test_role(family: str | None, hers: str | None, value: int | None) -> None:
    asked = replace(FAMILY, lived=Lived("left", family, "missing"))
    assert parts(lived(Lived("left", hers, "back")), asked)["role"] == value


@pytest.mark.parametrize(
    ("windows", "value"),
    [
        ((), None),
        (every_day(21, 23), 0),
        ((Window(0, time(18), time(18, 45)),), 75),
        ((Window(0, time(10), time(15)),), 500),
        (every_day(18, 20), 1000),
    ],
)
def test_availability(windows: tuple[Window, ...], value: int | None) -> None:
    assert parts(replace(ROSA, windows=windows))["availability"] == value


@pytest.mark.parametrize(
    ("family", "hers", "value"),
    [
        ({"es": NATIVE}, {"en": NATIVE}, 0),
        ({"es": NATIVE}, {"es": CONVERSATIONAL}, 300),
        ({"es": CONVERSATIONAL}, {"es": NATIVE}, 300),
        ({"es": NATIVE, "en": CONVERSATIONAL}, {"es": FLUENT, "en": NATIVE}, 700),
        ({"es": NATIVE}, {"es": NATIVE, "en": CONVERSATIONAL}, 1000),
        ({"es": NATIVE}, {}, None),
        ({}, {"es": NATIVE}, None),
    ],
)
def test_language(family: dict[str, Any], hers: dict[str, Any], value: int | None) -> None:
    assert parts(replace(ROSA, languages=hers), replace(FAMILY, languages=family))["language"] == value


def test_she_is_seen_by_one_experience_not_by_the_best_of_each() -> None:
    mixed = parts(lived(Lived("left", "sister", "died"), Lived("lost", "mom", "missing")))
    assert (mixed["experience"], mixed["trajectory"], mixed["role"]) == (500, 1000, 1000)


def test_an_experience_of_the_familys_group_comes_before_a_closer_one_of_another() -> None:
    mixed = parts(lived(Lived("taken", "mom", "missing"), Lived("lost", "sister", "died")))
    assert (mixed["experience"], mixed["trajectory"], mixed["role"]) == (500, 0, 0)


def test_an_experience_of_which_little_is_known_is_not_hidden_by_an_unlike_one() -> None:
    mixed = parts(lived(Lived("lost", "sister", "died"), Lived("lost", None, None)))
    assert (mixed["experience"], mixed["trajectory"], mixed["role"]) == (500, None, None)


def test_how_many_experiences_another_has_changes_nothing_for_her() -> None:
    need = need_of(FAMILY, TABLES, TODAY)
    one = lived(Lived("taken", "sister", "died"))
    alone, beside = offers_of([one], TABLES, TODAY), offers_of([one, lived(Lived(), Lived(), Lived())], TABLES, TODAY)
    assert compare(need, alone, TABLES).parts[0].tolist() == compare(need, beside, TABLES).parts[0].tolist()


def test_a_thin_record_ranks_between_a_bad_fit_and_a_good_one() -> None:
    bad, thin, good = (Lived("left", "sister", "died"), Lived("left", None, None), Lived("left", "mom", "missing"))
    offers = offers_of([lived(bad), lived(thin), lived(good)], TABLES, TODAY)
    ranked = rank(need_of(FAMILY, TABLES, TODAY), offers, TABLES, limit=3)
    assert ranked.rows.tolist() == [2, 1, 0]
    assert ranked.known[1].tolist() == [True, False, False, True, True]


def test_the_weights_are_the_published_ones() -> None:
    published = {"experience": 30, "trajectory": 15, "role": 15, "availability": 5, "language": 3}
    assert {factor.code: factor.weight for factor in FACTORS} == published


def test_the_score_is_the_weighted_mean_shown_out_of_a_hundred() -> None:
    volunteer = replace(lived(Lived("lost", "gran", "died")), languages={"es": FLUENT})
    ranked = rank(need_of(FAMILY, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY), TABLES, limit=1)
    assert ranked.scores.tolist() == [(30 * 500 + 15 * 0 + 15 * 400 + 5 * 1000 + 3 * 700) // 68]
    assert ranked.shown == [41]


def test_a_shown_score_is_rounded_halves_up() -> None:
    scores = np.array([1000, 865, 864, 5, 4, 0], np.int32)
    assert Ranked(np.arange(6), scores, scores[:, None], scores[:, None] >= 0).shown == [100, 87, 86, 1, 0, 0]


def test_the_best_few_are_the_first_of_all() -> None:
    stories = ("died", "missing", "died", "long_back", "back")
    people = [lived(Lived(case, "mom", story)) for case in ("left", "lost") for story in stories]
    offers, need = offers_of(numbered(people), TABLES, TODAY), need_of(FAMILY, TABLES, TODAY)
    everyone = rank(need, offers, TABLES, limit=99)
    assert len(set(everyone.scores.tolist())) == 3
    for limit in range(len(people) + 1):
        assert rank(need, offers, TABLES, limit).rows.tolist() == everyone.rows.tolist()[:limit]


def test_settings_may_weigh_otherwise() -> None:
    weighed = programme_tables(CASE_TYPES, RELATIONS, TRAJECTORIES, WORDS, weights={"experience": 0, "role": 1000})
    offers = offers_of([lived(Lived("left", "sister", "missing")), lived(Lived("lost", "mom", "died"))], TABLES, TODAY)
    need = need_of(FAMILY, TABLES, TODAY)
    assert rank(need, offers, TABLES, limit=1).rows.tolist() == [0]
    assert rank(need, offers, weighed, limit=1).rows.tolist() == [1]


def test_ties_go_to_the_lower_load_then_the_longer_wait_then_the_id() -> None:
    yesterday = TODAY - timedelta(days=1)
    busy = replace(ROSA, id=UUID(int=1), load=2)
    recent = replace(ROSA, id=UUID(int=2), last_matched_on=TODAY)
    later, earlier = (replace(ROSA, id=UUID(int=n), last_matched_on=yesterday) for n in (9, 4))
    never = replace(ROSA, id=UUID(int=8))
    offers = offers_of([busy, recent, later, earlier, never], TABLES, TODAY)
    ranked = rank(need_of(FAMILY, TABLES, TODAY), offers, TABLES, limit=5)
    assert ranked.rows.tolist() == [4, 3, 2, 1, 0]


def _code(_: str, code: str) -> str:
    return code


def explained(volunteer: Volunteer, family: Request = FAMILY) -> tuple[list[Any], list[str], list[Any]]:
    """Reasons with their facts, cautions, factors not known; each has a sentence."""
    found = explain(need_of(family, TABLES, TODAY), offers_of([ROSA, volunteer], TABLES, TODAY), TABLES, row=1)
    assert all(sentence(each, _code) for each in (*found.reasons, *found.cautions, *found.not_known))
    said = [(reason.code, dict(reason.facts)) for reason in found.reasons]
    return said, [caution.code for caution in found.cautions], [reason.facts["factor"] for reason in found.not_known]


def test_what_is_said_of_a_good_choice() -> None:
    assert explained(ROSA) == (
        [
            ("same_experience", {"experience": "left"}),
            ("one_step_ahead", {"trajectory": "back"}),
            ("same_role", {"relation": "mom"}),
            ("shared_hours", {"hours": 14.0}),
            ("speaks", {"language": "es"}),
            ("room_for_more", {"free": 2, "load": 1, "capacity": 3}),
        ],
        [],
        [],
    )


def test_what_is_unlike_gives_no_reason_and_what_is_not_known_is_said() -> None:
    volunteer = replace(lived(Lived("lost", None, "died")), windows=(), load=2)
    assert explained(volunteer) == (
        [
            ("same_group", {"group": "missing"}),
            ("speaks", {"language": "es"}),
            ("room_for_one", {"free": 1, "load": 2, "capacity": 3}),
        ],
        [],
        ["role", "availability"],
    )


def test_what_is_said_is_of_the_experience_that_counted() -> None:
    said, _, _ = explained(lived(Lived("taken", "mom", "missing"), Lived("lost", "dad", "missing")))
    assert said[:3] == [
        ("same_group", {"group": "missing"}),
        ("same_trajectory", {"trajectory": "missing"}),
        ("like_role", {"relation": "dad"}),
    ]


@pytest.mark.parametrize(("end", "cautions"), [(time(12, 45), ["few_shared_hours"]), (time(13), [])])
def test_less_than_three_hours_a_week_is_a_caution(end: time, cautions: list[str]) -> None:
    assert explained(replace(ROSA, windows=(Window(0, time(10), end),)))[1] == cautions


def test_one_hour_is_said_in_the_singular() -> None:
    said, _, _ = explained(replace(ROSA, windows=(Window(0, time(10), time(11)),)))
    assert ("one_shared_hour", {}) in said


def test_the_packaged_programme_makes_tables() -> None:
    programme = load_programme()
    words = {"subtype": [word.code for word in programme.subtypes], "language": ["en"], "state": [], "community": []}
    rows = (programme.case_types, programme.relations, programme.trajectories)
    tables = programme_tables(*([asdict(word) for word in each] for each in rows), words)
    survivor, mother = Lived("CSE", "adult_survivor", None), Lived("CSE", "mother", None)
    groups = [tables.name("group", tables.group(each.case_type, each.relation)) for each in (survivor, mother)]
    assert groups == ["adult_survivor", "exploitation"]


def test_a_kind_may_not_have_more_codes_than_a_word_has_bits() -> None:
    with pytest.raises(ValueError, match="subtype"):
        programme_tables(CASE_TYPES, RELATIONS, TRAJECTORIES, {**WORDS, "subtype": [str(n) for n in range(64)]})

"""How alike a volunteer is to a family, in which order volunteers come, and what is said of it."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
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
from teamhope.matching.rules_facts import Past, programme_tables, tables_of
from teamhope.matching.rules_likeness import FACTORS, compare
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer, need_of, offers_of
from teamhope.matching.wording import sentence
from teamhope.vocabulary.families import ChildAgeBand, ChildGender, Gender, Window
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
    bad, thin, good = (Lived("left", "sister", "died"), Lived("left", None, None), Lived("left", "mom", "back"))
    offers = offers_of([lived(bad), lived(thin), lived(good)], TABLES, TODAY)
    back = replace(FAMILY, lived=replace(FAMILY.lived, trajectory="back"))
    ranked = rank(need_of(back, TABLES, TODAY), offers, TABLES, limit=3)
    assert ranked.rows.tolist() == [2, 1, 0]
    known = dict(zip((factor.code for factor in FACTORS), ranked.known[1].tolist(), strict=True))
    assert (known["experience"], known["trajectory"], known["role"], known["time_since"]) == (True, False, False, False)


def test_the_weights_are_the_published_ones() -> None:
    published = {
        "experience": 30,
        "trajectory": 15,
        "role": 15,
        "circumstances": 10,
        "time_since": 8,
        "availability": 5,
        "gender": 4,
        "community": 4,
        "child": 4,
        "language": 3,
        "continuity": 2,
    }
    assert {factor.code: factor.weight for factor in FACTORS} == published
    assert sum(published.values()) == 100


def test_the_score_is_the_weighted_mean_shown_out_of_a_hundred() -> None:
    hers = Lived("lost", "gran", "long_back", frozenset({"abroad"}), date(2025, 1, 1), ChildAgeBand.FROM_13_TO_15)
    volunteer = replace(lived(hers), languages={"es": FLUENT}, past=Past.WENT_WELL)
    family = replace(FAMILY, wished_gender=Gender.MAN)
    ranked = rank(need_of(family, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY), TABLES, limit=1)
    of_experience = 30 * 500 + 15 * 0 + 15 * 400 + 10 * 0 + 8 * 700 + 4 * 1000
    assert ranked.scores.tolist() == [(of_experience + 5 * 1000 + 4 * 0 + 4 * 1000 + 3 * 700 + 2 * 1000) // 100]
    assert ranked.shown == [44]


def test_a_shown_score_is_rounded_halves_up() -> None:
    scores = np.array([1000, 865, 864, 5, 4, 0], np.int32)
    assert Ranked(np.arange(6), scores, scores[:, None], scores[:, None] >= 0).shown == [100, 87, 86, 1, 0, 0]


def test_the_best_few_are_the_first_of_all() -> None:
    stories = ("long_back", "missing", "long_back", None, "back")
    people = [lived(Lived(case, "mom", story)) for case in ("left", "lost") for story in stories]
    back = replace(FAMILY, lived=replace(FAMILY.lived, trajectory="back"))
    offers, need = offers_of(numbered(people), TABLES, TODAY), need_of(back, TABLES, TODAY)
    everyone = rank(need, offers, TABLES, limit=99)
    assert len(set(everyone.scores.tolist())) > 3
    for limit in range(len(people) + 1):
        assert rank(need, offers, TABLES, limit).rows.tolist() == everyone.rows.tolist()[:limit]


def test_settings_may_weigh_otherwise() -> None:
    weighed = programme_tables(CASE_TYPES, RELATIONS, TRAJECTORIES, WORDS, weights={"experience": 0, "role": 1000})
    both = [lived(Lived("left", "sister", "missing")), lived(Lived("lost", "mom", "long_back"))]
    offers = offers_of(both, TABLES, TODAY)
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
            ("same_circumstances", {"subtypes": ("online",)}),
            ("years_since", {"years": 5}),
            ("shared_hours", {"hours": 14.0}),
            ("next_age", {"age_band": "16-17"}),
            ("speaks", {"language": "es"}),
            ("room_for_more", {"free": 2, "load": 1, "capacity": 3}),
        ],
        [],
        [],
    )


def test_what_the_family_wished_is_said_where_it_is_met() -> None:
    wished = replace(FAMILY, wished_gender=Gender.WOMAN, wished_communities=frozenset({"faith"}))
    of_faith = replace(ROSA, communities=frozenset({"faith", "military"}), past=Past.WENT_WELL)
    said = explained(of_faith, wished)[0]
    assert ("wished_gender", {"gender": "woman"}) in said
    assert ("wished_community", {"communities": ("faith",)}) in said
    assert ("went_well_before", {}) in said
    codes = {code for code, _ in explained(replace(ROSA, gender=Gender.MAN), wished)[0]}
    assert codes.isdisjoint({"wished_gender", "wished_community", "went_well_before"})


@pytest.mark.parametrize(
    ("month", "value", "said", "caution"),
    [
        (date(2025, 2, 1), 0, None, True),
        (date(2025, 1, 1), 700, ("months_since", {"months": 18}), False),
        (date(2024, 8, 1), 700, ("months_since", {"months": 23}), False),
        (date(2024, 7, 1), 1000, ("years_since", {"years": 2}), False),
        (date(2016, 7, 1), 1000, ("years_since", {"years": 10}), False),
        (date(2016, 6, 1), 700, ("years_since", {"years": 10}), False),
        (None, None, None, False),
    ],
)
def test_time_since(month: date | None, value: int | None, said: object, caution: bool) -> None:
    volunteer = lived(Lived("left", "mom", "back", event_month=month))
    assert parts(volunteer)["time_since"] == value
    reasons, cautions, _ = explained(volunteer)
    assert [each for each in reasons if each[0].endswith("s_since")] == ([said] if said else [])
    assert ("own_event_too_near" in cautions) is caution


@pytest.mark.parametrize(
    ("asked", "hers", "value"),
    [
        ({"online"}, {"online", "abroad"}, 1000),
        ({"online", "abroad"}, {"online"}, 500),
        ({"online"}, {"abroad"}, 0),
        ({"online"}, set(), None),
        (set(), {"online"}, None),
    ],
)
def test_circumstances(asked: set[str], hers: set[str], value: int | None) -> None:
    family = replace(FAMILY, lived=replace(FAMILY.lived, subtypes=frozenset(asked)))
    assert parts(lived(Lived("left", "mom", "back", frozenset(hers))), family)["circumstances"] == value


def test_a_rare_circumstance_weighs_more() -> None:
    family = replace(FAMILY, lived=replace(FAMILY.lived, subtypes=frozenset({"online", "abroad"})))
    rare = replace(TABLES, rarity={"abroad": 3000})
    offers = offers_of([lived(Lived("left", "mom", "back", frozenset({"abroad"})))], TABLES, TODAY)
    compared = compare(need_of(family, TABLES, TODAY), offers, rare)
    assert compared.parts[0][[factor.code for factor in FACTORS].index("circumstances")] == 750


@pytest.mark.parametrize(
    ("asked", "hers", "value"),
    [
        (ChildAgeBand.FROM_13_TO_15, ChildAgeBand.FROM_13_TO_15, 1000),
        (ChildAgeBand.FROM_13_TO_15, ChildAgeBand.FROM_9_TO_12, 500),
        (ChildAgeBand.FROM_13_TO_15, ChildAgeBand.FROM_18_TO_20, 0),
        (ChildAgeBand.FROM_0_TO_4, ChildAgeBand.UNKNOWN, None),
        (ChildAgeBand.UNKNOWN, ChildAgeBand.FROM_0_TO_4, None),
    ],
)
def test_the_childs_age(asked: ChildAgeBand, hers: ChildAgeBand, value: int | None) -> None:
    family = replace(FAMILY, lived=replace(FAMILY.lived, child_age_band=asked))
    assert parts(lived(Lived("left", "mom", "back", child_age_band=hers)), family)["child"] == value


G = ChildGender
SAME_BAND, NEXT_BAND = ChildAgeBand.FROM_13_TO_15, ChildAgeBand.FROM_9_TO_12


@pytest.mark.parametrize(
    ("asked", "hers", "same", "next_"),
    [
        (G.GIRL, G.GIRL, 1000, 500),
        (G.GIRL, G.BOY, 700, 350),
        (G.BOY, G.ANOTHER, 700, 350),
        (G.GIRL, G.UNKNOWN, 1000, 500),
        (G.UNKNOWN, G.BOY, 1000, 500),
        (G.UNKNOWN, G.UNKNOWN, 1000, 500),
    ],
)
def test_the_childs_gender_if_both_gave_it(asked: G, hers: G, same: int, next_: int) -> None:
    family = replace(FAMILY, lived=replace(FAMILY.lived, child_age_band=SAME_BAND, child_gender=asked))
    for band, value in ((SAME_BAND, same), (NEXT_BAND, next_), (ChildAgeBand.FROM_0_TO_4, 0)):
        her = lived(Lived("left", "mom", "back", child_age_band=band, child_gender=hers))
        assert parts(her, family)["child"] == value
    assert parts(lived(Lived("left", "mom", "back", child_gender=hers)), family)["child"] is None


@pytest.mark.parametrize(
    ("asked", "hers", "said"),
    [(G.BOY, G.BOY, "same_child"), (G.BOY, G.GIRL, "same_age"), (G.BOY, G.UNKNOWN, "same_age")],
)
def test_what_is_said_of_the_child(asked: G, hers: G, said: str) -> None:
    family = replace(FAMILY, lived=replace(FAMILY.lived, child_gender=asked))
    her = lived(Lived("left", "mom", "back", child_age_band=FAMILY.lived.child_age_band, child_gender=hers))
    reasons = explain(need_of(family, TABLES, TODAY), offers_of([her], TABLES, TODAY), TABLES, 0).reasons
    assert said in [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("changes", "hers", "factor", "value"),
    [
        ({}, {"gender": Gender.MAN}, "gender", 1000),
        ({"wished_gender": Gender.WOMAN}, {"gender": Gender.WOMAN}, "gender", 1000),
        ({"wished_gender": Gender.WOMAN}, {"gender": Gender.MAN}, "gender", 0),
        ({"wished_gender": Gender.WOMAN}, {"gender": None}, "gender", None),
        ({}, {"communities": frozenset()}, "community", 1000),
        ({"wished_communities": {"faith"}}, {"communities": frozenset({"faith"})}, "community", 1000),
        ({"wished_communities": {"faith"}}, {"communities": frozenset({"military"})}, "community", 0),
        ({"wished_communities": {"faith"}}, {"communities": frozenset()}, "community", None),
        ({}, {"past": Past.WENT_WELL}, "continuity", 1000),
        ({}, {"past": Past.ACCOMPANIED}, "continuity", 0),
    ],
)
def test_what_is_wished_and_what_was(changes: Any, hers: Any, factor: str, value: int | None) -> None:
    assert parts(replace(ROSA, **hers), replace(FAMILY, **changes))[factor] == value


def test_the_same_month_of_the_year_is_a_caution() -> None:
    assert explained(lived(Lived("left", "mom", "back", event_month=date(2020, 5, 1))))[1] == ["same_anniversary"]


@pytest.mark.parametrize("past", [past for past in Past if past not in {Past.NOTHING, Past.WENT_WELL}])
def test_what_was_between_them_is_said(past: Past) -> None:
    assert explained(replace(ROSA, past=past))[1] == [f"{past}_before"]


def test_what_is_unlike_gives_no_reason_and_what_is_not_known_is_said() -> None:
    volunteer = replace(lived(Lived("lost", None, "died")), windows=(), load=2)
    assert explained(volunteer) == (
        [
            ("same_group", {"group": "missing"}),
            ("speaks", {"language": "es"}),
            ("room_for_one", {"free": 1, "load": 2, "capacity": 3}),
        ],
        [],
        ["role", "circumstances", "time_since", "availability", "child"],
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


def test_that_no_hour_is_shared_is_no_reason_for_her() -> None:
    said, cautions, _ = explained(replace(ROSA, windows=(Window(0, time(2), time(3)),)))
    assert not [code for code, _ in said if code.endswith(("shared_hour", "shared_hours"))]
    assert "few_shared_hours" in cautions


def test_the_packaged_programme_makes_tables() -> None:
    tables = tables_of(load_programme())
    survivor, mother = Lived("CSE", "adult_survivor", None), Lived("CSE", "mother", None)
    groups = [tables.name("group", tables.group(each.case_type, each.relation)) for each in (survivor, mother)]
    assert groups == ["adult_survivor", "exploitation"]
    assert tables.hurts_with["deceased"] == {"still_missing"}
    assert tables.for_survivors == {"adult_survivor"}
    assert tables.for_experienced == {"CSE"}


def test_a_kind_may_not_have_more_codes_than_a_word_has_bits() -> None:
    with pytest.raises(ValueError, match="subtype"):
        programme_tables(CASE_TYPES, RELATIONS, TRAJECTORIES, {**WORDS, "subtype": [str(n) for n in range(64)]})

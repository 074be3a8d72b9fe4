"""Who may not take a family, which rule says so, and who may set it aside."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.rules.matching_worlds import (
    CONVERSATIONAL,
    FAMILY,
    HONOLULU,
    ROSA,
    TABLES,
    TODAY,
    credentials,
    every_day,
)

from teamhope.kit.i18n import use_language
from teamhope.matching.rules import (
    MatchRefused,
    check_again,
    check_one,
    explain_exclusions,
    near_misses,
    rank,
    why_excluded,
)
from teamhope.matching.rules_exclude import BY_REASON_ALONE, HARD_RULES
from teamhope.matching.rules_facts import Past
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer, need_of, offers_of
from teamhope.matching.wording import sentence
from teamhope.vocabulary.families import CredentialKind, Gender
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import VolunteerStatus

LAPSES_IN_A_MONTH = TODAY + timedelta(days=29)


def excluded(volunteer: Volunteer, family: Request = FAMILY) -> tuple[str, str, int] | None:
    """(number of the first rule, code of its reason, how many more rules); every path to a match agrees on it."""
    need, offers = need_of(family, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    exclusions = explain_exclusions(need, offers)
    assert rank(need, offers, TABLES, limit=1).rows.tolist() == ([] if exclusions else [0])
    if not exclusions:
        assert check_one(need, offers, TABLES, Role.WORKER) == ()
        return None
    with pytest.raises(MatchRefused):
        check_one(need, offers, TABLES, Role.WORKER, "a reason sets nothing aside for the worker")
    why = why_excluded(need, offers, TABLES, exclusions[0])
    assert sentence(why, lambda _kind, code: code)
    return exclusions[0].rule.number, why.code, exclusions[0].more


def lacks(kind: CredentialKind) -> dict[Any, Any]:
    return {k: until for k, until in ROSA.credentials.items() if k != kind}


@pytest.mark.parametrize(
    ("changes", "rule", "reason"),
    [
        ({"status": VolunteerStatus.ON_BREAK}, "H1", "not_taking_families"),
        ({"status": VolunteerStatus.TRAINING}, "H1", "not_taking_families"),
        ({"credentials": {}}, "H1", "credential_missing"),
        ({"credentials": lacks(CredentialKind.SUICIDE_AWARENESS)}, "H1", "credential_missing"),
        ({"credentials": credentials(TODAY - timedelta(days=1))}, "H1", "credential_expired"),
        ({"credentials": credentials(LAPSES_IN_A_MONTH)}, "H1", "credential_expires"),
        ({"load": 3}, "H2", "no_room"),
        ({"load": 4}, "H2", "no_room"),
        ({"away": [(TODAY, TODAY)]}, "H2", "away"),
        ({"away": [(TODAY - timedelta(days=9), None)]}, "H2", "away_for_now"),
        ({"week_calls": 8}, "H2", "no_calls_left"),
        ({"week_calls": 2, "most_calls": 2}, "H2", "no_calls_left"),
        ({"talk_due": True}, "H13", "talk_first"),
        ({"resting": True}, "H13", "rests"),
        ({"talk_due": True, "resting": True}, "H13", "talk_first"),
        ({"languages": {}}, "H3", "no_shared_language"),
        ({"languages": {"en": CONVERSATIONAL, "vi": CONVERSATIONAL}}, "H3", "no_shared_language"),
        ({"lived": ()}, "H4", "experience_not_known"),
        ({"lived": (Lived(None, "mom", "back"),)}, "H4", "experience_not_known"),
        ({"lived": (Lived("taken", "mom", "back"),)}, "H4", "other_experience"),
        ({"lived": (Lived("left", "survivor", "back"),)}, "H4", "other_experience"),
        ({"limits": frozenset({("case_type", "left")})}, "H5", "own_limit_case_type"),
        ({"limits": frozenset({("subtype", "online")})}, "H5", "own_limit_subtype"),
        ({"limits": frozenset({("trajectory", "missing")})}, "H5", "own_limit_trajectory"),
        ({"limits": frozenset({("state", "TX")})}, "H5", "own_limit_state"),
        ({"limits": frozenset({("dates", "07-15/07-15")})}, "H5", "own_limit_today"),
        ({"limits": frozenset({("dates", "12-20/07-15")})}, "H5", "own_limit_today"),
        ({"connected": True}, "H6", "possible_connection"),
        ({"windows": ()}, "H7", "hours_not_known"),
        ({"zone": None}, "H7", "hours_not_known"),
        ({"windows": every_day(20, 23)}, "H7", "no_shared_time"),
        ({"windows": every_day(5, 9)}, "H7", "no_shared_time"),
        ({"past": Past.SAID_NO}, "H8", "said_no_before"),
        ({"past": Past.NO_ANSWER}, "H8", "no_answer_before"),
        ({"past": Past.DID_NOT_FIT}, "H8", "did_not_fit_before"),
        ({"past": Past.STOPPED}, "H8", "stopped_before"),
        ({"lived": (*ROSA.lived, Lived("taken", "mom", "died"))}, "H10", "sensitive_pairing"),
        ({"lived": (*ROSA.lived, Lived("taken", "mom", None))}, "H10", "pairing_not_known"),
        ({"status": VolunteerStatus.PROBATION}, "H12", "probation_one_family"),
    ],
)
def test_one_change_excludes_her_by_its_rule(changes: dict[str, Any], rule: str, reason: str) -> None:
    assert excluded(replace(ROSA, **changes)) == (rule, reason, 0)


@pytest.mark.parametrize(
    ("required", "lacking", "rule", "reason"),
    [
        ({"required_gender": Gender.WOMAN}, {"gender": Gender.MAN}, "H5", "required_gender"),
        ({"required_gender": Gender.WOMAN}, {"gender": None}, "H5", "required_gender"),
        ({"required_relation": True}, {"lived": (Lived("left", "dad", "back"),)}, "H5", "required_relation"),
        ({"required_relation": True}, {"lived": (Lived("left", None, "back"),)}, "H5", "required_relation"),
        ({"required_communities": frozenset({"faith"})}, {"communities": frozenset()}, "H5", "required_community"),
        ({"outside_state": "TX"}, {"state": "TX"}, "H11", "from_ruled_out_state"),
        ({"outside_state": "TX"}, {"state": None}, "H11", "from_ruled_out_state"),
    ],
)
def test_what_the_family_requires_excludes_who_lacks_it(
    required: dict[str, Any], lacking: dict[str, Any], rule: str, reason: str
) -> None:
    family = replace(FAMILY, **required)
    assert excluded(replace(ROSA, **lacking), family) == (rule, reason, 0)
    assert excluded(replace(ROSA, communities=frozenset({"faith"})), family) is None


@pytest.mark.parametrize("unknown", [{"lived": replace(FAMILY.lived, trajectory=None)}, {"state": None}])
def test_a_limit_that_cannot_be_checked_excludes(unknown: dict[str, Any]) -> None:
    limits = frozenset({("case_type", "taken"), ("trajectory", "died"), ("state", "HI")})
    assert excluded(replace(ROSA, limits=limits), replace(FAMILY, **unknown)) == ("H5", "own_limit_not_known", 0)
    assert excluded(replace(ROSA, limits=limits)) is None


def test_a_limit_whose_code_the_programme_dropped_still_holds() -> None:
    retired = replace(FAMILY, lived=replace(FAMILY.lived, subtypes=frozenset({"retired"})))
    assert excluded(replace(ROSA, limits=frozenset({("subtype", "retired")})), retired) == (
        "H5",
        "own_limit_not_known",
        0,
    )


def test_two_communities_that_nobody_knows_are_not_the_same() -> None:
    family = replace(FAMILY, required_communities=frozenset({"retired"}))
    assert excluded(replace(ROSA, communities=frozenset({"unheard"})), family) == ("H5", "required_community", 0)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": VolunteerStatus.PROBATION, "load": 0},
        {"past": Past.WENT_WELL},
        {"past": Past.TAKEN_BACK},
        {"credentials": credentials(TODAY + timedelta(days=30))},
        {"credentials": credentials(None)},
        {"load": 2},
        {"week_calls": 7},
        {"acute_places": 0},
        {"strain": 1000},
        {"away": [(TODAY + timedelta(days=1), None), (TODAY - timedelta(days=5), TODAY - timedelta(days=1))]},
        {"languages": {"es": CONVERSATIONAL}},
        {"lived": (Lived("taken", "dad", "long_back"), Lived("lost", "gran", "back"))},
        {"limits": frozenset({("case_type", "taken"), ("subtype", "abroad"), ("state", "NY")})},
        {"limits": frozenset({("dates", "07-16/07-14"), ("dates", "12-20/01-05")})},
        {"zone": HONOLULU, "windows": every_day(9, 10)},
    ],
)
def test_nothing_excludes_her(changes: dict[str, Any]) -> None:
    assert excluded(replace(ROSA, **changes)) is None


def test_an_adult_survivor_is_of_the_survivors_group_whatever_happened() -> None:
    family = replace(FAMILY, lived=Lived("taken", "survivor", "back"))
    trained = replace(ROSA, credentials={**ROSA.credentials, CredentialKind.SURVIVOR_TRAINING: None})
    assert excluded(trained, family) == ("H4", "other_experience", 0)
    assert excluded(replace(trained, lived=(Lived("lost", "survivor", "back"),)), family) is None


@pytest.mark.parametrize("until", [LAPSES_IN_A_MONTH, None])
def test_a_survivor_is_accompanied_by_somebody_trained_for_it(until: date | None) -> None:
    family = replace(FAMILY, lived=Lived("left", "survivor", "back"))
    survivor = replace(ROSA, lived=(Lived("lost", "survivor", "back"),))
    hers = {**ROSA.credentials, CredentialKind.SURVIVOR_TRAINING: until}
    expected = ("H9", "not_trained_for_survivors", 0)
    assert excluded(survivor, family) == expected
    assert excluded(replace(survivor, credentials=hers), family) == (expected if until else None)


def test_nobody_calls_a_child_before_an_advocate_has_planned_it() -> None:
    assert excluded(ROSA, replace(FAMILY, minor=True)) == ("H9", "under_18", 0)


def test_a_sensitive_pairing_is_one_in_both_directions() -> None:
    bereaved = replace(FAMILY, lived=replace(FAMILY.lived, trajectory="died"))
    waiting = replace(ROSA, lived=(Lived("left", "mom", "missing"),))
    assert excluded(waiting, bereaved) == ("H10", "sensitive_pairing", 0)
    assert excluded(ROSA, bereaved) is None


def test_where_nobody_knows_how_it_ended_for_the_family_who_could_be_hurt_or_hurt_is_left_out() -> None:
    unknown = replace(FAMILY, lived=replace(FAMILY.lived, trajectory=None))
    for story, reason in (("died", "pairing_not_known"), ("missing", "pairing_not_known")):
        assert excluded(replace(ROSA, lived=(Lived("left", "mom", story),)), unknown) == ("H10", reason, 0)
    assert excluded(ROSA, unknown) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"acute": True}, "probation_first_weeks"),
        ({"lived": Lived("taken", "mom", "back")}, "probation_experience"),
    ],
)
def test_on_probation_some_families_are_for_later(changes: dict[str, Any], reason: str) -> None:
    hers = (*ROSA.lived, Lived("taken", "mom", "back"))
    beginner = replace(ROSA, status=VolunteerStatus.PROBATION, load=0, lived=hers)
    assert excluded(beginner, replace(FAMILY, **changes)) == ("H12", reason, 0)
    assert excluded(replace(beginner, status=VolunteerStatus.ACTIVE), replace(FAMILY, **changes)) is None


def test_the_first_broken_rule_is_named_and_the_others_counted() -> None:
    assert excluded(replace(ROSA, load=3, languages={}, lived=(), windows=())) == ("H2", "no_room", 3)


def test_a_family_of_unknown_language_gets_nobody() -> None:
    assert excluded(ROSA, replace(FAMILY, languages={})) == ("H3", "language_not_known", 0)


@pytest.mark.parametrize(
    ("family", "hers", "expected"),
    [
        ({"acute": True}, {"acute_places": 0}, ("H2", "no_acute_place", 0)),
        ({"acute": True}, {}, None),
        ({"weekly_calls": 3}, {"week_calls": 6}, ("H2", "no_calls_left", 0)),
        ({"weekly_calls": 3}, {"week_calls": 5}, None),
    ],
)
def test_what_a_family_will_ask_of_her_in_its_first_weeks_counts(
    family: dict[str, Any], hers: dict[str, Any], expected: tuple[str, str, int] | None
) -> None:
    assert excluded(replace(ROSA, **hers), replace(FAMILY, **family)) == expected


def test_on_probation_what_she_carries_counts_as_well() -> None:
    beginner = replace(ROSA, status=VolunteerStatus.PROBATION, load=0)
    assert excluded(beginner) is None
    assert excluded(replace(beginner, talk_due=True)) == ("H13", "talk_first", 0)
    assert excluded(replace(beginner, week_calls=8, load=1)) == ("H2", "no_calls_left", 1)
    assert excluded(beginner, replace(FAMILY, acute=True)) == ("H12", "probation_first_weeks", 0)


def test_what_is_due_to_her_holds_up_a_new_family_and_not_one_that_she_has_said_yes_to() -> None:
    need, offer = need_of(FAMILY, TABLES, TODAY), offers_of([replace(ROSA, talk_due=True)], TABLES, TODAY)
    check_again(need, offer, TABLES)
    with pytest.raises(MatchRefused) as refused:
        check_again(need, offer, TABLES, {"H13"})
    assert refused.value.code == "talk_first"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("changes", [{"talk_due": True}, {"resting": True}])
def test_the_sentence_never_says_why(changes: dict[str, Any], language: str) -> None:
    need, offers = need_of(FAMILY, TABLES, TODAY), offers_of([replace(ROSA, **changes)], TABLES, TODAY)
    with use_language(language):
        said = sentence(why_excluded(need, offers, TABLES, explain_exclusions(need, offers)[0]), lambda _, code: code)
    assert not re.search("call|llamada|hard|dif[ií]cil|crisis|debrief", said, re.IGNORECASE)


def test_a_near_miss_breaks_one_rule_alone() -> None:
    need = need_of(FAMILY, TABLES, TODAY)
    offers = offers_of([ROSA, replace(ROSA, load=3, languages={}), replace(ROSA, load=3)], TABLES, TODAY)
    assert near_misses(need, offers, TABLES, limit=5).rows.tolist() == [2]
    assert rank(need, offers, TABLES, limit=5).rows.tolist() == [0]


FULL = replace(ROSA, load=3)
ELSEWHERE = replace(ROSA, lived=(Lived("taken", "mom", "back"),))
LEADS = {Role.TEAM_LEAD, Role.COORDINATOR}
BOUNDARY = replace(ROSA, limits=frozenset({("subtype", "online")}))


def check(volunteer: Volunteer, role: Role, reason: str = "she asked for one more") -> tuple[str, ...]:
    need, offer = need_of(FAMILY, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    return check_one(need, offer, TABLES, role, reason)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_sets_aside_a_volunteers_own_limit(role: Role) -> None:
    with pytest.raises(MatchRefused) as refused:
        check(BOUNDARY, role)
    assert refused.value.code == "own_limit_subtype"
    assert refused.value.facts["reason_allows"] is False


@pytest.mark.parametrize(
    ("volunteer", "who_may"),
    [
        (FULL, LEADS),
        (replace(ROSA, week_calls=8), LEADS),
        (replace(ROSA, windows=()), LEADS),
        (ELSEWHERE, {Role.COORDINATOR}),
    ],
)
@pytest.mark.parametrize("role", list(Role))
def test_only_the_role_named_sets_a_rule_aside(volunteer: Volunteer, who_may: set[Role], role: Role) -> None:
    if role in who_may:
        assert len(check(volunteer, role)) == 1
    else:
        with pytest.raises(MatchRefused):
            check(volunteer, role)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("changes", [{"talk_due": True}, {"resting": True}])
def test_nobody_sets_aside_that_staff_talk_with_her_first(changes: dict[str, Any], role: Role) -> None:
    with pytest.raises(MatchRefused) as refused:
        check(replace(ROSA, **changes), role)
    assert (refused.value.facts["rule"], refused.value.facts["reason_allows"]) == ("H13", False)


def test_a_rule_is_set_aside_with_a_reason_only() -> None:
    with pytest.raises(MatchRefused) as refused:
        check(FULL, Role.TEAM_LEAD, reason="  ")
    assert (refused.value.code, refused.value.facts["rule"], refused.value.facts["reason_allows"]) == (
        "no_room",
        "H2",
        True,
    )


def test_a_reason_given_for_one_rule_sets_no_other_aside() -> None:
    need = need_of(FAMILY, TABLES, TODAY)
    offer = offers_of([replace(FULL, lived=ELSEWHERE.lived)], TABLES, TODAY)
    assert check_one(need, offer, TABLES, Role.COORDINATOR, "both", {"H2", "H4"}) == ("H2", "H4")
    for aside, first in ((BY_REASON_ALONE, "H2"), ({"H2"}, "H4"), ({"H7"}, "H2")):
        with pytest.raises(MatchRefused) as refused:
            check_one(need, offer, TABLES, Role.COORDINATOR, "why", aside)
        assert (refused.value.facts["rule"], refused.value.facts["reason_allows"]) == (first, True)


@pytest.mark.parametrize(("aside", "first"), [("H2", "no_calls_left"), ("H2.week", "no_room")])
def test_a_reason_given_for_one_rule_sets_no_other_of_its_number_aside(aside: str, first: str) -> None:
    need = need_of(FAMILY, TABLES, TODAY)
    offer = offers_of([replace(FULL, week_calls=10, most_calls=10)], TABLES, TODAY)
    assert check_one(need, offer, TABLES, Role.COORDINATOR, "both", {"H2", "H2.week"}) == ("H2", "H2.week")
    with pytest.raises(MatchRefused, match=first) as refused:
        check_one(need, offer, TABLES, Role.COORDINATOR, "why", {aside})
    assert refused.value.facts["rule"] == "H2", "people read the number"


def test_no_two_rules_have_the_same_code() -> None:
    assert len({rule.code for rule in HARD_RULES}) == len(HARD_RULES)


def test_the_rule_that_cannot_be_set_aside_is_named_before_one_that_can() -> None:
    with pytest.raises(MatchRefused) as refused:
        check(replace(FULL, limits=BOUNDARY.limits), Role.TEAM_LEAD)
    assert refused.value.code == "own_limit_subtype"


def test_whom_no_rule_excludes_needs_no_reason() -> None:
    assert check(ROSA, Role.WORKER, reason="") == ()

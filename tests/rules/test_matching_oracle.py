"""Matching on random worlds against a second, plain reading of domain.md §3.2 and §3.3: one volunteer at a time."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rules.matching_worlds import (
    CASE_TYPES,
    EASTERN,
    NATIVE,
    RELATIONS,
    TABLES,
    TODAY,
    TRAJECTORIES,
    credentials,
    every_day,
    numbered,
    requests,
    volunteers,
)

from teamhope.matching.rules import (
    MatchRefused,
    check_one,
    explain,
    explain_exclusions,
    first_broken_rule,
    fits,
    near_misses,
    rank,
)
from teamhope.matching.rules_exclude import HARD_RULES
from teamhope.matching.rules_facts import Past
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer, need_of, offers_of
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind, LanguageLevel, Window
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import VolunteerStatus

GROUP_OF_CASE = {row["code"]: row["group"] for row in CASE_TYPES}
GROUP_OF_RELATION = {row["code"]: row["group"] for row in RELATIONS}
CLASS_OF = {row["code"]: row["class_"] for row in RELATIONS}
STORY = {row["code"]: row for row in TRAJECTORIES}
LEVEL = {LanguageLevel.CONVERSATIONAL: 300, LanguageLevel.FLUENT: 700, LanguageLevel.NATIVE: 1000}
WEIGHTS = (30, 15, 15, 10, 8, 5, 4, 4, 4, 3, 2)
worlds = st.tuples(requests, st.lists(volunteers, max_size=8).map(numbered))


# --- the oracle -------------------------------------------------------------------------------------------------------


def minutes_open(windows: Any, zone: ZoneInfo) -> set[int]:
    """Quarters of a week in UTC, by their first minute, with the zone's offset of TODAY."""
    offset = datetime.combine(TODAY, time(12), zone).utcoffset() or timedelta()
    found = set()
    for window in windows:
        for quarter in range(0, 24 * 60, 15):
            starts = window.start.hour * 60 + window.start.minute <= quarter
            if starts and quarter + 15 <= (window.end.hour * 60 + window.end.minute):
                found.add(int(window.weekday * 1440 + quarter - offset.total_seconds() // 60) % (7 * 1440))
    return found


def shared(request: Request, volunteer: Volunteer) -> set[int]:
    if request.zone is None:
        theirs = minutes_open(every_day(12, 20), EASTERN)
    else:
        default = [Window(day, time(12 if day == 6 else 9), time(20)) for day in range(7)]
        theirs = minutes_open(request.windows or default, request.zone)
    return theirs & (minutes_open(volunteer.windows, volunteer.zone) if volunteer.zone else set())


def group_of(lived: Lived) -> str | None:
    return GROUP_OF_RELATION.get(lived.relation or "") or GROUP_OF_CASE.get(lived.case_type or "")


def best_level(request: Request, volunteer: Volunteer) -> int:
    both = request.languages.keys() & volunteer.languages.keys()
    return max((min(LEVEL[request.languages[c]], LEVEL[volunteer.languages[c]]) for c in both), default=0)


def ready(_: Request, v: Volunteer) -> bool:
    month = TODAY + timedelta(days=30)
    valid = all(k in v.credentials and (v.credentials[k] or date.max) >= month for k in MANDATORY_CREDENTIALS)
    return v.status in ("active", "probation") and valid


def room(_: Request, v: Volunteer) -> bool:
    return v.load < v.capacity and not any(first <= TODAY <= (last or date.max) for first, last in v.away)


def week(r: Request, v: Volunteer) -> bool:
    return not v.week_calls + r.weekly_calls > v.most_calls


def first_weeks(r: Request, v: Volunteer) -> bool:
    return not (r.acute and v.acute_places < 1)


def rested(_: Request, v: Volunteer) -> bool:
    return not v.talk_due and not v.resting


def group(r: Request, v: Volunteer) -> bool:
    return group_of(r.lived) is not None and group_of(r.lived) in map(group_of, v.lived)


def gender(r: Request, v: Volunteer) -> bool:
    return r.required_gender is None or v.gender == r.required_gender


def relation(r: Request, v: Volunteer) -> bool:
    same = r.lived.relation is not None and r.lived.relation in (lived.relation for lived in v.lived)
    return same or not r.required_relation


def limits(r: Request, v: Volunteer) -> bool:
    answers = {"case_type": {r.lived.case_type}, "trajectory": {r.lived.trajectory}, "state": {r.state}}
    answers["subtype"] = set(r.lived.subtypes)
    return not any(
        within(code) if kind == "dates" else code in answers[kind] or None in answers[kind] for kind, code in v.limits
    )


def on(year: int, day: str) -> date:
    """29 February is the 28th where a year has none."""
    month, number = map(int, day.split("-"))
    return date(year, month, 28 if (month, number) == (2, 29) and year % 4 else number)


def spans(span: str) -> list[tuple[date, date]]:
    first, last = span.split("/")
    return [(on(year, first), on(year + (last < first), last)) for year in range(TODAY.year - 2, TODAY.year + 3)]


def within(span: str) -> bool:
    return any(first <= TODAY <= last for first, last in spans(span))


def next_hard_days(v: Volunteer) -> list[tuple[date, date]]:
    dates = [code for kind, code in v.limits if kind == "dates"]
    return [min(each for each in spans(code) if each[1] >= TODAY) for code in dates]


def hurts_soon(_: Request, v: Volunteer) -> bool:
    weeks = {TODAY + timedelta(days=days) for days in range(29)}
    return any(first <= day <= last for first, last in next_hard_days(v) for day in weeks)


def hurts_both(r: Request, v: Volunteer) -> bool:
    theirs = [on(year, f"{d.day.month}-{d.day.day}") for d in r.sensitive_dates for year in range(2025, 2029)]
    hers = [first + timedelta(days=n) for first, last in next_hard_days(v) for n in range((last - first).days + 1)]
    return any(abs(day - other) <= timedelta(days=7) for day in theirs for other in hers)


def stranger(_: Request, v: Volunteer) -> bool:
    return not v.connected


def untried(_: Request, v: Volunteer) -> bool:
    return v.past not in ("said_no", "no_answer", "did_not_fit", "stopped")


def trained(r: Request, v: Volunteer) -> bool:
    until = v.credentials.get(CredentialKind.SURVIVOR_TRAINING, date.min) or date.max
    return not r.minor and (r.lived.relation != "survivor" or until >= TODAY + timedelta(days=30))


def harmless(r: Request, v: Volunteer) -> bool:
    known = [lived for lived in v.lived if lived.case_type or lived.relation or lived.trajectory]
    hers = {lived.trajectory for lived in known}
    pairs = [{"missing", "died"}]
    if r.lived.trajectory is None:
        return not hers & {"missing", "died", None}
    hurts = {other for pair in pairs if r.lived.trajectory in pair for other in pair - {r.lived.trajectory}}
    return not hurts or not hers & {*hurts, None}


def ripe(r: Request, v: Volunteer) -> bool:
    return v.status != "probation" or not (r.acute or r.lived.case_type == "taken" or v.load)


def hour(r: Request, v: Volunteer) -> bool:
    both = shared(r, v)
    return any({at, (at + 15) % 10080, (at + 30) % 10080} <= both for at in both)


def elsewhere(r: Request, v: Volunteer) -> bool:
    return r.outside_state is None or (v.state is not None and v.state != r.outside_state)


ORACLE: list[tuple[str, Callable[[Request, Volunteer], bool]]] = [
    ("H1", ready),
    ("H2", room),
    ("H2", week),
    ("H2", first_weeks),
    ("H13", rested),
    ("H3", lambda r, v: best_level(r, v) > 0),
    ("H4", group),
    ("H5", gender),
    ("H5", relation),
    ("H5", lambda r, v: r.required_communities <= v.communities),
    ("H5", limits),
    ("H6", stranger),
    ("H7", hour),
    ("H8", untried),
    ("H9", trained),
    ("H10", harmless),
    ("H11", elsewhere),
    ("H12", ripe),
]


def broken(request: Request, volunteer: Volunteer) -> list[int]:
    return [number for number, (_, allows) in enumerate(ORACLE) if not allows(request, volunteer)]


def of_experience(asked: Lived, hers: Lived) -> list[int | None]:
    case: int | None = None
    if asked.case_type and hers.case_type:
        same_group = group_of(asked) == group_of(hers)
        case = 1000 if asked.case_type == hers.case_type else 500 if same_group else 0
    story: int | None = None
    if asked.trajectory and hers.trajectory:
        family, volunteer = STORY[asked.trajectory], STORY[hers.trajectory]
        near = family["code"] in volunteer["adjacent"] or volunteer["code"] in family["adjacent"]
        same = family is volunteer or family["code"] in volunteer["ahead_of"]
        story = 1000 if same else 500 if near else 0
    role: int | None = None
    if asked.relation and hers.relation:
        classes = {CLASS_OF[asked.relation], CLASS_OF[hers.relation]}
        like = 700 if len(classes) == 1 else 400 if classes == {"parent", "carer"} else 0
        role = 1000 if asked.relation == hers.relation else like
    return [case, story, role, circumstances(asked, hers), since(hers), child(asked, hers)]


def circumstances(asked: Lived, hers: Lived) -> int | None:
    if not asked.subtypes or not hers.subtypes:
        return None
    return 1000 * len(asked.subtypes & hers.subtypes) // len(asked.subtypes)


def since(hers: Lived) -> int | None:
    if hers.event_month is None:
        return None
    months = (TODAY.year - hers.event_month.year) * 12 + TODAY.month - hers.event_month.month
    return 0 if months < 18 else 700 if months < 24 or months > 120 else 1000


def child(asked: Lived, hers: Lived) -> int | None:
    if "unknown" in (asked.child_age_band, hers.child_age_band):
        return None
    bands = ["0-4", "5-8", "9-12", "13-15", "16-17", "18-20"]
    given_genders = {asked.child_gender.value, hers.child_gender.value} - {"unknown"}
    values = [700, 350] if len(given_genders) == 2 else [1000, 500]
    return ([*values, 0, 0, 0, 0])[abs(bands.index(asked.child_age_band) - bands.index(hers.child_age_band))]


def neutral(values: list[int | None]) -> list[int]:
    return [500 if value is None else value for value in values]


def parts_of(request: Request, volunteer: Volunteer) -> list[int | None]:
    ours = group_of(request.lived)

    def closeness(lived: Lived) -> tuple[bool, bool, int]:
        values = neutral(of_experience(request.lived, lived))
        hers = group_of(lived)
        weighed = sum(weight * value for weight, value in zip((30, 15, 15, 10, 8, 4), values, strict=True))
        return (hers is not None and hers == ours, hers is not None, weighed)

    seen_by = max(volunteer.lived, key=closeness, default=Lived())
    case, story, role, alike, ago, age = of_experience(request.lived, seen_by)
    hours = min(len(shared(request, volunteer)) * 25, 1000) if volunteer.zone and _has_hours(volunteer) else None
    known = request.languages and volunteer.languages
    return [
        *(case, story, role, alike, ago, hours),
        1000 if request.wished_gender is None else {request.wished_gender: 1000, None: None}.get(volunteer.gender, 0),
        of_community(request, volunteer),
        age,
        best_level(request, volunteer) if known else None,
        1000 if volunteer.past == "went_well" else 0,
    ]


def of_community(request: Request, volunteer: Volunteer) -> int | None:
    if not request.wished_communities:
        return 1000
    return (1000 if request.wished_communities <= volunteer.communities else 0) if volunteer.communities else None


def _has_hours(volunteer: Volunteer) -> bool:
    return bool(volunteer.zone and minutes_open(volunteer.windows, volunteer.zone))


def score(parts: list[int | None]) -> int:
    return sum(weight * part for weight, part in zip(WEIGHTS, neutral(parts), strict=True)) // sum(WEIGHTS)


def order_of(request: Request, people: list[Volunteer]) -> list[int]:
    def key(row: int) -> tuple[int, int, date, Any]:
        v = people[row]
        carried = v.load * 100 + v.strain
        return -score(parts_of(request, v)), carried, v.last_matched_on or date.min, v.id

    return sorted((row for row, v in enumerate(people) if not broken(request, v)), key=key)


# --- the properties ---------------------------------------------------------------------------------------------------


def agrees(request: Request, people: list[Volunteer], limit: int = 3) -> None:
    need, offers = need_of(request, TABLES, TODAY), offers_of(people, TABLES, TODAY)
    expected = order_of(request, people)
    for wanted in (limit, len(people) + 1):
        ranked = rank(need, offers, TABLES, wanted)
        assert ranked.rows.tolist() == expected[:wanted]
        parts = [parts_of(request, people[row]) for row in expected[:wanted]]
        assert ranked.parts.tolist() == [neutral(each) for each in parts]
        assert ranked.known.tolist() == [[part is not None for part in each] for each in parts]
        assert ranked.scores.tolist() == [score(each) for each in parts]
    assert [(e.row, e.rule.number, e.more) for e in explain_exclusions(need, offers)] == [
        (row, ORACLE[rules[0]][0], len(rules) - 1) for row, v in enumerate(people) if (rules := broken(request, v))
    ]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_it_agrees_with_the_oracle(world: tuple[Request, list[Volunteer]]) -> None:
    agrees(*world)


@pytest.mark.campaign
@pytest.mark.timeout(600)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_it_agrees_with_the_oracle_at_length(world: tuple[Request, list[Volunteer]]) -> None:
    agrees(*world)


@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing(world: tuple[Request, list[Volunteer]], chance: random.Random) -> None:
    request, people = world
    shuffled = chance.sample(people, len(people))
    need = need_of(request, TABLES, TODAY)
    ranked = [rank(need, offers_of(each, TABLES, TODAY), TABLES, limit=4) for each in (people, shuffled)]
    assert [people[row].id for row in ranked[0].rows] == [shuffled[row].id for row in ranked[1].rows]
    assert ranked[0].parts.tolist() == ranked[1].parts.tolist()


@given(worlds)
def test_nobody_excluded_gets_in_on_any_path(world: tuple[Request, list[Volunteer]]) -> None:
    no_path_leads_past_a_rule(*world)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds, st.sampled_from(sorted(Role)))
def test_nobody_excluded_gets_in_on_any_path_at_length(world: tuple[Request, list[Volunteer]], role: Role) -> None:
    no_path_leads_past_a_rule(*world)
    request, people = world
    for volunteer in people:
        only_who_may_sets_aside(request, volunteer, role)


def only_who_may_sets_aside(request: Request, volunteer: Volunteer, role: Role) -> None:
    """A reason sets aside what this role may, and nothing without one; what protects people, nobody does."""
    numbers = {ORACLE[rule][0] for rule in broken(request, volunteer)}
    leads = {"H2", "H7", "H12"}
    mine = {Role.COORDINATOR: leads | {"H4", "H8", "H10"}, Role.TEAM_LEAD: leads}.get(role, set())
    need, offer = need_of(request, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    for reason, possible in (("", not numbers), ("She asked for it", numbers <= mine)):
        try:
            codes = check_one(need, offer, TABLES, role, reason)
            assert {code.partition(".")[0] for code in codes} == numbers
        except MatchRefused:
            assert not possible
        else:
            assert possible


@given(worlds, st.sampled_from([Role.COORDINATOR, Role.TEAM_LEAD, Role.WORKER]))
def test_only_who_may_sets_a_rule_aside(world: tuple[Request, list[Volunteer]], role: Role) -> None:
    for volunteer in world[1]:
        only_who_may_sets_aside(world[0], volunteer, role)


def no_path_leads_past_a_rule(request: Request, people: list[Volunteer]) -> None:
    need, offers = need_of(request, TABLES, TODAY), offers_of(people, TABLES, TODAY)
    first = first_broken_rule(need, offers)
    named = {exclusion.row for exclusion in explain_exclusions(need, offers)}
    ranked = set(rank(need, offers, TABLES, limit=len(people) + 1).rows.tolist())
    assert ranked == set(fits(need, offers, TABLES)[0].tolist())
    assert all(first[row] == len(HARD_RULES) for row in ranked)
    assert named.isdisjoint(ranked)
    assert named | ranked == set(range(len(people)))
    assert named.issuperset(near_misses(need, offers, TABLES, limit=len(people) + 1).rows.tolist())
    alone = {row for row, v in enumerate(people) if not refused(request, v)}
    assert alone == ranked


def refused(request: Request, volunteer: Volunteer) -> bool:
    need, offer = need_of(request, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    try:
        check_one(need, offer, TABLES, Role.WORKER, "no matter")
    except MatchRefused:
        return True
    return False


def lifted(request: Request, volunteer: Volunteer, rule: int) -> tuple[Request, Volunteer]:
    """The same world but for what this one rule looks at."""
    whole = Lived(request.lived.case_type or "left", request.lived.relation or "mom", request.lived.trajectory)
    safe = replace(request.lived, trajectory="long_back")
    of_request: dict[int, dict[str, Any]] = {
        5: {"languages": {"en": NATIVE}},
        6: {"lived": whole},
        7: {"required_gender": None},
        8: {"required_relation": False},
        9: {"required_communities": frozenset()},
        12: {"windows": ()},
        14: {"minor": False},
        15: {"lived": safe},
        16: {"outside_state": None},
    }
    of_volunteer: dict[int, dict[str, Any]] = {
        0: {"status": VolunteerStatus.ACTIVE, "credentials": {**volunteer.credentials, **credentials(None)}},
        1: {"load": 0, "away": ()},
        2: {"week_calls": 0},
        3: {"acute_places": 1},
        4: {"talk_due": False, "resting": False},
        5: {"languages": {"en": NATIVE}},
        6: {"lived": (*volunteer.lived, replace(whole, trajectory="long_back"))},
        10: {"limits": frozenset()},
        11: {"connected": False},
        12: {"windows": tuple(Window(day, time(0), time(23, 45)) for day in range(7)), "zone": EASTERN},
        13: {"past": Past.WENT_WELL},
        14: {"credentials": {**volunteer.credentials, CredentialKind.SURVIVOR_TRAINING: None}},
        17: {"status": VolunteerStatus.ACTIVE},
    }
    return replace(request, **of_request.get(rule, {})), replace(volunteer, **of_volunteer.get(rule, {}))


@settings(max_examples=300, deadline=None)
@given(requests, volunteers)
def test_lifting_the_one_broken_rule_admits_her(request_: Request, volunteer: Volunteer) -> None:
    lifting_admits(request_, volunteer)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None)
@given(requests, volunteers)
def test_lifting_the_one_broken_rule_admits_her_at_length(request_: Request, volunteer: Volunteer) -> None:
    lifting_admits(request_, volunteer)


def lifting_admits(request_: Request, volunteer: Volunteer) -> None:
    need, offers = need_of(request_, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    exclusions = explain_exclusions(need, offers)
    if not exclusions or exclusions[0].more:
        return
    rule = int(first_broken_rule(need, offers)[0])
    request, admitted = lifted(request_, volunteer, rule)
    admitting, offer = need_of(request, TABLES, TODAY), offers_of([admitted], TABLES, TODAY)
    assert first_broken_rule(admitting, offer)[0] == len(HARD_RULES)


@given(worlds)
def test_the_breakdown_adds_up_to_the_score(world: tuple[Request, list[Volunteer]]) -> None:
    request, people = world
    ranked = rank(need_of(request, TABLES, TODAY), offers_of(people, TABLES, TODAY), TABLES, limit=9)
    for parts, total in zip(ranked.parts.tolist(), ranked.scores.tolist(), strict=True):
        assert sum(weight * part for weight, part in zip(WEIGHTS, parts, strict=True)) // 100 == total


@settings(max_examples=200, deadline=None)
@given(requests, volunteers)
def test_hard_days_are_warned_of(request_: Request, volunteer: Volunteer) -> None:
    need, offer = need_of(request_, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    said = {caution.code for caution in explain(need, offer, TABLES, 0).cautions}
    assert ("own_hard_day_soon" in said) == hurts_soon(request_, volunteer)
    assert ("hard_days_near" in said) == hurts_both(request_, volunteer)


def test_an_empty_programme_of_volunteers_ranks_nobody() -> None:
    request = Request(lived=Lived("left", "mom", "missing"), languages={"es": NATIVE}, zone=EASTERN)
    need, offers = need_of(request, TABLES, TODAY), offers_of([], TABLES, TODAY)
    assert rank(need, offers, TABLES, limit=5).rows.tolist() == []
    assert explain_exclusions(need, offers) == []

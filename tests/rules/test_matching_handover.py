"""What one volunteer may leave to the next, how far a family agrees to it, and what it does without for one choice."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.matching_worlds import FAMILY, ROSA, TABLES, TODAY
from tests.rules.matching_worlds import requests as world_requests
from tests.rules.matching_worlds import volunteers as world_volunteers

from teamhope.families.rules_contact import ConsentRecord
from teamhope.matching.rules import check_again, loosening
from teamhope.matching.rules_exclude import HARD_RULES, broken_rules
from teamhope.matching.rules_handover import Handover, Sharing, answer_of, ask_again, may_write, problems_of
from teamhope.matching.rules_loosening import LOOSENED, RULE_OF, loosened, may_loosen, needed_for
from teamhope.matching.rules_prepared import changes_since, date_to_prepare
from teamhope.matching.rules_snapshot import Request, Volunteer, need_of, offers_of
from teamhope.vocabulary.families import ConsentKind, Gender
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.programme import load_programme
from teamhope.vocabulary.states import MatchStatus

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FACTS, NOTE = ConsentKind.HANDOVER_FACTS, ConsentKind.HANDOVER_NOTE
YES, NO = True, False


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ([], None),
        ([(FACTS, YES, 1)], Sharing.FACTS),
        ([(FACTS, YES, 1), (NOTE, YES, 1)], Sharing.NOTE),
        ([(FACTS, NO, 1), (NOTE, NO, 1)], Sharing.NOTHING),
        ([(NOTE, YES, 1), (NOTE, NO, 2)], Sharing.NOTHING),
        ([(NOTE, NO, 1), (NOTE, YES, 2)], Sharing.NOTE),
        ([(NOTE, YES, 1), (NOTE, NO, 1)], Sharing.NOTHING),  # of two at one instant the no counts
        ([(NOTE, YES, -1)], None),  # about another volunteer
        ([(NOTE, YES, -1), (FACTS, YES, 0)], Sharing.FACTS),
        ([(ConsentKind.PEER_MATCH, YES, 1)], None),
    ],
)
def test_the_latest_answer_about_this_volunteer_counts(
    records: list[tuple[ConsentKind, bool, int]], answer: Sharing | None
) -> None:
    said = [ConsentRecord(kind, granted, NOW + minutes * MINUTE) for kind, granted, minutes in records]
    assert answer_of(said, NOW, NOW) is answer
    assert not ask_again(said, NOW, NOW)


@pytest.mark.parametrize(
    ("records", "answer", "again"),
    [
        ([(FACTS, YES, 1), (NOTE, YES, 1)], Sharing.FACTS, True),
        ([(FACTS, YES, 1), (NOTE, YES, 5)], Sharing.FACTS, True),  # of the very instant
        ([(FACTS, YES, 1), (NOTE, YES, 1), (NOTE, YES, 6)], Sharing.NOTE, False),
        ([(FACTS, YES, 1), (NOTE, NO, 1)], Sharing.FACTS, False),
        ([(FACTS, YES, 6), (NOTE, YES, 6), (NOTE, NO, 7)], Sharing.FACTS, False),
        ([(NOTE, YES, -1)], None, False),
        ([], None, False),
    ],
)
def test_a_yes_to_the_note_is_one_to_its_words(
    records: list[tuple[ConsentKind, bool, int]], answer: Sharing | None, again: bool
) -> None:
    said = [ConsentRecord(kind, granted, NOW + minutes * MINUTE) for kind, granted, minutes in records]
    noted_at = NOW + 5 * MINUTE
    assert (answer_of(said, NOW, noted_at), ask_again(said, NOW, noted_at)) == (answer, again)


@pytest.mark.parametrize("status", list(MatchStatus))
def test_whoever_accompanies_writes_and_afterwards_a_coordinator(status: MatchStatus) -> None:
    during = status in {"introduced", "active", "paused", "transferring", "closing"}
    assert may_write(status, Role.VOLUNTEER) is during
    assert may_write(status, Role.COORDINATOR) is (during or status in {"closed", "unable_to_contact"})


@pytest.mark.parametrize(
    ("handover", "wrong"),
    [
        (Handover(), []),
        (Handover(note="Give her time; she likes to begin with the day."), []),
        (Handover(note="call 202-555-0143"), [("note", "note_has_phone")]),
        (Handover(note="maria@example.org"), [("note", "note_has_email")]),
        (Handover(note="123-45-6789"), [("note", "note_has_ssn")]),
        (Handover(note="x" * 501), [("note", "too_long")]),
        (Handover(topics=("gossip",)), [("topics", "not_a_choice")]),
    ],
)
def test_a_note_is_held_to_what_a_calls_note_is(handover: Handover, wrong: list[tuple[str, str]]) -> None:
    assert [problem[:2] for problem in problems_of(handover, load_programme())] == wrong


# What a family does without -------------------------------------------------------------------------------------------

STRICT = Request(
    lived=FAMILY.lived,
    languages=FAMILY.languages,
    zone=FAMILY.zone,
    required_gender=Gender.MAN,
    required_relation=True,
    required_communities=frozenset({"faith"}),
    outside_state="NY",
)


def test_what_was_required_is_preferred_then() -> None:
    need = loosened(need_of(STRICT, TABLES, TODAY), ["gender", "relation", "community", "state"])
    asked = need_of(STRICT, TABLES, TODAY)
    assert (need.gender, need.same_relation, need.community, need.outside_state) == (None, False, 0, None)
    assert (need.wished_gender, need.wished_community) == (asked.gender, asked.community)


@pytest.mark.parametrize(
    ("wish", "let_go"), [("gender", "gender"), ("relation", "same_relation"), ("community", "community")]
)
def test_each_requirement_is_let_go_by_itself(wish: str, let_go: str) -> None:
    asked = need_of(STRICT, TABLES, TODAY)
    need = loosened(asked, [wish])
    names = ("gender", "same_relation", "community", "outside_state")
    assert [name for name in names if getattr(need, name) != getattr(asked, name)] == [let_go]


@given(world_requests, world_volunteers, st.sets(st.sampled_from(LOOSENED)))
def test_no_other_rule_is_ever_let_go(request: Request, volunteer: Volunteer, wishes: set[str]) -> None:
    need, offer = need_of(request, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    before, after = broken_rules(need, offer)[:, 0], broken_rules(loosened(need, wishes), offer)[:, 0]
    for rule, was, still in zip(HARD_RULES, before, after, strict=True):
        assert still == (was and rule.wish not in wishes), rule.number
    assert set(needed_for(need, offer, wishes)) == {
        rule.wish for rule, was in zip(HARD_RULES, before, strict=True) if was and rule.wish in wishes
    }


@given(world_requests, world_volunteers)
def test_as_many_fit_as_was_said(request: Request, volunteer: Volunteer) -> None:
    need, offer = need_of(request, TABLES, TODAY), offers_of([volunteer], TABLES, TODAY)
    for wish, count in loosening(need, offer).items():
        if wish in LOOSENED:
            assert count == 1
            assert not broken_rules(loosened(need, [wish]), offer).any()


def test_who_may_loosen_what() -> None:
    assert [wish for wish in LOOSENED if may_loosen(wish, Role.COORDINATOR)] == list(LOOSENED)
    assert [wish for wish in LOOSENED if may_loosen(wish, Role.TEAM_LEAD)] == [
        "gender",
        "relation",
        "community",
        "state",
    ]
    assert not may_loosen("hours", Role.COORDINATOR)
    assert not may_loosen("", Role.COORDINATOR)
    assert {RULE_OF[wish].number for wish in LOOSENED} == {"H4", "H5", "H11"}


def test_what_was_let_go_stays_so_until_they_are_introduced() -> None:
    need, offer = need_of(STRICT, TABLES, TODAY), offers_of([ROSA], TABLES, TODAY)
    check_again(loosened(need, ["gender", "relation", "community", "state"]), offer, TABLES)


# The day's proposal ---------------------------------------------------------------------------------------------------

EASTERN = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 24, 9, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 25, 4, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), None),  # midnight there
        (datetime(2026, 7, 1, 9, 0, tzinfo=UTC), date(2026, 7, 1)),  # summer
        (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), date(2026, 3, 8)),  # the day on which the clocks go forward
    ],
)
def test_from_five_in_the_morning_a_day_has_its_proposal(instant: datetime, day: date | None) -> None:
    assert date_to_prepare(instant, EASTERN) == day


def test_what_is_otherwise_is_told() -> None:
    a, b, c, d, vera, wanda = (UUID(int=n) for n in range(6))
    then = {a: vera, b: wanda, c: None}
    now = {a: vera, b: None, d: wanda}
    changes = changes_since(NOW, then, now, {a: NOW - MINUTE, b: None, d: NOW + MINUTE})
    assert (changes.gone, changes.anew, changes.new) == (1, {b}, {d})

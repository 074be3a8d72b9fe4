"""What a call log must and may hold, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.calls import rules
from teamhope.calls.rules import LoggedCall, Standing
from teamhope.calls.rules_drafts import Draft, Typed, conflict
from teamhope.calls.web import last_months, span_of
from teamhope.calls.wording import REFUSALS
from teamhope.kit.forms import SENTENCES
from teamhope.vocabulary.calls import OUTCOMES, AnsweredBy, Direction, Need, Outcome
from teamhope.vocabulary.notes import note_problem
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import load_programme
from teamhope.vocabulary.states import EscalationLevel

WORDS = load_programme()
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def complete(outcome: Outcome, **answers: object) -> LoggedCall:
    """The shortest log of an outcome that holds all it must."""
    rule = OUTCOMES[outcome]
    must: dict[str, object] = {"direction": Direction.INBOUND} if rule.inbound else {}
    if rule.asks_time:
        must["callback_at"] = LATER
    if rule.asks_who:
        must["answered_by"] = AnsweredBy.UNKNOWN
    return LoggedCall(outcome=outcome, **(must | answers))  # type: ignore[arg-type]


def problems(call: LoggedCall) -> list[tuple[str, str]]:
    return [problem[:2] for problem in rules.problems_of(rules.settled(call, NOW, "en"), WORDS, NOW)]


@pytest.mark.parametrize("outcome", Outcome)
def test_the_shortest_log_of_every_outcome_is_enough(outcome: Outcome) -> None:
    assert problems(complete(outcome)) == []


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("outcome", Outcome)
def test_direction_and_outcome_agree_and_a_crisis_may_be_either(outcome: Outcome, direction: Direction) -> None:
    agree = outcome is Outcome.CRISIS_ESCALATED or OUTCOMES[outcome].inbound == (direction is Direction.INBOUND)
    found = problems(replace(complete(outcome), direction=direction))
    assert ([field for field, _ in found] == []) == agree
    assert agree or found[0][0] == "outcome"


@pytest.mark.parametrize("outcome", Outcome)
def test_minutes_only_where_somebody_answered(outcome: Outcome) -> None:
    found = problems(complete(outcome, talk_minutes=5))
    assert found == ([] if OUTCOMES[outcome].connected else [("talk_minutes", "nobody_to_talk_with")])


@pytest.mark.parametrize(("minutes", "right"), [(-1, False), (0, True), (1440, True), (1441, False)])
def test_minutes_have_a_range(minutes: int, right: bool) -> None:
    assert (problems(complete(Outcome.REACHED, talk_minutes=minutes)) == []) == right


@pytest.mark.parametrize("outcome", Outcome)
def test_a_time_is_asked_where_the_outcome_asks_it_and_nowhere_else(outcome: Outcome) -> None:
    asks = OUTCOMES[outcome].asks_time
    without, with_time = replace(complete(outcome), callback_at=None), replace(complete(outcome), callback_at=LATER)
    must = outcome is Outcome.CALLBACK_REQUESTED
    assert problems(without) == ([("callback_at", "say_when_to_call")] if must else [])
    assert problems(with_time) == ([] if asks else [("callback_at", "no_time_was_asked")])


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOW, "time_is_past"),
        (NOW + timedelta(seconds=1), None),
        (NOW + timedelta(days=90), None),
        (NOW + timedelta(days=90, seconds=1), "time_is_far"),
    ],
)
def test_a_callback_is_still_to_come_and_not_far_off(at: datetime, code: str | None) -> None:
    found = problems(complete(Outcome.CALLBACK_REQUESTED, callback_at=at))
    assert found == ([("callback_at", code)] if code else [])


@pytest.mark.parametrize("outcome", Outcome)
def test_who_answered_where_somebody_else_did_and_nowhere_else(outcome: Outcome) -> None:
    asks = OUTCOMES[outcome].asks_who
    assert problems(replace(complete(outcome), answered_by=None)) == (
        [("answered_by", "say_who_answered")] if asks else []
    )
    child = replace(complete(outcome), answered_by=AnsweredBy.CHILD)
    assert problems(child) == ([] if asks else [("answered_by", "nobody_else_answered")])


def test_a_crisis_alone_is_enough_and_is_imminent_unless_said_otherwise() -> None:
    crisis = LoggedCall(outcome=Outcome.CRISIS_ESCALATED)
    assert problems(crisis) == []
    assert rules.settled(crisis, NOW, "en").escalation_level is EscalationLevel.IMMINENT
    said = replace(crisis, escalation_level=EscalationLevel.CONCERN)
    assert rules.settled(said, NOW, "en").escalation_level is EscalationLevel.CONCERN


def test_a_level_of_danger_belongs_to_a_crisis() -> None:
    found = problems(complete(Outcome.REACHED, escalation_level=EscalationLevel.URGENT))
    assert found == [("escalation_level", "only_in_a_crisis")]


@pytest.mark.parametrize(
    ("started_at", "code"),
    [
        (NOW + timedelta(minutes=2), None),
        (NOW + timedelta(minutes=2, seconds=1), "starts_in_future"),
        (NOW - timedelta(days=30), None),
        (NOW - timedelta(days=30, seconds=1), "too_long_ago"),
    ],
)
def test_a_call_started_in_the_last_thirty_days(started_at: datetime, code: str | None) -> None:
    found = problems(complete(Outcome.NO_ANSWER, started_at=started_at))
    assert found == ([("started_at", code)] if code else [])


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"topics": ("grief", "weather")}, "topics"),
        ({"language": "xx"}, "language"),
        ({"emotional_load": 0}, "emotional_load"),
        ({"emotional_load": 6}, "emotional_load"),
    ],
)
def test_unknown_words_name_their_field(answers: dict[str, object], field: str) -> None:
    assert [found for found, _ in problems(complete(Outcome.REACHED, **answers))] == [field]


def test_every_problem_is_told_at_once_in_the_order_of_the_form() -> None:
    call = LoggedCall(
        outcome=Outcome.MESSAGE_WITH_PERSON,
        callback_at=LATER,
        started_at=LATER,
        topics=("weather",),
        note="x@example.org",
    )
    assert [field for field, _ in problems(call)] == ["answered_by", "callback_at", "started_at", "topics", "note"]


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("call her at 202-555-0143", "note_has_phone"),
        ("(202) 555-0143", "note_has_phone"),
        ("2025550143", "note_has_phone"),
        ("+1 202 555 0143 at night", "note_has_phone"),
        ("202.555.0143", "note_has_phone"),
        ("just 555-0143", "note_has_phone"),
        ("２０２ ５５５ ０１４３", "note_has_phone"),
        ("202–555–0143", "note_has_phone"),
        ("202\u200b555\u200b0143", "note_has_phone"),
        ("+52 55 1234 5678", "note_has_phone"),
        ("new one: maria@example.org", "note_has_email"),
        ("maria.p @ example.org", "note_has_email"),
        ("123-45-6789", "note_has_ssn"),
        ("123 45 6789", "note_has_ssn"),
        ("her number is 123456789.", "note_has_ssn"),
        ("Sister stays until 11/24/2026, calls at 6:00 PM suit best", None),
        ("Court on 2026-11-24. Ask about sleep. 30 minutes are enough.", None),
        ("Likes to talk @ night; 3 or 4 calls so far, 2 of them long", None),
        ("Prefiere las 18:00, los martes y jueves. Tiene 3 hijos.", None),
    ],
)
def test_numbers_and_addresses_stay_out_of_notes(note: str, code: str | None) -> None:
    assert note_problem(note) == code
    assert problems(complete(Outcome.REACHED, note=note)) == ([("note", code)] if code else [])


@pytest.mark.parametrize(("length", "codes"), [(500, []), (501, [("note", "too_long")])])
def test_a_note_is_short(length: int, codes: list[tuple[str, str]]) -> None:
    assert problems(complete(Outcome.REACHED, note="é" * length)) == codes


def test_an_empty_note_is_none() -> None:
    assert rules.settled(complete(Outcome.REACHED, note="  \n"), NOW, "en").note is None


@given(st.text(max_size=80))
def test_no_note_breaks_the_check(note: str) -> None:
    assert note_problem(note) in {None, "note_has_phone", "note_has_email", "note_has_ssn"}


@given(st.integers(2_000_000_000, 9_999_999_999), st.sampled_from("- ."), st.text("abc ,", max_size=5))
def test_no_american_number_slips_through(digits: int, between: str, before: str) -> None:
    number = f"{digits:010}"
    for written in (number, between.join((number[:3], number[3:6], number[6:]))):
        assert note_problem(f"{before}{written}") is not None


def test_every_problem_has_its_sentence() -> None:
    calls = (
        [complete(outcome, direction=direction) for outcome in Outcome for direction in Direction]
        + [complete(outcome, talk_minutes=9999, callback_at=NOW, answered_by=None) for outcome in Outcome]
        + [complete(Outcome.REACHED, note=note) for note in ("a@example.org", "123-45-6789", "202-555-0143", "x" * 501)]
    )
    codes = {code for call in calls for _, code in problems(call)}
    assert len(codes) >= 8
    assert codes <= REFUSALS.keys() | SENTENCES.keys()


# The same call again --------------------------------------------------------------------------------------------------


def test_a_repeated_request_is_known_although_what_it_left_out_was_filled_in() -> None:
    sent = complete(Outcome.REACHED, follow_up_id=uuid4(), needs=(Need.ATTORNEY,))
    stored = replace(rules.settled(sent, NOW, "es"), match_id=uuid4(), contact_id=uuid4())
    assert rules.same_request(stored, sent)


@pytest.mark.parametrize(
    "other",
    [
        {"outcome": Outcome.NO_ANSWER},
        {"talk_minutes": 7},
        {"note": "other"},
        {"needs": ()},
        {"started_at": NOW - timedelta(hours=1)},
        {"follow_up_id": uuid4()},
    ],
)
def test_another_call_under_the_same_key_is_not_the_same(other: dict[str, object]) -> None:
    sent = complete(Outcome.REACHED, follow_up_id=uuid4(), needs=(Need.ATTORNEY,))
    stored = replace(rules.settled(sent, NOW, "es"), match_id=uuid4())
    assert not rules.same_request(stored, replace(sent, **other))


def test_a_key_is_of_the_person_who_sent_it() -> None:
    one, other = (Actor(Role.VOLUNTEER, person_id=uuid4()) for _ in range(2))
    assert rules.key_of(one, "k") == rules.key_of(one, "k")
    assert rules.key_of(one, "k") != rules.key_of(other, "k")
    assert len(rules.key_of(Actor(Role.COORDINATOR), "\ud800" * 300)) == 64


HERE, THERE = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("typed", "clash"),
    [
        (Typed("other", THERE, 1), True),
        (Typed("other", THERE, 0), True),
        (Typed("other", THERE, 2), False),
        (Typed("saved", THERE, 0), False),
        (Typed("other", HERE, 0), False),
    ],
)
def test_two_windows_clash_when_one_does_not_know_what_the_other_wrote(typed: Typed, clash: bool) -> None:
    assert conflict(Draft("saved", 2, HERE, NOW), typed) == clash


# Afterwards -----------------------------------------------------------------------------------------------------------

VERA = Actor(Role.VOLUNTEER, person_id=uuid4(), volunteer_id=uuid4())
HERS = Standing(NOW, VERA.person_id, VERA.volunteer_id, voided=False, corrected=False)


@pytest.mark.parametrize(
    ("standing", "actor", "after", "code"),
    [
        (HERS, Actor(Role.VOLUNTEER, person_id=uuid4(), volunteer_id=uuid4()), timedelta(), "not_your_call"),
        (HERS, Actor(Role.TEAM_LEAD, person_id=uuid4()), timedelta(), "not_your_call"),
        (HERS, VERA, timedelta(hours=72), None),
        (HERS, VERA, timedelta(hours=72, seconds=1), "too_late_to_correct"),
        (HERS, Actor(Role.COORDINATOR), timedelta(days=400), None),
        (replace(HERS, voided=True), Actor(Role.COORDINATOR), timedelta(), "call_is_void"),
        (replace(HERS, corrected=True), VERA, timedelta(), "call_is_corrected"),
    ],
)
def test_who_may_correct_a_call(standing: Standing, actor: Actor, after: timedelta, code: str | None) -> None:
    assert rules.refused_change(standing, actor, NOW + after) == code


@pytest.mark.parametrize(
    ("answers", "first_heavy", "asks"),
    [
        ({}, False, False),
        ({"emotional_load": 3}, False, False),
        ({"emotional_load": 4}, False, True),
        ({}, True, True),
        ({"outcome": Outcome.CRISIS_ESCALATED}, False, True),
    ],
)
def test_a_hard_call_asks_for_a_debrief(answers: dict[str, object], first_heavy: bool, asks: bool) -> None:
    call = replace(complete(Outcome.REACHED), **answers)
    assert rules.asks_for_debrief(call, WORDS, first_heavy=first_heavy) == asks


def test_a_heavy_topic_asks_for_a_debrief() -> None:
    heavy = [topic.code for topic in WORDS.topics if topic.heavy]
    light = [topic.code for topic in WORDS.topics if not topic.heavy]
    assert heavy
    assert light
    assert rules.asks_for_debrief(complete(Outcome.REACHED, topics=(heavy[0],)), WORDS, first_heavy=False)
    assert not rules.asks_for_debrief(complete(Outcome.REACHED, topics=(light[0],)), WORDS, first_heavy=False)


@pytest.mark.parametrize(("days", "shown"), [(0, True), (90, True), (91, False)])
def test_ninety_days_after_its_match_a_volunteer_sees_minutes_only(days: int, shown: bool) -> None:
    assert rules.shows_details(NOW - timedelta(days=days), NOW) == shown


def test_new_years_eve_in_honolulu_is_new_years_day_in_new_york() -> None:
    evening = datetime(2026, 12, 31, 19, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert rules.counted_on(evening, ZoneInfo("America/New_York")) == date(2027, 1, 1)
    assert rules.counted_on(evening, ZoneInfo("Pacific/Honolulu")) == date(2026, 12, 31)


def test_the_list_has_thirteen_months_across_the_year() -> None:
    months = last_months(date(2026, 2, 17))
    assert (months[0], months[1], months[2], months[-1], len(months)) == (
        date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2025, 2, 1), 13,
    )  # fmt: skip


def test_a_month_is_of_the_readers_zone_and_december_ends_in_the_new_year() -> None:
    start, end = span_of(date(2026, 12, 1), ZoneInfo("America/Chicago"))
    assert (start, end) == (datetime(2026, 12, 1, 6, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC))

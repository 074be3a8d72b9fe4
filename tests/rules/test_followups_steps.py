"""What follows from each outcome of a call."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_history import Attempt, after_the_gap
from teamhope.families.rules_hours import Hours, family_hours, volunteer_hours
from teamhope.followups.rules import completes, next_step
from teamhope.followups.rules_cadence import Plan, Why
from teamhope.followups.rules_promises import Overdue
from teamhope.followups.rules_slots import DayPart, Diary, part_of
from teamhope.followups.rules_steps import CallFacts, Effect, Step
from teamhope.followups.service_planning import TASKS
from teamhope.followups.wording import OVERDUE
from teamhope.tasks.wording import DETAILS
from teamhope.vocabulary.calls import OUTCOMES, Next, Outcome
from teamhope.vocabulary.families import CadenceTemplate, Window
from teamhope.vocabulary.states import FOLLOW_UP_MOVES, FollowUpStatus, MatchStatus
from teamhope.vocabulary.year_days import YearDay

CHICAGO, DENVER = ZoneInfo("America/Chicago"), ZoneInfo("America/Denver")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
F = FollowUpStatus


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=CHICAGO).astimezone(UTC)


NOW = local(2026, 4, 7, 10, 10)  # a Tuesday, day 7 after the first conversation
DIARY = Diary(family_hours(CHICAGO, ()), volunteer_hours(CHICAGO, ()), usual=time(18))
FACTS = CallFacts(
    match=MatchStatus.ACTIVE,
    plan=Plan(CadenceTemplate.STANDARD, anchor_on=date(2026, 3, 31), next_index=1),
    diary=DIARY,
    due_at=local(2026, 4, 7, 10),
)
FIRST = replace(FACTS, match=MatchStatus.INTRODUCED, plan=Plan(CadenceTemplate.STANDARD), first_contact=True)


def calls(outcome: Outcome | None, *earlier: datetime, now: datetime = NOW) -> tuple[Attempt, ...]:
    """The earlier calls without an answer, and the one that has just ended."""
    return (*(Attempt(at, outcome=Outcome.NO_ANSWER) for at in earlier), Attempt(now - MINUTE, outcome=outcome))


def step(outcome: Outcome, facts: CallFacts = FACTS, *earlier: datetime, now: datetime = NOW) -> Step:
    history = () if OUTCOMES[outcome].inbound else calls(outcome, *earlier, now=now)
    return next_step(outcome, history, now, facts)


# Every outcome of a routine follow-up's first call: the state it leaves, whether it has a new slot, what else happens.
PLANNED, RETRY = {Effect.PLAN_NEXT}, (F.RETRY_WAIT, True)
TABLE = {
    Outcome.REACHED: (F.COMPLETED, False, PLANNED),
    Outcome.REACHED_BRIEF: (*RETRY, set()),
    Outcome.CALLBACK_REQUESTED: (*RETRY, set()),
    Outcome.LEFT_VOICEMAIL: (*RETRY, set()),
    Outcome.VOICEMAIL_NOT_LEFT: (*RETRY, set()),
    Outcome.MESSAGE_WITH_PERSON: (*RETRY, {Effect.TASK_PRIVACY_CHECK}),
    Outcome.NO_ANSWER: (*RETRY, set()),
    Outcome.BUSY: (*RETRY, set()),
    Outcome.CALL_FAILED: (*RETRY, set()),
    Outcome.WRONG_NUMBER: (F.SUSPENDED, False, {Effect.STOP_NUMBER, Effect.TASK_NUMBER_STOPPED}),
    Outcome.DISCONNECTED: (F.SUSPENDED, False, {Effect.STOP_NUMBER, Effect.TASK_NUMBER_STOPPED}),
    Outcome.LANGUAGE_BARRIER: (F.SUSPENDED, False, {Effect.TASK_REMATCH}),
    Outcome.DECLINED_TODAY: (F.COMPLETED, False, PLANNED),
    Outcome.DECLINED_SERVICE: (
        F.CANCELLED,
        False,
        {Effect.REVOKE_VOICE_CONSENT, Effect.REVOKE_TEXT_CONSENT, Effect.CANCEL_PLAN, Effect.MATCH_CLOSES},
    ),
    Outcome.THIRD_PARTY_REFUSED: (F.SUSPENDED, False, {Effect.STOP_NUMBER, Effect.ADVOCATE_REVIEW}),
    Outcome.ENDED_FOR_SAFETY: (F.SUSPENDED, False, {Effect.TASK_CONFIRM_SAFETY}),
    Outcome.CRISIS_ESCALATED: (F.COMPLETED, False, {*PLANNED, Effect.OPEN_ESCALATION, Effect.DEBRIEF}),
    Outcome.INBOUND_RECEIVED: (F.COMPLETED, False, PLANNED),
    Outcome.INBOUND_MISSED: (None, True, {Effect.CALL_BACK}),
}


def test_no_outcome_is_missing_from_the_table() -> None:
    assert set(TABLE) == set(Outcome)


BY_THE_PROGRAM = {
    *(Effect.PLAN_NEXT, Effect.CANCEL_PLAN, Effect.MATCH_BECOMES_ACTIVE, Effect.MATCH_CLOSES),
    *(Effect.REVOKE_VOICE_CONSENT, Effect.REVOKE_TEXT_CONSENT, Effect.STOP_NUMBER),
    *(Effect.ASKED_CALLBACK, Effect.CALL_BACK),
}
BY_A_PERSON = set(Effect) - BY_THE_PROGRAM


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_leads_on(outcome) -> None:
    status, has_slot, effects = TABLE[outcome]
    found = step(outcome)
    assert (found.status, found.slot is not None, found.effects) == (status, has_slot, effects)
    assert (found.planned is not None) is (Effect.PLAN_NEXT in effects)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("facts", [FACTS, FIRST, replace(FACTS, missed_in_a_row=2)])
@pytest.mark.parametrize("tries_before", range(4))
def test_every_step_is_a_move_that_the_machine_knows(outcome, facts, tries_before) -> None:
    found = step(outcome, facts, *(NOW - (n + 1) * DAY for n in range(tries_before)))
    for current in (F.DUE, F.IN_PROGRESS, F.RETRY_WAIT):
        assert found.status in {None, current, *FOLLOW_UP_MOVES[current]}


@pytest.mark.parametrize("outcome", Outcome)
def test_nobody_falls_out_of_the_calendar(outcome) -> None:
    """Something is planned, or somebody has something to do, or the family ended it."""
    for facts in (FACTS, FIRST, replace(FACTS, missed_in_a_row=1), replace(FACTS, missed_in_a_row=2)):
        for tries in range(4):
            found = step(outcome, facts, *(NOW - (n + 1) * DAY for n in range(tries)))
            handed_on = found.effects & BY_A_PERSON or Effect.MATCH_CLOSES in found.effects
            assert found.slot or found.planned or handed_on


@pytest.mark.parametrize("outcome", Outcome)
def test_a_call_for_no_follow_up_changes_none(outcome) -> None:
    assert step(outcome, replace(FACTS, due_at=None)).status is None


# A conversation -------------------------------------------------------------------------------------------------------


def test_the_first_conversation_sets_the_anchor_and_the_usual_hour() -> None:
    found = step(Outcome.REACHED, FIRST)
    assert found.anchor_on == date(2026, 4, 7)
    assert found.effects == {Effect.MATCH_BECOMES_ACTIVE, Effect.PLAN_NEXT}
    assert found.planned is not None
    slot = found.planned.slot
    assert (slot.local_date, slot.local_start, found.planned.next_index) == (date(2026, 4, 14), time(10, 15), 1)


def test_a_later_conversation_keeps_the_anchor() -> None:
    found = step(Outcome.REACHED)
    assert found.anchor_on is None
    assert found.planned is not None
    assert found.planned.slot.local_date == date(2026, 4, 14)  # day 14
    assert found.planned.next_index == 2


@pytest.mark.parametrize(("days", "completed"), [(-4, False), (-3, True), (0, True), (3, True), (4, False)])
def test_a_call_from_the_family_counts_for_a_follow_up_within_three_days(days, completed) -> None:
    found = step(Outcome.INBOUND_RECEIVED, replace(FACTS, due_at=NOW + days * DAY))
    assert (found.status is F.COMPLETED) is completed
    assert (found.planned is not None) is completed
    assert completes(NOW + days * DAY, NOW) is completed


def test_a_conversation_late_on_the_ladder_still_completes_it() -> None:
    assert step(Outcome.REACHED, replace(FACTS, due_at=NOW - 5 * DAY)).status is F.COMPLETED


def test_the_plan_ends_when_no_date_is_left_and_someone_is_told_when_no_hour_is() -> None:
    talked = replace(FACTS, plan=Plan(CadenceTemplate.ONE_TALK, date(2026, 3, 24), next_index=1))
    assert step(Outcome.REACHED, talked).effects == {Effect.END_PLAN}
    nights = volunteer_hours(CHICAGO, (Window(0, time(2), time(4)),))
    apart = replace(FACTS, diary=replace(DIARY, volunteer=nights))
    assert step(Outcome.REACHED, apart).effects == {Effect.TASK_NO_SHARED_TIME}


def test_not_today_before_any_conversation_counts_the_days_from_today() -> None:
    found = step(Outcome.DECLINED_TODAY, FIRST)
    assert (found.anchor_on, found.effects) == (None, {Effect.PLAN_NEXT})
    assert found.planned is not None
    assert found.planned.slot.local_date == date(2026, 4, 14)


# Another try ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.REACHED_BRIEF, Outcome.CALLBACK_REQUESTED])
def test_the_time_that_the_family_named_is_kept_as_it_is(outcome) -> None:
    asked = local(2026, 4, 7, 18, 20)
    found = step(outcome, replace(FACTS, asked_at=asked))
    assert found.slot is not None
    assert (found.slot.due_at, found.slot.window_end_at) == (asked, asked + 2 * HOUR)
    assert (found.status, found.effects) == (F.RETRY_WAIT, {Effect.ASKED_CALLBACK})
    assert step(outcome, replace(FACTS, asked_at=NOW - HOUR)).effects == set(), "a time that is past is none"


def test_the_first_contact_is_tried_four_times_in_seven_days_at_different_parts_of_the_day() -> None:
    tried: list[datetime] = []
    now = NOW
    for _ in range(3):
        tried.append(now - MINUTE)
        found = step(Outcome.NO_ANSWER, FIRST, *tried[:-1], now=now)
        assert found.slot is not None
        now = found.slot.due_at + MINUTE
    tried.append(now - MINUTE)
    assert [part_of(at.astimezone(CHICAGO)) for at in tried] == [
        DayPart.MORNING,
        DayPart.AFTERNOON,
        DayPart.WEEKEND,
        DayPart.EVENING,
    ]
    assert tried[-1] - tried[0] <= 7 * DAY
    assert tried[2] - tried[0] >= timedelta(hours=72), "so the first and the third may leave a voicemail"
    last = step(Outcome.NO_ANSWER, FIRST, *tried[:-1], now=now)
    assert (last.status, last.effects, last.planned) == (F.MISSED, {Effect.TASK_ANOTHER_WAY}, None)


@pytest.mark.parametrize(
    ("missed_before", "effects"),
    [(0, {Effect.PLAN_NEXT}), (1, {Effect.PLAN_NEXT, Effect.TASK_MISSED_TWICE}), (2, {Effect.PAUSE_PLAN})],
)
def test_the_third_routine_try_is_the_last(missed_before, effects) -> None:
    facts = replace(FACTS, missed_in_a_row=missed_before)
    assert step(Outcome.NO_ANSWER, facts, NOW - 2 * DAY).status is F.RETRY_WAIT
    found = step(Outcome.NO_ANSWER, facts, NOW - 5 * DAY, NOW - 3 * DAY)
    assert (found.status, found.effects) == (F.MISSED, effects)


def test_no_try_later_than_seven_days_after_the_first() -> None:
    assert step(Outcome.NO_ANSWER, FACTS, NOW - 8 * DAY).status is F.MISSED


@pytest.mark.parametrize(("outcome", "minutes"), [(Outcome.BUSY, 30), (Outcome.CALL_FAILED, 15)])
def test_busy_waits_half_an_hour_and_a_failure_a_quarter_and_the_third_in_a_row_longer(outcome, minutes) -> None:
    found = step(outcome)
    assert found.slot is not None
    assert found.slot.due_at == NOW + minutes * MINUTE + (-(10 + minutes) % 5) * MINUTE
    jittered = step(outcome, replace(FACTS, jitter=7 * MINUTE))
    assert jittered.slot is not None
    assert minutes * MINUTE + 7 * MINUTE <= jittered.slot.due_at - NOW < minutes * MINUTE + 12 * MINUTE
    in_a_row = tuple(Attempt(NOW - n * HOUR, outcome=outcome) for n in range(3))
    assert next_step(outcome, in_a_row[:2], NOW, FACTS).slot == found.slot
    third = next_step(outcome, in_a_row, NOW, replace(FACTS, first_contact=True))
    assert third.slot is not None
    assert third.slot.local_date > date(2026, 4, 7)


def test_busy_in_the_evening_waits_for_the_next_open_hour() -> None:
    now = local(2026, 4, 7, 19, 40)
    found = step(Outcome.BUSY, now=now)
    assert found.slot is not None
    assert (found.slot.local_date, found.slot.local_start) == (date(2026, 4, 8), time(9))


def test_busy_on_the_last_try_is_the_last_try() -> None:
    assert step(Outcome.BUSY, FACTS, NOW - 5 * DAY, NOW - 3 * DAY).status is F.MISSED


def test_a_failure_never_uses_up_a_try() -> None:
    assert step(Outcome.CALL_FAILED, FACTS, NOW - 5 * DAY, NOW - 3 * DAY).status is F.RETRY_WAIT


def test_a_missed_call_is_returned_within_twelve_hours_or_by_the_staff() -> None:
    found = step(Outcome.INBOUND_MISSED)
    assert found.slot is not None
    assert found.slot.due_at == NOW
    holiday = replace(FACTS, diary=replace(DIARY, holidays=frozenset({NOW.date()})))
    assert step(Outcome.INBOUND_MISSED, holiday) == found
    hard = SensitiveDay(YearDay(NOW.month, NOW.day))
    theirs = replace(FACTS, diary=replace(FACTS.diary, sensitive_dates=(hard,)))
    assert step(Outcome.INBOUND_MISSED, theirs) == found, "whoever calls us asks to be called"
    evening = local(2026, 4, 7, 20, 30)
    assert step(Outcome.INBOUND_MISSED, now=evening).effects == {Effect.CALL_BACK_BY_STAFF}  # 9:00 is 12.5 h away
    assert step(Outcome.INBOUND_MISSED, now=evening + HOUR).effects == {Effect.CALL_BACK}


zones = st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu", "Pacific/Guam", "America/Denver"])


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 4 * 525_600),
    st.tuples(zones, zones),
    st.sampled_from([each for each in Outcome if OUTCOMES[each].next is Next.RETRY]),
    st.booleans(),
    st.integers(0, 45),
    st.lists(st.integers(20 * 60, 7 * 1440), max_size=3),
)
def test_a_retry_is_later_in_shared_hours_and_after_the_gap(start, places, outcome, first, jitter, ago) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + start * MINUTE
    family, volunteer = (ZoneInfo(place) for place in places)
    diary = Diary(family_hours(family, ()), volunteer_hours(volunteer, ()))
    facts = replace(FACTS, diary=diary, first_contact=first, jitter=jitter * MINUTE)
    earlier = sorted(now - n * MINUTE for n in ago)
    found = step(outcome, facts, *earlier, now=now)
    history = calls(outcome, *earlier, now=now)
    if found.slot is None:
        assert found.status is F.MISSED
        return
    due_at = found.slot.due_at
    assert after_the_gap(history, None, due_at).start == due_at
    assert due_at.astimezone(diary.zone).date() <= history[0].at.astimezone(diary.zone).date() + 7 * DAY
    for hours in (diary.family, diary.volunteer):
        wall = due_at.astimezone(hours.zone)
        assert (12 if wall.weekday() == 6 else 9) <= wall.hour < 20


def test_hours_of_the_next_call_follow_the_family_when_denver_moves_and_arizona_does_not() -> None:
    phoenix = ZoneInfo("America/Phoenix")
    all_day = tuple(Window(day, time(8), time(21)) for day in range(7))
    diary = Diary(Hours(phoenix, all_day), Hours(DENVER, all_day))
    talked = datetime(2026, 3, 1, 19, tzinfo=phoenix).astimezone(UTC) + MINUTE
    facts = replace(FIRST, diary=diary, due_at=talked)
    found = step(Outcome.REACHED, facts, now=talked)
    assert found.planned is not None
    assert (found.planned.slot.local_date, found.planned.slot.local_start) == (date(2026, 3, 8), time(19))
    assert (found.planned.slot.zone, found.planned.why) == ("America/Phoenix", Why.CADENCE)
    assert found.planned.slot.due_at.astimezone(DENVER).hour == 20


def test_every_code_that_people_read_has_its_sentence() -> None:
    assert set(OVERDUE) == set(Overdue)
    assert {detail for _, detail in TASKS.values()} <= set(DETAILS)


def test_every_effect_is_done_by_the_program_or_handed_to_a_person() -> None:
    with_a_record_of_their_own = {Effect.TASK_NUMBER_STOPPED, Effect.OPEN_ESCALATION, Effect.DEBRIEF}
    assert set(TASKS) | with_a_record_of_their_own == BY_A_PERSON

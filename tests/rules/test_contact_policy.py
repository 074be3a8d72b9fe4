"""Every paragraph of domain.md §2.3 and §2.4, and that what the programme decides takes the place of our numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from teamhope.families.queries_policy import days_without_calls
from teamhope.families.rules import may_contact, voicemail_words
from teamhope.families.rules_contact import Caller, ContactFacts, NotNow, PhoneFacts
from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_history import Attempt
from teamhope.families.rules_hours import Hours, family_hours, volunteer_hours
from teamhope.families.rules_policy import ContactPolicy, KeptDays, MarkedDay, free_days, marked_day, span_on, week_of
from teamhope.followups.rules import next_step
from teamhope.followups.rules_cadence import Plan
from teamhope.followups.rules_slots import Diary, part_of, same_wall_time
from teamhope.followups.rules_steps import CallFacts, Effect, Ladders
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.families import (
    CadenceTemplate,
    ClearedChannel,
    ConsentKind,
    ContactPreference,
    FamilyStatus,
    Urgency,
    Voicemail,
    Window,
)
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import FollowUpStatus, MatchStatus
from teamhope.vocabulary.year_days import YearDay

CHICAGO, DENVER, HONOLULU = (ZoneInfo(name) for name in ("America/Chicago", "America/Denver", "Pacific/Honolulu"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL_DAY = tuple(Window(day, time(0), time(23, 59)) for day in range(7))


def local(*when: int, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime(*when, tzinfo=zone).astimezone(UTC)


NOON = local(2026, 3, 3, 12)  # a Tuesday
PHONE = PhoneFacts(
    phone_id=UUID(int=2),
    safe_to_call=True,
    safe_to_text=True,
    only_i_see_this_phone=True,
    voicemail=Voicemail.AGREED_WORDS,
    agreed_words="Hi, it is Ana. Call me when you like.",
    confirmed_on=date(2026, 3, 1),
    stopped=False,
    texts_stopped=False,
    blocked_person_on_line=False,
)
FACTS = ContactFacts(
    contact_id=UUID(int=1),
    phone=PHONE,
    consents=frozenset({ConsentKind.VOICE_CALL, ConsentKind.VOICEMAIL, ConsentKind.SMS_REMINDER}),
    adult=True,
    preference=ContactPreference.PROGRAM_CALLS,
    family_status=FamilyStatus.OPEN,
    on_hold=False,
    match=MatchStatus.ACTIVE,
    urgency=Urgency.ROUTINE,
    zone=CHICAGO,
    first_contact=False,
)
HERS = Hours(DENVER, ALL_DAY)


def code(at: datetime = NOON, channel: ClearedChannel = ClearedChannel.VOICE, **change: object) -> str:
    facts = replace(FACTS, **change)
    answer = may_contact(facts, channel, at, Caller(Role.VOLUNTEER, HERS))
    return answer.code if isinstance(answer, NotNow) else "cleared"


def phone(**change: object) -> PhoneFacts:
    return replace(PHONE, **change)


def called(*hours_ago: int, **more: object) -> tuple[Attempt, ...]:
    return tuple(Attempt(NOON - hours * HOUR, **({"outcome": Outcome.NO_ANSWER} | more)) for hours in hours_ago)


TODAY = frozenset({NOON.date()})
# (paragraph of domain.md, what is so, what may_contact answers)
PARAGRAPHS = [
    ("§2.3 (1) consent", {"consents": frozenset()}, "no_consent"),
    ("§2.3 (1) safe", {"phone": phone(safe_to_call=False)}, "not_safe"),
    ("§2.3 (1) confirmed within 180 days", {"phone": phone(confirmed_on=date(2025, 9, 3))}, "confirm_number"),
    ("§2.3 (1) blocked person", {"phone": phone(blocked_person_on_line=True)}, "blocked_person_on_line"),
    ("§2.3 (1) live match", {"match": MatchStatus.PAUSED}, "no_live_match"),
    ("§2.3 (1) they call us", {"preference": ContactPreference.THEY_CALL_US}, "they_call_us"),
    ("§2.3 (2) from 9:00", {"at": local(2026, 3, 3, 8, 59)}, "outside_hours"),
    ("§2.3 (2) from 9:00", {"at": local(2026, 3, 3, 9)}, "cleared"),
    ("§2.3 (2) until 20:00", {"at": local(2026, 3, 3, 20)}, "outside_hours"),
    ("§2.3 (2) Sunday from 12:00", {"at": local(2026, 3, 8, 11, 59)}, "outside_hours"),
    ("§2.3 (2) outer bound", {"at": local(2026, 3, 3, 21), "policy": ContactPolicy(ALL_DAY)}, "outside_hours"),
    ("§2.3 (2) a family's own", {"at": local(2026, 3, 3, 22), "windows": ALL_DAY}, "cleared"),
    ("§2.3 (3) windows of the family", {"windows": (Window(1, time(18), time(19)),)}, "outside_hours"),
    ("§2.3 (4) gap of 20 h", {"history": called(19)}, "too_soon"),
    ("§2.3 (4) gap of 20 h", {"history": called(20)}, "cleared"),
    ("§2.3 (4) 3 in 7 days", {"history": called(30, 60, 90)}, "enough_this_week"),
    ("§2.3 (4) first contact 4", {"history": called(30, 60, 90), "first_contact": True}, "cleared"),
    ("§2.3 (4) dropped", {"history": called(1, dropped_at=NOON - HOUR / 12)}, "cleared"),
    ("§2.3 (4) failed", {"history": called(1, outcome=Outcome.CALL_FAILED)}, "cleared"),
    ("§2.3 (4) busy twice", {"history": called(1, 2, outcome=Outcome.BUSY)}, "cleared"),
    ("§2.3 (4) busy thrice", {"history": called(1, 2, 3, outcome=Outcome.BUSY), "first_contact": True}, "too_soon"),
    ("§2.3 (4) asked callback", {"history": called(5), "callback_at": NOON - HOUR}, "cleared"),
    ("§2.3 (4) a text in 24 h", {"history": called(23, channel=ClearedChannel.SMS), "sms": True}, "too_soon"),
    ("§2.3 (5) holiday", {"holidays": TODAY}, "holiday"),
    ("§2.3 (5) urgent", {"holidays": TODAY, "urgency": Urgency.URGENT}, "cleared"),
    ("§2.3 (5) acute", {"holidays": TODAY, "acute": True}, "cleared"),
    ("§2.3 (5) asked callback", {"holidays": TODAY, "callback_at": NOON}, "cleared"),
    ("§2.2 hard day", {"sensitive_dates": (SensitiveDay(YearDay(3, 3)),), "acute": True}, "sensitive_date"),
    ("§2.3 (6) before the clock changes", {"at": local(2026, 3, 8, 1, 59), "windows": ALL_DAY}, "cleared"),
    ("§2.3 (7) unknown zone", {"zone": None, "at": datetime(2026, 3, 3, 16, 59, tzinfo=UTC)}, "outside_hours"),
    ("§2.3 (7) unknown zone", {"zone": None, "at": datetime(2026, 3, 3, 17, tzinfo=UTC)}, "cleared"),
]


@pytest.mark.parametrize(("paragraph", "so", "answer"), PARAGRAPHS)
def test_every_paragraph_is_kept(paragraph: str, so: dict, answer: str) -> None:
    change = dict(so)
    channel = ClearedChannel.SMS if change.pop("sms", False) else ClearedChannel.VOICE
    assert code(change.pop("at", NOON), channel, **change) == answer, paragraph


STRICT = ContactPolicy(
    windows=week_of({"weekdays": (time(10), time(18)), "saturday": None, "sunday": (time(13), time(15))}),
    gap=48 * HOUR,
    calls_a_week=1,
    first_calls_a_week=2,
    between_voicemails=96 * HOUR,
)


@pytest.mark.parametrize(
    ("so", "answer"),
    [
        ({"at": local(2026, 3, 3, 9, 30)}, "outside_hours"),
        ({"at": local(2026, 3, 3, 18)}, "outside_hours"),
        ({"at": local(2026, 3, 7, 12)}, "outside_hours"),
        ({"at": local(2026, 3, 8, 13)}, "cleared"),
        ({"history": called(30)}, "too_soon"),
        ({"history": called(50)}, "enough_this_week"),
        ({"history": called(50), "first_contact": True}, "cleared"),
        ({"history": called(50, 100), "first_contact": True}, "enough_this_week"),
        ({"zone": None, "at": datetime(2026, 3, 7, 18, tzinfo=UTC)}, "cleared"),  # Saturday: §2.3 (7) is no setting
    ],
)
def test_what_the_programme_decides_counts(so: dict, answer: str) -> None:
    change = dict(so)
    assert code(change.pop("at", NOON), policy=STRICT, **change) == answer


@pytest.mark.parametrize(("policy", "hours_ago", "leaves"), [(ContactPolicy(), 72, True), (STRICT, 95, False)])
def test_how_often_a_message_is_left(policy: ContactPolicy, hours_ago: int, leaves: bool) -> None:
    facts = replace(FACTS, policy=policy, history=called(hours_ago, outcome=Outcome.LEFT_VOICEMAIL))
    assert (voicemail_words(facts, NOON) is not None) is leaves


# Days -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "marked"),
    [
        (date(2026, 5, 10), MarkedDay.MOTHERS_DAY),
        (date(2026, 5, 3), None),
        (date(2027, 5, 9), MarkedDay.MOTHERS_DAY),
        (date(2026, 6, 21), MarkedDay.FATHERS_DAY),
        (date(2026, 5, 25), MarkedDay.MISSING_CHILDRENS_DAY),
        (date(2026, 11, 25), None),
        (date(2026, 11, 26), MarkedDay.HOLIDAY_SEASON),
        (date(2026, 12, 31), MarkedDay.HOLIDAY_SEASON),
        (date(2027, 1, 1), MarkedDay.HOLIDAY_SEASON),
        (date(2027, 1, 2), None),
    ],
)
def test_days_that_are_hard_for_many(day: date, marked: MarkedDay | None) -> None:
    """domain.md §2.3 (5)."""
    assert marked_day(frozenset(MarkedDay), day) is marked
    assert marked_day((), day) is None


def test_days_without_routine_calls_are_federal_holidays_and_our_own() -> None:
    days = KeptDays(each_year=(YearDay(12, 24),), once=(date(2026, 11, 27),))
    free = days_without_calls(days, date(2026, 7, 1))
    assert {date(2026, 7, 3), date(2026, 7, 4)} <= free, "observed and actual: domain.md §2.3 (5)"
    assert {date(2025, 12, 24), date(2026, 12, 24), date(2027, 12, 24), date(2026, 11, 27)} <= free
    assert date(2027, 11, 27) not in free
    only_ours = free_days(replace(days, federal=False), (date(2026, 7, 4),), date(2026, 7, 1))
    assert date(2026, 7, 4) not in only_ours


def test_a_week_is_read_as_it_was_written() -> None:
    assert span_on(STRICT.windows, 0) == span_on(STRICT.windows, 4) == (time(10), time(18))
    assert (span_on(STRICT.windows, 5), span_on(STRICT.windows, 6)) == (None, (time(13), time(15)))


# The retry ladder: domain.md §2.4 -------------------------------------------------------------------------------------

DIARY = Diary(family_hours(CHICAGO, ()), volunteer_hours(CHICAGO, ()))
ROUTINE = CallFacts(MatchStatus.ACTIVE, Plan(CadenceTemplate.STANDARD, date(2026, 2, 24), 1), DIARY, NOON)
FIRST = replace(ROUTINE, match=MatchStatus.INTRODUCED, first_contact=True)


def tries(facts: CallFacts) -> list[datetime]:
    """When a family is tried that never answers."""
    made, now = [], NOON
    while True:
        made.append(Attempt(now, outcome=Outcome.NO_ANSWER))
        step = next_step(Outcome.NO_ANSWER, tuple(made), now, facts)
        if step.slot is None:
            assert step.status is FollowUpStatus.MISSED
            return [each.at for each in made]
        now = step.slot.due_at


@pytest.mark.parametrize(
    ("facts", "most", "parts"),
    [
        (FIRST, 4, 4),  # at each part of the day once
        (ROUTINE, 3, 3),
        (replace(ROUTINE, ladders=Ladders(routine=(0,))), 1, 1),
        (replace(FIRST, ladders=Ladders(first_contact=(0, 3))), 2, 2),
        (replace(FIRST, diary=replace(DIARY, holidays=frozenset(date(2026, 3, day) for day in (5, 7)))), 4, 4),
    ],
)
def test_tries_at_different_parts_of_the_day_in_seven_days(facts: CallFacts, most: int, parts: int) -> None:
    """Holidays are left out, and other parts of the day take the place of theirs."""
    made = tries(facts)
    walls = [at.astimezone(CHICAGO) for at in made]
    assert len(made) == most
    assert len({part_of(wall) for wall in walls}) == parts
    assert not {wall.date() for wall in walls} & facts.diary.holidays
    assert made[-1] - made[0] <= 7 * DAY
    assert all(after - before >= 20 * HOUR for before, after in pairwise(made))


def test_a_wider_gap_moves_the_tries_apart() -> None:
    facts = replace(ROUTINE, policy=ContactPolicy(gap=72 * HOUR))
    assert all(after - before >= 72 * HOUR for before, after in pairwise(tries(facts)))


@pytest.mark.parametrize(
    ("missed_before", "effect"),
    [(0, Effect.PLAN_NEXT), (2, Effect.TASK_MISSED_TWICE), (3, Effect.PLAN_NEXT), (4, Effect.PAUSE_PLAN)],
)
def test_how_many_missed_calls_tell_and_pause(missed_before: int, effect: Effect) -> None:
    ladders = Ladders(routine=(0,), missed_tells=3, missed_pauses=5)
    facts = replace(ROUTINE, ladders=ladders, missed_in_a_row=missed_before)
    step = next_step(Outcome.NO_ANSWER, called(0), NOON, facts)
    assert effect in step.effects
    assert (Effect.TASK_MISSED_TWICE in step.effects) is (missed_before == 2)


# The hour on the wall: domain.md §2.3 (6) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("volunteer", "on_request", "wall"),
    [
        (volunteer_hours(CHICAGO, ()), False, (date(2026, 3, 4), time(9))),  # 18:00 in Honolulu is 22:00 for her
        (Hours(CHICAGO, ALL_DAY), False, (date(2026, 3, 4), time(18))),
        (volunteer_hours(CHICAGO, ()), True, (date(2026, 3, 4), time(18))),
        (Hours(CHICAGO, (Window(0, time(3), time(4)),)), False, None),
    ],
)
def test_a_promise_keeps_its_hour_in_another_zone_if_both_can(
    volunteer: Hours, on_request: bool, wall: tuple[date, time] | None
) -> None:
    diary = Diary(family_hours(HONOLULU, ()), volunteer)
    slot = same_wall_time(diary, date(2026, 3, 4), time(18), NOON, on_request=on_request)
    assert (slot and (slot.local_date, slot.local_start)) == wall
    assert slot is None or slot.zone == "Pacific/Honolulu"


def test_no_promise_is_moved_into_the_past() -> None:
    slot = same_wall_time(DIARY, date(2026, 3, 3), time(11), NOON, on_request=True)
    assert slot is not None
    assert slot.due_at == NOON

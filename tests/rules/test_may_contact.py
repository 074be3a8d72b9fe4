"""Whether a family may be reached: every refusal, the hours of every zone, and what comes next."""

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import teamhope
from teamhope.families.rules import CLEARED_FOR, may_contact, voicemail_words
from teamhope.families.rules_contact import Caller, ConsentRecord, ContactFacts, NotNow, PhoneFacts, standing_consent
from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_history import Attempt, fewer_than_enough_this_week
from teamhope.families.rules_hours import (
    DEFAULT_WINDOWS,
    Hours,
    Span,
    family_hours,
    open_from,
    shared_spans,
    spans_on,
    to_instant,
    volunteer_hours,
    within_outer_bound,
    zone_of,
)
from teamhope.families.rules_policy import ContactPolicy
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.families import (
    Clearance,
    ClearedChannel,
    ConsentKind,
    ContactPreference,
    FamilyStatus,
    Urgency,
    Voicemail,
    Window,
)
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import MAY_BE_CALLED, MatchStatus
from teamhope.vocabulary.year_days import YearDay

CHICAGO, PHOENIX, DENVER = ZoneInfo("America/Chicago"), ZoneInfo("America/Phoenix"), ZoneInfo("America/Denver")
NEW_YORK = ZoneInfo("America/New_York")
VOICE, SMS = ClearedChannel.VOICE, ClearedChannel.SMS
TUESDAY_NOON = datetime(2026, 3, 3, 18, tzinfo=UTC)  # 12:00 in Chicago
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL_DAY = tuple(Window(weekday, time(0), time(23, 59)) for weekday in range(7))

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
    consents=frozenset({ConsentKind.VOICE_CALL, ConsentKind.SMS_REMINDER, ConsentKind.VOICEMAIL}),
    adult=True,
    preference=ContactPreference.PROGRAM_CALLS,
    family_status=FamilyStatus.OPEN,
    on_hold=False,
    match=MatchStatus.ACTIVE,
    urgency=Urgency.ROUTINE,
    zone=CHICAGO,
    first_contact=False,
)
VOLUNTEER = Caller(Role.VOLUNTEER, Hours(DENVER, ALL_DAY))
ADVOCATE = Caller(Role.ADVOCATE, on_familys_request=True)


def ask(facts: ContactFacts = FACTS, at: datetime = TUESDAY_NOON, channel=VOICE, caller: Caller = VOLUNTEER):
    return may_contact(facts, channel, at, caller)


def called(*times: datetime, outcome: Outcome | None = Outcome.NO_ANSWER, **more: object) -> tuple[Attempt, ...]:
    return tuple(Attempt(at, outcome=outcome, **more) for at in times)


# Who is refused, whatever the hour ------------------------------------------------------------------------------------

PHONE_BARS = [
    ({"safe_to_call": False}, VOICE, "not_safe"),
    ({"safe_to_text": False}, SMS, "not_safe"),
    ({"only_i_see_this_phone": False}, SMS, "not_safe"),
    ({"confirmed_on": None}, VOICE, "confirm_number"),
    ({"confirmed_on": date(2025, 9, 3)}, VOICE, "confirm_number"),  # 181 days before
    ({"confirmed_on": date(2062, 3, 3)}, VOICE, "confirm_number"),
    ({"stopped": True}, VOICE, "number_stopped"),
    ({"stopped": True}, SMS, "number_stopped"),
    ({"texts_stopped": True}, SMS, "number_stopped"),
    ({"blocked_person_on_line": True}, VOICE, "blocked_person_on_line"),
    ({"blocked_person_on_line": True}, SMS, "blocked_person_on_line"),
]
FACT_BARS = [
    ({"family_status": FamilyStatus.CLOSED}, "family_closed"),
    ({"family_status": FamilyStatus.ANONYMISED}, "family_closed"),
    ({"on_hold": True}, "family_on_hold"),
    ({"consents": frozenset()}, "no_consent"),
    ({"match": None}, "no_live_match"),
    ({"adult": False}, "child_needs_advocate"),
    ({"preference": ContactPreference.THEY_CALL_US}, "they_call_us"),
    *(({"match": status}, "no_live_match") for status in MatchStatus if status not in MAY_BE_CALLED),
]


@pytest.mark.parametrize(("change", "channel", "code"), PHONE_BARS)
def test_a_number_that_is_not_safe_is_not_used(change, channel, code) -> None:
    assert ask(replace(FACTS, phone=replace(PHONE, **change)), channel=channel) == NotNow(code, None)


@pytest.mark.parametrize(("change", "code"), FACT_BARS)
@pytest.mark.parametrize("channel", [VOICE, SMS])
def test_a_family_that_may_not_be_reached_is_not(change, code, channel) -> None:
    assert ask(replace(FACTS, **change), channel=channel) == NotNow(code, None)


def test_a_suspended_volunteer_calls_nobody() -> None:
    assert ask(caller=replace(VOLUNTEER, suspended=True)) == NotNow("caller_suspended", None)


@pytest.mark.parametrize(("channel", "other"), [(VOICE, ConsentKind.SMS_REMINDER), (SMS, ConsentKind.VOICE_CALL)])
def test_consent_to_one_channel_is_none_to_another(channel, other) -> None:
    others = frozenset(ConsentKind) - {ConsentKind.VOICE_CALL, ConsentKind.SMS_REMINDER} | {other}
    assert ask(replace(FACTS, consents=others), channel=channel) == NotNow("no_consent")


@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        (Caller(Role.COORDINATOR, on_familys_request=True), True),
        (Caller(Role.COORDINATOR), False),
        (Caller(Role.ADVOCATE), False),
        (Caller(Role.TEAM_LEAD, on_familys_request=True), False),
        (Caller(Role.VOLUNTEER, VOLUNTEER.hours, on_familys_request=True), False),
    ],
)
def test_without_a_match_only_staff_acting_for_the_family(caller, allowed) -> None:
    answer = ask(replace(FACTS, match=None), caller=caller)
    assert answer == NotNow("no_live_match") if not allowed else isinstance(answer, Clearance)


def test_all_in_order_gives_a_clearance_for_this_number_and_ten_minutes() -> None:
    assert ask() == Clearance(UUID(int=1), UUID(int=2), VOICE, TUESDAY_NOON + CLEARED_FOR)
    assert isinstance(ask(channel=SMS), Clearance)
    assert isinstance(ask(replace(FACTS, adult=False), caller=ADVOCATE), Clearance)
    assert isinstance(ask(replace(FACTS, phone=replace(PHONE, confirmed_on=date(2025, 9, 4)))), Clearance)  # 180 days


def test_the_number_will_be_unconfirmed_by_then_so_no_later_time_is_promised() -> None:
    late = TUESDAY_NOON.replace(hour=4)  # 22:00 the day before; next allowed 9:00 of the 181st day
    facts = replace(FACTS, phone=replace(PHONE, confirmed_on=date(2025, 9, 3)))
    assert ask(facts, late) == NotNow("outside_hours", None)


# What she agreed to ---------------------------------------------------------------------------------------------------


def record(granted: bool, hours: int, kind: ConsentKind = ConsentKind.VOICE_CALL) -> ConsentRecord:
    return ConsentRecord(kind, granted, TUESDAY_NOON + hours * HOUR)


@pytest.mark.parametrize(
    ("records", "stands"),
    [
        ((), False),
        ((record(True, 0),), True),
        ((record(True, 0), record(False, 1)), False),
        ((record(False, 1), record(True, 0)), False),
        ((record(False, 0), record(True, 1)), True),
        ((record(False, 0), record(True, 0)), False),
        ((record(True, 0), record(False, 0)), False),
        ((record(True, 0), record(False, 1, ConsentKind.SMS_REMINDER)), True),
    ],
)
def test_the_latest_record_of_a_kind_decides_and_at_one_instant_the_revocation(records, stands) -> None:
    assert (ConsentKind.VOICE_CALL in standing_consent(records)) is stands


def test_a_release_to_one_third_party_never_stands() -> None:
    assert standing_consent((record(True, 0, ConsentKind.RELEASE_TO_THIRD_PARTY),)) == frozenset()


def test_consent_revoked_between_planning_and_dialling_refuses_the_call() -> None:
    granted = (record(True, -48),)
    assert isinstance(ask(replace(FACTS, consents=standing_consent(granted))), Clearance)
    revoked = standing_consent((*granted, record(False, -1)))
    assert ask(replace(FACTS, consents=revoked)) == NotNow("no_consent")


# Hours ----------------------------------------------------------------------------------------------------------------


def local(zone: ZoneInfo, *when: int) -> datetime:
    return datetime(*when, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("facts", "at", "next_at"),
    [
        (FACTS, local(CHICAGO, 2026, 3, 3, 8, 59), local(CHICAGO, 2026, 3, 3, 9)),
        (FACTS, local(CHICAGO, 2026, 3, 3, 20), local(CHICAGO, 2026, 3, 4, 9)),
        (FACTS, local(CHICAGO, 2026, 3, 7, 20), local(CHICAGO, 2026, 3, 8, 12)),  # Sunday, and the clock changes
        (replace(FACTS, windows=(Window(3, time(22), time(23)),)), TUESDAY_NOON, local(CHICAGO, 2026, 3, 5, 22)),
        (replace(FACTS, zone=None), local(NEW_YORK, 2026, 3, 3, 11, 59), local(NEW_YORK, 2026, 3, 3, 12)),
        (replace(FACTS, zone=None, windows=ALL_DAY), local(NEW_YORK, 2026, 3, 3, 20), local(NEW_YORK, 2026, 3, 4, 12)),
    ],
)
def test_outside_the_hours_the_next_opening_is_named(facts, at, next_at) -> None:
    assert ask(facts, at) == NotNow("outside_hours", next_at)
    assert isinstance(ask(facts, next_at), Clearance)


def test_a_clearance_ends_with_the_window() -> None:
    answer = ask(at=local(CHICAGO, 2026, 3, 3, 19, 58))
    assert isinstance(answer, Clearance)
    assert answer.until == local(CHICAGO, 2026, 3, 3, 20)


def test_settings_cannot_widen_the_outer_bound_but_the_family_can() -> None:
    night = local(CHICAGO, 2026, 3, 3, 21, 30)
    assert ask(replace(FACTS, policy=ContactPolicy(windows=ALL_DAY)), night) == NotNow(
        "outside_hours", local(CHICAGO, 2026, 3, 4, 8)
    )
    assert isinstance(ask(replace(FACTS, windows=ALL_DAY), night), Clearance)


def test_the_volunteers_hours_are_in_her_zone() -> None:
    nine_to_ten = Caller(Role.VOLUNTEER, Hours(DENVER, (Window(1, time(9), time(10)),)))
    assert isinstance(ask(at=local(DENVER, 2026, 3, 3, 9), caller=nine_to_ten), Clearance)
    assert ask(caller=nine_to_ten) == NotNow("volunteer_not_available", local(DENVER, 2026, 3, 10, 9))
    away = replace(nine_to_ten, hours=replace(nine_to_ten.hours, days_off=frozenset({date(2026, 3, 10)})))
    assert ask(caller=away) == NotNow("volunteer_not_available", local(DENVER, 2026, 3, 17, 9))
    assert isinstance(ask(caller=away, channel=SMS), Clearance), "a reminder is sent whoever calls"


def test_a_volunteer_without_hours_or_without_shared_ones_never_calls() -> None:
    assert ask(caller=Caller(Role.VOLUNTEER)) == NotNow("volunteer_not_available", None)
    nights = Caller(Role.VOLUNTEER, Hours(CHICAGO, (Window(1, time(2), time(5)),)))
    assert ask(caller=nights) == NotNow("volunteer_not_available", None)


US_ZONES = [
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"),
    *("America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"),
    *("Pacific/Pago_Pago", "America/Boise", "America/Indiana/Indianapolis", "America/Detroit"),
]
minutes = st.integers(0, 5 * 366 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * timedelta(minutes=1))
# The two Sundays of a change of the clock, 2026-2030, and the days around them.
changes = st.sampled_from(
    [
        datetime(*day, tzinfo=UTC)
        for day in (
            *((2026, 3, 8), (2026, 11, 1), (2027, 3, 14), (2027, 11, 7), (2028, 3, 12)),
            *((2028, 11, 5), (2029, 3, 11), (2029, 11, 4), (2030, 3, 10), (2030, 11, 3)),
        )
    ]
)
near_changes = st.builds(lambda day, n: day + n * timedelta(minutes=1), changes, st.integers(-1440, 3 * 1440))
instants = minutes | near_changes
zones = st.sampled_from([None, *US_ZONES]).map(zone_of)
outcomes = st.sampled_from([None, *(each for each in Outcome if not each.value.startswith("inbound"))])
attempts = st.builds(
    lambda ago, outcome, channel, dropped: (ago, outcome, channel, dropped),
    st.integers(1, 9 * 1440),
    outcomes,
    st.sampled_from(ClearedChannel),
    st.booleans(),
)


def history_before(at: datetime, rows) -> tuple[Attempt, ...]:
    minute = timedelta(minutes=1)
    return tuple(
        Attempt(at - ago * minute, channel, outcome, at - ago * minute + minute if dropped else None)
        for ago, outcome, channel, dropped in rows
    )


@st.composite
def questions(draw) -> tuple[ContactFacts, ClearedChannel, datetime, Caller]:
    at = draw(instants)
    volunteer = Caller(Role.VOLUNTEER, volunteer_hours(draw(st.sampled_from(US_ZONES).map(ZoneInfo)), ()))
    facts = replace(
        FACTS,
        zone=draw(zones),
        consents=draw(st.frozensets(st.sampled_from([*ConsentKind]), min_size=4)),
        match=draw(st.sampled_from([*MAY_BE_CALLED, MatchStatus.PAUSED])),
        on_hold=draw(st.sampled_from([False] * 9 + [True])),
        phone=replace(
            PHONE,
            blocked_person_on_line=draw(st.sampled_from([False] * 9 + [True])),
            confirmed_on=at.date() - draw(st.integers(0, 200)) * DAY,
        ),
        windows=draw(st.sampled_from([(), (), ALL_DAY, (Window(6, time(1), time(3)), Window(2, time(18), time(20)))])),
        history=history_before(at, draw(st.lists(attempts, max_size=5))),
        first_contact=draw(st.booleans()),
        urgency=draw(st.sampled_from(Urgency)),
        callback_at=draw(st.none() | st.integers(-600, 600).map(lambda n: at + n * timedelta(minutes=1))),
        holidays=frozenset({at.date(), at.date() + DAY}) if draw(st.booleans()) else frozenset(),
        sensitive_dates=draw(st.sampled_from([(), (SensitiveDay(YearDay(at.month, min(at.day, 28))),)])),
    )
    return facts, draw(st.sampled_from(ClearedChannel)), at, draw(st.sampled_from([volunteer, VOLUNTEER, ADVOCATE]))


@settings(max_examples=400, deadline=None)
@given(questions())
def test_what_is_allowed_breaks_no_rule_and_what_is_promised_holds(question) -> None:
    facts, channel, at, caller = question
    answer = may_contact(facts, channel, at, caller)
    if isinstance(answer, Clearance):
        assert_harmless(facts, channel, at, caller)
        assert at < answer.until <= at + CLEARED_FOR
        last_moment = may_contact(facts, channel, answer.until - timedelta(microseconds=1), caller)
        assert isinstance(last_moment, Clearance)
    elif answer.next_allowed_at is not None:
        assert answer.next_allowed_at > at
        assert isinstance(may_contact(facts, channel, answer.next_allowed_at, caller), Clearance)
        before = may_contact(facts, channel, answer.next_allowed_at - timedelta(minutes=1), caller)
        assert isinstance(before, NotNow), "it is the first instant, not just one"


def assert_harmless(facts: ContactFacts, channel: ClearedChannel, at: datetime, caller: Caller) -> None:
    """The rules once more, written the naive way."""
    wall = at.astimezone(facts.zone or NEW_YORK)
    needed = ConsentKind.VOICE_CALL if channel is VOICE else ConsentKind.SMS_REMINDER
    assert needed in facts.consents
    assert not facts.on_hold
    assert not facts.phone.blocked_person_on_line
    assert (wall.date() - facts.phone.confirmed_on).days <= 180
    assert facts.match in MAY_BE_CALLED or caller is ADVOCATE
    if facts.zone is None:
        assert 12 <= wall.hour < 20
    elif not facts.windows:
        assert (12 if wall.weekday() == 6 else 9) <= wall.hour < 20
    else:
        assert any(w.weekday == wall.weekday() and w.start <= wall.time() < w.end for w in facts.windows)
    asked_today = facts.callback_at is not None and facts.callback_at.astimezone(wall.tzinfo).date() == wall.date()
    hard = {(each.day.month, each.day.day) for each in facts.sensitive_dates}
    assert (wall.month, wall.day) not in hard or asked_today
    texts = [each.at for each in facts.history if each.channel is SMS]
    assert channel is VOICE or all(at - sent >= DAY for sent in texts)
    calls = [each for each in facts.history if each.channel is VOICE and each.outcome is not Outcome.CALL_FAILED]
    week = [each for each in calls if at - each.at < 7 * DAY]
    assert channel is SMS or len(week) < (4 if facts.first_contact else 3)


@settings(max_examples=200, deadline=None)
@given(near_changes, st.sampled_from(US_ZONES))
def test_no_call_outside_the_default_hours_around_a_change_of_the_clock(at, zone) -> None:
    answer = ask(replace(FACTS, zone=ZoneInfo(zone), phone=replace(PHONE, confirmed_on=at.date())), at, caller=ADVOCATE)
    wall = at.astimezone(ZoneInfo(zone))
    assert isinstance(answer, Clearance) is ((12 if wall.weekday() == 6 else 9) <= wall.hour < 20)


@pytest.mark.parametrize("zone", US_ZONES)
def test_every_quarter_of_an_hour_of_the_two_weeks_of_a_change(zone) -> None:
    hours = family_hours(ZoneInfo(zone), ())
    for start in (datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 10, 29, tzinfo=UTC)):
        for n in range(7 * 96):
            at = start + n * timedelta(minutes=15)
            span = open_from(hours, at)
            wall = at.astimezone(ZoneInfo(zone))
            assert (span is not None and span.start == at) is ((12 if wall.weekday() == 6 else 9) <= wall.hour < 20)


@pytest.mark.parametrize(
    ("when", "instant"),
    [
        ((2026, 3, 8, 2, 30), datetime(2026, 3, 8, 8, tzinfo=UTC)),  # skipped: 3:00
        ((2026, 3, 8, 3, 0), datetime(2026, 3, 8, 8, tzinfo=UTC)),
        ((2026, 3, 8, 1, 59), datetime(2026, 3, 8, 7, 59, tzinfo=UTC)),
        ((2026, 11, 1, 1, 30), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),  # twice: the first
        ((2026, 11, 1, 2, 0), datetime(2026, 11, 1, 8, tzinfo=UTC)),
    ],
)
def test_wall_times_that_the_clock_skips_or_repeats(when, instant) -> None:
    day, at = date(*when[:3]), time(*when[3:])
    assert to_instant(day, at, CHICAGO) == instant
    assert to_instant(day, at.replace(fold=1), CHICAGO) == instant


def test_an_arizona_family_keeps_its_hour_when_denver_moves() -> None:
    seven = time(19)
    before, after = (to_instant(date(2026, 3, day), seven, PHOENIX).astimezone(DENVER) for day in (1, 8))
    assert (before.hour, after.hour) == (19, 20)


def test_shared_hours_across_the_date_line() -> None:
    guam = Hours(ZoneInfo("Pacific/Guam"), tuple(Window(day, time(9), time(21)) for day in range(7)))
    eastern = Hours(NEW_YORK, guam.windows)
    spans = shared_spans(guam, eastern, date(2026, 7, 15))
    assert sum((span.length for span in spans), timedelta()) == 2 * HOUR  # domain.md §2.3
    assert all(span in shared_spans(eastern, guam, date(2026, 7, 14)) for span in spans)


def test_touching_windows_are_one_span_and_days_off_have_none() -> None:
    in_any_order = ((12, 14), (9, 12), (15, 16), (10, 11))
    hours = Hours(CHICAGO, tuple(Window(1, time(start), time(end)) for start, end in in_any_order))
    day = date(2026, 3, 3)
    nine, two, three, four = (local(CHICAGO, 2026, 3, 3, hour) for hour in (9, 14, 15, 16))
    assert spans_on(hours, day) == (Span(nine, two), Span(three, four))
    assert spans_on(replace(hours, days_off=frozenset({day})), day) == ()


def test_a_window_that_the_clock_skips_is_none() -> None:
    assert spans_on(Hours(CHICAGO, (Window(6, time(2), time(3)),)), date(2026, 3, 8)) == ()


def test_the_default_lies_within_the_outer_bound() -> None:
    assert within_outer_bound(DEFAULT_WINDOWS) == DEFAULT_WINDOWS
    assert within_outer_bound((Window(0, time(6), time(8)),)) == ()


@pytest.mark.parametrize(
    "name", [None, "", "EST", "Etc/GMT+5", "America", "America/Nowhere", "../etc/passwd", "/etc/x"]
)
def test_what_is_no_place_is_no_zone(name) -> None:
    assert zone_of(name) is None


# How often ------------------------------------------------------------------------------------------------------------


def refusal(history: tuple[Attempt, ...], **facts: object) -> NotNow | None:
    answer = ask(replace(FACTS, history=history, windows=ALL_DAY, **facts), caller=ADVOCATE)
    return answer if isinstance(answer, NotNow) else None


NOW = TUESDAY_NOON


@pytest.mark.parametrize("outcome", [None, *(each for each in Outcome if not each.value.startswith("inbound"))])
def test_twenty_hours_lie_between_calls_save_after_busy_and_failures(outcome) -> None:
    exempt = outcome in {Outcome.BUSY, Outcome.CALL_FAILED}
    last = NOW - 19 * HOUR
    assert refusal(called(last, outcome=outcome)) == (None if exempt else NotNow("too_soon", last + 20 * HOUR))
    assert refusal(called(NOW - 20 * HOUR, outcome=outcome)) is None


def test_busy_needs_no_gap_twice_and_the_third_time_does() -> None:
    times = [NOW - n * HOUR for n in (3, 2, 1)]
    assert refusal(called(*times[:2], outcome=Outcome.BUSY)) is None
    third = refusal(called(*times, outcome=Outcome.BUSY), first_contact=True)
    assert third == NotNow("too_soon", times[2] + 20 * HOUR)


def test_busy_and_a_failure_do_not_hide_the_call_before_them() -> None:
    before = called(NOW - 5 * HOUR, outcome=Outcome.REACHED)
    for quick in (Outcome.BUSY, Outcome.CALL_FAILED):
        assert refusal(before + called(NOW - HOUR, outcome=quick)) == NotNow("too_soon", NOW + 15 * HOUR)


@pytest.mark.parametrize(("minutes_ago", "refused"), [(1, False), (9, False), (10, True), (11, True)])
def test_a_dropped_call_is_redialled_within_ten_minutes(minutes_ago, refused) -> None:
    dropped_at = NOW - timedelta(minutes=minutes_ago)
    history = called(dropped_at - HOUR, outcome=Outcome.REACHED, dropped_at=dropped_at)
    assert (refusal(history) is not None) is refused


@pytest.mark.parametrize(
    ("asked", "last", "next_at"),
    [
        (NOW, NOW - HOUR, None),
        (NOW - 3 * HOUR, NOW - 5 * HOUR, None),
        (NOW + HOUR, NOW - HOUR, NOW + HOUR),
        (NOW - 3 * HOUR, NOW - HOUR, NOW + 19 * HOUR),  # that callback has been made
    ],
)
def test_a_callback_that_the_family_asked_for_needs_no_gap_once(asked, last, next_at) -> None:
    answer = refusal(called(last), callback_at=asked)
    assert answer == (None if next_at is None else NotNow("too_soon", next_at))


@pytest.mark.parametrize(("first_contact", "allowed"), [(False, 3), (True, 4)])
def test_no_more_calls_in_seven_days(first_contact, allowed) -> None:
    times = [NOW - 6 * DAY - HOUR + n * DAY for n in range(allowed)]
    assert refusal(called(*times[:-1]), first_contact=first_contact) is None
    full = refusal(called(*times), first_contact=first_contact)
    assert full == NotNow("enough_this_week", times[0] + 7 * DAY)


def test_after_a_busy_first_week_as_many_must_be_a_week_old_as_make_room() -> None:
    times = [NOW - n * DAY for n in (5, 4, 3, 2)]
    assert fewer_than_enough_this_week(called(*times), 3, NOW).start == times[1] + 7 * DAY
    assert fewer_than_enough_this_week(called(*times), 4, NOW).start == times[0] + 7 * DAY


def test_an_asked_callback_is_one_of_the_three() -> None:
    times = [NOW - n * DAY for n in (5, 3, 1)]
    assert refusal(called(*times), callback_at=NOW) == NotNow("enough_this_week", NOW + 2 * DAY)


def test_one_text_a_day_and_texts_and_calls_do_not_wait_for_each_other() -> None:
    texted = replace(FACTS, history=(Attempt(NOW - 4 * HOUR, SMS),))
    assert ask(texted, channel=SMS) == NotNow("too_soon", local(CHICAGO, 2026, 3, 4, 9))
    assert isinstance(ask(texted), Clearance)
    assert isinstance(ask(replace(FACTS, history=called(NOW - HOUR)), channel=SMS), Clearance)


def test_holidays_are_for_routine_families_only() -> None:
    eve, day = local(CHICAGO, 2026, 7, 3, 12), date(2026, 7, 3)
    facts = replace(FACTS, holidays=frozenset({day, date(2026, 7, 4)}), phone=replace(PHONE, confirmed_on=day))
    assert ask(facts, eve) == NotNow("holiday", local(CHICAGO, 2026, 7, 5, 12))
    assert isinstance(ask(replace(facts, urgency=Urgency.URGENT), eve), Clearance)
    assert isinstance(ask(replace(facts, callback_at=eve), eve), Clearance)


def test_nobody_calls_on_a_hard_day_unless_the_family_asked_for_it() -> None:
    on, day = local(CHICAGO, 2026, 7, 7, 12), date(2026, 7, 7)
    facts = replace(FACTS, phone=replace(PHONE, confirmed_on=day), urgency=Urgency.URGENT)
    hard = replace(facts, sensitive_dates=(SensitiveDay(YearDay(7, 7)), SensitiveDay(YearDay(7, 8))))
    assert ask(hard, on) == NotNow("sensitive_date", local(CHICAGO, 2026, 7, 9, 9))
    assert isinstance(ask(replace(hard, callback_at=on), on), Clearance), "they asked to be called back that day"
    asked = replace(facts, sensitive_dates=(SensitiveDay(YearDay(7, 7), call_on=True),))
    assert isinstance(ask(asked, on), Clearance)


# Voicemail ------------------------------------------------------------------------------------------------------------


def words(facts: ContactFacts = FACTS, **phone: object) -> str | None:
    return voicemail_words(replace(facts, phone=replace(facts.phone, **phone)), NOW)


def test_nothing_is_left_without_agreed_words_and_consent() -> None:
    assert words(voicemail=Voicemail.NONE) is None
    assert words(agreed_words=None) is None
    assert words(replace(FACTS, consents=frozenset({ConsentKind.VOICE_CALL}))) is None
    assert words() == PHONE.agreed_words


@pytest.mark.parametrize(("hours_ago", "left"), [(71, False), (72, True)])
def test_one_voicemail_in_three_days(hours_ago, left) -> None:
    history = called(NOW - hours_ago * HOUR, outcome=Outcome.LEFT_VOICEMAIL)
    assert (words(replace(FACTS, history=history)) is not None) is left


@pytest.mark.parametrize(("calls_before", "left"), [(0, True), (1, False), (2, True), (3, False)])
def test_of_a_first_contact_the_first_and_third_call_leave_one(calls_before, left) -> None:
    history = called(*(NOW - (n + 1) * DAY for n in range(calls_before)))
    assert (words(replace(FACTS, first_contact=True, history=history)) is not None) is left


# Nothing else makes a Clearance ---------------------------------------------------------------------------------------


def makes_a_clearance(source: str) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any((getattr(each, "id", None) or getattr(each, "attr", None)) == "Clearance" for each in calls)


def test_only_may_contact_makes_a_clearance() -> None:
    package = Path(teamhope.__file__).parent
    makers = [path for path in package.rglob("*.py") if makes_a_clearance(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(package).as_posix() for path in makers] == ["families/rules.py"]
    rules = ast.parse((package / "families/rules.py").read_text(encoding="utf-8"))
    functions = [node for node in rules.body if isinstance(node, ast.FunctionDef)]
    assert [each.name for each in functions if makes_a_clearance(ast.unparse(each))] == ["may_contact"]
    assert makes_a_clearance("families.Clearance(1)"), "the search finds one"

"""How far one telephone has come, and what a call asks for next, as it stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.calls import rules_phone as rules
from teamhope.calls.rules_phone import Change, Deed, Leg, PhoneCall, Scene
from teamhope.telephony.outcomes import Dialled, NotAccepted, Rejected, Unknown
from teamhope.telephony.voice_reports import FORWARD, OVER, REPORTED, advance
from teamhope.vocabulary.calls import LegStatus, Outcome, Party, PhoneCallKind

S, P = LegStatus, Party
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
CALL_ID = UUID(int=1)
MINUTE = timedelta(minutes=1)


def leg(party: Party, status: LegStatus, *, joined: bool = False, **about: object) -> Leg:
    base = Leg(uuid4(), CALL_ID, party, None, status, NOW, sid=None if status is S.QUEUED else "CA1")
    answered = NOW if status in {S.ANSWERED, S.COMPLETED} else None
    base = replace(base, answered_at=answered, joined_at=NOW if joined else None)
    return replace(base, **about)  # type: ignore[arg-type]


def call(*legs: Leg, **about: object) -> PhoneCall:
    return replace(PhoneCall(CALL_ID, PhoneCallKind.TO_FAMILY, NOW, legs=legs), **about)  # type: ignore[arg-type]


def deeds(it: PhoneCall, now: datetime = NOW) -> list[tuple[Deed, Party | None]]:
    return [(act.deed, act.leg.party if act.leg else None) for act in rules.next_acts(it, now)]


# Reports --------------------------------------------------------------------------------------------------------------


@given(st.permutations(sorted(REPORTED)), st.sampled_from(list(LegStatus)))
def test_reports_in_any_order_end_the_same(words: list[str], start: LegStatus) -> None:
    status = start
    for word in (*words, *reversed(words)):
        status = advance(status, word)
    assert status is S.COMPLETED


@given(st.lists(st.sampled_from([*sorted(REPORTED), "word of next year"])), st.sampled_from(list(LegStatus)))
def test_a_report_never_leads_back(words: list[str], start: LegStatus) -> None:
    status = start
    for word in words:
        later = advance(status, word)
        assert FORWARD.index(later) >= FORWARD.index(status)
        status = later


def test_every_status_has_its_place() -> None:
    assert set(FORWARD) == set(LegStatus)


# Dialling -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        (Dialled("CA1", S.RINGING), S.RINGING, None),
        (NotAccepted("throttled", 20), S.QUEUED, "throttled"),
        (NotAccepted("account"), S.FAILED, "account"),
        (Rejected(21211), S.FAILED, "21211"),
        (Unknown("ClientError"), S.DIALLING, "ClientError"),
    ],
)
def test_what_came_of_dialling(outcome: object, status: LegStatus, code: str | None) -> None:
    change = rules.after_dialling(outcome)  # type: ignore[arg-type]
    assert (change.status, change.code) == (status, code)


def test_the_provider_is_not_asked_earlier_than_it_wished() -> None:
    assert rules.after_dialling(NotAccepted("throttled", 20)).wait == timedelta(seconds=20)


@pytest.mark.parametrize(
    ("minutes", "answer", "status"),
    [(1, None, S.DIALLING), (3, None, S.UNCERTAIN), (11, None, S.FAILED), (11, Unknown("x"), S.UNCERTAIN),
     (0, Dialled("CA1", S.ANSWERED), S.ANSWERED)],
)  # fmt: skip
def test_a_no_is_believed_late_and_never_dials_again(minutes: int, answer: object, status: LegStatus) -> None:
    silent = replace(leg(P.VOLUNTEER, S.DIALLING), sid=None, dialling_for=minutes * MINUTE)
    change = rules.after_asking(silent, answer, NOW)  # type: ignore[arg-type]
    assert change.status is status
    assert change.status is not S.QUEUED


@pytest.mark.parametrize("sid", [None, "CA1"])
def test_what_the_provider_never_tells_is_not_under_way_for_ever(sid: str | None) -> None:
    silent = leg(P.VOLUNTEER, S.ANSWERED if sid else S.UNCERTAIN, sid=sid, dialling_for=3 * MINUTE)
    hours = [rules.after_asking(silent, Unknown("x"), NOW + timedelta(hours=n)).status for n in (6, 7)]
    assert hours == [silent.status, S.FAILED]


@given(st.sampled_from(list(LegStatus)), st.sampled_from(list(LegStatus)))
def test_without_the_lease_only_what_is_certain_is_written(current: LegStatus, wanted: LegStatus) -> None:
    assert not rules.applies(current, Change(wanted), holds_lease=False)
    forward = FORWARD.index(wanted) >= FORWARD.index(current)
    assert rules.applies(current, Change(wanted, certain=True), holds_lease=False) is forward


def test_an_old_wish_rings_nobody_but_who_is_on_call() -> None:
    later = NOW + 3 * MINUTE
    assert rules.is_too_late(leg(P.VOLUNTEER, S.QUEUED), later)
    assert not rules.is_too_late(leg(P.VOLUNTEER, S.QUEUED), NOW + MINUTE)
    assert not rules.is_too_late(leg(P.ON_CALL, S.QUEUED), later)


# What is to be done ---------------------------------------------------------------------------------------------------

HERS, THEIRS = leg(P.VOLUNTEER, S.ANSWERED, joined=True), leg(P.FAMILY, S.ANSWERED, joined=True)
AT_MENU = replace(HERS, joined_at=None)


@pytest.mark.parametrize(
    ("it", "expected"),
    [
        pytest.param(call(HERS, THEIRS), [], id="they talk"),
        pytest.param(call(HERS, leg(P.FAMILY, S.RINGING)), [], id="theirs rings"),
        pytest.param(call(HERS, leg(P.FAMILY, S.NO_ANSWER)), [(Deed.SAY_UNREACHED, P.VOLUNTEER)], id="not reached"),
        pytest.param(call(HERS, leg(P.FAMILY, S.CANCELLED)), [(Deed.SAY_UNREACHED, P.VOLUNTEER)], id="not allowed"),
        pytest.param(call(HERS, leg(P.FAMILY, S.COMPLETED)), [], id="she is led to the menu by the conference's end"),
        pytest.param(
            call(replace(HERS, joined_at=None), leg(P.FAMILY, S.NO_ANSWER)), [], id="she has been told already"
        ),
        pytest.param(call(leg(P.VOLUNTEER, S.COMPLETED), THEIRS), [(Deed.HANG_UP, P.FAMILY)], id="she has gone"),
        pytest.param(
            call(leg(P.VOLUNTEER, S.COMPLETED), leg(P.FAMILY, S.QUEUED)), [(Deed.CANCEL, P.FAMILY)], id="before it rang"
        ),
        pytest.param(
            call(leg(P.VOLUNTEER, S.COMPLETED), THEIRS, leg(P.ADVOCATE, S.ANSWERED, joined=True)), [],
            id="the family stays with the advocate",
        ),
        pytest.param(
            call(leg(P.VOLUNTEER, S.COMPLETED), THEIRS, leg(P.ADVOCATE, S.RINGING)),
            [(Deed.HANG_UP, P.FAMILY), (Deed.HANG_UP, P.ADVOCATE)], id="an advocate who has not joined has not got it",
        ),
        pytest.param(
            call(leg(P.VOLUNTEER, S.COMPLETED), leg(P.FAMILY, S.COMPLETED)), [(Deed.END, None)], id="all have gone"
        ),
        pytest.param(
            call(HERS, THEIRS, ended_at=NOW), [(Deed.HANG_UP, P.VOLUNTEER), (Deed.HANG_UP, P.FAMILY)],
            id="she has changed her mind",
        ),
        pytest.param(call(leg(P.ON_CALL, S.RINGING), kind=PhoneCallKind.PAGE), [], id="a page rings on"),
        pytest.param(call(AT_MENU, THEIRS), [], id="the family waits while she is in the menu"),
        pytest.param(
            call(AT_MENU, replace(THEIRS, joined_at=None)), [(Deed.HANG_UP, P.FAMILY)], id="she said it is over"
        ),
        pytest.param(call(AT_MENU, leg(P.FAMILY, S.RINGING)), [], id="it rings while she is in the menu"),
        pytest.param(
            call(AT_MENU, replace(THEIRS, joined_at=None), leg(P.ADVOCATE, S.ANSWERED, joined=True)), [],
            id="she said it is over, and the advocate stays",
        ),
    ],
)  # fmt: skip
def test_what_a_call_asks_for(it: PhoneCall, expected: list[tuple[Deed, Party | None]]) -> None:
    assert deeds(it) == expected


def test_once_she_is_warned_ten_minutes_before_six_hours() -> None:
    talking = call(HERS, THEIRS, cleared_at=NOW)
    assert deeds(talking, NOW + timedelta(hours=5, minutes=49)) == []
    assert deeds(talking, NOW + timedelta(hours=5, minutes=50)) == [(Deed.WARN, P.VOLUNTEER)]
    assert deeds(replace(talking, warned_at=NOW), NOW + timedelta(hours=5, minutes=51)) == []


def test_who_comes_back_to_nobody_is_led_out_again() -> None:
    left = call(HERS, leg(P.FAMILY, S.COMPLETED, ended_at=NOW))
    assert deeds(left, NOW + timedelta(seconds=5)) == []  # the conference's end leads her out
    assert deeds(left, NOW + timedelta(seconds=20)) == [(Deed.SAY_OVER, P.VOLUNTEER)]


statuses = st.sampled_from(list(LegStatus))
some_legs = st.tuples(statuses, st.booleans(), statuses, st.sampled_from([None, *LegStatus]), st.booleans())


@given(some_legs, st.booleans())
def test_nobody_who_is_over_is_hung_up_and_nobody_is_left_alone(drawn: tuple[object, ...], ended: bool) -> None:
    hers, joined, theirs, advocate, advocate_joined = drawn
    legs = [leg(P.VOLUNTEER, hers, joined=joined), leg(P.FAMILY, theirs)]  # type: ignore[arg-type]
    legs += [leg(P.ADVOCATE, advocate, joined=advocate_joined)] if advocate else []  # type: ignore[arg-type]
    it = call(*legs, ended_at=NOW if ended else None)
    acts = rules.next_acts(it, NOW)
    assert not any(act.leg and act.leg.is_over for act in acts if act.deed in {Deed.HANG_UP, Deed.CANCEL})
    alone = legs[0].is_over and not legs[1].is_over and not (advocate_joined and legs[-1].status is S.ANSWERED)
    if alone and legs[1].sid and not (len(legs) == 3 and advocate_joined and not legs[2].is_over):
        assert Deed.HANG_UP in {act.deed for act in acts if act.leg is legs[1]}


# Afterwards -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "ended_after", "minutes"), [(720, 0, 12), (721, 0, 13), (3, 0, 1), (None, 125, 3), (None, None, 1)]
)
def test_begun_minutes_count(seconds: int | None, ended_after: int | None, minutes: int) -> None:
    ended_at = NOW + timedelta(seconds=ended_after) if ended_after is not None else None
    theirs = replace(leg(P.FAMILY, S.COMPLETED), talk_seconds=seconds, ended_at=ended_at)
    assert rules.minutes_of([theirs], NOW) == minutes


def test_no_minutes_where_nobody_answered() -> None:
    assert rules.minutes_of([HERS, leg(P.FAMILY, S.NO_ANSWER)], NOW) is None


def test_a_message_is_left_only_where_words_were_agreed() -> None:
    assert rules.keys_for(words_agreed=True)["2"] is Outcome.LEFT_VOICEMAIL
    assert "2" not in rules.keys_for(words_agreed=False)
    assert rules.NEED_SOMEONE not in rules.KEYS


@pytest.mark.parametrize(
    ("it", "scene"),
    [
        (call(leg(P.VOLUNTEER, S.QUEUED)), Scene.RINGING_YOU),
        (call(leg(P.VOLUNTEER, S.RINGING)), Scene.RINGING_YOU),
        (call(leg(P.VOLUNTEER, S.ANSWERED)), Scene.PRESS_KEY),
        (call(HERS, leg(P.FAMILY, S.QUEUED)), Scene.RINGING_THEM),
        (call(HERS, THEIRS), Scene.TALKING),
        (call(HERS, leg(P.FAMILY, S.NO_ANSWER)), Scene.ANSWER_KEYS),
        (call(leg(P.VOLUNTEER, S.NO_ANSWER)), Scene.NOT_RUNG),
        (call(leg(P.VOLUNTEER, S.ANSWERED), refused="not_now_on_hold"), Scene.REFUSED),
        (call(leg(P.VOLUNTEER, S.COMPLETED), leg(P.FAMILY, S.COMPLETED)), Scene.OVER),
        (call(leg(P.VOLUNTEER, S.RINGING), ended_at=NOW), Scene.NOT_RUNG),
        (call(HERS, THEIRS, ended_at=NOW), Scene.OVER),
    ],
)
def test_where_a_call_is(it: PhoneCall, scene: Scene) -> None:
    assert rules.scene_of(it) is scene


def test_over_is_what_has_an_end() -> None:
    assert {S.COMPLETED, S.BUSY, S.NO_ANSWER, S.FAILED, S.CANCELLED} == OVER


def test_whoever_was_rung_least_is_rung_next_and_then_the_number_behind() -> None:
    first, second = uuid4(), uuid4()
    on_call = [first, second, None]
    assert rules.next_advocate(call(HERS, THEIRS), on_call) == first
    once = [leg(P.ADVOCATE, S.NO_ANSWER), leg(P.ADVOCATE, S.NO_ANSWER)]
    rung = [replace(each, person_id=who) for each, who in zip(once, (first, second), strict=True)]
    assert rules.next_advocate(call(HERS, THEIRS, *rung), on_call) is None
    assert rules.next_advocate(call(HERS, THEIRS, *rung), [first, second]) == first

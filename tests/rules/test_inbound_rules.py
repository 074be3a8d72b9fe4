"""What becomes of a family's call, and what a call that came in asks for next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from teamhope.calls import rules_phone
from teamhope.calls.rules_inbound import Calling, Reception, receive
from teamhope.calls.rules_phone import Deed, Leg, PhoneCall, minutes_of
from teamhope.families.rules_contact import ContactFacts, PhoneFacts
from teamhope.vocabulary.calls import LegStatus, Party, PhoneCallKind
from teamhope.vocabulary.families import ConsentKind, ContactPreference, FamilyStatus, Urgency, Voicemail
from teamhope.vocabulary.states import MAY_BE_CALLED, MatchStatus

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
S, P = LegStatus, Party
PHONE = PhoneFacts(UUID(int=2), False, False, False, Voicemail.NONE, None, None, True, True, False)
CONTACT = ContactFacts(
    contact_id=UUID(int=1),
    phone=PHONE,  # that we may not ring her says nothing about her ringing us
    consents=frozenset({ConsentKind.VOICE_CALL}),
    adult=True,
    preference=ContactPreference.THEY_CALL_US,
    family_status=FamilyStatus.OPEN,
    on_hold=False,
    match=MatchStatus.ACTIVE,
    urgency=Urgency.ROUTINE,
    zone=ZoneInfo("America/Denver"),
)
FREE = Calling(CONTACT, volunteer_free=True)


def about(**facts: object) -> Calling:
    return replace(FREE, contact=replace(CONTACT, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("it", "why"),
    [
        (replace(FREE, blocked=True), "blocked_caller"),
        (about(family_status=FamilyStatus.CLOSED), "family_closed"),
        (about(on_hold=True), "family_on_hold"),
        (about(consents=frozenset({ConsentKind.PEER_MATCH})), "no_consent"),
        (replace(FREE, opted_out=True), "opted_out_number"),
    ],
)
def test_whoever_must_not_be_put_through_is_refused_before_all_else(it: Calling, why: str) -> None:
    assert receive(it) == (Reception.REFUSE, why)
    assert receive(replace(it, volunteer_free=False))[0] is Reception.REFUSE


@pytest.mark.parametrize("status", [None, *MatchStatus])
def test_a_volunteer_is_rung_only_while_calls_go_on(status: MatchStatus | None) -> None:
    rings = status in MAY_BE_CALLED
    assert receive(about(match=status))[0] is (Reception.RING if rings else Reception.CALL_BACK)


def test_a_child_and_a_volunteer_who_is_not_free_wait_for_a_call_back() -> None:
    assert receive(about(adult=False)) == (Reception.CALL_BACK, "no_live_match")
    assert receive(replace(FREE, volunteer_free=False)) == (Reception.CALL_BACK, "volunteer_not_free")


# What it asks for next ------------------------------------------------------------------------------------------------


def leg(party: Party, status: LegStatus, *, joined: bool = False) -> Leg:
    base = Leg(uuid4(), UUID(int=3), party, None, status, NOW, sid=None if status is S.QUEUED else "CA1")
    return replace(base, answered_at=NOW, joined_at=NOW if joined else None)


def deeds(*legs: Leg, taken: datetime | None = None, now: datetime = NOW) -> list[tuple[Deed, Party | None]]:
    it = PhoneCall(UUID(int=3), PhoneCallKind.FROM_FAMILY, NOW, cleared_at=taken, legs=legs)
    return [(act.deed, act.leg.party if act.leg else None) for act in rules_phone.next_acts(it, now)]


WAITING = leg(P.FAMILY, S.ANSWERED, joined=True)
GONE = leg(P.FAMILY, S.COMPLETED)


@pytest.mark.parametrize("taker", [P.VOLUNTEER, P.ON_CALL])
def test_each_stage_of_a_call_that_came_in(taker: Party) -> None:
    assert deeds(WAITING, leg(taker, S.RINGING)) == []
    assert deeds(WAITING, leg(taker, S.NO_ANSWER)) == [(Deed.SAY_UNREACHED, P.FAMILY)]
    assert deeds(leg(P.FAMILY, S.ANSWERED), leg(taker, S.NO_ANSWER)) == []  # told already
    assert deeds(GONE, leg(taker, S.QUEUED)) == [(Deed.CANCEL, taker)]
    assert deeds(GONE, leg(taker, S.RINGING)) == [(Deed.HANG_UP, taker)]
    assert deeds(GONE, leg(taker, S.BUSY)) == [(Deed.END, None)]
    assert deeds(WAITING, leg(taker, S.ANSWERED, joined=True), taken=NOW) == []
    assert deeds(WAITING, leg(taker, S.COMPLETED), taken=NOW) == [(Deed.HANG_UP, P.FAMILY)]


def test_when_the_caller_has_gone_a_volunteer_logs_by_key_and_nobody_else_stays() -> None:
    assert deeds(GONE, leg(P.VOLUNTEER, S.ANSWERED), taken=NOW) == []
    assert deeds(GONE, leg(P.ON_CALL, S.ANSWERED, joined=True), taken=NOW) == [(Deed.HANG_UP, P.ON_CALL)]


def test_a_caller_does_not_wait_for_a_volunteer_who_said_that_it_is_over() -> None:
    hers = leg(P.VOLUNTEER, S.ANSWERED)
    assert deeds(WAITING, hers, taken=NOW) == []  # she is in the menu
    assert deeds(replace(WAITING, joined_at=None), hers, taken=NOW) == [(Deed.HANG_UP, P.FAMILY)]


def test_a_volunteer_who_comes_back_to_nobody_is_led_out_again() -> None:
    gone, later = replace(GONE, ended_at=NOW), NOW + timedelta(seconds=20)
    hers = leg(P.VOLUNTEER, S.ANSWERED, joined=True)
    assert deeds(gone, hers, taken=NOW, now=later) == [(Deed.SAY_OVER, P.VOLUNTEER)]


def test_the_latest_who_was_rung_counts() -> None:
    assert deeds(WAITING, leg(P.ON_CALL, S.BUSY), leg(P.ON_CALL, S.RINGING)) == []


def test_somebody_who_is_only_told_something_asks_for_nothing() -> None:
    assert deeds(leg(P.FAMILY, S.ANSWERED)) == []
    assert deeds(GONE) == [(Deed.END, None)]


def test_she_is_told_that_the_longest_call_is_nearly_over() -> None:
    volunteer = leg(P.VOLUNTEER, S.ANSWERED, joined=True)
    assert deeds(WAITING, volunteer, taken=NOW, now=NOW + timedelta(hours=5, minutes=50)) == [(Deed.WARN, P.VOLUNTEER)]


def test_what_the_family_waited_is_no_talk() -> None:
    family = replace(leg(P.FAMILY, S.COMPLETED), talk_seconds=900, ended_at=NOW + timedelta(minutes=15))
    assert minutes_of((family,), NOW, NOW + timedelta(minutes=3)) == 12
    assert minutes_of((family,), NOW) == 15

"""When a volunteer is nudged about a promised call, and when she is left alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.followups.rules_messages import Change, Leave, Message, one_for_each
from teamhope.followups.rules_nudges import NOBODY_CALLS, STEPS, PromisedCall, decide, nudge_at
from teamhope.followups.rules_promises import COVER_AFTER_END, Promise
from teamhope.vocabulary.calls import MessageKind, MessageStatus
from teamhope.vocabulary.people import StaffRecipient
from teamhope.vocabulary.states import FollowUpStatus

CHICAGO = ZoneInfo("America/Chicago")
START, END = MessageKind.NUDGE_AT_START, MessageKind.NUDGE_AT_END
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROSA = StaffRecipient(UUID(int=1), "+12025550101", "es")


def at(hour: int, minute: int = 0, day: int = 7) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


SIX, EIGHT = at(18), at(20)
CALL = PromisedCall(UUID(int=3), ROSA.person_id, CHICAGO, FollowUpStatus.DUE, Promise(SIX, EIGHT))


@pytest.mark.parametrize(
    ("now", "at_start", "at_end"),
    [
        pytest.param(at(9), SIX, EIGHT, id="in the morning"),
        pytest.param(SIX, SIX, EIGHT, id="as it begins"),
        pytest.param(at(19), at(19), EIGHT, id="a pass that is late"),
        pytest.param(EIGHT, None, EIGHT, id="as it ends"),
        pytest.param(at(20, 29), None, at(20, 29), id="before somebody else is asked"),
        pytest.param(at(20, 30), None, None, id="when somebody else is asked"),
        pytest.param(at(9, day=8), None, None, id="the day after"),
    ],
)
def test_each_until_the_next_step_has_come(now: datetime, at_start: datetime | None, at_end: datetime | None) -> None:
    assert (nudge_at(START, CALL, now), nudge_at(END, CALL, now)) == (at_start, at_end)


def test_not_when_she_has_called_since_it_began() -> None:
    called = replace(CALL, called_at=(at(18, 5),))
    assert [nudge_at(kind, called, at(19)) for kind in STEPS] == [None, None]
    before = replace(CALL, called_at=(at(17),))
    assert nudge_at(END, before, at(19)) == EIGHT, "a call before the window keeps no promise"


@pytest.mark.parametrize("status", sorted(set(FollowUpStatus) - NOBODY_CALLS))
def test_not_of_a_call_that_somebody_makes_or_nobody_needs(status: FollowUpStatus) -> None:
    assert [nudge_at(kind, replace(CALL, status=status), at(9)) for kind in STEPS] == [None, None]


@pytest.mark.parametrize(
    ("starts", "ends", "wanted"),
    [
        (at(8), at(10), [at(8), at(10)]),
        (at(7, 59), at(9), [None, at(9)]),
        (at(19, 30), at(21), [at(19, 30), None]),
        (at(22), at(23), [None, None]),
    ],
)
def test_only_in_her_day(starts: datetime, ends: datetime, wanted: list[datetime | None]) -> None:
    call = replace(CALL, promise=Promise(starts, ends))
    assert [nudge_at(kind, call, at(6)) for kind in STEPS] == wanted


def test_her_day_is_not_the_familys() -> None:
    hawaii = replace(CALL, zone=ZoneInfo("Pacific/Honolulu"), promise=Promise(at(12), at(14)))
    assert [nudge_at(kind, hawaii, at(9)) for kind in STEPS] == [None, at(14)], "7:00 and 9:00 there"


@given(st.sampled_from(tuple(STEPS)), st.integers(-3000, 3000), st.integers(30, 300))
def test_never_early_never_in_the_night_never_after_the_next_step(kind, minutes, length) -> None:
    call = replace(CALL, promise=Promise(SIX, SIX + length * MINUTE))
    now = SIX + minutes * MINUTE
    then = nudge_at(kind, call, now)
    if then is not None:
        assert then >= now
        assert 8 <= then.astimezone(CHICAGO).hour < 21
        begins, ends = (SIX, call.promise.window_end_at) if kind is START else (call.promise.window_end_at, None)
        assert begins <= then < (ends or begins + COVER_AFTER_END)


def message(kind: MessageKind, attempts: int = 0, n: int = 2) -> Message:
    status = MessageStatus.QUEUED
    return Message(
        UUID(int=n), ROSA.person_id, date(2026, 4, 7), status, attempts, "l", kind=kind, follow_up_id=CALL.id
    )


class TestWhenItIsDue:
    def test_not_to_somebody_who_may_not_be_sent_one(self) -> None:
        assert decide(message(START), None, CALL, SIX) == Change(MessageStatus.CANCELLED, code="not_agreed")

    def test_it_leaves(self) -> None:
        assert decide(message(START), ROSA, CALL, SIX) == ROSA
        assert decide(message(END), ROSA, CALL, EIGHT) == ROSA

    def test_it_waits_for_a_call_that_was_put_off(self) -> None:
        later = replace(CALL, promise=Promise(at(19), at(20)))
        assert decide(message(START), ROSA, later, SIX) == Change(MessageStatus.QUEUED, HOUR)

    @pytest.mark.parametrize(("attempts", "status"), [(0, MessageStatus.CANCELLED), (2, MessageStatus.FAILED)])
    def test_too_late_it_is_dropped(self, attempts: int, status: MessageStatus) -> None:
        assert decide(message(START, attempts), ROSA, CALL, EIGHT) == Change(status, code="not_wanted")


def test_of_several_texts_to_one_person_the_first_leaves() -> None:
    first, second, other = message(START, n=4), message(START, n=5), message(END, n=6)
    leave = Leave(ROSA, "")
    hers = [(first, Change(MessageStatus.CANCELLED)), (second, leave), (other, leave)]
    kept = one_for_each(hers)
    assert kept[:2] == hers[:2]
    assert isinstance(kept[2][1], Change)
    assert kept[2][1].status is MessageStatus.QUEUED

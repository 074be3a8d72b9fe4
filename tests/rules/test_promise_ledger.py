"""What became of a promise after everything that was done to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.followups.rules_ledger import RENEWS, Became, Move, MovedFor, Told, became, look_again_at
from teamhope.followups.rules_promises import Overdue, Promise, PromiseState, promise_state, steps_to_take

DUE = datetime(2026, 4, 7, 23, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVER = DUE + 90 * DAY
S = PromiseState
TOLD = Told(DUE, DUE, is_open=True)


def moved(why: MovedFor, to: timedelta, at: timedelta = -DAY, of: Told = TOLD) -> Told:
    """Moved to DUE + `to`, at DUE + `at`."""
    move = Move(DUE + at, why, of.due_at, DUE + to)
    return replace(of, due_at=DUE + to, moves=(*of.moves, move))


def called(of: Told, *after: timedelta) -> Told:
    return replace(of, attempts=tuple(DUE + each for each in after))


def talked(of: Told, *after: timedelta) -> Told:
    return replace(called(of, *after), talks=tuple(DUE + each for each in after))


def state(told: Told, now: datetime = EVER) -> PromiseState | None:
    return became(told, now).state


def test_a_call_that_nobody_moved_is_promised_for_its_time() -> None:
    assert became(talked(TOLD, HOUR), DUE + HOUR) == Became(
        Promise(DUE, DUE + 2 * HOUR, DUE + HOUR, DUE), S.KEPT, on_time=True
    )
    assert became(TOLD, DUE + 23 * HOUR) == Became(Promise(DUE, DUE + 2 * HOUR, None, DUE), S.OPEN, None)
    assert (state(TOLD, DUE + DAY), became(TOLD, DUE + DAY).on_time) == (S.MISSED, None)
    assert became(TOLD, DUE + 3 * DAY + 2 * HOUR).on_time is False


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # The family asked for another time, which then is the promise.
        (called(moved(MovedFor.FAMILY, 2 * DAY), 2 * DAY + HOUR), S.KEPT),
        (called(moved(MovedFor.FAMILY, 2 * DAY), HOUR), S.MISSED),
        (moved(MovedFor.FAMILY, 2 * DAY), S.MISSED),
        # After the window nobody takes back that it was broken.
        (called(moved(MovedFor.FAMILY, 2 * DAY, at=3 * HOUR), 2 * DAY), S.LATE),
        (called(moved(MovedFor.FAMILY, 2 * DAY, at=HOUR), HOUR - MINUTE, 2 * DAY), S.KEPT),
        # The volunteer's own move breaks it; called then, it is late and not missed.
        (called(moved(MovedFor.VOLUNTEER, 2 * DAY), 2 * DAY + HOUR), S.LATE),
        (called(moved(MovedFor.VOLUNTEER, 2 * DAY), HOUR), S.KEPT),
        (moved(MovedFor.VOLUNTEER, 2 * DAY), S.MISSED),
        (called(moved(MovedFor.VOLUNTEER, -DAY, at=-2 * DAY), -DAY), S.LATE),
        (called(moved(MovedFor.STAFF, 2 * DAY), 2 * DAY + HOUR), S.LATE),
        (called(moved(MovedFor.STAFF, 2 * DAY, at=30 * HOUR), 2 * DAY + HOUR), S.MISSED),
        # First she, then the family.
        (called(moved(MovedFor.FAMILY, DAY, of=moved(MovedFor.VOLUNTEER, 5 * DAY, at=-2 * DAY)), DAY), S.KEPT),
        # A retry is no new promise.
        (called(moved(MovedFor.RETRY, 2 * DAY, at=HOUR), HOUR - MINUTE), S.KEPT),
        (called(moved(MovedFor.RETRY, 2 * DAY, at=4 * HOUR), 3 * HOUR), S.LATE),
        # After a wait it is promised anew.
        (called(moved(MovedFor.HOLD, 9 * DAY, at=8 * DAY), 9 * DAY), S.KEPT),
    ],
)
def test_only_the_family_and_a_wait_renew_a_promise(told: Told, expected: PromiseState) -> None:
    assert state(told) is expected


@pytest.mark.parametrize(
    ("stopped", "told", "expected"),
    [
        (-HOUR, TOLD, None),
        (2 * HOUR - MINUTE, TOLD, None),
        (2 * HOUR, TOLD, S.MISSED),
        (HOUR, called(TOLD, MINUTE), S.KEPT),
        (-HOUR, called(TOLD, 3 * HOUR), None),
    ],
)
def test_what_nobody_was_to_call_for_was_not_due(stopped: timedelta, told: Told, expected: PromiseState | None) -> None:
    told = replace(told, stopped_at=DUE + stopped)
    assert state(told) is expected
    assert became(told, EVER).is_decided is (expected is not None)


@pytest.mark.parametrize(
    ("told", "on_time"),
    [
        (talked(TOLD, 3 * DAY), True),
        (talked(TOLD, -3 * DAY), True),
        (talked(TOLD, 3 * DAY + 3 * HOUR), False),
        (called(TOLD, HOUR), False),
        (talked(moved(MovedFor.VOLUNTEER, 5 * DAY), 5 * DAY), False),
        (talked(moved(MovedFor.VOLUNTEER, 2 * DAY), 2 * DAY), True),
        (talked(moved(MovedFor.FAMILY, 5 * DAY), 5 * DAY), None),
        (talked(moved(MovedFor.HOLD, 9 * DAY, at=8 * DAY), 9 * DAY), True),
        (talked(moved(MovedFor.ZONE, 5 * DAY), 5 * DAY), True),
    ],
)
def test_on_time_is_a_talk_within_three_days_of_the_promise(told: Told, on_time: bool | None) -> None:
    assert became(told, EVER).on_time is on_time


MOVES = st.lists(
    st.tuples(st.sampled_from(MovedFor), st.integers(-96, 240), st.integers(-96, 240)).map(
        lambda each: Move(DUE + each[1] * HOUR, each[0], DUE, DUE + each[2] * HOUR)
    ),
    max_size=4,
).map(lambda moves: tuple(sorted(moves, key=lambda move: move.moved_at)))
TIMES = st.lists(st.integers(-200, 400).map(lambda hours: DUE + hours * HOUR), max_size=4).map(tuple)
STORIES = st.builds(
    lambda moves, attempts, talks: Told(DUE, moves[-1].to_due_at if moves else DUE, True, moves, attempts, talks),
    MOVES, TIMES, TIMES,
)  # fmt: skip


@given(STORIES)
def test_whatever_was_moved_the_state_is_that_of_one_promise_and_is_decided_in_the_end(told: Told) -> None:
    it = became(told, EVER)
    assert it.state is promise_state(it.promise, told.attempts, EVER)
    assert it.is_decided
    assert it.promise.due_at in {DUE, *(move.to_due_at for move in told.moves if move.moved_for in RENEWS)}


@given(STORIES, st.integers(-100, 500))
def test_once_it_is_decided_time_alone_changes_nothing(told: Told, hours: int) -> None:
    then = DUE + hours * HOUR
    known = replace(
        told,
        moves=tuple(move for move in told.moves if move.moved_at <= then),
        attempts=tuple(at for at in told.attempts if at <= then),
        talks=tuple(at for at in told.talks if at <= then),
    )
    if became(known, then).is_decided:
        assert state(known) is state(known, then)


@pytest.mark.parametrize(
    ("told", "now", "again"),
    [
        (TOLD, DUE - DAY, DUE + DAY),
        (TOLD, DUE + DAY, DUE + 3 * DAY + 2 * HOUR),
        (replace(TOLD, is_open=False), EVER, None),
        (TOLD, EVER, EVER + DAY),
        (moved(MovedFor.RETRY, 5 * DAY), DUE + DAY, DUE + 6 * DAY),
    ],
)
def test_it_is_looked_at_again_when_time_may_decide_it(told: Told, now: datetime, again: datetime | None) -> None:
    assert look_again_at(told, now) == again


@pytest.mark.parametrize(
    ("step", "taken", "steps"),
    [
        (None, (), ()),
        (Overdue.NUDGE_AT_START, (), ()),
        (Overdue.NUDGE_AT_END, (), ()),
        (Overdue.ASK_COVER, (), (Overdue.ASK_COVER,)),
        (Overdue.ASK_COVER, (Overdue.ASK_COVER,), ()),
        (Overdue.MISSED, (Overdue.ASK_COVER,), (Overdue.MISSED,)),
        (Overdue.REASSIGN, (Overdue.MISSED,), (Overdue.REASSIGN,)),
        (Overdue.REASSIGN, (), (Overdue.MISSED, Overdue.REASSIGN)),
        (Overdue.REASSIGN, (Overdue.MISSED, Overdue.REASSIGN), ()),
    ],
)
def test_each_step_is_taken_once_and_what_no_longer_helps_is_left_out(step, taken, steps) -> None:
    assert steps_to_take(step, taken) == steps

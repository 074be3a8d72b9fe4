"""Promises to families, what happens when nobody calls, and reminders."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from teamhope.followups.rules_promises import Overdue, Promise, PromiseState, overdue, promise_state, reminder_due

DUE = datetime(2026, 4, 7, 23, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PROMISE = Promise(DUE, DUE + 2 * HOUR)


@pytest.mark.parametrize(
    ("attempts", "now", "state"),
    [
        ((), DUE - HOUR, PromiseState.OPEN),
        ((), DUE + 23 * HOUR, PromiseState.OPEN),
        ((), DUE + 24 * HOUR, PromiseState.MISSED),
        ((DUE - MINUTE,), DUE + 24 * HOUR, PromiseState.MISSED),
        ((DUE,), DUE, PromiseState.KEPT),
        ((DUE + 2 * HOUR - MINUTE,), DUE + 90 * HOUR, PromiseState.KEPT),
        ((DUE + 2 * HOUR,), DUE + 2 * HOUR, PromiseState.LATE),
        ((DUE + 23 * HOUR,), DUE + 90 * HOUR, PromiseState.LATE),
        ((DUE + 24 * HOUR,), DUE + 90 * HOUR, PromiseState.MISSED),
    ],
)
def test_a_promise_is_kept_by_an_attempt_in_its_window(attempts, now, state) -> None:
    assert promise_state(PROMISE, attempts, now) is state


def test_a_conversation_before_the_windows_end_keeps_it_whoever_called() -> None:
    assert promise_state(replace(PROMISE, talked_at=DUE - 5 * HOUR), (), DUE) is PromiseState.KEPT
    assert promise_state(replace(PROMISE, talked_at=DUE + 3 * HOUR), (), DUE + 3 * HOUR) is PromiseState.LATE


@pytest.mark.parametrize(
    ("after_due", "step"),
    [
        (-MINUTE, None),
        (0 * HOUR, Overdue.NUDGE_AT_START),
        (2 * HOUR - MINUTE, Overdue.NUDGE_AT_START),
        (2 * HOUR, Overdue.NUDGE_AT_END),
        (2 * HOUR + 30 * MINUTE, Overdue.ASK_COVER),
        (24 * HOUR, Overdue.MISSED),
        (48 * HOUR, Overdue.REASSIGN),
    ],
)
def test_what_comes_while_nobody_calls(after_due, step) -> None:
    assert overdue(PROMISE, (), DUE + after_due) is step


def test_whoever_has_called_is_not_nudged() -> None:
    assert overdue(PROMISE, (DUE + MINUTE,), DUE + 30 * HOUR) is None
    assert overdue(replace(PROMISE, talked_at=DUE - HOUR), (), DUE + 30 * HOUR) is None
    assert overdue(PROMISE, (DUE - 20 * HOUR,), DUE + 3 * HOUR) is Overdue.ASK_COVER, "an attempt of the day before"


CHICAGO, LOS_ANGELES = ZoneInfo("America/Chicago"), ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("zone", "call", "planned", "reminded"),
    [
        (CHICAGO, (2026, 3, 8, 18), (2026, 3, 1, 12), (2026, 3, 8, 9)),  # the clock has changed at 2:00
        (CHICAGO, (2026, 3, 8, 18), (2026, 3, 8, 8), (2026, 3, 8, 9)),
        (CHICAGO, (2026, 3, 8, 18), (2026, 3, 8, 14), (2026, 3, 8, 14)),
        (LOS_ANGELES, (2026, 3, 3, 7), (2026, 3, 1, 12), (2026, 3, 3, 7)),
    ],
)
def test_a_volunteer_is_reminded_at_nine_on_the_day_of_her_call(zone, call, planned, reminded) -> None:
    due, planned_at, expected = (datetime(*when, tzinfo=zone).astimezone(UTC) for when in (call, planned, reminded))
    assert reminder_due(zone, due, planned_at) == (date(*call[:3]), expected)


def test_the_day_is_hers_not_the_familys() -> None:
    guam = ZoneInfo("Pacific/Guam")
    due = datetime(2026, 3, 3, 9, tzinfo=guam).astimezone(UTC)
    assert reminder_due(CHICAGO, due, due - 48 * HOUR)[0] == date(2026, 3, 2)

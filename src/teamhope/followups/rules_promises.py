"""Whether the promised window was kept, who is asked when nobody calls, and when a volunteer is reminded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from teamhope.families.rules_hours import to_instant

# Nobody has called yet: what happens, counted from the window's end or from its start (domain.md §2.4).
COVER_AFTER_END = timedelta(minutes=30)
MISSED_AFTER_DUE = timedelta(hours=24)
REASSIGN_AFTER_DUE = timedelta(hours=48)
REMINDER_AT = time(9)  # in the volunteer's zone (domain.md §1.1)


class PromiseState(StrEnum):
    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"
    OPEN = "open"


class Overdue(StrEnum):
    """The last step that has come while nobody called."""

    NUDGE_AT_START = "nudge_at_start"
    NUDGE_AT_END = "nudge_at_end"
    ASK_COVER = "ask_cover"  # the accepted cover person, else who is on call
    MISSED = "missed"  # the team lead is told
    REASSIGN = "reassign"


@dataclass(frozen=True, slots=True)
class Promise:
    """A call promised from `due_at` to before `window_end_at`. `talked_at`: a conversation in its place.

    `moved_to`: when the call was to be made instead, though the family had not asked for that.
    """

    due_at: datetime
    window_end_at: datetime
    talked_at: datetime | None = None
    moved_to: datetime | None = None


def promise_state(promise: Promise, attempts: Iterable[datetime], now: datetime) -> PromiseState:
    """Kept by an attempt inside the window, answered or not, or by a conversation before its end; late by one after it,
    or at the time that it was moved to.

    Missed without either by MISSED_AFTER_DUE; an attempt before the window keeps nothing. Source: domain.md §2.4, §5.
    """
    tries = list(attempts)
    talked = promise.talked_at is not None and promise.talked_at < promise.window_end_at
    if talked or any(promise.due_at <= at < promise.window_end_at for at in tries):
        return PromiseState.KEPT
    moved_to = promise.moved_to or promise.due_at
    late_from = promise.window_end_at if moved_to >= promise.due_at else moved_to
    missed_at = max(promise.due_at, moved_to) + MISSED_AFTER_DUE
    later = [*tries, promise.talked_at] if promise.talked_at else tries
    if any(late_from <= at < missed_at for at in later):
        return PromiseState.LATE
    return PromiseState.MISSED if now >= missed_at else PromiseState.OPEN


def overdue(promise: Promise, attempts: Iterable[datetime], now: datetime) -> Overdue | None:
    """What has come due while nobody has called since the window's start; None before it, or once somebody has."""
    if promise.talked_at is not None or any(at >= promise.due_at for at in attempts):
        return None
    steps = (
        (promise.due_at + REASSIGN_AFTER_DUE, Overdue.REASSIGN),
        (promise.due_at + MISSED_AFTER_DUE, Overdue.MISSED),
        (promise.window_end_at + COVER_AFTER_END, Overdue.ASK_COVER),
        (promise.window_end_at, Overdue.NUDGE_AT_END),
        (promise.due_at, Overdue.NUDGE_AT_START),
    )
    return next((step for at, step in steps if now >= at), None)


# A worker that comes late does what still helps: the lead is told before anybody asks for another volunteer.
CATCH_UP = {
    Overdue.ASK_COVER: (Overdue.ASK_COVER,),
    Overdue.MISSED: (Overdue.MISSED,),
    Overdue.REASSIGN: (Overdue.MISSED, Overdue.REASSIGN),
}


def steps_to_take(step: Overdue | None, taken: Collection[Overdue]) -> tuple[Overdue, ...]:
    """What is to be done now of what has come due, each once, in order; nudges are messages and not among them."""
    wanted = CATCH_UP.get(step, ()) if step else ()
    return tuple(each for each in wanted if each not in taken)


def reminder_due(volunteer_zone: ZoneInfo, first_call_due: datetime, planned_at: datetime) -> tuple[date, datetime]:
    """Her local date of the call, and when she is reminded: 09:00 that day; at once if it was planned later that day.

    A call before 09:00 is reminded of when it is due. Source: domain.md §1.1.
    """
    day = first_call_due.astimezone(volunteer_zone).date()
    nine = to_instant(day, REMINDER_AT, volunteer_zone)
    return day, max(planned_at, min(nine, first_call_due))

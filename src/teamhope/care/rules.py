"""How fast an escalation must be answered and when it may be closed; when a debrief is due, and a break offered."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from teamhope.families.rules_hours import to_instant
from teamhope.vocabulary.states import EscalationLevel

ANSWER_WITHIN: Final[dict[EscalationLevel, timedelta]] = {  # domain.md §4.1
    EscalationLevel.IMMINENT: timedelta(minutes=5),
    EscalationLevel.URGENT: timedelta(hours=1),
}
WORKING_DAY_ENDS: Final = time(17)  # in the organisation's zone; a concern has until then, on the day after
DEBRIEF_WITHIN: Final = timedelta(hours=24)  # domain.md §4.9
LATELY: Final = timedelta(days=14)  # the time in which what was hard adds up (domain.md §4.9)
BREAK_AFTER: Final = 2  # debriefs lately (domain.md §4.9)
CALLS_A_WEEK: Final = 8  # at most, where nobody has decided otherwise (domain.md §4.9)


def answer_due_at(
    level: EscalationLevel, opened_at: datetime, zone: ZoneInfo, holidays: Collection[date] = ()
) -> datetime:
    """Imminent danger in five minutes, urgent in an hour, a concern by the end of the next working day in `zone`.

    Working days are Monday to Friday without `holidays`. Source: domain.md §4 (1).
    """
    if level in ANSWER_WITHIN:
        return opened_at + ANSWER_WITHIN[level]
    day = opened_at.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() > 4 or day in holidays:
        day += timedelta(days=1)
    return to_instant(day, WORKING_DAY_ENDS, zone)


def is_overdue(due_at: datetime, acknowledged_at: datetime | None, now: datetime) -> bool:
    return acknowledged_at is None and now > due_at


def may_close(help_arrived: bool, reason: str | None) -> bool:
    """Only when help was confirmed to have arrived, or with a reason why that cannot be known."""
    return help_arrived or bool(reason)


def offers_break(debriefs_lately: int) -> bool:
    return debriefs_lately >= BREAK_AFTER


def is_too_much(calls_in_week: int, most: int) -> bool:
    """A caution alone: what was promised to a family comes first."""
    return calls_in_week > most

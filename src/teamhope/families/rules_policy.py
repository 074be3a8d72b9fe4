"""What the programme decides about reaching families: in which hours, how often, and on which days it calls nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

from teamhope.families.rules_history import (
    BETWEEN_VOICEMAILS,
    CALLS_PER_WEEK,
    FIRST_CONTACT_CALLS_PER_WEEK,
    GAP,
)
from teamhope.families.rules_hours import DEFAULT_WINDOWS
from teamhope.vocabulary.families import Window
from teamhope.vocabulary.year_days import YearDay

OWN_DAYS_MOST: Final = 40
DAYS_OF: Final[Mapping[str, tuple[int, ...]]] = {"weekdays": (0, 1, 2, 3, 4), "saturday": (5,), "sunday": (6,)}
SUNDAY, THURSDAY = 6, 3  # as date.weekday() counts
FEDERAL_YEARS: Final = (-1, 0, 1)  # around today, for a search that crosses the new year


class MarkedDay(StrEnum):
    """Days on which it may hurt to be called, and to be forgotten. Source: domain.md §2.3 (5)."""

    MOTHERS_DAY = "mothers_day"
    FATHERS_DAY = "fathers_day"
    MISSING_CHILDRENS_DAY = "missing_childrens_day"
    HOLIDAY_SEASON = "holiday_season"


@dataclass(frozen=True, slots=True)
class KeptDays:
    """`federal`: no routine calls on holidays of the United States. `each_year`, `once`: nor on days of our own.

    `marked`: calls on these are planned as ever, and a coordinator chooses.
    """

    federal: bool = True
    each_year: tuple[YearDay, ...] = ()
    once: tuple[date, ...] = ()
    marked: frozenset[MarkedDay] = frozenset(MarkedDay)


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """`windows`: of a family that named none, cut to OUTER_BOUND. The defaults: domain.md §2.3 (2), (4)."""

    windows: tuple[Window, ...] = DEFAULT_WINDOWS
    gap: timedelta = GAP
    calls_a_week: int = CALLS_PER_WEEK
    first_calls_a_week: int = FIRST_CONTACT_CALLS_PER_WEEK
    between_voicemails: timedelta = BETWEEN_VOICEMAILS
    days: KeptDays = KeptDays()

    def most_calls(self, *, first_contact: bool) -> int:
        """Within any 7 days."""
        return self.first_calls_a_week if first_contact else self.calls_a_week


BUILT_IN_POLICY: Final = ContactPolicy()


def week_of(spans: Mapping[str, tuple[time, time] | None]) -> tuple[Window, ...]:
    """By the names in DAYS_OF; None: nobody is called then who named no hours."""
    named = ((day, spans[name]) for name, days in DAYS_OF.items() for day in days)
    return tuple(Window(day, *span) for day, span in named if span is not None)


def span_on(windows: Iterable[Window], weekday: int) -> tuple[time, time] | None:
    return next(((each.start, each.end) for each in windows if each.weekday == weekday), None)


def free_days(days: KeptDays, federal: Iterable[date], today: date) -> frozenset[date]:
    """Dates without routine calls of this year, the last and the next. `federal`: the federal holidays of those."""
    ours = {day.in_year(today.year + n) for day in days.each_year for n in FEDERAL_YEARS}
    return frozenset({*ours, *days.once, *(federal if days.federal else ())})


def marked_day(marked: Iterable[MarkedDay], on: date) -> MarkedDay | None:
    """Which of the marked days a date is."""
    return next((each for each in MarkedDay if each in set(marked) and _is(each, on)), None)


def _is(marked: MarkedDay, on: date) -> bool:
    match marked:
        case MarkedDay.MOTHERS_DAY:
            return on == _nth(on.year, 5, SUNDAY, 2)
        case MarkedDay.FATHERS_DAY:
            return on == _nth(on.year, 6, SUNDAY, 3)
        case MarkedDay.MISSING_CHILDRENS_DAY:
            return (on.month, on.day) == (5, 25)
        case MarkedDay.HOLIDAY_SEASON:
            return on >= _nth(on.year, 11, THURSDAY, 4) or (on.month, on.day) == (1, 1)


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))

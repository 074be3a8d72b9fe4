"""What a volunteer asked not to be given: which days a year has, what a form can show, and what stays beside it."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.programme import Kind, Programme

Limit = tuple[str, str]  # kind and code
Limits = frozenset[Limit]

LEAP_YEAR: Final = 2000  # any: 29 February is a day of the year too
OF_PROGRAMME: Final[tuple[Kind, ...]] = ("case_type", "subtype", "trajectory")
DATES: Final = "dates"
MOST_SPANS: Final = 4  # a year; who needs more takes a pause


@dataclass(frozen=True, slots=True, order=True)
class YearDay:
    month: int
    day: int

    def exists(self) -> bool:
        """Whether any year has it. `month` is 1 to 12."""
        return 1 <= self.day <= monthrange(LEAP_YEAR, self.month)[1]

    def date(self) -> date:
        """Of a leap year, to be written as a day without its year. Raises ValueError if no year has it."""
        return date(LEAP_YEAR, self.month, self.day)


@dataclass(frozen=True, slots=True, order=True)
class YearSpan:
    """Both days included. One whose last day comes before the first goes past the new year."""

    first: YearDay
    last: YearDay

    @property
    def wraps(self) -> bool:
        return self.last < self.first

    @property
    def code(self) -> str:
        """As matching reads it: 12-20/01-05."""
        return f"{self.first.month:02}-{self.first.day:02}/{self.last.month:02}-{self.last.day:02}"


def read_span(code: str) -> YearSpan | None:
    """What YearSpan.code wrote; None for anything else."""
    try:
        first, last = (date.fromisoformat(f"{LEAP_YEAR}-{end}") for end in code.split("/"))
    except ValueError:
        return None
    span = YearSpan(YearDay(first.month, first.day), YearDay(last.month, last.day))
    return span if span.code == code else None


def spans_of(limits: Iterable[Limit]) -> tuple[YearSpan, ...]:
    """In the order of the year."""
    spans = (read_span(code) for kind, code in limits if kind == DATES)
    return tuple(sorted(span for span in spans if span is not None))


def is_offered(limit: Limit, programme: Programme) -> bool:
    """Whether a form has an answer of this kind and code; of dates, any span that a year has."""
    kind, code = limit
    if kind == DATES:
        return read_span(code) is not None
    if kind == "state":
        return code in STATES
    return any(kind == known and programme.has(known, code) for known in OF_PROGRAMME)


def shown(limits: Limits, programme: Programme) -> Limits:
    """Those that a form shows: what it offers, and the first MOST_SPANS spans of the year."""
    spans = {(DATES, span.code) for span in spans_of(limits)[:MOST_SPANS]}
    return frozenset(each for each in limits if each in spans or (each[0] != DATES and is_offered(each, programme)))


def changed(stored: Limits, chosen: Limits, programme: Programme) -> Limits:
    """What holds after a form: its answers, and what it could not show, such as codes of an earlier programme file."""
    return chosen | (stored - shown(stored, programme))

"""Days and spans that come back every year, without their year. 29 February is the 28th where a year has none."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

LEAP_YEAR: Final = 2000  # any: 29 February is a day of the year too


@dataclass(frozen=True, slots=True, order=True)
class YearDay:
    month: int
    day: int

    def exists(self) -> bool:
        """Whether any year has it. `month` is 1 to 12."""
        return 1 <= self.day <= monthrange(LEAP_YEAR, self.month)[1]

    def in_year(self, year: int) -> date:
        """Raises ValueError if no year has it."""
        return date(year, self.month, min(self.day, monthrange(year, 2)[1]) if self.month == 2 else self.day)

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

    def coming(self, on: date) -> tuple[date, date]:
        """First and last day of the span that holds the day `on`, else of the next one."""
        years = range(on.year - 1, on.year + 2)
        spans = ((self.first.in_year(year), self.last.in_year(year + self.wraps)) for year in years)
        return next(span for span in spans if span[1] >= on)

    def holds(self, day: date) -> bool:
        return self.coming(day)[0] <= day


def read_span(code: str) -> YearSpan | None:
    """What YearSpan.code wrote; None for anything else."""
    try:
        first, last = (date.fromisoformat(f"{LEAP_YEAR}-{end}") for end in code.split("/"))
    except ValueError:
        return None
    span = YearSpan(YearDay(first.month, first.day), YearDay(last.month, last.day))
    return span if span.code == code else None

"""Days of each year that are hard for a family: when nobody calls it, and when whoever calls it should know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from teamhope.vocabulary.year_days import YearDay

MOST_DATES: Final = 10  # of one family; as many places as sensitive_date has
NEAR: Final = timedelta(days=14)  # so long before, whoever calls the family is told


@dataclass(frozen=True, slots=True, order=True)
class SensitiveDay:
    """Whatever it is the day of. `call_on`: the family asked to be called then."""

    day: YearDay
    call_on: bool = False


def is_kept_free(days: Iterable[SensitiveDay], on: date) -> bool:
    """Whether nobody calls the family on this date of its own. Source: domain.md §2.2."""
    return any(not each.call_on and each.day.in_year(on.year) == on for each in days)


def next_near(days: Iterable[SensitiveDay], today: date) -> tuple[date, bool] | None:
    """The first from today to NEAR, and whether the family asked to be called then."""
    coming = ((each.day.in_year(year), each.call_on) for each in days for year in (today.year, today.year + 1))
    return min((each for each in coming if today <= each[0] <= today + NEAR), default=None)

"""Whether a single day with other hours can be true."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from teamhope.vocabulary.families import Window
from teamhope.volunteers.rules import week_problem

Problem = tuple[str, str, dict[str, object]]  # field, code, facts for the sentence

AHEAD_MOST_DAYS: Final = 400  # nobody knows her hours of the year after next


def problems_of_day(day: date, windows: Sequence[Window], today: date) -> Iterator[Problem]:
    """`day`, `today`: in her zone. `windows`: of that day, in the order of the form."""
    if day < today:
        yield "day", "day_in_past", {}
    if day > today + timedelta(days=AHEAD_MOST_DAYS):
        yield "day", "day_too_far", {"days": AHEAD_MOST_DAYS}
    problem = week_problem(windows)
    if problem is not None:
        yield "from_a", problem, {}

"""What may be sent to keep the roster."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.care.rules_on_call import MOST_WEEKS
from teamhope.kit.forms import YEARS, FormProblems


class ShiftForm(Struct):
    """Wall times of the reader; `until` not after `since` is on the day after."""

    person: UUID
    day: date
    since: time
    until: time
    weeks: Annotated[int, Meta(ge=1, le=MOST_WEEKS)] = 1

    def __post_init__(self) -> None:
        if self.day.year not in YEARS:
            raise FormProblems([("day", "not_valid", {})])


class FallbackForm(Struct):
    number: Annotated[str, Meta(max_length=40)] | None = None

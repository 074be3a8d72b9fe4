"""What the page of a family's hard dates may be sent."""

from typing import Annotated

from msgspec import Meta, Struct

from teamhope.kit import i18n
from teamhope.kit.forms import FormProblems
from teamhope.vocabulary.families import SensitiveDateKind
from teamhope.vocabulary.year_days import YearDay


class DateForm(Struct, frozen=True):
    kind: SensitiveDateKind
    month: Annotated[int, Meta(ge=1, le=12)]
    day: int
    call_on: bool = False

    def __post_init__(self) -> None:
        if not YearDay(self.month, self.day).exists():
            facts = {"month": i18n.month_names()[self.month - 1], "day": self.day}
            raise FormProblems([("day", "no_such_day", facts)])

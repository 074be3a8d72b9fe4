"""What may be sent to move a promised call."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from teamhope.kit.forms import YEARS, FormProblems, Problem

OTHER = "other"


class MovedFor(StrEnum):
    """Who asked for the other time."""

    FAMILY = "family"
    VOLUNTEER = "volunteer"
    STAFF = "staff"


class MoveForm(Struct):
    """`choice` is one of the suggested local times or OTHER, which then is `on` and `at`; all in the family's zone."""

    for_whom: MovedFor
    choice: str | None = None
    on: date | None = None
    at: time | None = None

    def __post_init__(self) -> None:
        if self.choice in (None, OTHER):
            answers = (("on", self.on), ("at", self.at))
            missing: list[Problem] = [(name, "required", {}) for name, given in answers if given is None]
            if missing:
                raise FormProblems(missing)

    @property
    def local(self) -> tuple[date, time]:
        """Raises FormProblems for a choice that is no time."""
        if self.on is not None and self.at is not None and self.choice in (None, OTHER):
            if self.on.year not in YEARS:
                raise FormProblems([("on", "not_valid", {})])
            return self.on, self.at
        try:
            chosen = datetime.fromisoformat(self.choice or "")
        except ValueError:
            raise FormProblems([("choice", "not_a_choice", {})]) from None
        if chosen.year not in YEARS:
            raise FormProblems([("choice", "not_a_choice", {})])
        return chosen.date(), chosen.time().replace(second=0, microsecond=0, tzinfo=None)


class MoveBody(Struct, forbid_unknown_fields=True):
    """`to` with its offset."""

    to: Annotated[datetime, Meta(tz=True)]
    for_whom: MovedFor

    def __post_init__(self) -> None:
        if self.to.year not in YEARS:
            raise ValueError("no call is promised so early or so late")

"""What may be sent to move a promised call and to choose a week."""

from datetime import date, datetime, time
from enum import StrEnum

from msgspec import Struct

from teamhope.kit.forms import FormProblems, Problem

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
            return self.on, self.at
        try:
            chosen = datetime.fromisoformat(self.choice or "")
        except ValueError:
            raise FormProblems([("choice", "not_a_choice", {})]) from None
        return chosen.date(), chosen.time().replace(second=0, microsecond=0, tzinfo=None)


def monday_of(text: str | None, today: date) -> date:
    """The Monday of the week that a page's address names, of this week if it names none that can be read."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = today
    if not 2000 <= day.year <= 2100:
        day = today
    return date.fromordinal(day.toordinal() - day.weekday())

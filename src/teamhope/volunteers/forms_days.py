"""What the page of a volunteer's times may be sent of a single day."""

from datetime import date, time

from msgspec import Struct

from teamhope.kit.forms import FormProblems
from teamhope.vocabulary.families import Window, windows_on


class DayForm(Struct, frozen=True):
    """Without any time she is not free on that day."""

    day: date
    from_a: time | None = None
    until_a: time | None = None
    from_b: time | None = None
    until_b: time | None = None

    def __post_init__(self) -> None:
        halves = [name for name, start, end in self._spans() if (start is None) != (end is None)]
        if halves:
            raise FormProblems([(name, "window_incomplete", {}) for name in halves])

    def _spans(self) -> tuple[tuple[str, time | None, time | None], ...]:
        return (("from_a", self.from_a, self.until_a), ("from_b", self.from_b, self.until_b))

    def windows(self) -> tuple[Window, ...]:
        return tuple(sorted(windows_on(self.day, ((start, end) for _, start, end in self._spans()))))

"""How hours are said."""

from datetime import time

import pytest

from teamhope.kit.i18n import use_language
from teamhope.matching.wording_pages import hours_in_words
from teamhope.vocabulary.families import Window


def evenings(*days: int) -> list[Window]:
    return [Window(day, time(18), time(20)) for day in days]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((), ""),
        ((6,), "Sunday 6:00 PM–8:00 PM"),
        ((1, 0), "Monday, Tuesday 6:00 PM–8:00 PM"),
        ((0, 1, 2, 3, 4), "Monday to Friday 6:00 PM–8:00 PM"),
        ((0, 2, 4), "Monday, Wednesday, Friday 6:00 PM–8:00 PM"),
        (range(7), "every day 6:00 PM–8:00 PM"),
    ],
)
def test_days_with_the_same_hours_are_named_together(days: tuple[int, ...], said: str) -> None:
    assert plain(hours_in_words(evenings(*days))) == said


def plain(text: str) -> str:
    """Without what keeps a line from breaking."""
    return text.replace("\u2060", "").replace("\u00a0", " ")


def test_other_hours_follow_and_spanish_is_spanish() -> None:
    windows = [*evenings(0, 1, 2), Window(5, time(9), time(12, 30))]
    assert plain(hours_in_words(windows)) == "Monday to Wednesday 6:00 PM–8:00 PM; Saturday 9:00 AM–12:30 PM"
    with use_language("es"):
        assert plain(hours_in_words(windows)).startswith("lunes a miércoles 6:00 p.m.–8:00 p.m.; sábado")

"""What a family reads of itself on paper: hours and zones as people say them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from teamhope.kit.i18n import use_language
from teamhope.retention.wording_export import say_value

MADE_AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
EVENINGS = [
    {"end": "21:00:00", "start": "18:00:00", "weekday": 0},
    {"end": "20:00:00", "start": "13:00:00", "weekday": 6},
]
SHOWN: list[tuple[str, Any, str]] = [
    ("windows", EVENINGS, "Monday 6:00 PM–9:00 PM; Sunday 1:00 PM–8:00 PM"),
    ("timezone", "America/New_York", "Eastern Time"),
    ("created_at", MADE_AT, "Sun, Nov 22, 2026, 7:30 PM (Central Time)"),
    ("languages", [{"code": "es", "level": "native"}], "Spanish, First language"),
    ("adult", False, "No"),
    ("shared_with", None, "–"),
]


@pytest.mark.parametrize(("name", "value", "shown"), SHOWN)
def test_a_value_reads_as_people_say_it(name: str, value: Any, shown: str) -> None:
    assert say_value("contacts", name, value, zone="America/Chicago", made_at=MADE_AT) == shown


def test_hours_are_spanish_on_a_spanish_page() -> None:
    with use_language("es"):
        assert say_value("contacts", "windows", EVENINGS[:1], zone="America/Chicago", made_at=MADE_AT) == (
            "lunes 6:00 p.m.–9:00 p.m."
        )

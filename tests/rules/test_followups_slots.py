"""Where the volunteer's other promised calls leave room for one more."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.families.rules_hours import Hours, Span
from teamhope.followups.rules_slots import SLOT, Diary, first_slot, free_spans
from teamhope.vocabulary.families import Window

DAY = date(2026, 4, 8)
EVENING = Hours(ZoneInfo("America/Denver"), (Window(DAY.weekday(), time(17), time(20)),))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, 8, hour, minute, tzinfo=EVENING.zone).astimezone(UTC)


def spans(*taken: datetime) -> list[tuple[datetime, datetime]]:
    return [(span.start, span.end) for span in free_spans(Diary(EVENING, EVENING, taken=taken), DAY)]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ((), [(at(17), at(20))]),
        ((at(18),), [(at(17), at(18)), (at(18, 45), at(20))]),
        ((at(17),), [(at(17, 45), at(20))]),
        ((at(16, 30),), [(at(17, 15), at(20))]),
        ((at(16, 15),), [(at(17), at(20))]),
        ((at(19, 30),), [(at(17), at(19, 30))]),
        ((at(20),), [(at(17), at(20))]),
        ((at(18, 30), at(17, 30)), [(at(19, 15), at(20))]),
        ((at(18), at(18, 10)), [(at(17), at(18)), (at(18, 55), at(20))]),
        ((at(18, 2),), [(at(17), at(18, 2)), (at(18, 50), at(20))]),
        ((at(17, 30), at(18, 45)), []),
    ],
)
def test_another_call_takes_its_45_minutes(taken: tuple[datetime, ...], left: list[tuple[datetime, datetime]]) -> None:
    assert spans(*taken) == left


@given(st.lists(st.integers(-120, 300).map(lambda minutes: at(17) + timedelta(minutes=minutes)), max_size=5))
def test_whatever_is_taken_no_free_time_gets_in_its_way(taken: list[datetime]) -> None:
    for start, end in spans(*taken):
        assert Span(start, end).length >= SLOT
        assert all(abs(other - begin) >= SLOT for other in taken for begin in (start, end - SLOT))


def test_the_usual_time_gives_way_to_another_call() -> None:
    assert first_slot(Diary(EVENING, EVENING, usual=time(18)), DAY).due_at == at(18)  # type: ignore[union-attr]
    busy = Diary(EVENING, EVENING, usual=time(18), taken=(at(17, 50),))
    assert first_slot(busy, DAY).due_at == at(17)  # type: ignore[union-attr]

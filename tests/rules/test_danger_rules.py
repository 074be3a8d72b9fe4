"""Until when a call for help is answered, and who is rung and told until somebody answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.care.rules import answer_due_at, is_overdue
from teamhope.care.rules_paging import (
    AGAIN_AFTER,
    ANSWERS_WITHIN,
    Ring,
    RingNext,
    Step,
    TellCoordinators,
    TellOnCall,
    Unanswered,
    Wait,
    begins_at,
    next_step,
)
from teamhope.vocabulary.states import EscalationLevel

IMMINENT, URGENT, CONCERN = EscalationLevel
NEW_YORK = ZoneInfo("America/New_York")
THANKSGIVING = date(2026, 11, 26)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


NOW = local(24, 14)  # a Tuesday, inside calling hours
ANA, BEA = UUID(int=1), UUID(int=2)
NOBODY: None = None


@pytest.mark.parametrize(
    ("level", "opened_at", "due_at"),
    [
        (IMMINENT, NOW, NOW + 5 * MINUTE),
        (URGENT, NOW, NOW + HOUR),
        (CONCERN, local(24, 8), local(25, 17)),
        (CONCERN, local(25, 23), local(27, 17)),  # Thursday is Thanksgiving
        (CONCERN, local(27, 12), local(30, 17)),  # over the weekend
        (CONCERN, datetime(2026, 11, 24, 4, 30, tzinfo=UTC), local(24, 17)),  # still Monday in New York
    ],
)
def test_until_when_somebody_answers(level: EscalationLevel, opened_at: datetime, due_at: datetime) -> None:
    assert answer_due_at(level, opened_at, NEW_YORK, {THANKSGIVING}) == due_at
    assert not is_overdue(due_at, None, due_at)
    assert is_overdue(due_at, None, due_at + SECOND)
    assert not is_overdue(due_at, due_at + SECOND, due_at + HOUR)


@pytest.mark.parametrize(
    ("level", "opened_at", "begins"),
    [
        (IMMINENT, local(24, 3), local(24, 3)),
        (URGENT, NOW, NOW),
        (URGENT, local(24, 8, 30), local(24, 9)),
        (URGENT, local(24, 3), local(24, 4)),  # its hour is over before anybody may be called
        (CONCERN, NOW, local(25, 17)),
    ],
)
def test_from_when_on_somebody_is_disturbed(level: EscalationLevel, opened_at: datetime, begins: datetime) -> None:
    assert begins_at(level, opened_at, answer_due_at(level, opened_at, NEW_YORK), NEW_YORK) == begins


def unanswered(*rings: Ring, **changed: object) -> Unanswered:
    plain = Unanswered(IMMINENT, NOW, NOW + 5 * MINUTE, (ANA, BEA), True, True, rings, False, False)
    return replace(plain, **changed)  # type: ignore[arg-type]


def rang(person: UUID | None, at: timedelta, over: timedelta | None = None) -> Ring:
    return Ring(person, NOW + at, NOW + (over or at), over is not None)


ALL = (rang(ANA, 0 * SECOND, 20 * SECOND), rang(BEA, 20 * SECOND, 50 * SECOND), rang(NOBODY, 50 * SECOND, 80 * SECOND))
RINGING = (rang(ANA, 0 * SECOND), rang(BEA, 45 * SECOND), rang(NOBODY, 90 * SECOND))  # for all that is known


@pytest.mark.parametrize(
    ("it", "after", "step"),
    [
        (unanswered(), 0 * SECOND, RingNext(ANA)),
        (unanswered(ALL[0]), 20 * SECOND, RingNext(BEA)),
        (unanswered(rang(ANA, 0 * SECOND)), 20 * SECOND, Wait(NOW + ANSWERS_WITHIN)),
        (unanswered(rang(ANA, 0 * SECOND)), ANSWERS_WITHIN, RingNext(BEA)),
        (unanswered(*ALL[:2]), 50 * SECOND, RingNext(NOBODY)),
        (unanswered(*ALL), 80 * SECOND, TellCoordinators()),
        (unanswered(*ALL, told_coordinators=True), 80 * SECOND, Wait(NOW + AGAIN_AFTER)),
        (unanswered(*ALL, told_coordinators=True), AGAIN_AFTER, RingNext(ANA)),
        (unanswered(*RINGING, told_coordinators=True), HOUR, Wait(NOW + HOUR + ANSWERS_WITHIN)),
        (unanswered(*RINGING[:2], ALL[2], told_coordinators=True), HOUR, RingNext(NOBODY)),
        (unanswered(rang(ANA, 0 * SECOND)), 5 * MINUTE, TellCoordinators()),
        (unanswered(on_call=(), has_fallback=False), 0 * SECOND, TellCoordinators()),
        (unanswered(on_call=(), has_fallback=False, told_coordinators=True), 0 * SECOND, None),
        (unanswered(has_telephone=False), 0 * SECOND, TellOnCall()),
        (unanswered(has_telephone=False, told_on_call=True), 0 * SECOND, Wait(NOW + 5 * MINUTE)),
        (unanswered(has_telephone=False, told_on_call=True), 5 * MINUTE, TellCoordinators()),
        (unanswered(has_telephone=False, on_call=()), 0 * SECOND, TellCoordinators()),
        (unanswered(level=CONCERN, due_at=NOW + HOUR), 0 * SECOND, Wait(NOW + HOUR)),
        (unanswered(level=CONCERN, due_at=NOW), HOUR, TellCoordinators()),
        (unanswered(level=CONCERN, due_at=NOW, told_coordinators=True), HOUR, None),
    ],
)
def test_one_thing_at_a_time(it: Unanswered, after: timedelta, step: Step) -> None:
    assert next_step(it, NEW_YORK, NOW + after) == step


people = st.lists(st.integers(1, 6).map(lambda n: UUID(int=n)), unique=True, max_size=6).map(tuple)


@given(people, st.booleans(), st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_everybody_is_rung_in_turn_and_nobody_too_often(
    on_call: tuple[UUID, ...], has_fallback: bool, waits: list[int]
) -> None:
    """Whatever happens between passes: one telephone at a time, all of them before anybody twice."""
    rings: list[Ring] = []
    it, now = unanswered(on_call=on_call, has_fallback=has_fallback), NOW
    for seconds in waits:
        step = next_step(replace(it, rings=tuple(rings)), NEW_YORK, now)
        match step:
            case RingNext(person):
                assert all(ring.gives_up_at <= now for ring in rings)
                assert all(now - ring.begun_at >= AGAIN_AFTER for ring in rings if ring.person == person)
                rings = [replace(ring, is_over=True) for ring in rings]
                rings.append(Ring(person, now, now, False))
            case TellCoordinators():
                assert not it.told_coordinators
                it = replace(it, told_coordinators=True)
        now += seconds * SECOND
    order = [*on_call, *([NOBODY] if has_fallback else [])]
    assert [ring.person for ring in rings][: len(order)] == order[: len(rings)]

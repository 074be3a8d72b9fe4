"""Where the provider's list of a day and our log differ. The provider's names here are one letter."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from teamhope.calls.rules_reconcile import (
    Carried,
    Completeness,
    Difference,
    Kind,
    Logged,
    compare,
    completeness,
    differs,
)
from teamhope.telephony.outcomes import Listed

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)
PHONE_CALL, CALL = UUID(int=1), UUID(int=2)
TALK = 12 * 60  # seconds


def listed(sid: str = "a", seconds: int = TALK, *, ours: bool = True) -> Listed:
    return Listed(sid, NOON, seconds, ours)


def carried(sid: str = "a", *, call: UUID | None = CALL, talk: int | None = TALK, to_family: bool = True) -> Carried:
    return Carried(sid, PHONE_CALL, to_family, call, NOON + timedelta(hours=1) if call else None, talk)


def found(the_list: list[Listed], ours: list[Carried], logs: list[Logged] | None = None) -> tuple[Difference, ...]:
    return compare(the_list, the_list, {each.sid: each for each in ours}, logs or [])


@pytest.mark.parametrize(
    ("the_call", "ours"),
    [
        (listed(), carried()),
        (listed(seconds=0), carried(call=None)),  # nobody answered: whether it is logged is a nudge, not a difference
        (listed(), carried(to_family=False, call=None)),  # a volunteer's own telephone
        (listed(), carried(talk=None)),  # no conversation: a voicemail has minutes, its log none
        (listed(seconds=TALK + 110), carried()),
        (listed(ours=False), carried()),
    ],
)
def test_what_agrees(the_call: Listed, ours: Carried) -> None:
    assert found([the_call], [ours]) == ()


def test_a_call_without_a_log() -> None:
    assert found([listed()], [carried(call=None)]) == (
        Difference(Kind.NOT_LOGGED, NOON, phone_call_id=PHONE_CALL, listed_seconds=TALK),
    )


def test_minutes_that_differ() -> None:
    assert found([listed(seconds=30 * 60)], [carried()]) == (
        Difference(Kind.MINUTES_DIFFER, NOON, call_id=CALL, listed_seconds=30 * 60),
    )


def test_a_call_that_nobody_knows_is_told_but_no_stranger_who_rang() -> None:
    assert found([listed("x"), listed("y", ours=False)], []) == (
        Difference(Kind.UNKNOWN_CALL, NOON, sid="x", listed_seconds=TALK),
    )


def test_a_log_without_a_call_looks_beyond_midnight() -> None:
    log, tomorrow = Logged(CALL, NOON, frozenset({"a"})), Listed("a", NOON + timedelta(hours=5), TALK, True)
    assert compare([], [], {}, [log]) == (Difference(Kind.NOT_CARRIED, NOON, call_id=CALL),)
    assert compare([], [tomorrow], {}, [log]) == ()


def test_a_call_logged_by_hand_as_carried_has_no_telephone() -> None:
    assert [each.kind for each in found([], [], [Logged(CALL, NOON, frozenset())])] == [Kind.NOT_CARRIED]


@pytest.mark.parametrize(
    ("logged_seconds", "listed_seconds", "differ"),
    [
        (0, 0, False),
        (60, 180, False),  # two minutes: people round
        (60, 181, True),
        (180, 60, False),
        (3600, 4200, False),  # ten minutes of seventy
        (3600, 4600, True),
    ],
)
def test_which_minutes_differ(logged_seconds: int, listed_seconds: int, differ: bool) -> None:
    assert differs(logged_seconds, listed_seconds) is differ
    assert differs(listed_seconds, logged_seconds) is differ


def test_completeness_counts_what_we_placed_to_families_answered_or_not() -> None:
    ours = [carried("a"), carried("b", call=None), carried("c", to_family=False), carried("d")]
    the_list = [listed("a"), listed("b", 0), listed("c"), listed("d", ours=False), listed("e")]
    assert completeness(the_list, {each.sid: each for each in ours}) == Completeness(2, 1)


@pytest.mark.parametrize(("minutes", "in_time"), [(24 * 60 + 12, 1), (24 * 60 + 13, 0)])
def test_a_day_from_its_end_is_in_time(minutes: int, in_time: int) -> None:
    late = Carried("a", PHONE_CALL, True, CALL, NOON + timedelta(minutes=minutes), TALK)
    assert completeness([listed()], {"a": late}) == Completeness(1, in_time)


CALLS = some.lists(
    some.builds(listed, some.sampled_from("abcdef"), some.sampled_from([0, 60, TALK, 3 * TALK]), ours=some.booleans()),
    max_size=6,
    unique_by=lambda each: each.sid,
)
OURS = some.lists(
    some.builds(carried, some.sampled_from("abcdef"), call=some.sampled_from([None, CALL])),
    max_size=6,
    unique_by=lambda each: each.sid,
)


@given(CALLS, OURS)
def test_each_call_of_the_list_differs_in_one_way_at_most(the_list: list[Listed], ours: list[Carried]) -> None:
    assert len(found(the_list, ours)) <= len(the_list)
    known = {each.sid for each in ours}
    assert {each.sid for each in found(the_list, ours) if each.sid} == {
        each.sid for each in the_list if each.ours and each.sid not in known
    }

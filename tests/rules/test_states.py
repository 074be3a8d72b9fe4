"""The machines of states: no dead end, nothing out of reach, and sets that agree with them."""

import pytest

from teamhope.vocabulary.errors import IllegalMove
from teamhope.vocabulary.states import (
    ESCALATION_MOVES,
    FOLLOW_UP_MOVES,
    HOLDS_A_PLACE,
    MATCH_MOVES,
    MAY_BE_CALLED,
    OPEN_FOLLOW_UP,
    REQUEST_MOVES,
    WAITING_FOR_A_VOLUNTEER,
    EscalationStatus,
    FollowUpStatus,
    MatchStatus,
    RequestStatus,
    check_move,
)

# Each machine, where it starts, and its ends (domain.md §1.3).
MACHINES = {
    "request": (
        REQUEST_MOVES,
        RequestStatus.NEW,
        {RequestStatus.CLOSED, RequestStatus.DECLINED, RequestStatus.DUPLICATE},
    ),
    "match": (
        MATCH_MOVES,
        MatchStatus.SUGGESTED,
        {
            MatchStatus.CLOSED,
            MatchStatus.REJECTED_BY_COORDINATOR,
            MatchStatus.DECLINED_BY_VOLUNTEER,
            MatchStatus.EXPIRED,
        },
    ),
    "follow-up": (
        FOLLOW_UP_MOVES,
        FollowUpStatus.PLANNED,
        {FollowUpStatus.COMPLETED, FollowUpStatus.SKIPPED, FollowUpStatus.CANCELLED},
    ),
    "escalation": (ESCALATION_MOVES, EscalationStatus.OPEN, {EscalationStatus.CLOSED}),
}
machines = pytest.mark.parametrize(("machine", "start", "ends"), MACHINES.values(), ids=MACHINES)


def reachable(machine, start) -> set:
    seen, waiting = {start}, [start]
    while waiting:
        new = machine[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


@machines
def test_every_state_has_its_moves_and_only_the_ends_have_none(machine, start, ends) -> None:
    assert set(machine) == set(type(start))
    assert {state for state, moves in machine.items() if not moves} == ends
    assert not any(state in moves for state, moves in machine.items()), "no state moves to itself"


@machines
def test_every_state_can_be_reached(machine, start, ends) -> None:
    assert reachable(machine, start) == set(machine)


@machines
def test_no_state_is_a_dead_end(machine, start, ends) -> None:
    assert all(reachable(machine, state) & ends for state in machine)


@machines
def test_what_the_machine_does_not_know_is_refused_with_what_is_possible(machine, start, ends) -> None:
    for current, moves in machine.items():
        for target in machine:
            if target in moves:
                check_move(machine, current, target)
            else:
                with pytest.raises(IllegalMove) as refused:
                    check_move(machine, current, target)
                assert refused.value.possible == tuple(sorted(moves))


def test_the_sets_agree_with_the_machines() -> None:
    open_matches = {state for state, moves in MATCH_MOVES.items() if moves}
    assert open_matches - {MatchStatus.SUGGESTED, MatchStatus.UNABLE_TO_CONTACT} == HOLDS_A_PLACE
    assert MAY_BE_CALLED < HOLDS_A_PLACE
    open_follow_ups = {state for state, moves in FOLLOW_UP_MOVES.items() if moves}
    assert open_follow_ups - {FollowUpStatus.MISSED} == OPEN_FOLLOW_UP
    for waiting in WAITING_FOR_A_VOLUNTEER:
        assert RequestStatus.MATCHED in reachable(REQUEST_MOVES, waiting)


def test_no_call_to_a_family_that_has_not_been_introduced() -> None:
    before = {
        MatchStatus.SUGGESTED,
        MatchStatus.PROPOSED_TO_VOLUNTEER,
        MatchStatus.ACCEPTED,
        MatchStatus.FAMILY_NOTIFIED,
    }
    assert not before & MAY_BE_CALLED
    assert not {MatchStatus.PAUSED, MatchStatus.TRANSFERRING, MatchStatus.CLOSED} & MAY_BE_CALLED

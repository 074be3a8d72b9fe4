"""Through which states a follow-up reaches another: calling early or logging late skips no step of its machine."""

from datetime import datetime
from typing import Final

from teamhope.vocabulary.errors import IllegalMove
from teamhope.vocabulary.states import FOLLOW_UP_MOVES, FollowUpStatus, check_move

F = FollowUpStatus
# A call may come before the clock has made it due, and a family on hold may call us all the same.
BY_WAY_OF: Final[dict[FollowUpStatus, FollowUpStatus]] = {
    F.PLANNED: F.DUE,
    F.RETRY_WAIT: F.DUE,
    F.SUSPENDED: F.PLANNED,
    F.DUE: F.MISSED,
    F.IN_PROGRESS: F.MISSED,
}
OVER: Final = frozenset({F.COMPLETED, F.MISSED, F.SKIPPED, F.CANCELLED})
MAY_BE_MOVED: Final = frozenset({F.PLANNED, F.DUE, F.IN_PROGRESS, F.RETRY_WAIT, F.ESCALATED_TO_COORDINATOR})


def walk(current: FollowUpStatus, target: FollowUpStatus) -> tuple[FollowUpStatus, ...]:
    """The states after `current` up to `target`, with one in between at most; empty if it is there already.

    Raises IllegalMove when the machine knows no such way.
    """
    if current is target:
        return ()
    between = BY_WAY_OF.get(current)
    if target not in FOLLOW_UP_MOVES[current] and between and target in FOLLOW_UP_MOVES[between]:
        return (between, target)
    check_move(FOLLOW_UP_MOVES, current, target)
    return (target,)


def after_a_call(current: FollowUpStatus, wanted: FollowUpStatus, *, goes_on: bool) -> FollowUpStatus:
    """What a call makes of the follow-up it belongs to, where a person has taken it in hand: a coordinator, or a hold.

    It stays hers until somebody has talked with the family or asks for no more calls. `goes_on`: the plan has a further
    call, so that a follow-up of the coordinator's may end without one. Raises IllegalMove for one that is over.
    """
    if current in OVER:
        raise IllegalMove(current, wanted, sorted(FOLLOW_UP_MOVES[current]))
    if wanted in {F.COMPLETED, F.CANCELLED} or current not in {F.SUSPENDED, F.ESCALATED_TO_COORDINATOR}:
        return wanted
    return F.CANCELLED if current is F.ESCALATED_TO_COORDINATOR and goes_on else current


def waits_since(before: datetime | None, target: FollowUpStatus, now: datetime) -> datetime | None:
    """Since when nobody is to make a call that becomes `target`; one that ends meanwhile was not to be made."""
    if target is F.SUSPENDED:
        return before or now
    return before if target in OVER else None


def when_moved(current: FollowUpStatus) -> FollowUpStatus:
    """The state in which a follow-up waits for its new time. Raises IllegalMove where it cannot be moved."""
    if current not in MAY_BE_MOVED:
        raise IllegalMove(current, F.PLANNED, sorted(FOLLOW_UP_MOVES[current]))
    return F.RETRY_WAIT if current in {F.DUE, F.IN_PROGRESS} else current

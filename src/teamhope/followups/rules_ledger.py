"""The promise ledger: which time counts as promised after every move, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from teamhope.followups.rules import COMPLETES_WITHIN
from teamhope.followups.rules_promises import MISSED_AFTER_DUE, Promise, PromiseState, promise_state
from teamhope.followups.rules_slots import PROMISED

LOOK_AGAIN = timedelta(days=1)  # at a call that is still open when everything else has been decided


class MovedFor(StrEnum):
    """On whose account a call has another time: somebody's wish, the ladder's next try, or after a wait."""

    FAMILY = "family"
    VOLUNTEER = "volunteer"
    STAFF = "staff"
    RETRY = "retry"
    HOLD = "hold"
    ZONE = "zone"
    ZONE_RULES = "zone_rules"


# What was promised is an hour on the family's wall: where the wall is another, so is the instant.
RENEWS = frozenset({MovedFor.FAMILY, MovedFor.HOLD, MovedFor.ZONE, MovedFor.ZONE_RULES})


@dataclass(frozen=True, slots=True)
class Move:
    moved_at: datetime
    moved_for: MovedFor
    from_due_at: datetime
    to_due_at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One promised call as its rows tell it. `moves` in order; `attempts` outbound, answered or not, of its match up to
    MISSED_AFTER_DUE.

    `talks`: conversations in either direction since it was promised. `stopped_at`: since when nobody was to call.
    """

    first_due_at: datetime
    due_at: datetime
    is_open: bool
    moves: tuple[Move, ...] = ()
    attempts: tuple[datetime, ...] = ()
    talks: tuple[datetime, ...] = ()
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Became:
    """`state` None: nobody was to call then, it was not due. `on_time` None: not decided, or the family moved it."""

    promise: Promise
    state: PromiseState | None
    on_time: bool | None

    @property
    def is_decided(self) -> bool:
        return self.state not in {None, PromiseState.OPEN}


def became(told: Told, now: datetime) -> Became:
    """What became by `now` of the one promise that each call is. Source: domain.md §5, E0 and E1.

    On time: completed within COMPLETES_WITHIN of the window, unless the family itself moved it.
    """
    promise, renewed = _walk(told)
    state = promise_state(promise, told.attempts, now)
    stopped = told.stopped_at is not None and told.stopped_at < promise.window_end_at
    if stopped and state is not PromiseState.KEPT:
        return Became(promise, None, None)
    family_moved = any(move.moved_for is MovedFor.FAMILY for move in renewed)
    return Became(promise, state, None if family_moved else _on_time(promise, told.talks, now))


def attempts_since(told: Told, promise: Promise) -> tuple[datetime, ...]:
    """Those that were for this promise: from its time on, or from when it was to be made instead."""
    first = min(promise.due_at, promise.moved_to or promise.due_at)
    return tuple(at for at in told.attempts if at >= first)


def look_again_at(told: Told, now: datetime) -> datetime | None:
    """When time alone may next change the answer; None: never again."""
    latest = max(told.first_due_at, told.due_at)
    comes = (latest + MISSED_AFTER_DUE, latest + PROMISED + COMPLETES_WITHIN)
    return next((at for at in comes if at > now), now + LOOK_AGAIN if told.is_open else None)


def _walk(told: Told) -> tuple[Promise, tuple[Move, ...]]:
    """The promise, and the moves that renewed it: the family's own, and those after a wait.

    One that was kept or broken by then stays as it was. A retry is no new promise; any other move puts off the call,
    and not the promise.
    """
    due_at = moved_to = told.first_due_at
    renewed: list[Move] = []
    for move in told.moves:
        if move.moved_for in RENEWS and _is_standing(due_at, move, told.attempts):
            renewed.append(move)
            due_at = moved_to = move.to_due_at
        elif move.moved_for is not MovedFor.RETRY and move.moved_at < max(due_at, moved_to) + MISSED_AFTER_DUE:
            moved_to = move.to_due_at
    first, last = min(due_at, moved_to) - COMPLETES_WITHIN, max(due_at, moved_to) + COMPLETES_WITHIN
    talked_at = min((at for at in told.talks if first <= at <= last), default=None)
    return Promise(due_at, due_at + PROMISED, talked_at, moved_to), tuple(renewed)


def _is_standing(due_at: datetime, move: Move, attempts: Iterable[datetime]) -> bool:
    if any(due_at <= at < due_at + PROMISED and at <= move.moved_at for at in attempts):
        return False
    return move.moved_for is MovedFor.HOLD or move.moved_at < due_at + PROMISED


def _on_time(promise: Promise, talks: Iterable[datetime], now: datetime) -> bool | None:
    first, last = promise.due_at - COMPLETES_WITHIN, promise.window_end_at + COMPLETES_WITHIN
    if any(first <= at <= last for at in talks):
        return True
    return False if now >= last else None

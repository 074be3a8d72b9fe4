"""Who is rung next for a call for help that nobody has answered, and who else is told. Pure: history in, step out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.families.rules_hours import DEFAULT_WINDOWS, Hours, open_from
from teamhope.vocabulary.states import EscalationLevel

ANSWERS_WITHIN: Final = timedelta(seconds=45)  # from the ringing, and again from picking up; then the next is rung
AGAIN_AFTER: Final = timedelta(minutes=5)  # nobody's telephone rings more often than this
FALLBACK: Final = None  # whom a ring is for, where it is the number behind the roster


@dataclass(frozen=True, slots=True)
class Ring:
    """One telephone that was rung. `heard_at`: when it was last heard of; `is_over`: it rings no more."""

    person: UUID | None
    begun_at: datetime
    heard_at: datetime
    is_over: bool

    @property
    def gives_up_at(self) -> datetime:
        """When the next may be rung."""
        return self.heard_at if self.is_over else self.heard_at + ANSWERS_WITHIN


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A call for help that nobody has acknowledged.

    `on_call`: in the order of ringing; with a telephone only those who have a number. `rings`: in any order.
    `told_…`: whether who is on call, and whether all coordinators, were told by letter.
    """

    level: EscalationLevel
    opened_at: datetime
    due_at: datetime
    on_call: tuple[UUID, ...]
    has_fallback: bool
    has_telephone: bool
    rings: tuple[Ring, ...]
    told_on_call: bool
    told_coordinators: bool


@dataclass(frozen=True, slots=True)
class RingNext:
    person: UUID | None


@dataclass(frozen=True, slots=True)
class TellOnCall:
    pass


@dataclass(frozen=True, slots=True)
class TellCoordinators:
    pass


@dataclass(frozen=True, slots=True)
class Wait:
    until: datetime


Step = RingNext | TellOnCall | TellCoordinators | Wait | None


def begins_at(level: EscalationLevel, opened_at: datetime, due_at: datetime, zone: ZoneInfo) -> datetime:
    """From when on somebody is disturbed: imminent danger at once, urgent at once inside calling hours of `zone`, else
    when they begin, at the latest when the answer is due; a concern when the answer is due.
    """
    if level is EscalationLevel.CONCERN:
        return due_at
    calling = open_from(Hours(zone, DEFAULT_WINDOWS), opened_at)
    if level is EscalationLevel.IMMINENT or calling is None:
        return opened_at
    return min(calling.start, due_at)


def next_step(it: Unanswered, zone: ZoneInfo, now: datetime) -> Step:
    """One thing to do now, or until when there is none; None when only people can do more. A concern rings nobody.

    One after the other is rung, those never rung first and in order, the number behind the roster last; all over again
    until somebody answers, but nobody whose telephone may ring still: after a time without a provider, all that waited
    would ring at once. All coordinators are told once: when everybody was rung, where nobody can be, and when the
    answer is due. Who is on call is told by letter where no telephone can ring. Source: domain.md §1.3, §4 (1).
    """
    begins = begins_at(it.level, it.opened_at, it.due_at, zone)
    if now < begins:
        return Wait(begins)
    candidates = tuple(_candidates(it))
    if not it.told_coordinators and (_all_were_rung(it, candidates, now) or now >= it.due_at):
        return TellCoordinators()
    if not it.has_telephone and it.on_call and not it.told_on_call:
        return TellOnCall()
    return _ring(it, candidates, now) if candidates else _wait_for_due(it)


def _candidates(it: Unanswered) -> Iterator[UUID | None]:
    if it.has_telephone and it.level is not EscalationLevel.CONCERN:
        yield from it.on_call
        if it.has_fallback:
            yield FALLBACK


def _all_were_rung(it: Unanswered, candidates: tuple[UUID | None, ...], now: datetime) -> bool:
    """And rung in vain; where there is nobody to ring, only who is on call by letter alone has time until it is due."""
    if not candidates:
        return it.has_telephone or not it.on_call
    return set(candidates) <= {ring.person for ring in it.rings if ring.gives_up_at <= now}


def _ring(it: Unanswered, candidates: tuple[UUID | None, ...], now: datetime) -> Step:
    patience = max((ring.gives_up_at for ring in it.rings), default=now)
    if patience > now:
        return Wait(patience)
    last = {ring.person: ring.begun_at for ring in sorted(it.rings, key=lambda each: each.begun_at)}
    never = [person for person in candidates if person not in last]
    if never:
        return RingNext(never[0])
    may_ring_still = {ring.person for ring in it.rings if not ring.is_over}
    again = [person for person in candidates if person not in may_ring_still]
    if not again:
        return Wait(now + ANSWERS_WITHIN)
    longest_ago = min(again, key=lambda person: last[person])
    again_at = last[longest_ago] + AGAIN_AFTER
    return RingNext(longest_ago) if again_at <= now else Wait(again_at)


def _wait_for_due(it: Unanswered) -> Step:
    return None if it.told_coordinators else Wait(it.due_at)

"""Which promised calls of one volunteer get in each other's way, or fall on a day on which she is not free."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from teamhope.families.rules_hours import Hours, spans_on
from teamhope.followups.rules_slots import SLOT
from teamhope.vocabulary.states import OPEN_FOLLOW_UP, FollowUpStatus


class Promised(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def status(self) -> FollowUpStatus: ...


def clashes(calls: Iterable[Promised]) -> frozenset[UUID]:
    """Those still to be made that start less than SLOT apart: there is not time for both."""
    to_make = sorted(_to_make(calls), key=lambda each: each.due_at)
    pairs = ((one, other) for one, other in pairwise(to_make) if other.due_at - one.due_at < SLOT)
    return frozenset(each.id for pair in pairs for each in pair)


def on_other_days(calls: Iterable[Promised], hours: Hours) -> frozenset[UUID]:
    """Those still to be made on a date in her zone when she is away or has other hours, outside of these.

    Outside her usual week is nothing to tell: a family may have named the time.
    """
    return frozenset(each.id for each in _to_make(calls) if _is_special(each, hours) and not _fits(each, hours))


def _to_make(calls: Iterable[Promised]) -> Iterator[Promised]:
    return (each for each in calls if each.status in OPEN_FOLLOW_UP)


def _is_special(call: Promised, hours: Hours) -> bool:
    day = call.due_at.astimezone(hours.zone).date()
    return day in hours.days_off or day in hours.other_days


def _fits(call: Promised, hours: Hours) -> bool:
    spans = spans_on(hours, call.due_at.astimezone(hours.zone).date())
    return any(span.start <= call.due_at <= span.end - SLOT for span in spans)

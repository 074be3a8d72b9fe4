"""Which promised calls of one volunteer get in each other's way."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Protocol
from uuid import UUID

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
    to_make = sorted((each for each in calls if each.status in OPEN_FOLLOW_UP), key=lambda each: each.due_at)
    pairs = ((one, other) for one, other in pairwise(to_make) if other.due_at - one.due_at < SLOT)
    return frozenset(each.id for pair in pairs for each in pair)

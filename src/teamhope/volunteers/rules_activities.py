"""Minutes that a volunteer gave besides calls: whether an entry can be true, and what they come to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from teamhope.vocabulary.families import ActivityKind

Problem = tuple[str, str, dict[str, object]]  # field, code, facts for the sentence

EARLIEST: Final = date(2000, 1, 1)  # before that the year was mistyped
DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class Activity:
    """`minutes`: 1 to DAY_MINUTES. `happened_on`: a date in her own zone."""

    kind: ActivityKind
    happened_on: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity as it was recorded, and by whom."""

    id: UUID
    activity: Activity
    recorded_by: UUID | None
    recorded_at: datetime


def problems_of(activity: Activity, today: date) -> Iterator[Problem]:
    """`today`: in her zone."""
    if activity.happened_on > today:
        yield "happened_on", "day_in_future", {}
    if activity.happened_on < EARLIEST:
        yield "happened_on", "day_too_long_ago", {}
    if activity.minutes < 1:
        yield "minutes", "too_small", {"limit": 1}
    if activity.minutes > DAY_MINUTES:
        yield "minutes", "too_large", {"limit": DAY_MINUTES}


def sums(activities: Iterable[Activity], first: date) -> Mapping[ActivityKind, tuple[int, int]]:
    """Of every kind the minutes since `first`, and all; in the order of the kinds."""
    given = list(activities)
    return {kind: (_minutes(given, kind, first), _minutes(given, kind, date.min)) for kind in ActivityKind}


def _minutes(given: Iterable[Activity], kind: ActivityKind, first: date) -> int:
    return sum(each.minutes for each in given if each.kind is kind and each.happened_on >= first)

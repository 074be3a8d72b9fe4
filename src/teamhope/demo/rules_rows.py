"""What the demonstration is made of: rows by table, drawn by a seeded chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import log
from random import Random
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

Row = dict[str, Any]
T = TypeVar("T")

LONGEST_CALL_MINUTES = 300  # domain.md §7
MEDIAN_TALK = (12, 0.65)  # minutes and sigma of a lognormal (domain.md §7)
MEDIAN_LONG_TALK = (40, 0.6)  # of one call in seven, such as a first one (domain.md §7)


@dataclass
class World:
    """Rows in the order in which they were made, by table: encrypted text still readable, JSON still as values.

    `zone`: the one by whose days calls are counted.
    """

    zone: ZoneInfo
    rows: dict[str, list[Row]] = field(default_factory=dict)
    family_numbers: set[str] = field(default_factory=set)

    def add(self, table: str, **values: Any) -> Row:
        return self.keep(table, values)

    def keep(self, table: str, row: Row) -> Row:
        """The row itself: what is changed in it later is changed in the world."""
        self.rows.setdefault(table, []).append(row)
        return row

    def of(self, table: str) -> list[Row]:
        return self.rows.get(table, [])


def chance_of(seed: int, part: str) -> Random:
    """Each part draws for itself, so that a change in one leaves the others as they were."""
    return Random(f"{seed}:{part}")  # noqa: S311 - a demonstration is to be the same every time, not secret


def new_id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def one_of(chance: Random, weights: Mapping[T, float]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]


def happens(chance: Random, share: float) -> bool:
    return chance.random() < share


def talk_seconds(chance: Random) -> int:
    """Of a conversation; the long ones are one in seven."""
    median, sigma = MEDIAN_LONG_TALK if happens(chance, 0.15) else MEDIAN_TALK
    return int(min(chance.lognormvariate(log(median), sigma), LONGEST_CALL_MINUTES) * 60) + 1


def hours_later(chance: Random, at: datetime, least: float, most: float) -> datetime:
    return (at + timedelta(hours=chance.uniform(least, most))).astimezone(UTC).replace(microsecond=0)

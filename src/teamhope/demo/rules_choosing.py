"""Who was chosen for a family at the time: the same rules that rank volunteers today, over the places then free."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random
from typing import Final

import numpy as np

from teamhope.demo.rules_volunteers import STILL_LEARNING, Member
from teamhope.families.rules_hours import FAR
from teamhope.matching.rules import rank
from teamhope.matching.rules_facts import Offers, Tables, tables_of
from teamhope.matching.rules_likeness import FACTORS
from teamhope.matching.rules_snapshot import Request, need_of, offers_of
from teamhope.vocabulary.programme import Programme
from teamhope.vocabulary.states import VolunteerStatus

CHOSEN: Final = (60, 20, 10, 6, 4)  # percent: how often coordinators take the first of the list, the second …
TAKES_FAMILIES: Final = frozenset({VolunteerStatus.ACTIVE, VolunteerStatus.PROBATION})


@dataclass(frozen=True, slots=True)
class Choice:
    member: Member
    score: int  # 0-100
    breakdown: dict[str, int]


@dataclass(slots=True)
class Choosing:
    """Volunteers as columns, and which of their places are taken until when."""

    members: Sequence[Member]
    offers: Offers
    tables: Tables
    on: date  # whose offsets from UTC all hours are read with
    taken: list[tuple[datetime, int]] = field(default_factory=list)

    def ranked(self, need: Request, at: datetime, allowed: Callable[[Member], bool]) -> list[Choice]:
        """The closest volunteers with a place at that time, best first; none where no one may take the family."""
        offers = replace(self.offers, load=self._load(at), capacity=self._capacity(at, allowed))
        found = rank(need_of(need, self.tables, self.on), offers, self.tables, len(CHOSEN))
        codes = [factor.code for factor in FACTORS]
        return [
            Choice(self.members[row], shown, dict(zip(codes, map(int, parts), strict=True)))
            for row, shown, parts in zip(found.rows, found.shown, found.parts, strict=True)
        ]

    def _load(self, at: datetime) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        while self.taken and self.taken[0][0] <= at:
            heapq.heappop(self.taken)
        return np.bincount([row for _, row in self.taken], minlength=len(self.members)).astype(np.int16)

    def _capacity(self, at: datetime, allowed: Callable[[Member], bool]) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        there = [member.since <= at and allowed(member) for member in self.members]
        return np.where(there, self.offers.capacity, np.int16(0)).astype(np.int16)

    def take(self, member: Member, until: datetime | None) -> None:
        """One of her places is taken until then, or for ever. Matches are to be told in the order of their start."""
        for row in (row for row, each in enumerate(self.members) if each is member):
            heapq.heappush(self.taken, (until or FAR, row))


def choosing(members: Sequence[Member], words: Programme, now: datetime) -> Choosing:
    """Nobody is excluded by a state or a credential of today: those are looked at by the caller."""
    tables = tables_of(words)
    snapshots = [replace(member.snapshot, status=VolunteerStatus.ACTIVE) for member in members]
    return Choosing(members, offers_of(snapshots, tables, now.date()), tables, now.date())


def takes_families(member: Member) -> bool:
    return member.snapshot.status in TAKES_FAMILIES


def took_families(member: Member) -> bool:
    return member.snapshot.status not in STILL_LEARNING


def choose(chance: Random, ranked: Sequence[Choice]) -> Choice:
    return chance.choices(ranked, CHOSEN[: len(ranked)])[0]

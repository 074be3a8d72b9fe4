"""What volunteers give besides calls, a day on which some have other hours, and an applicant who has to wait."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID

from teamhope.demo.rules_lives import event_month_of
from teamhope.demo.rules_rows import World, happens, new_id, one_of
from teamhope.demo.rules_volunteers import Member
from teamhope.vocabulary.families import ActivityKind
from teamhope.vocabulary.states import VolunteerStatus

AT_WORK: Final = frozenset({VolunteerStatus.ACTIVE, VolunteerStatus.PROBATION, VolunteerStatus.TRAINING})
MINUTES: Final = {
    ActivityKind.TRAINING: (60, 90, 120, 180),
    ActivityKind.DEBRIEF: (20, 30, 45),
    ActivityKind.OTHER: (30, 60),
}
KINDS: Final = {ActivityKind.TRAINING: 50, ActivityKind.DEBRIEF: 40, ActivityKind.OTHER: 10}
TOO_LATELY: Final = timedelta(days=300)  # within the months that the programme asks to wait


def add_given(world: World, chance: Random, members: Iterable[Member], staff: UUID, now: datetime) -> None:
    """`staff`: who entered what a volunteer did not enter herself."""
    for member in members:
        if member.row["status"] in AT_WORK:
            _add_activities(world, chance, member, staff, now)
    _add_other_hours(world, chance, [each for each in members if each.row["status"] == VolunteerStatus.ACTIVE], now)


def _add_activities(world: World, chance: Random, member: Member, staff: UUID, now: datetime) -> None:
    for _ in range(chance.randint(1, 6)):
        at = now - timedelta(days=chance.randint(1, 500))
        kind = one_of(chance, KINDS)
        world.add(
            "activity", id=new_id(chance), volunteer=member.id, kind=kind, happened_on=at.date(),
            minutes=chance.choice(MINUTES[kind]), recorded_at=at,
            recorded_by=staff if happens(chance, 0.5) else member.person_id,
        )  # fmt: skip


def _add_other_hours(world: World, chance: Random, members: Iterable[Member], now: datetime) -> None:
    """The one who signs in comes first, and has such a day."""
    for n, member in enumerate(members):
        if n == 0 or happens(chance, 0.1):
            day, is_free = now.date() + timedelta(days=chance.randint(15, 40)), n == 0 or happens(chance, 0.5)
            edges = {"from_a": time(10), "until_a": time(12)} if is_free else {}
            world.add("other_hours", id=new_id(chance), volunteer=member.id, day=day, **edges)


def let_one_wait(world: World, now: datetime) -> None:
    """What the first applicant lived through is not long enough ago."""
    applicant = next(row["id"] for row in world.of("volunteer") if row["status"] == VolunteerStatus.APPLICANT)
    for row in world.of("lived_experience"):
        if row["volunteer"] == applicant:
            row["event_month"] = event_month_of(now.date() - TOO_LATELY)

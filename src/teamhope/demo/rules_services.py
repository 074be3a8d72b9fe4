"""Services that advocates gave: of 2021 as many supported families as were published, of other years some."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from teamhope.demo.rules_past import add_past_family
from teamhope.demo.rules_rows import World, chance_of, new_id, one_of

SUPPORTED_FAMILIES: Final = 2_249  # in 2021, as published (domain.md §5, By the Numbers)
FAMILIES_AT_LEAST: Final = 3_000  # of the past: not every family that an advocate knew was called by a volunteer
TRIED_IN_VAIN: Final = 180  # families whom an advocate did not reach in 2021
OTHER_YEARS: Final = ((2020, 260), (2022, 540))  # a year, and how many families were supported in it
SUPPORT: Final = {"mental_health_support": 88, "crisis_intervention": 12}
HOW_OFTEN: Final = {1: 55, 2: 22, 3: 13, 4: 10}
OTHER_PROGRAMS: Final = {
    "resource_sent": 45,
    "attorney_referral": 15,
    "reunification_assistance": 15,
    "content_removal_guidance": 10,
    "faon_referral": 15,
}


def add_past_services(world: World, seed: int, callers: Sequence[UUID]) -> None:
    """To be called after the past's calls: families that were never called are added here."""
    chance = chance_of(seed, "past services")
    families: list[UUID] = [row["id"] for row in world.of("family") if row["status"] == "anonymised"]
    while len(families) < FAMILIES_AT_LEAST:
        families.append(add_past_family(world, chance, date(2021, chance.randint(1, 12), 1), callers).id)
    chance.shuffle(families)
    supported, others = families[:SUPPORTED_FAMILIES], families[SUPPORTED_FAMILIES:]
    for family in supported:
        for _ in range(one_of(chance, HOW_OFTEN)):
            add_event(world, chance, family, one_of(chance, SUPPORT), _day_of(chance, 2021))
    for family in others[:TRIED_IN_VAIN]:
        add_event(world, chance, family, one_of(chance, SUPPORT), _day_of(chance, 2021), "attempted")
    for family in chance.sample(families, len(families) // 3):
        add_event(world, chance, family, one_of(chance, OTHER_PROGRAMS), _day_of(chance, 2021))
    for year, many in OTHER_YEARS:
        for family in chance.sample(families, many):
            add_event(world, chance, family, one_of(chance, SUPPORT), _day_of(chance, year))


def _day_of(chance: Random, year: int) -> date:
    return date(year, 1, 1) + timedelta(days=chance.randint(0, 364))


def add_event(world: World, chance: Random, family: UUID, program: str, on: date, status: str = "completed") -> None:
    world.add("service_event", id=new_id(chance), family=family, program=program, happened_on=on, status=status)


def add_recent_services(world: World, chance: Random, now: datetime) -> None:
    """Of the families of today, some from the weeks after they asked."""
    for family in world.of("family"):
        asked_on, kind = family["created_at"].date(), {**SUPPORT, **OTHER_PROGRAMS}
        for _ in range(one_of(chance, {0: 60, 1: 22, 2: 12, 3: 6})):
            on = asked_on + timedelta(days=chance.randint(0, 90))
            if on <= now.date():
                add_event(world, chance, family["id"], one_of(chance, kind), on)

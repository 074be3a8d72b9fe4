"""Who signs in to the demonstration, one person for each role, and the teams they belong to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from teamhope.demo.rules_rows import Row, World, new_id
from teamhope.demo.rules_words import AREAS, LINES_OF_AN_AREA
from teamhope.vocabulary.people import Role

SINCE: Final = timedelta(days=3650)  # the programme is older than everything that is shown of it
TEAMS: Final = (
    "Missing children, north",
    "Missing children, south",
    "Missing children, center",
    "Missing children, west",
    "Equipo en español",
    "Family abduction",
    "Sexual exploitation",
    "Adult survivors",
)
SPANISH_TEAM: Final = TEAMS.index("Equipo en español")


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    role: Role
    email: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Ids of those whom other rows name. `numbers`: telephone numbers that are nobody's yet."""

    sign_ins: tuple[DemoSignIn, ...]
    coordinators: tuple[UUID, ...]
    advocate: UUID
    volunteer: UUID
    team_lead: UUID
    teams: tuple[UUID, ...]
    numbers: list[str]


SIGN_INS: Final = (
    (DemoSignIn(Role.COORDINATOR, "coordinator@demo.example"), "Cora Example", "en"),
    (DemoSignIn(Role.VOLUNTEER, "volunteer@demo.example"), "Estrella Ejemplo", "es"),
    (DemoSignIn(Role.TEAM_LEAD, "team-lead@demo.example"), "Teo Ejemplo", "en"),
    (DemoSignIn(Role.ADVOCATE, "advocate@demo.example"), "Ada Example", "en"),
    (DemoSignIn(Role.LEADERSHIP, "leadership@demo.example"), "Lena Example", "en"),
    (DemoSignIn(Role.ADMIN, "admin@demo.example"), "Adam Example", "en"),
    (DemoSignIn(Role.AUDITOR, "auditor@demo.example"), "Aude Example", "en"),
)
ON_A_TEAM: Final = frozenset({Role.VOLUNTEER, Role.TEAM_LEAD})
OTHERWISE: Final[Row] = {
    "language": "en",
    "timezone": "America/Chicago",
    "phone": None,
    "team": None,
    "agreed_to_sms": False,
}
MORE_COORDINATORS: Final = ("Hazel Sample", "Rocío Muestra")  # who do not sign in


def add_staff(world: World, chance: Random, now: datetime) -> Staff:
    teams = tuple(world.add("team", id=new_id(chance), name=name)["id"] for name in TEAMS)
    numbers = [f"+1{area}55501{line:02}" for area in AREAS for line in range(LINES_OF_AN_AREA)]
    chance.shuffle(numbers)
    people = {
        sign_in.role: a_person(
            world, chance, now - SINCE, name=name, role=sign_in.role, language=language, email=sign_in.email,
            phone=numbers.pop(), team=teams[SPANISH_TEAM] if sign_in.role in ON_A_TEAM else None,
        )["id"]
        for sign_in, name, language in SIGN_INS
    }  # fmt: skip
    more = tuple(
        a_person(world, chance, now - SINCE, name=name, role=Role.COORDINATOR, email=f"coordinator{n}@demo.example")
        for n, name in enumerate(MORE_COORDINATORS, start=2)
    )
    return Staff(
        sign_ins=tuple(sign_in for sign_in, _, _ in SIGN_INS),
        coordinators=(people[Role.COORDINATOR], *(person["id"] for person in more)),
        advocate=people[Role.ADVOCATE],
        volunteer=people[Role.VOLUNTEER],
        team_lead=people[Role.TEAM_LEAD],
        teams=teams,
        numbers=numbers,
    )


def a_person(world: World, chance: Random, created_at: datetime, **about: Any) -> Row:
    """With a name, a role and an e-mail address; English-speaking and in Central time unless it is said."""
    return world.add("person", id=new_id(chance), created_at=created_at, **(OTHERWISE | about))

"""One clearly fake person for each role, so that a newcomer can look through everybody's eyes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from teamhope.accounts import service
from teamhope.accounts.queries import NewPerson
from teamhope.vocabulary.people import Role, command

DEMO: Final = command("demo")


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    role: Role
    name: str
    email: str


SIGN_INS: Final = (
    DemoSignIn(Role.COORDINATOR, "Cora Example", "coordinator@demo.example"),
    DemoSignIn(Role.VOLUNTEER, "Vera Example", "volunteer@demo.example"),
    DemoSignIn(Role.TEAM_LEAD, "Theo Example", "team_lead@demo.example"),
    DemoSignIn(Role.ADVOCATE, "Ada Example", "advocate@demo.example"),
    DemoSignIn(Role.LEADERSHIP, "Lena Example", "leadership@demo.example"),
    DemoSignIn(Role.ADMIN, "Adam Example", "admin@demo.example"),
    DemoSignIn(Role.AUDITOR, "Aude Example", "auditor@demo.example"),
)


async def load(now: datetime, password: str) -> tuple[DemoSignIn, ...]:
    """Adds whoever is not there yet; everybody's password is `password`."""
    there = {person.email: person.id for person in await service.list_people(DEMO)}
    for one in SIGN_INS:
        if one.email not in there:
            new = NewPerson(name=one.name, role=one.role, timezone="America/Chicago", email=one.email)
            await service.add_person(DEMO, new, password, now)
    return SIGN_INS

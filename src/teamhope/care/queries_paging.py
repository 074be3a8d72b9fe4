"""Rows of telephones that were rung for a call for help, and of whom is told by letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.care.queries import EscalationFacts
from teamhope.care.rules_paging import Ring
from teamhope.kit.database import connection
from teamhope.tables.accounts import Person
from teamhope.tables.telephone import PhoneCall, PhoneLeg
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor, Role

RINGS: Final = """
    select l.person, p.name, l.created_at, l.joined_at,
      coalesce(l.ended_at, l.answered_at, l.created_at) as heard_at, l.ended_at is not null as is_over
    from phone_call c join phone_leg l on l.phone_call = c.id left join person p on p.id = l.person
    where c.escalation = $1 and c.kind = 'page' order by l.created_at, l.id
"""
# Nobody is rung any more for what somebody has taken: the worker ends the calls, but for the one by which it was taken.
CALL_OFF: Final = """
    update phone_call c set ended_at = $2 where c.escalation = $1 and c.kind = 'page' and c.ended_at is null
      and not exists (select from phone_leg l where l.phone_call = c.id and l.joined_at is not null)
"""
# Whoever is told of a call for help can see it.
COORDINATORS: Final = """
    select p.id from person p where p.role = 'coordinator' and p.status = 'active' and (p.team is null or p.team =
      (select f.team from escalation e join family f on f.id = e.family where e.id = $1)) order by p.id
"""
OF_LEG: Final = """
    select c.escalation, l.person, l.joined_at, p.role, p.team from phone_leg l
    join phone_call c on c.id = l.phone_call left join person p on p.id = l.person
    where l.id = $1 and c.kind = 'page'
      and (l.person is null or (p.status = 'active' and p.role in ('coordinator', 'advocate')))
"""


@dataclass(frozen=True, slots=True)
class RingFacts:
    """`name` is None for the fallback number; `accepted`: the key was pressed."""

    ring: Ring
    name: str | None
    accepted: bool


@dataclass(frozen=True, slots=True)
class Paged:
    """Whose telephone a leg is, and for which escalation. `actor` is None for the fallback number.

    `accepted`: the key was pressed at it.
    """

    escalation: UUID
    actor: Actor | None
    accepted: bool


async def list_rings(escalation_id: UUID) -> list[RingFacts]:
    """In the order of ringing."""
    return [_ring(row) for row in await connection().fetch(RINGS, escalation_id)]


def _ring(row: Mapping[str, Any]) -> RingFacts:
    ring = Ring(row["person"], row["created_at"], row["heard_at"], row["is_over"])
    return RingFacts(ring, Person.name.unseal_if(row["person"], row["name"]), row["joined_at"] is not None)


async def insert_ring(escalation: EscalationFacts, person: UUID | None, now: datetime) -> None:
    """A telephone that the worker dials now. `person` None: the fallback number."""
    call = PhoneCall(id=uuid4(), kind="page", escalation=escalation.id, family=escalation.family, created_at=now)
    await PhoneCall.insert(call)
    leg = PhoneLeg(id=uuid4(), phone_call=call.id, party="on_call", person=person, due_at=now, created_at=now)
    await PhoneLeg.insert(leg)


async def call_off_rings(escalation_id: UUID, now: datetime) -> None:
    await connection().execute(CALL_OFF, escalation_id, now)


async def list_coordinators(escalation_id: UUID) -> list[UUID]:
    """Those who can see it."""
    return [row["id"] for row in await connection().fetch(COORDINATORS, escalation_id)]


async def load_paged(leg_id: UUID) -> Paged:
    """Raises NotFound for a leg that pages nobody."""
    row = await connection().fetchrow(OF_LEG, leg_id)
    if row is None:
        raise NotFound("phone_leg")
    actor = Actor(Role(row["role"]), row["person"], team_id=row["team"]) if row["person"] else None
    return Paged(row["escalation"], actor, accepted=row["joined_at"] is not None)


async def mark_joined(leg_id: UUID, now: datetime) -> None:
    """That the key was pressed."""
    await connection().execute("update phone_leg set joined_at = coalesce(joined_at, $2) where id = $1", leg_id, now)

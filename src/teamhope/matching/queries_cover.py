"""Rows of cover persons: whom a family has agreed to hear from when its own volunteer cannot call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError
from piccolo.columns import Column

from teamhope.kit.database import connection
from teamhope.tables.matches import CoverPerson, Match
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import ConsentMethod
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import MatchStatus


@dataclass(frozen=True, slots=True)
class Covered:
    """A match as far as it decides who may cover it. `contact_id` is who is called."""

    match_id: UUID
    request_id: UUID
    family_id: UUID
    contact_id: UUID
    volunteer_id: UUID
    status: MatchStatus


@dataclass(frozen=True, slots=True)
class CoverSeen:
    """`volunteer`: None where the actor does not see her."""

    id: UUID
    volunteer: str | None
    agreed_on: date
    method: ConsentMethod
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """Whom the family agreed to, when, and how it said so."""

    volunteer_id: UUID
    on: date
    method: ConsentMethod


async def lock_covered(match_id: UUID) -> Covered:
    """Raises NotFound if the actor may not see it."""
    await Match.select(Match.id).where(Match.id == match_id).lock_rows("NO KEY UPDATE")
    return await load_covered(match_id)


async def load_covered(match_id: UUID) -> Covered:
    """As lock_covered, and locks nothing."""
    row = await connection().fetchrow(
        """
        select m.request, m.family, coalesce(m.contact, r.contact) as contact, m.volunteer, m.status
        from match m join support_request r on r.id = m.request where m.id = $1
        """,
        match_id,
    )
    if row is None or row["contact"] is None:
        raise NotFound("match")
    status = MatchStatus(row["status"])
    return Covered(match_id, row["request"], row["family"], row["contact"], row["volunteer"], status)


async def list_of_match(match_id: UUID) -> list[CoverSeen]:
    """The one that stands first, then the latest."""
    columns = (*CoverPerson.all_columns(), CoverPerson.volunteer.display_name)
    of_match = CoverPerson.select(*columns).where(CoverPerson.match == match_id)
    rows = await of_match.order_by(CoverPerson.recorded_at, ascending=False)
    return [_seen(row) for row in sorted(rows, key=lambda row: row["ended_at"] is not None)]


def _seen(row: Mapping[str, Any]) -> CoverSeen:
    name = Volunteer.display_name.unseal_if(row["volunteer"], row["volunteer.display_name"])
    return CoverSeen(row["id"], name, row["agreed_on"], ConsentMethod(row["method"]), row["ended_at"])


async def insert_cover(actor: Actor, of: Covered, agreed: Agreed, now: datetime) -> UUID:
    """Raises Invalid where another stands (index one_standing_cover)."""
    row = CoverPerson(
        id=uuid4(),
        match=of.match_id,
        family=of.family_id,
        contact=of.contact_id,
        volunteer=agreed.volunteer_id,
        agreed_on=agreed.on,
        method=agreed.method,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    try:
        await CoverPerson.insert(row)
    except UniqueViolationError as clash:
        raise Invalid.field("volunteer", "cover_known") from clash
    return row.id


async def end_cover(match_id: UUID, cover_id: UUID, by: UUID | None, now: datetime) -> None:
    """Raises NotFound unless it stands, in the actor's scope."""
    standing = (CoverPerson.id == cover_id) & (CoverPerson.match == match_id) & CoverPerson.ended_at.is_null()
    values: dict[Column | str, Any] = {CoverPerson.ended_at: now, CoverPerson.ended_by: by}
    if not await CoverPerson.update(values).where(standing).returning(CoverPerson.id):
        raise NotFound("cover_person")

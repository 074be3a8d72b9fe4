"""Rows of families opened outside one's scope."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.kit.database import acting_as, connection
from teamhope.oversight.rules import BreakGlassReason, Opening
from teamhope.tables.accounts import Person
from teamhope.tables.audit import BreakGlass
from teamhope.tables.families import Family
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import WORKER, PersonStatus, Role

OVERSEERS: Final = (Role.ADMIN, Role.AUDITOR)


async def find_family(family_no: str) -> UUID | None:
    """Of all there are: who opens one does not see it before."""
    async with acting_as(WORKER):
        row = await Family.select(Family.id).where(Family.family_no == family_no).first()
    return row["id"] if row else None


async def list_overseers(but: UUID | None) -> list[UUID]:
    """Active administrators and auditors, whom she need not see."""
    async with acting_as(WORKER):
        rows = await Person.select(Person.id).where(
            Person.role.is_in(list(OVERSEERS)) & (Person.status == PersonStatus.ACTIVE)
        )
    return [row["id"] for row in rows if row["id"] != but]


async def insert_opening(
    person: UUID, family: UUID, reason: BreakGlassReason, words: str, opened_at: datetime, expires_at: datetime
) -> UUID:
    id_ = uuid4()
    row = BreakGlass(
        id=id_,
        person=person,
        family=family,
        reason=reason,
        words=BreakGlass.words.seal(id_, words),
        opened_at=opened_at,
        expires_at=expires_at,
    )
    await BreakGlass.insert(row)
    return id_


OPENINGS: Final = """
    select b.id, b.person, b.family, o.family_no, b.reason, b.opened_at, b.expires_at, b.reviewed_at
    from break_glass b join opened_family o on o.opening = b.id
"""


def _opening(row: Mapping[str, Any]) -> Opening:
    return Opening(**{**row, "reason": BreakGlassReason(row["reason"])})


async def load_opening(opening_id: UUID) -> Opening:
    """Raises NotFound for whoever neither opened it nor reviews."""
    row = await connection().fetchrow(f"{OPENINGS} where b.id = $1", opening_id)
    if row is None:
        raise NotFound("opening")
    return _opening(row)


async def list_open(person: UUID, now: datetime) -> list[Opening]:
    """Her own that have not ended, the newest first."""
    sql = f"{OPENINGS} where b.person = $1 and b.expires_at > $2 order by b.opened_at desc"
    return [_opening(row) for row in await connection().fetch(sql, person, now)]


async def list_unreviewed() -> list[Opening]:
    """The oldest first."""
    sql = f"{OPENINGS} where b.reviewed_at is null order by b.opened_at"
    return [_opening(row) for row in await connection().fetch(sql)]


async def load_words(opening_id: UUID) -> str:
    row = await BreakGlass.select(BreakGlass.words).where(BreakGlass.id == opening_id).first()
    if row is None:
        raise NotFound("opening")
    return BreakGlass.words.unseal(opening_id, row["words"])


async def load_role_and_name(person_id: UUID) -> tuple[Role, str] | None:
    """None where the actor may not see who it is."""
    row = await Person.select(Person.role, Person.name).where(Person.id == person_id).first()
    return (Role(row["role"]), Person.name.unseal(person_id, row["name"])) if row else None


async def mark_reviewed(opening_id: UUID, by: UUID, now: datetime) -> bool:
    """Whether it was not reviewed before."""
    sql = """update break_glass set reviewed_by = $2, reviewed_at = $3 where id = $1 and reviewed_at is null"""
    done: str = await connection().execute(sql, opening_id, by, now)
    return done == "UPDATE 1"

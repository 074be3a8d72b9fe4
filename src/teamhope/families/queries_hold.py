"""Rows of families whose calls are stopped."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from piccolo.columns import Column

from teamhope.kit.database import connection
from teamhope.tables.families import Family
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import HoldReason
from teamhope.vocabulary.people import Role


@dataclass(frozen=True, slots=True)
class HeldFamily:
    """`by`: the role of whoever stopped everything; `until`: the day on which a person is asked again."""

    id: UUID
    family_no: str
    held_at: datetime
    reason: HoldReason
    until: date | None
    by: Role | None


async def stand_still(family_id: UUID) -> None:
    """Waits for a hold that is being pressed; until the transaction ends none can be. Lock the match first."""
    await connection().execute("select stand_still($1)", family_id)


async def hold(family_id: UUID, by: UUID | None, reason: HoldReason, now: datetime) -> bool:
    """Whether it was not on hold yet; the row stays locked. Raises NotFound if the actor may not see it."""
    changed = (
        await Family.update({Family.held_at: now, Family.held_by: by, Family.hold_reason: reason})
        .where((Family.id == family_id) & Family.held_at.is_null())
        .returning(Family.id)
    )
    if not changed and not await Family.exists().where(Family.id == family_id):
        raise NotFound("family")
    return bool(changed)


async def release(family_id: UUID) -> None:
    """Raises NotFound if the actor may not change it."""
    ended: dict[Column | str, Any] = {
        Family.held_at: None,
        Family.held_by: None,
        Family.hold_reason: None,
        Family.hold_until: None,
    }
    if not await Family.update(ended).where(Family.id == family_id).returning(Family.id):
        raise NotFound("family")


async def keep(family_id: UUID, until: date | None) -> bool:
    """Whether the family is on hold."""
    held = (Family.id == family_id) & Family.held_at.is_not_null()
    return bool(await Family.update({Family.hold_until: until}).where(held).returning(Family.id))


HELD: Final = """
    select f.id, f.family_no, f.held_at, coalesce(f.hold_reason, 'other') as reason, f.hold_until as until, p.role as by
    from family f left join person p on p.id = f.held_by
    where f.held_at is not null and f.status = 'open' and ($1::uuid is null or f.id = $1)
    order by f.held_at, f.family_no
"""


async def list_held(family_id: UUID | None = None) -> list[HeldFamily]:
    """Open families on hold, the longest first."""
    rows = await connection().fetch(HELD, family_id)
    return [
        HeldFamily(
            row["id"],
            row["family_no"],
            row["held_at"],
            HoldReason(row["reason"]),
            row["until"],
            Role(row["by"]) if row["by"] else None,
        )
        for row in rows
    ]


TO_ASK_AGAIN: Final = """
    select f.id from family f
    where f.held_at is not null and f.status = 'open'
      and f.hold_until <= ($1 at time zone coalesce(f.timezone, 'America/New_York'))::date
    order by f.hold_until, f.id limit 100 for no key update skip locked
"""


async def claim_to_ask_again(now: datetime) -> list[UUID]:
    """Families on hold until a day that has come where they are; their rows stay locked."""
    return [row["id"] for row in await connection().fetch(TO_ASK_AGAIN, now)]


OWNER: Final = """
    select r.owner from support_request r join person p on p.id = r.owner
    where r.family = $1 and p.status = 'active' and p.role = 'coordinator' order by r.created_at desc limit 1
"""


async def owner_of(family_id: UUID) -> UUID | None:
    """The coordinator of its latest request that has one; None: every coordinator's."""
    owner: UUID | None = await connection().fetchval(OWNER, family_id)
    return owner

"""Rows of people who must not be reached or told; they end, and are never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns import Column

from teamhope.families.forms import BlockedSent
from teamhope.families.indexes import number_index
from teamhope.families.queries_view import ENDS_SHOWN
from teamhope.families.rules_entry import normal_phone
from teamhope.families.rules_release import BlockedFacts
from teamhope.tables.families import BlockedPerson, ContactPhone
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import BlockedEnd, BlockedReason, BlockedScope


@dataclass(frozen=True, slots=True)
class BlockedView:
    """`ends_in`: the last digits of the number, if there is one."""

    id: UUID
    name: str | None
    ends_in: str | None
    relation: str
    scope: BlockedScope
    reason: BlockedReason | None
    since: datetime
    ended_at: datetime | None
    end_reason: BlockedEnd | None


async def list_blocked(family_id: UUID) -> list[BlockedView]:
    """Those who stand first, then those who ended; the latest first."""
    rows = await BlockedPerson.select().where(BlockedPerson.family == family_id)
    rows.sort(key=lambda row: row["created_at"], reverse=True)
    return [_view(row) for row in sorted(rows, key=lambda row: row["ended_at"] is not None)]


def _view(row: Mapping[str, Any]) -> BlockedView:
    number = BlockedPerson.phone.unseal_if(row["id"], row["phone"])
    return BlockedView(
        id=row["id"],
        name=BlockedPerson.name.unseal_if(row["id"], row["name"]),
        ends_in=number[-ENDS_SHOWN:] if number else None,
        relation=BlockedPerson.relation.unseal(row["id"], row["relation"]),
        scope=BlockedScope(row["scope"]),
        reason=BlockedReason(row["reason"]) if row["reason"] else None,
        since=row["created_at"],
        ended_at=row["ended_at"],
        end_reason=BlockedEnd(row["end_reason"]) if row["end_reason"] else None,
    )


async def list_facts(family_id: UUID) -> tuple[BlockedFacts, ...]:
    """Those who stand."""
    standing = (BlockedPerson.family == family_id) & BlockedPerson.ended_at.is_null()
    rows = await BlockedPerson.select().where(standing)
    return tuple(
        BlockedFacts(
            BlockedScope(row["scope"]),
            BlockedPerson.name.unseal_if(row["id"], row["name"]),
            BlockedPerson.phone.unseal_if(row["id"], row["phone"]),
        )
        for row in rows
    )


async def insert_blocked(family_id: UUID, person: BlockedSent, now: datetime) -> UUID:
    id_, number = uuid4(), normal_phone(person.phone) if person.phone else None
    await BlockedPerson.insert(
        BlockedPerson(
            id=id_,
            family=family_id,
            name=BlockedPerson.name.seal_if(id_, person.name),
            phone=BlockedPerson.phone.seal_if(id_, number),
            phone_index=number_index(number) if number else None,
            relation=BlockedPerson.relation.seal(id_, person.relation),
            scope=person.scope,
            reason=person.reason,
            created_at=now,
        )
    )
    return id_


async def end(family_id: UUID, blocked_id: UUID, reason: BlockedEnd, by: tuple[UUID | None, datetime]) -> None:
    """`by` whom and when. Raises NotFound unless it stands in this family and in the actor's scope."""
    which = (BlockedPerson.id == blocked_id) & (BlockedPerson.family == family_id) & BlockedPerson.ended_at.is_null()
    values: dict[Column | str, Any] = {
        BlockedPerson.ended_at: by[1],
        BlockedPerson.ended_by: by[0],
        BlockedPerson.end_reason: reason,
    }
    if not await BlockedPerson.update(values).where(which).returning(BlockedPerson.id):
        raise NotFound("blocked_person")


async def number_of(family_id: UUID, blocked_id: UUID) -> str:
    """In E.164. The caller writes the audit row. Raises NotFound where there is none."""
    which = (BlockedPerson.id == blocked_id) & (BlockedPerson.family == family_id)
    row = await BlockedPerson.select(BlockedPerson.phone).where(which).first()
    if row is None or row["phone"] is None:
        raise NotFound("blocked_person")
    return BlockedPerson.phone.unseal(blocked_id, row["phone"])


async def phones_with(family_id: UUID, e164: str) -> list[UUID]:
    """The family's own rows with this number, in use or not."""
    same = (ContactPhone.family == family_id) & (ContactPhone.number_index == number_index(e164))
    return [row["id"] for row in await ContactPhone.select(ContactPhone.id).where(same)]

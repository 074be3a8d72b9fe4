"""Rows of escalations, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns import Column

from teamhope.tables.care import Escalation
from teamhope.tables.families import Family
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.states import EscalationLevel, EscalationStatus


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    id: UUID
    level: EscalationLevel
    status: EscalationStatus
    family: UUID | None
    family_no: str | None
    opened_at: datetime
    acknowledged_at: datetime | None
    help_confirmed_at: datetime | None
    where_now: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the danger, if anything. `where_now`: city and state, or a local dispatch's number."""

    family: UUID | None = None
    match: UUID | None = None
    call: UUID | None = None
    where_now: str | None = None


async def insert_escalation(level: EscalationLevel, about: About, opened_by: UUID | None, opened_at: datetime) -> UUID:
    id_ = uuid4()
    await Escalation.insert(
        Escalation(
            id=id_,
            level=level,
            opened_by=opened_by,
            opened_at=opened_at,
            family=about.family,
            match=about.match,
            call=about.call,
            where_now=Escalation.where_now.seal_if(id_, about.where_now),
        )
    )
    return id_


async def find_family(family_no: str) -> UUID | None:
    row = await Family.select(Family.id).where(Family.family_no == family_no).first()
    return row["id"] if row else None


def _facts(row: Mapping[str, Any]) -> EscalationFacts:
    return EscalationFacts(
        id=row["id"],
        level=EscalationLevel(row["level"]),
        status=EscalationStatus(row["status"]),
        family=row["family"],
        family_no=row["family.family_no"],
        opened_at=row["opened_at"],
        acknowledged_at=row["acknowledged_at"],
        help_confirmed_at=row["help_confirmed_at"],
        where_now=Escalation.where_now.unseal_if(row["id"], row["where_now"]),
    )


COLUMNS = (*Escalation.all_columns(), Escalation.family.family_no)


async def list_open_escalations() -> list[EscalationFacts]:
    """Those the actor may see: unanswered first, then the oldest."""
    rows = (
        await Escalation.select(*COLUMNS)
        .where(Escalation.status != EscalationStatus.CLOSED)
        .order_by(Escalation.opened_at)
    )
    return sorted((_facts(row) for row in rows), key=lambda each: each.status is not EscalationStatus.OPEN)


async def lock_escalation(escalation_id: UUID) -> EscalationFacts:
    """Its row stays locked to the end of the transaction. Raises NotFound if the actor may not see it."""
    mine = Escalation.id == escalation_id
    if not await Escalation.select(Escalation.id).where(mine).lock_rows("UPDATE").first():
        raise NotFound("escalation")
    return _facts(await Escalation.select(*COLUMNS).where(mine).first() or {})


async def update_escalation(escalation_id: UUID, **values: Any) -> None:
    """Raises NotFound if the actor may not change it."""
    columns: dict[Column | str, Any] = dict(values.items())
    if not await Escalation.update(columns).where(Escalation.id == escalation_id).returning(Escalation.id):
        raise NotFound("escalation")

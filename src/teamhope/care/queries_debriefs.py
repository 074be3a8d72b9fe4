"""Rows of debriefs, as facts: that somebody of the staff talks with a volunteer after a hard call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns import Column

from teamhope.tables.accounts import Person
from teamhope.tables.care import Debrief
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import NotFound


@dataclass(frozen=True, slots=True)
class DebriefFacts:
    """`done_by`: who talked with her, None for a process. Nothing says why it was opened, or what was said."""

    id: UUID
    volunteer: UUID
    name: str
    due_at: datetime
    done_at: datetime | None
    done_by: str | None
    waived_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.waived_at is None


COLUMNS = (*Debrief.all_columns(), Debrief.volunteer.display_name, Debrief.done_by.name)
OPEN = Debrief.done_at.is_null() & Debrief.waived_at.is_null()


def _facts(row: Mapping[str, Any]) -> DebriefFacts:
    return DebriefFacts(
        id=row["id"],
        volunteer=row["volunteer"],
        name=Volunteer.display_name.unseal(row["volunteer"], row["volunteer.display_name"]),
        due_at=row["due_at"],
        done_at=row["done_at"],
        done_by=Person.name.unseal_if(row["done_by"], row["done_by.name"]),
        waived_at=row["waived_at"],
    )


async def list_open() -> list[DebriefFacts]:
    """Those the actor may see, the first due first."""
    return [_facts(row) for row in await Debrief.select(*COLUMNS).where(OPEN).order_by(Debrief.due_at)]


async def list_of(volunteer_id: UUID, limit: int) -> list[DebriefFacts]:
    """The newest first, open or not."""
    hers = Debrief.volunteer == volunteer_id
    rows = await Debrief.select(*COLUMNS).where(hers).order_by(Debrief.due_at, ascending=False).limit(limit)
    return [_facts(row) for row in rows]


async def count_due_since(volunteer_id: UUID, since: datetime) -> int:
    return int(await Debrief.count().where((Debrief.volunteer == volunteer_id) & (Debrief.due_at > since)))


async def lock_debrief(debrief_id: UUID) -> DebriefFacts:
    """Its row stays locked to the end of the transaction. Raises NotFound if the actor may not close it."""
    this = Debrief.id == debrief_id
    if not await Debrief.select(Debrief.id).where(this).lock_rows("NO KEY UPDATE").first():
        raise NotFound("debrief")
    return _facts(await Debrief.select(*COLUMNS).where(this).first() or {})


async def update_debrief(debrief_id: UUID, **values: Any) -> None:
    columns: dict[Column | str, Any] = dict(values.items())
    await Debrief.update(columns).where(Debrief.id == debrief_id)


async def insert_debrief(call: UUID, volunteer: UUID, due_at: datetime) -> UUID:
    """Her row stays locked: whoever asks her to take a family at this moment comes before, or sees this."""
    await Volunteer.select(Volunteer.id).where(Volunteer.id == volunteer).lock_rows("NO KEY UPDATE")
    debrief = Debrief(id=uuid4(), call=call, volunteer=volunteer, due_at=due_at)
    await Debrief.insert(debrief)
    return debrief.id


async def move_debrief(former: UUID, call: UUID) -> bool:
    """Whether the former call had one."""
    return bool(await Debrief.update({Debrief.call: call}).where(Debrief.call == former).returning(Debrief.id))


async def end_debrief(call: UUID, now: datetime) -> list[UUID]:
    rows = await Debrief.update({Debrief.waived_at: now}).where((Debrief.call == call) & OPEN).returning(Debrief.id)
    return [row["id"] for row in rows]

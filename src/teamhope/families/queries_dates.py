"""Rows of the days of each year that are hard for a family."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.families.forms_dates import DateForm
from teamhope.families.rules_dates import SensitiveDay
from teamhope.kit.database import connection
from teamhope.tables.families import Family, SensitiveDate
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import SensitiveDateKind
from teamhope.vocabulary.year_days import YearDay

DAYS: Final = "select month, day, call_on from sensitive_day where family = $1 order by month, day"


@dataclass(frozen=True, slots=True)
class DateView:
    id: UUID
    place: int
    kind: SensitiveDateKind
    day: YearDay
    call_on: bool


async def load_days(family_id: UUID) -> tuple[SensitiveDay, ...]:
    """In the order of the year, for whoever has the family; nobody learns by it what they are the days of."""
    rows = await connection().fetch(DAYS, family_id)
    return tuple(SensitiveDay(YearDay(row["month"], row["day"]), row["call_on"]) for row in rows)


async def lock_family(family_id: UUID) -> None:
    """Nobody else takes a place for a date meanwhile. Raises NotFound if the actor may not change the family."""
    if not await Family.select(Family.id).where(Family.id == family_id).lock_rows("NO KEY UPDATE"):
        raise NotFound("family")


async def list_dates(family_id: UUID) -> list[DateView]:
    """In the order of the year."""
    dates = SensitiveDate.select().where(SensitiveDate.family == family_id)
    return [
        DateView(
            row["id"],
            row["place"],
            SensitiveDateKind(row["kind"]),
            YearDay(row["month"], row["day"]),
            row["call_on"],
        )
        for row in await dates.order_by(SensitiveDate.month, SensitiveDate.day, SensitiveDate.kind)
    ]


async def insert_date(family_id: UUID, place: int, new: DateForm, now: datetime) -> UUID:
    row = SensitiveDate(
        id=uuid4(),
        family=family_id,
        place=place,
        kind=new.kind,
        month=new.month,
        day=new.day,
        call_on=new.call_on,
        created_at=now,
    )
    await SensitiveDate.insert(row)
    return row.id


async def delete_date(family_id: UUID, date_id: UUID) -> None:
    """Raises NotFound unless it is this family's, in the actor's scope."""
    this = (SensitiveDate.id == date_id) & (SensitiveDate.family == family_id)
    if not await SensitiveDate.delete().where(this).returning(SensitiveDate.id):
        raise NotFound("sensitive_date")

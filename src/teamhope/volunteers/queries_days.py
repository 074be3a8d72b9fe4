"""Rows of single days on which a volunteer has other hours than every week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.kit.database import connection
from teamhope.tables.volunteers import OtherHours
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import Window

PUT: Final = """
    insert into other_hours (id, volunteer, day, from_a, until_a, from_b, until_b) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (volunteer, day) do update set from_a = excluded.from_a, until_a = excluded.until_a,
      from_b = excluded.from_b, until_b = excluded.until_b
    returning id
"""


@dataclass(frozen=True, slots=True)
class OtherDay:
    """`windows`: local, in order; none: she is not free on that date."""

    id: UUID
    day: date
    windows: tuple[Window, ...]


def _other_day(row: Mapping[str, Any]) -> OtherDay:
    return OtherDay(row["id"], row["day"], OtherHours.windows(row))


async def list_other_days(volunteer_id: UUID, today: date) -> list[OtherDay]:
    """Those not over, the next first."""
    coming = (OtherHours.volunteer == volunteer_id) & (OtherHours.day >= today)
    return [_other_day(row) for row in await OtherHours.select().where(coming).order_by(OtherHours.day)]


async def put_other_day(volunteer_id: UUID, day: date, windows: tuple[Window, ...]) -> UUID:
    """In place of what was said of that date before. `windows`: two at most, in order."""
    spans = [edge for window in windows for edge in (window.start, window.end)]
    edges = (*spans, *(None,) * (4 - len(spans)))
    id_: UUID = await connection().fetchval(PUT, uuid4(), volunteer_id, day, *edges)
    return id_


async def delete_other_day(volunteer_id: UUID, other_day_id: UUID) -> None:
    mine = (OtherHours.id == other_day_id) & (OtherHours.volunteer == volunteer_id)
    if not await OtherHours.delete().where(mine).returning(OtherHours.id):
        raise NotFound("other_hours")

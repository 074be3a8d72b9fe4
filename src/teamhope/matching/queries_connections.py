"""Rows of volunteers and families who may know of each other; they end, and are never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError
from piccolo.columns import Column
from piccolo.columns.combination import Where

from teamhope.tables.families import Family
from teamhope.tables.matches import KnownConnection, Match
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import ConnectionEnd, ConnectionKind
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import HOLDS_A_PLACE

COLUMNS = (
    *KnownConnection.all_columns(),
    KnownConnection.family.family_no,
    KnownConnection.volunteer.display_name,
    KnownConnection.volunteer.person.as_alias("person"),
)


@dataclass(frozen=True, slots=True)
class Connection:
    """`family_no`, `volunteer`: None where the actor does not see that side. `said_herself`: by the volunteer."""

    id: UUID
    family_id: UUID
    family_no: str | None
    volunteer_id: UUID
    volunteer: str | None
    kind: ConnectionKind
    said_herself: bool
    since: datetime
    ended_at: datetime | None
    end_reason: ConnectionEnd | None


async def list_of_family(family_id: UUID) -> list[Connection]:
    """Those that stand first, then those that ended; the latest first."""
    return await _list(KnownConnection.family == family_id)


async def list_of_volunteer(volunteer_id: UUID) -> list[Connection]:
    """As list_of_family."""
    return await _list(KnownConnection.volunteer == volunteer_id)


async def _list(which: Where) -> list[Connection]:
    rows = await KnownConnection.select(*COLUMNS).where(which).order_by(KnownConnection.recorded_at, ascending=False)
    return [_connection(row) for row in sorted(rows, key=lambda row: row["ended_at"] is not None)]


def _connection(row: Mapping[str, Any]) -> Connection:
    return Connection(
        id=row["id"],
        family_id=row["family"],
        family_no=row["family.family_no"],
        volunteer_id=row["volunteer"],
        volunteer=Volunteer.display_name.unseal_if(row["volunteer"], row["volunteer.display_name"]),
        kind=ConnectionKind(row["kind"]),
        said_herself=row["recorded_by"] is not None and row["recorded_by"] == row["person"],
        since=row["recorded_at"],
        ended_at=row["ended_at"],
        end_reason=ConnectionEnd(row["end_reason"]) if row["end_reason"] else None,
    )


async def is_said(family_id: UUID, volunteer_id: UUID, kind: ConnectionKind) -> bool:
    """Whether one of this kind stands that the actor may see."""
    same = (
        (KnownConnection.family == family_id)
        & (KnownConnection.volunteer == volunteer_id)
        & (KnownConnection.kind == kind)
        & KnownConnection.ended_at.is_null()
    )
    return bool(await KnownConnection.exists().where(same))


async def insert_connection(
    actor: Actor, family_id: UUID, volunteer_id: UUID, kind: ConnectionKind, now: datetime
) -> UUID:
    """Raises Invalid where one of this kind stands (index one_standing_connection)."""
    row = KnownConnection(
        id=uuid4(), family=family_id, volunteer=volunteer_id, kind=kind, recorded_by=actor.person_id, recorded_at=now
    )
    try:
        await KnownConnection.insert(row)
    except UniqueViolationError as clash:
        raise Invalid.field("kind", "connection_known") from clash
    return row.id


async def end_connection(
    connection_id: UUID, of: UUID, reason: ConnectionEnd, by: tuple[UUID | None, datetime]
) -> None:
    """`of` the family or the volunteer; `by` whom and when. Raises NotFound unless it stands, in the actor's scope."""
    whose = (KnownConnection.family == of) | (KnownConnection.volunteer == of)
    standing = (KnownConnection.id == connection_id) & whose & KnownConnection.ended_at.is_null()
    values: dict[Column | str, Any] = {
        KnownConnection.ended_at: by[1],
        KnownConnection.ended_by: by[0],
        KnownConnection.end_reason: reason,
    }
    if not await KnownConnection.update(values).where(standing).returning(KnownConnection.id):
        raise NotFound("known_connection")


async def is_matched(family_id: UUID, volunteer_id: UUID) -> bool:
    live = (Match.family == family_id) & (Match.volunteer == volunteer_id) & Match.status.is_in(sorted(HOLDS_A_PLACE))
    return bool(await Match.exists().where(live))


async def find_family(family_no: str) -> UUID | None:
    """Of those that the actor may see."""
    row = await Family.select(Family.id).where(Family.family_no == family_no).first()
    return row["id"] if row else None

"""Rows of periods, legal holds, erasure requests and releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.kit.database import connection
from teamhope.retention.rules import Given, Kind, LegalHoldReason, Notice, ReleaseEntry, ReleaseKind
from teamhope.tables.families import BlockedPerson
from teamhope.tables.retention import ErasureRequest, LegalHold, Release, RetentionPeriod
from teamhope.vocabulary.errors import NotFound

RELEASES_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """What decides about keeping one family. `members`: all rows that count as this family, the canonical one first."""

    family_id: UUID
    family_no: str
    members: tuple[UUID, ...]
    hold: LegalHoldReason | None
    held_at: datetime | None
    erasure_asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of a family goes when it is erased, and what stays."""

    contacts: int
    numbers: int
    consents: int
    notes: int
    calls: int
    releases: int


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    id: UUID
    family_id: UUID
    family_no: str
    kind: ReleaseKind
    recipient: str
    given: tuple[Given, ...]
    notice: Notice
    notice_on: date | None
    released_on: date


MEMBERS: Final = """
    select f.id, f.family_no from family f
    where coalesce(f.duplicate_of, f.id) = (select coalesce(g.duplicate_of, g.id) from family g where g.id = $1)
      and f.status <> 'anonymised'
    order by f.duplicate_of is not null, f.id
"""
HOLD: Final = """
    select id, reason, placed_at from legal_hold where family = any($1) and lifted_at is null order by placed_at limit 1
"""
ASKED: Final = "select min(asked_at) from erasure_request where family = any($1) and done_at is null"


async def load_kept(family_id: UUID) -> Kept:
    """Raises NotFound for an anonymous family, and outside the scope."""
    rows = await connection().fetch(MEMBERS, family_id)
    family_no = next((row["family_no"] for row in rows if row["id"] == family_id), None)
    if family_no is None:
        raise NotFound("family")
    members = tuple(row["id"] for row in rows)
    hold = await connection().fetchrow(HOLD, members)
    return Kept(
        family_id=family_id,
        family_no=family_no,
        members=members,
        hold=LegalHoldReason(hold["reason"]) if hold else None,
        held_at=hold["placed_at"] if hold else None,
        erasure_asked_at=await connection().fetchval(ASKED, members),
    )


AMOUNTS: Final = """
    select (select count(*) from contact where family = any($1)) as contacts,
      (select count(*) from contact_phone where family = any($1)) as numbers,
      (select count(*) from consent where family = any($1)) as consents,
      (select count(*) from call where family = any($1) and note is not null) as notes,
      (select count(*) from call where family = any($1)) as calls,
      (select count(*) from release where family = any($1)) as releases
"""


async def count_held(members: Sequence[UUID]) -> Amounts:
    return Amounts(**await connection().fetchrow(AMOUNTS, members))


async def insert_hold(family_id: UUID, reason: LegalHoldReason, by: UUID | None, now: datetime) -> UUID:
    """Raises UniqueViolationError if there is one already."""
    id_ = uuid4()
    await LegalHold.insert(LegalHold(id=id_, family=family_id, reason=reason, placed_by=by, placed_at=now))
    return id_


async def lift_holds(members: Sequence[UUID], by: UUID | None, now: datetime) -> list[UUID]:
    lift = """update legal_hold set lifted_by = $2, lifted_at = $3
              where family = any($1) and lifted_at is null returning id"""
    return [row["id"] for row in await connection().fetch(lift, members, by, now)]


async def insert_erasure(family_id: UUID, by: UUID | None, now: datetime) -> UUID:
    id_ = uuid4()
    await ErasureRequest.insert(ErasureRequest(id=id_, family=family_id, asked_by=by, asked_at=now))
    return id_


async def finish_erasure(members: Sequence[UUID], now: datetime) -> int:
    done = "update erasure_request set done_at = $2 where family = any($1) and done_at is null"
    return int((await connection().execute(done, members, now)).rpartition(" ")[2])


async def enter_erasure(family_id: UUID, asked_at: datetime, now: datetime) -> None:
    """What the register lost with a restored backup."""
    if not await finish_erasure([family_id], now):
        await ErasureRequest.insert(ErasureRequest(id=uuid4(), family=family_id, asked_at=asked_at, done_at=now))


# Periods --------------------------------------------------------------------------------------------------------------


async def save_days(kind: Kind, days: int, by: UUID | None, now: datetime) -> None:
    row = RetentionPeriod(kind=kind, days=days, changed_by=by, changed_at=now)
    values: Any = [RetentionPeriod.days, RetentionPeriod.changed_by, RetentionPeriod.changed_at]
    await RetentionPeriod.insert(row).on_conflict(target=RetentionPeriod.kind, action="DO UPDATE", values=values)


# The register of releases ---------------------------------------------------------------------------------------------


async def barred_names(members: Sequence[UUID]) -> frozenset[str]:
    """Of people to whom the family wants nothing given."""
    barred = "select id, name from blocked_person where family = any($1) and name is not null and ended_at is null"
    rows = await connection().fetch(barred, members)
    return frozenset(BlockedPerson.name.unseal(row["id"], row["name"]) for row in rows)


async def insert_release(family_id: UUID, entry: ReleaseEntry, by: UUID | None, now: datetime) -> UUID:
    id_ = uuid4()
    await Release.insert(
        Release(
            id=id_,
            family=family_id,
            kind=entry.kind,
            recipient=Release.recipient.seal(id_, entry.recipient.strip()),
            given=list(entry.given),
            notice=entry.notice,
            notice_on=entry.notice_on,
            released_on=entry.released_on,
            recorded_by=by,
            recorded_at=now,
        )
    )
    return id_


REGISTER: Final = """
    select r.*, f.family_no from release r join family f on f.id = r.family
    where $1::uuid[] is null or r.family = any($1)
    order by r.released_on desc, r.recorded_at desc limit $2 offset $3
"""


async def list_releases(members: Sequence[UUID] | None, page: int = 1) -> list[ReleaseRow]:
    """The latest first; `members` None: of every family. One more than RELEASES_MOST if there is a next page."""
    rows = await connection().fetch(REGISTER, members, RELEASES_MOST + 1, RELEASES_MOST * (page - 1))
    return [
        ReleaseRow(
            id=row["id"],
            family_id=row["family"],
            family_no=row["family_no"],
            kind=ReleaseKind(row["kind"]),
            recipient=Release.recipient.unseal(row["id"], row["recipient"]),
            given=tuple(map(Given, row["given"])),
            notice=Notice(row["notice"]),
            notice_on=row["notice_on"],
            released_on=row["released_on"],
        )
        for row in rows
    ]

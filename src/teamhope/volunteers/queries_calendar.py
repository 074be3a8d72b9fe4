"""Rows of the addresses by which volunteers' own calendars fetch their calls: only the hash of each secret."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.accounts.rules import CALLERS
from teamhope.kit.database import connection
from teamhope.tables.volunteers import CalendarFeed
from teamhope.vocabulary.people import PersonStatus

PUT: Final = """
    insert into calendar_feed (secret_hash, volunteer, created_at) values ($1, $2, $3)
    on conflict (volunteer) do update set secret_hash = excluded.secret_hash, created_at = excluded.created_at
"""
HOLDER: Final = """
    select v.id as volunteer_id, p.id as person_id, p.language, p.timezone
    from calendar_feed f join volunteer v on v.id = f.volunteer join person p on p.id = v.person
    where f.secret_hash = $1 and p.status = $2 and p.role = any($3)
"""


@dataclass(frozen=True, slots=True)
class FeedHolder:
    """Whose calls an address shows, and how she reads them."""

    volunteer_id: UUID
    person_id: UUID
    language: str
    zone: ZoneInfo


async def put_feed(secret_hash: bytes, volunteer_id: UUID, now: datetime) -> None:
    """In the place of the one she had."""
    await connection().execute(PUT, secret_hash, volunteer_id, now)


async def feed_since(volunteer_id: UUID) -> datetime | None:
    row = await CalendarFeed.select(CalendarFeed.created_at).where(CalendarFeed.volunteer == volunteer_id).first()
    return row["created_at"] if row else None


async def delete_feed(volunteer_id: UUID) -> None:
    await CalendarFeed.delete().where(CalendarFeed.volunteer == volunteer_id)


async def load_holder(secret_hash: bytes) -> FeedHolder | None:
    """None for a hash that is nobody's, and for whoever is suspended or calls nobody any more: by one statement."""
    row = await connection().fetchrow(HOLDER, secret_hash, PersonStatus.ACTIVE, sorted(CALLERS))
    if row is None:
        return None
    return FeedHolder(row["volunteer_id"], row["person_id"], row["language"], ZoneInfo(row["timezone"]))

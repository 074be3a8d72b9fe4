"""Numbers that asked us to stop, known by their index alone: they outlive whoever had them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from teamhope.families.indexes import number_index
from teamhope.kit.database import connection

# Without naming a column to clash on: who hears a no may add, and need not read what is there.
KEEP = """
    insert into opted_out_number (number_index, opted_out_at)
    select distinct number_index, $2::timestamptz from contact_phone where {whose} = any($1)
    on conflict do nothing
"""


async def keep_numbers(phone_ids: Sequence[UUID], now: datetime) -> None:
    await connection().execute(KEEP.format(whose="id"), phone_ids, now)


async def keep_numbers_of(contact_id: UUID, now: datetime) -> None:
    await connection().execute(KEEP.format(whose="contact"), [contact_id], now)


async def has_opted_out(e164: str) -> bool:
    asked = "select exists (select from opted_out_number where number_index = $1)"
    return bool(await connection().fetchval(asked, number_index(e164)))

"""Numbers that asked us to stop, known by their index alone: they outlive whoever had them."""

from collections.abc import Iterable, Sequence
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


async def list_opted_out(numbers: Iterable[str]) -> frozenset[str]:
    """Those, in E.164, that asked us to stop."""
    by_index = {number_index(number): number for number in numbers}
    asked = "select number_index from opted_out_number where number_index = any($1)"
    return frozenset(by_index[row["number_index"]] for row in await connection().fetch(asked, list(by_index)))


async def has_opted_out(e164: str) -> bool:
    return e164 in await list_opted_out([e164])

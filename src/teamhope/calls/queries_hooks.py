"""Rows of the provider's reports, kept before anybody knows what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.kit.database import connection
from teamhope.tables.messages import ProviderCallback


async def keep_report(
    sid: str, word: str, error_code: str | None, attempt_id: UUID | None, received_at: datetime
) -> None:
    """The first report of a word about a text; the same once more changes nothing."""
    row = ProviderCallback(
        id=uuid4(),
        provider_sid=sid,
        status=word,
        error_code=error_code,
        message=attempt_id,
        received_at=received_at,
    )
    same = (ProviderCallback.provider_sid, ProviderCallback.status)
    await ProviderCallback.insert(row).on_conflict(target=same, action="DO NOTHING")


# Reports about telephones ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegReport:
    id: UUID
    leg_id: UUID
    sid: str
    word: str
    code: str | None
    seconds: int | None
    received_at: datetime


async def keep_leg_report(
    sid: str, word: str, error_code: str | None, leg_id: UUID, seconds: int | None, received_at: datetime
) -> None:
    """The first report of a word about a call; the same once more changes nothing."""
    row = ProviderCallback(
        id=uuid4(),
        provider_sid=sid,
        status=word,
        error_code=error_code,
        leg=leg_id,
        seconds=seconds,
        received_at=received_at,
    )
    same = (ProviderCallback.provider_sid, ProviderCallback.status)
    await ProviderCallback.insert(row).on_conflict(target=same, action="DO NOTHING")


# A report that names another call than the leg's own is of nothing that we dialled.
OPEN: Final = """
    select c.id, c.leg as leg_id, c.provider_sid as sid, c.status as word, c.error_code as code, c.seconds,
      c.received_at
    from provider_callback c
    join phone_leg l on l.id = c.leg and coalesce(l.provider_sid, c.provider_sid) = c.provider_sid
    where c.applied_at is null and ($2::uuid is null or l.phone_call = $2)
    order by c.received_at limit $1 for update of c skip locked
"""


async def lock_leg_reports(limit: int, phone_call_id: UUID | None = None) -> list[LegReport]:
    """Those that are not applied and whose leg is known, in the legs' order, so that no two passes wait for each other.

    Locked to the end of the transaction; what others hold is left out.
    """
    rows = await connection().fetch(OPEN, limit, phone_call_id)
    return sorted((LegReport(**row) for row in rows), key=lambda report: (report.leg_id, report.received_at))


async def mark_applied(report_ids: Sequence[UUID], now: datetime) -> None:
    await connection().execute("update provider_callback set applied_at = $2 where id = any($1)", report_ids, now)

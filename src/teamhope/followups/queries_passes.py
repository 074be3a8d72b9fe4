"""Promised calls whose time has come, or has gone without anybody calling: claimed by one worker at a time."""

from datetime import datetime
from typing import Any

from teamhope.followups.queries import FollowUpFacts, facts_of
from teamhope.kit.database import connection

WAITING = "f.status in ('planned', 'retry_wait')"
# Nobody has called, and the family has not reached us, since the call was due.
UNMADE = """
    f.status in ('due', 'in_progress') and not exists (
      select from call k where k.match = f.match and k.started_at >= f.due_at and k.voided_at is null
        and k.outcome <> 'inbound_missed')
"""


async def claim_due(now: datetime, limit: int) -> tuple[FollowUpFacts, ...]:
    """Planned or waiting for a retry, and due: locked, without those that another holds, the first due first."""
    return await _claim(WAITING, now, limit)


async def claim_unmade(due_before: datetime, limit: int) -> tuple[FollowUpFacts, ...]:
    """Due at that instant or before, and nobody has called since: locked as by claim_due."""
    return await _claim(UNMADE, due_before, limit)


async def _claim(which: str, due_before: datetime, limit: int) -> tuple[FollowUpFacts, ...]:
    rows: list[Any] = await connection().fetch(
        f"""
        select f.* from follow_up f where {which} and f.due_at <= $1
        order by f.due_at, f.id limit $2 for no key update of f skip locked
        """,  # noqa: S608 - constants
        due_before,
        limit,
    )
    return tuple(facts_of(row) for row in rows)


async def first_due_at() -> datetime | None:
    return await _first(WAITING)


async def first_unmade_due_at() -> datetime | None:
    return await _first(UNMADE)


async def _first(which: str) -> datetime | None:
    due_at: datetime | None = await connection().fetchval(
        f"select min(f.due_at) from follow_up f where {which}"  # noqa: S608 - constants
    )
    return due_at

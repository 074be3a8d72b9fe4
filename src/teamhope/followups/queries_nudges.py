"""Rows of promised calls that volunteers may be nudged about, as facts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.followups.rules_nudges import NOBODY_CALLS, PromisedCall
from teamhope.followups.rules_promises import COVER_AFTER_END, Promise
from teamhope.kit.database import connection
from teamhope.vocabulary.states import FollowUpStatus

CALLS: Final = """
    select f.id, p.id as person, p.timezone, f.status, f.due_at, f.window_end_at,
      array(select k.started_at from call k where k.match = f.match and k.voided_at is null and k.started_at >= f.due_at
            and k.outcome <> 'inbound_missed') as called_at
    from follow_up f join volunteer v on v.id = f.volunteer join person p on p.id = v.person
"""
UNMADE: Final = f"""{CALLS}
    where f.status = any($1) and f.due_at <= $2 and f.window_end_at > $3
      and p.status = 'active' and p.agreed_to_sms and p.phone is not null
    order by f.due_at, f.id
"""


async def list_unmade(now: datetime, ahead: timedelta) -> list[PromisedCall]:
    """Calls that begin by `now + ahead` and whose end may still be told of, of those who may be sent texts."""
    rows = await connection().fetch(UNMADE, sorted(NOBODY_CALLS), now + ahead, now - COVER_AFTER_END)
    return [_call(row) for row in rows]


async def load_calls(follow_up_ids: Sequence[UUID]) -> dict[UUID, PromisedCall]:
    rows = await connection().fetch(f"{CALLS} where f.id = any($1)", follow_up_ids)
    return {row["id"]: _call(row) for row in rows}


def _call(row: Any) -> PromisedCall:
    return PromisedCall(
        id=row["id"],
        person_id=row["person"],
        zone=ZoneInfo(row["timezone"]),
        status=FollowUpStatus(row["status"]),
        promise=Promise(row["due_at"], row["window_end_at"]),
        called_at=tuple(row["called_at"]),
    )

"""Rows of one volunteer's coming calls: their times and how often they were moved, nothing about a family."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import connection
from teamhope.vocabulary.states import FollowUpStatus

TO_BE_MADE: Final = sorted(
    {FollowUpStatus.PLANNED, FollowUpStatus.DUE, FollowUpStatus.IN_PROGRESS, FollowUpStatus.RETRY_WAIT}
)
COMING: Final = """
    select f.id, f.due_at, count(m.id) as moves
    from follow_up f left join follow_up_move m on m.follow_up = f.id
    where f.volunteer = $1 and f.due_at >= $2 and f.due_at < $3 and f.status = any($4)
    group by f.id order by f.due_at, f.id
"""


@dataclass(frozen=True, slots=True)
class ComingCall:
    id: UUID
    due_at: datetime
    moves: int


async def list_coming(volunteer_id: UUID, start: datetime, end: datetime) -> tuple[ComingCall, ...]:
    """Those still to be made, without the suspended ones and those that a coordinator took over; first due first."""
    rows = await connection().fetch(COMING, volunteer_id, start, end, TO_BE_MADE)
    return tuple(ComingCall(**row) for row in rows)

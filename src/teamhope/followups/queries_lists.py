"""Promised calls as lists: a volunteer's day, a week, what is overdue, and what others ask for through the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from teamhope.followups.queries import FollowUpFacts, facts_of
from teamhope.kit.database import connection
from teamhope.tables.families import Contact
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.states import OPEN_FOLLOW_UP

WEEK_MOST = 1000  # 150 volunteers with 4 calls a week each (domain.md §7)
OVERDUE_MOST = 200


@dataclass(frozen=True, slots=True)
class ListedCall:
    """`family_no` and `first_name` are None where the actor sees the call and not the family any more.

    `volunteer_name` is empty for whoever covers her call.
    """

    follow_up: FollowUpFacts
    contact_id: UUID | None
    family_no: str | None
    first_name: str | None
    volunteer_name: str
    called_at: tuple[datetime, ...]  # calls of the match since it was due, in either direction
    reminded_at: datetime | None  # when a text told the family of it


LISTED = """
    select f.*, v.display_name, c.id as contact_id, c.first_name, y.family_no,
      array(select k.started_at from call k where k.match = f.match and k.voided_at is null and k.started_at >= f.due_at
            and k.outcome <> 'inbound_missed' order by k.started_at) as called_at,
      (select max(x.sending_at) from message x where x.follow_up = f.id and x.contact is not null
       and x.local_date = f.local_date and x.status in ('sent', 'delivered')) as reminded_at
    from follow_up f
    left join volunteer v on v.id = f.volunteer
    join match m on m.id = f.match
    left join support_request r on r.id = m.request
    left join contact c on c.id = coalesce(m.contact, r.contact)
    left join family y on y.id = f.family
"""


async def list_open_of_volunteer(volunteer_id: UUID, due_before: datetime) -> tuple[ListedCall, ...]:
    """The first due first; those of families that she may not see any more are left out."""
    where = "f.volunteer = $1 and f.due_at < $2 and f.status = any($3) and f.status <> 'suspended' and c.id is not null"
    return await _list(where, "f.due_at, f.id", volunteer_id, due_before, sorted(OPEN_FOLLOW_UP))


async def list_between(start: datetime, end: datetime, volunteer_id: UUID | None) -> tuple[ListedCall, ...]:
    """Due in the span, whatever became of them, without the cancelled.

    By volunteer and time, WEEK_MOST at most. `volunteer_id` None: of everybody the actor may see.
    """
    where = """f.due_at >= $1 and f.due_at < $2 and f.status not in ('cancelled', 'skipped')
      and ($3::uuid is null or f.volunteer = $3)"""
    return await _list(where, f"f.volunteer, f.due_at, f.id limit {WEEK_MOST}", start, end, volunteer_id)


async def list_past_due(now: datetime) -> tuple[ListedCall, ...]:
    """Open and due, the longest first, OVERDUE_MOST at most."""
    where = "f.due_at <= $1 and f.status in ('planned', 'due', 'in_progress', 'retry_wait', 'escalated_to_coordinator')"
    return await _list(where, f"f.due_at, f.id limit {OVERDUE_MOST}", now)


async def list_named(follow_ups: Sequence[UUID]) -> tuple[ListedCall, ...]:
    """Those of them that are still to be made and whose family the actor sees, in the order given."""
    where = "f.id = any($1) and f.status = any($2) and f.status <> 'suspended' and c.id is not null"
    return await _list(where, "array_position($1, f.id)", follow_ups, sorted(OPEN_FOLLOW_UP))


async def _list(where: str, order: str, *values: object) -> tuple[ListedCall, ...]:
    rows: Sequence[Mapping[str, Any]] = await connection().fetch(
        f"{LISTED} where {where} order by {order}",
        *values,
    )
    return tuple(_listed(row) for row in rows)


def _listed(row: Mapping[str, Any]) -> ListedCall:
    contact_id = row["contact_id"]
    return ListedCall(
        follow_up=facts_of(row),
        contact_id=contact_id,
        family_no=row["family_no"],
        first_name=Contact.first_name.unseal(contact_id, row["first_name"]) if contact_id else None,
        volunteer_name=Volunteer.display_name.unseal_if(row["volunteer"], row["display_name"]) or "",
        called_at=tuple(row["called_at"]),
        reminded_at=row["reminded_at"],
    )


PAGE = """
    select f.* from follow_up f
    where f.status = any($1) and ($2::timestamptz is null or f.due_at < $2) and ($3::uuid is null or f.volunteer = $3)
      and ($4::timestamptz is null or (f.due_at, f.id) > ($4, $5))
    order by f.due_at, f.id limit $6
"""


async def list_page(
    due_before: datetime | None, volunteer_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[FollowUpFacts, ...]:
    """Open ones in order of (due_at, id), those after `after`."""
    at, follow_up_id = after or (None, None)
    rows = await connection().fetch(PAGE, sorted(OPEN_FOLLOW_UP), due_before, volunteer_id, at, follow_up_id, limit)
    return tuple(facts_of(row) for row in rows)

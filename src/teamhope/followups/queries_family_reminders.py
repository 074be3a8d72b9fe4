"""Rows of promised calls that families are reminded of, as facts; and of reminders whose words the provider keeps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from teamhope.followups.rules_family_reminders import EARLIEST, LATEST, TOLD_OF, Announced
from teamhope.followups.rules_messages import STOP_ASKING
from teamhope.kit.database import connection
from teamhope.vocabulary.states import FollowUpStatus


@dataclass(frozen=True, slots=True)
class Unannounced:
    """A promised call of which nobody has been told, and the phone that a text may go to if every rule allows it."""

    follow_up_id: UUID
    match_id: UUID
    contact_id: UUID
    phone_id: UUID
    local_date: date
    due_at: datetime
    status: FollowUpStatus
    agreed: bool


AGREED: Final = """
    (f.asked_callback or exists (select from follow_up_move v where v.follow_up = f.id and v.to_due_at = f.due_at
                                 and v.moved_for in ('family', 'volunteer', 'staff', 'hold')))
"""
# Those that may_contact would refuse all the same are left out here, so that a pass asks it only about the few others.
UNANNOUNCED: Final = f"""
    select f.id as follow_up_id, f.match as match_id, c.id as contact_id, p.id as phone_id, f.local_date, f.due_at,
      f.status, {AGREED} as agreed
    from follow_up f join match m on m.id = f.match left join support_request r on r.id = m.request
    join contact c on c.id = coalesce(m.contact, r.contact)
    join family y on y.id = c.family and y.status = 'open' and y.held_at is null
    join lateral (select id from contact_phone p where p.contact = c.id and p.safe_to_text and p.only_i_see_this_phone
                  and p.stopped_at is null order by p.kind <> 'mobile', p.id limit 1) p on true
    where f.status = any($1) and f.due_at between $2 and $3
      and not exists (select from message x where x.follow_up = f.id and x.contact = c.id
                      and x.local_date = f.local_date and x.status <> 'cancelled')
    order by f.due_at, f.id
"""  # noqa: S608 - constants


async def list_unannounced(now: datetime) -> list[Unannounced]:
    """Calls of which a family would be told by now, the first due first."""
    rows = await connection().fetch(UNANNOUNCED, sorted(TOLD_OF), now + LATEST, now + EARLIEST)
    return [Unannounced(**{**row, "status": FollowUpStatus(row["status"])}) for row in rows]


STAND_STILL: Final = """
    select stand_still(family) from (
      select distinct family from follow_up where id = any($1) order by family) told
"""
LOCK: Final = """
    select id from match where family in (select family from follow_up where id = any($1)) order by id for no key update
"""


async def stand_still(follow_up_ids: Sequence[UUID]) -> None:
    """Waits for whatever is being stopped or moved in these families; until the transaction ends nothing else is."""
    await connection().execute(LOCK, follow_up_ids)
    await connection().execute(STAND_STILL, follow_up_ids)


ANNOUNCED: Final = f"""
    select x.id, f.match, f.status, f.local_date, f.due_at, coalesce(m.contact, r.contact) as contact,
      coalesce(y.primary_language, '') as language, not p.no_time_in_text as says_when, {AGREED} as agreed
    from message x join follow_up f on f.id = x.follow_up join match m on m.id = f.match
    left join support_request r on r.id = m.request
    join family y on y.id = f.family join contact_phone p on p.id = x.contact_phone
    where x.id = any($1)
"""  # noqa: S608 - constants


async def load_announced(message_ids: Iterable[UUID]) -> dict[UUID, Announced]:
    """By the message that tells of it."""
    rows = await connection().fetch(ANNOUNCED, list(message_ids))
    return {row["id"]: _announced(row) for row in rows}


def _announced(row: Any) -> Announced:
    return Announced(
        match_id=row["match"],
        contact_id=row["contact"],
        status=FollowUpStatus(row["status"]),
        local_date=row["local_date"],
        due_at=row["due_at"],
        language=row["language"],
        says_when=row["says_when"],
        agreed=row["agreed"],
    )


# What the provider still keeps ----------------------------------------------------------------------------------------

KEPT: Final = """
    select id, provider_sid from message
    where contact is not null and body_erased_at is null and provider_sid is not null
      and (status in ('delivered', 'failed') or (status = 'sent' and sending_at < clock_timestamp() - $1::interval))
      and sending_at > clock_timestamp() - $2::interval
    order by sending_at limit $3
"""


async def list_kept(within: timedelta, limit: int) -> list[tuple[UUID, str]]:
    """(message, sid) of reminders that have come to an end and were sent `within`, the oldest first."""
    rows = await connection().fetch(KEPT, STOP_ASKING, within, limit)
    return [(row["id"], row["provider_sid"]) for row in rows]


async def mark_erased(message_ids: Iterable[UUID], now: datetime) -> None:
    await connection().execute("update message set body_erased_at = $2 where id = any($1)", list(message_ids), now)

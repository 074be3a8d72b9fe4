"""Rows that a stop reaches: the matches of a family, reminders about its calls, offers of it to volunteers."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from teamhope.followups.rules_messages import AWAITS_A_CALL
from teamhope.kit.database import connection
from teamhope.vocabulary.states import HOLDS_A_PLACE, FollowUpStatus, MatchStatus

LOCK: Final = "select id from match where family = $1 order by id for no key update"


async def lock_matches_of(family_id: UUID) -> None:
    """Every match of the family, whatever became of it, in one order for all who lock several."""
    await connection().fetch(LOCK, family_id)


LOCK_LIVE: Final = "select id from match where volunteer = $1 and status = any($2) order by id for no key update"


async def lock_live_of(volunteer_id: UUID) -> None:
    """Every match that takes one of her places, in one order for all who lock several."""
    await connection().fetch(LOCK_LIVE, volunteer_id, sorted(HOLDS_A_PLACE))


WITH_FOLLOW_UPS: Final = """
    select distinct match from follow_up
    where (family = $1 or volunteer = $2) and status = any($3) order by match
"""


async def list_matches_with(
    statuses: Iterable[FollowUpStatus], family_id: UUID | None = None, volunteer_id: UUID | None = None
) -> list[UUID]:
    """Those of the family, or of the volunteer, that have a follow-up in one of these states."""
    rows = await connection().fetch(WITH_FOLLOW_UPS, family_id, volunteer_id, sorted(statuses))
    return [row["match"] for row in rows]


MATCHES: Final = """
    select id, request, volunteer, status from match
    where family = $1 and status = any($2) and ($3::uuid is null or coalesce(contact,
      (select r.contact from support_request r where r.id = match.request)) = $3) order by id
"""


async def list_live(family_id: UUID, contact_id: UUID | None = None) -> list[tuple[UUID, UUID, UUID, MatchStatus]]:
    """(match, request, volunteer, state) of each that takes a volunteer's place; of this contact, if one is named."""
    rows = await connection().fetch(MATCHES, family_id, sorted(HOLDS_A_PLACE), contact_id)
    return [(row["id"], row["request"], row["volunteer"], MatchStatus(row["status"])) for row in rows]


# Her day as she reads it; a text that is being sent is past stopping.
CANCEL: Final = """
    update message m set status = 'cancelled', error_code = 'no_call', lease_owner = null, lease_until = null
    from person p join volunteer v on v.person = p.id
    where m.person = p.id and v.id = any($1) and m.status = 'queued'
      and not exists (select from follow_up f where f.volunteer = v.id and f.status = any($2)
                      and (f.due_at at time zone p.timezone)::date = m.local_date)
    returning m.id
"""


async def cancel_needless_reminders(volunteer_ids: Iterable[UUID]) -> list[UUID]:
    """Those of days on which these volunteers have no call left; which."""
    rows = await connection().fetch(CANCEL, sorted(volunteer_ids), sorted(AWAITS_A_CALL))
    return [row["id"] for row in rows]

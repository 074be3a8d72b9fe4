"""Rows of calls that are still to come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.families.rules_hours import EASTERN
from teamhope.followups.queries import FollowUpFacts, facts_of
from teamhope.kit.database import connection
from teamhope.tables.followups import FollowUp
from teamhope.vocabulary.states import FollowUpStatus


async def list_coming(statuses: Iterable[FollowUpStatus], now: datetime) -> tuple[FollowUpFacts, ...]:
    """In these states and due later than now, the first due first; none is locked."""
    coming = FollowUp.status.is_in(sorted(statuses)) & (FollowUp.due_at > now)
    rows = await FollowUp.select().where(coming).order_by(FollowUp.due_at, FollowUp.id)
    return tuple(facts_of(row) for row in rows)


ELSEWHERE: Final = """
    select distinct u.match from follow_up u
    join match m on m.id = u.match join support_request r on r.id = m.request
    join contact c on c.id = coalesce(m.contact, r.contact) join family f on f.id = c.family
    where u.status = any($1) and u.due_at > $2 and u.timezone <> coalesce(c.timezone, f.timezone, $3) order by u.match
"""


async def list_matches_elsewhere(statuses: Iterable[FollowUpStatus], now: datetime) -> list[UUID]:
    """Those with such a call in another zone than whoever is called is in by now; who is nowhere is Eastern."""
    rows = await connection().fetch(ELSEWHERE, sorted(statuses), now, EASTERN.key)
    return [row["match"] for row in rows]

"""Rows of calls that are still to come."""

from collections.abc import Iterable
from datetime import datetime

from teamhope.followups.queries import FollowUpFacts, facts_of
from teamhope.tables.followups import FollowUp
from teamhope.vocabulary.states import FollowUpStatus


async def list_coming(statuses: Iterable[FollowUpStatus], now: datetime) -> tuple[FollowUpFacts, ...]:
    """In these states and due later than now, the first due first; none is locked."""
    coming = FollowUp.status.is_in(sorted(statuses)) & (FollowUp.due_at > now)
    rows = await FollowUp.select().where(coming).order_by(FollowUp.due_at, FollowUp.id)
    return tuple(facts_of(row) for row in rows)

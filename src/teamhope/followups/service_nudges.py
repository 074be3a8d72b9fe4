"""Queueing nudges to volunteers about calls that begin soon or that nobody has made, and what becomes of one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from teamhope.followups import queries_messages, queries_nudges
from teamhope.followups import rules_nudges as rules
from teamhope.followups.queries_messages import NewMessage
from teamhope.followups.rules_messages import Change, Message
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER, StaffRecipient

AHEAD: Final = timedelta(minutes=30)  # several passes before a call begins


async def queue(now: datetime) -> None:
    """Of each call that begins within AHEAD, or whose time is over and nobody called. Once more changes nothing."""
    async with acting_as(WORKER):
        for call in await queries_nudges.list_unmade(now, AHEAD):
            her_day = call.promise.due_at.astimezone(call.zone).date()
            for kind in rules.STEPS:
                at = rules.nudge_at(kind, call, now)
                if at is not None:
                    await queries_messages.queue_message(NewMessage(kind, call.person_id, her_day, at, call.id), now)


async def decide(
    nudges: Sequence[tuple[Message, StaffRecipient | None]], now: datetime
) -> list[tuple[Message, StaffRecipient | Change]]:
    """Inside the transaction that commits the intents."""
    ids = [each.follow_up_id for each, _ in nudges if each.follow_up_id]
    calls = await queries_nudges.load_calls(ids) if ids else {}
    return [(each, rules.decide(each, to, calls[each.follow_up_id], now)) for each, to in nudges if each.follow_up_id]

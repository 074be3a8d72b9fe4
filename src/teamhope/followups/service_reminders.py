"""Queueing a volunteer's reminder: by whoever plans a follow-up, and once more for what planning missed."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.accounts.queries import list_staff
from teamhope.accounts.rules import may_notify
from teamhope.followups import queries_messages as queries
from teamhope.followups import rules_messages as rules
from teamhope.followups.queries_messages import NewMessage
from teamhope.followups.rules_promises import reminder_due
from teamhope.kit.database import acting_as
from teamhope.vocabulary.calls import MessageKind
from teamhope.vocabulary.people import WORKER


async def queue_reminder(volunteer_person_id: UUID, first_call_due: datetime, zone: ZoneInfo, now: datetime) -> None:
    """Queue the reminder of a call's day, if she may be sent texts; call it in the transaction that plans the call.

    `zone` is hers. One for a person and local date, however often it is called; the transaction decides whether it is
    kept. Whether it is still wanted is asked again when it is due: nobody need take it back.
    """
    day, remind_at = reminder_due(zone, first_call_due, now)
    # The planner may be somebody who sees neither the person nor her messages.
    async with acting_as(WORKER):
        staff = await list_staff([volunteer_person_id])
        if all(may_notify(one) is None for one in staff.values()):
            return
        new = NewMessage(MessageKind.DAILY_REMINDER, volunteer_person_id, day, remind_at)
        await queries.queue_message(new, now)


async def queue_missing(now: datetime) -> None:
    """Queue the reminder of everybody who has a call left today, in her zone, and no reminder for today."""
    async with acting_as(WORKER):
        for person_id, circumstances in (await queries.list_circumstances(now)).items():
            first_call_due = rules.unreminded(circumstances, now)
            if first_call_due is not None:
                await queue_reminder(person_id, first_call_due, circumstances.zone, now)

"""What happens to a queued message, each step in a transaction of its own; the telephone is used between them."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from teamhope.accounts.queries import list_staff, update_person
from teamhope.accounts.rules import may_notify
from teamhope.audit import service as audit
from teamhope.followups import queries_messages as queries
from teamhope.followups import queries_replies
from teamhope.followups import rules_messages as rules
from teamhope.followups.queries_messages import Report, Standing
from teamhope.followups.rules_messages import Change, InDoubt, Message
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.telephony.outcomes import Found, Unknown
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.people import WORKER, StaffRecipient

BATCH: Final = 10  # messages that one pass works on at once, with a connection each
REPORTS_AT_ONCE: Final = 200


def _new_lease(owner: str) -> str:
    """Of one pass: two workers with one name are still two."""
    return f"{owner}/{uuid4().hex}"


async def claim_due(owner: str, now: datetime) -> list[Message]:
    async with acting_as(WORKER):
        return await queries.claim_due(_new_lease(owner), now, BATCH)


async def claim_silent(owner: str) -> list[Message]:
    async with acting_as(WORKER):
        return await queries.claim_silent(_new_lease(owner), BATCH)


async def next_due_at() -> datetime | None:
    async with acting_as(WORKER):
        return await queries.next_due_at()


async def begin_sending(message: Message, now: datetime) -> StaffRecipient | None:
    """Commit the intent to send it now: whoever gets the recipient sends at once, within rules.SEND_WITHIN.

    None: it is not wanted any more, not yet, or not ours any more; what was decided is written.
    """
    try:
        async with acting_as(WORKER):
            silent = await queries_replies.says_stop(message.person_id)
            it = await queries.load_circumstances(message.person_id, now)
            decided = rules.decide(message, replace(it, staff=None) if silent else it, now)
            if isinstance(decided, Change):
                await _change(await queries.lock_message(message.id), message.lease, decided, now)
                return None
            if not await queries.commit_intent(message):
                return None
            await audit.record(WORKER, "sends_reminder", ("message", message.id), now)
            return decided
    except InDoubt:
        await record(message, Change(MessageStatus.QUEUED, rules.WAIT_FOR_THE_OTHER), now)
        return None


async def recipient_of(message: Message) -> StaffRecipient | None:
    """Whom to ask about; None if she may not be sent texts any more."""
    async with acting_as(WORKER):
        staff = (await list_staff([message.person_id])).get(message.person_id)
    return may_notify(staff) if staff else None


async def record(message: Message, change: Change, now: datetime) -> None:
    """Write what became of a leased message, unless something later is known already."""
    async with acting_as(WORKER):
        await _change(await queries.lock_message(message.id), message.lease, change, now)


async def record_answer(message: Message, answer: Found | Unknown | None, now: datetime) -> None:
    """Write what the provider said when it was asked. A text that is known as another message's is not this one's."""
    async with acting_as(WORKER):
        if isinstance(answer, Found) and await queries.is_sid_of_another(answer.sid, message.id):
            answer = None
        change = rules.after_asking(message, answer)
        await _change(await queries.lock_message(message.id), message.lease, change, now)


async def apply_reports(now: datetime) -> int:
    """Apply up to REPORTS_AT_ONCE reports whose message is known; how many there were. Others wait for theirs.

    A report is forgotten rules.KEEP_REPORTS after it came, matched or not.
    """
    async with acting_as(WORKER):
        reports = await queries.lock_reports(REPORTS_AT_ONCE)
        for report in reports:
            await _apply(report, now)
        await queries.mark_applied([report.id for report in reports], now)
        await queries.delete_reports(now - rules.KEEP_REPORTS)
    return len(reports)


async def _apply(report: Report, now: datetime) -> None:
    standing = await queries.lock_message(report.message_id)
    change = rules.after_report(standing.status, report.word, report.sid, report.code)
    if (change.status, change.sid) != (standing.status, standing.sid):
        await _change(standing, None, change, now)


async def _change(standing: Standing, lease: str | None, change: Change, now: datetime) -> None:
    if not rules.applies(standing.status, change, holds_lease=standing.lease == lease):
        return
    await queries.write_change(standing.id, change, now)
    if change.status is standing.status:
        return
    await audit.record(WORKER, f"message_{change.status}", ("message", standing.id), now, reason=change.code)
    if change.task is not None:
        about = About(volunteer=await queries.find_volunteer_of(standing.person_id), detail=change.code)
        await tasks.open_task(WORKER, change.task, now, about)
    if change.stops_texts:
        await update_person(standing.person_id, agreed_to_sms=False)
        await audit.record(WORKER, "stopped_texts", ("person", standing.person_id), now, reason=change.code)

"""What happens to a queued message, each step in a transaction of its own; the telephone is used between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.accounts.queries import list_staff, update_person
from teamhope.accounts.rules import may_notify
from teamhope.audit import service as audit
from teamhope.followups import queries_messages as queries
from teamhope.followups import queries_replies
from teamhope.followups import rules_messages as rules
from teamhope.followups.queries_messages import Report, Standing
from teamhope.followups.rules_messages import Change, Circumstances, InDoubt, Message
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.telephony.outcomes import Found, Unknown
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.people import WORKER, StaffRecipient

BATCH: Final = 25  # messages that one pass sends at once: as many are in doubt if it is killed then
ASKED_AT_ONCE: Final = 10  # with a connection each
REPORTS_AT_ONCE: Final = 200


def _new_lease(owner: str) -> str:
    """Of one pass: two workers with one name are still two."""
    return f"{owner}/{uuid4().hex}"


async def claim_due(owner: str, now: datetime) -> list[Message]:
    async with acting_as(WORKER):
        return await queries.claim_due(_new_lease(owner), now, BATCH)


async def claim_silent(owner: str) -> list[Message]:
    async with acting_as(WORKER):
        return await queries.claim_silent(_new_lease(owner), ASKED_AT_ONCE)


async def next_due_at() -> datetime | None:
    async with acting_as(WORKER):
        return await queries.next_due_at()


async def begin_due(owner: str, now: datetime) -> tuple[list[Message], list[tuple[Message, StaffRecipient]]]:
    """All that claim_due leases, and of the queued ones what begin_all gives, in one transaction. Raises InDoubt."""
    async with acting_as(WORKER):
        messages = await queries.claim_due(_new_lease(owner), now, BATCH)
        queued = [message for message in messages if message.status is MessageStatus.QUEUED]
        return messages, await _begin(queued, now) if queued else []


async def begin_all(messages: Sequence[Message], now: datetime) -> list[tuple[Message, StaffRecipient]]:
    """Commit the intent to send them now: whoever gets recipients sends at once, within rules.SEND_WITHIN.

    The others are not wanted any more, not yet, or not ours any more; what was decided is written. Raises InDoubt, and
    then nothing is.
    """
    async with acting_as(WORKER):
        return await _begin(messages, now)


async def _begin(messages: Sequence[Message], now: datetime) -> list[tuple[Message, StaffRecipient]]:
    people = [message.person_id for message in messages]
    silent = await queries_replies.say_stop(people)
    known = await queries.load_circumstances(people, now)
    decided = [(each, rules.decide(each, _of(each, known, silent), now)) for each in messages]
    await _change_all([(each, change) for each, change in decided if isinstance(change, Change)], now)
    wanted = {each.id: (each, to) for each, to in decided if isinstance(to, StaffRecipient)}
    begun = await queries.commit_intents([each for each, _ in wanted.values()])
    await audit.record_all(WORKER, [("sends_reminder", ("message", id_), None) for id_ in begun], now)
    return [wanted[id_] for id_ in begun]


def _of(message: Message, known: Mapping[UUID, Circumstances], silent: Collection[UUID]) -> Circumstances:
    it = known[message.person_id]
    return replace(it, staff=None) if message.person_id in silent else it


async def begin_sending(message: Message, now: datetime) -> StaffRecipient | None:
    """As begin_all, for one; it waits while another text to her is in doubt."""
    try:
        return next((recipient for _, recipient in await begin_all([message], now)), None)
    except InDoubt:
        await record(message, Change(MessageStatus.QUEUED, rules.WAIT_FOR_THE_OTHER), now)
        return None


async def recipient_of(message: Message) -> StaffRecipient | None:
    """Whom to ask about; None if she may not be sent texts any more."""
    async with acting_as(WORKER):
        staff = (await list_staff([message.person_id])).get(message.person_id)
    return may_notify(staff) if staff else None


async def record_all(made: Sequence[tuple[Message, Change]], now: datetime) -> None:
    """Write what became of leased messages, but for those of which something later is known already."""
    async with acting_as(WORKER):
        await _change_all(made, now)


async def record(message: Message, change: Change, now: datetime) -> None:
    await record_all([(message, change)], now)


async def record_answer(message: Message, answer: Found | Unknown | None, now: datetime) -> None:
    """Write what the provider said when it was asked. A text that is known as another message's is not this one's."""
    async with acting_as(WORKER):
        if isinstance(answer, Found) and await queries.is_sid_of_another(answer.sid, message.id):
            answer = None
        await _change_all([(message, rules.after_asking(message, answer))], now)


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
    standing = (await queries.lock_messages([report.message_id]))[report.message_id]
    change = rules.after_report(standing.status, report.word, report.sid, report.code)
    if (change.status, change.sid) != (standing.status, standing.sid):
        await _write([(standing, change)] if rules.applies(standing.status, change, holds_lease=False) else [], now)


async def _change_all(made: Sequence[tuple[Message, Change]], now: datetime) -> None:
    standing = await queries.lock_messages([message.id for message, _ in made]) if made else {}
    paired = [(message, standing[message.id], change) for message, change in made]
    await _write(
        [
            (now_is, change)
            for message, now_is, change in paired
            if rules.applies(now_is.status, change, holds_lease=now_is.lease == message.lease)
        ],
        now,
    )


async def _write(changes: Sequence[tuple[Standing, Change]], now: datetime) -> None:
    """Of locked rows: the changes, their audit, and what else follows from them."""
    await queries.write_changes([(standing.id, change) for standing, change in changes], now)
    moved = [(standing, change) for standing, change in changes if change.status is not standing.status]
    acts = [(f"message_{change.status}", ("message", standing.id), change.code) for standing, change in moved]
    await audit.record_all(WORKER, acts, now)
    for standing, change in moved:
        await _follow(standing, change, now)


async def _follow(standing: Standing, change: Change, now: datetime) -> None:
    if change.task is not None:
        about = About(volunteer=await queries.find_volunteer_of(standing.person_id), detail=change.code)
        await tasks.open_task(WORKER, change.task, now, about)
    if change.stops_texts:
        await update_person(standing.person_id, agreed_to_sms=False)
        await audit.record(WORKER, "stopped_texts", ("person", standing.person_id), now, reason=change.code)

"""What happens to a queued message, each step in a transaction of its own; the telephone is used between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.accounts.queries import list_staff, update_person
from teamhope.accounts.rules import may_notify
from teamhope.audit import service as audit
from teamhope.families import service_contact
from teamhope.followups import queries_messages as queries
from teamhope.followups import queries_replies, service_family_reminders, service_nudges
from teamhope.followups import rules_messages as rules
from teamhope.followups.queries_messages import Report, Standing
from teamhope.followups.rules_messages import Change, Circumstances, InDoubt, Leave, Message
from teamhope.kit.database import acting_as, need_not_last
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.telephony.outcomes import Found, Unknown
from teamhope.telephony.wording import to_volunteer
from teamhope.vocabulary.calls import MessageKind, MessageStatus
from teamhope.vocabulary.people import WORKER, StaffRecipient

BATCH: Final = 25  # messages that one pass sends at once: as many are in doubt if it is killed then
ASKED_AT_ONCE: Final = 10  # with a connection each
REPORTS_AT_ONCE: Final = 200


def _new_lease(owner: str) -> str:
    """Of one pass: two workers with one name are still two."""
    return f"{owner}/{uuid4().hex}"


async def claim_due(owner: str, now: datetime) -> list[Message]:
    async with acting_as(WORKER):
        await need_not_last()
        return await queries.claim_due(_new_lease(owner), now, BATCH)


async def claim_silent(owner: str) -> list[Message]:
    async with acting_as(WORKER):
        return await queries.claim_silent(_new_lease(owner), ASKED_AT_ONCE)


async def next_due_at() -> datetime | None:
    async with acting_as(WORKER):
        return await queries.next_due_at()


async def begin_all(messages: Sequence[Message], now: datetime) -> list[tuple[Message, Leave]]:
    """Commit the intent to send them now: whoever gets leave sends at once, within rules.SEND_WITHIN.

    The others are not wanted any more, not yet, or not ours any more; what was decided is written. Raises InDoubt, and
    then nothing is.
    """
    ours = [each for each in messages if each.person_id is not None]
    theirs = [each for each in messages if each.phone_id is not None]
    async with acting_as(WORKER):
        await service_family_reminders.stand_still(theirs)
        silent = await queries_replies.say_stop(_ids(ours), [each.phone_id for each in theirs if each.phone_id])
        decided = await _decide(ours, silent, now) + await service_family_reminders.decide(theirs, silent, now)
        decided = rules.one_for_each(decided)
        await _change_all([(each, change) for each, change in decided if isinstance(change, Change)], now)
        wanted = {each.id: (each, leave) for each, leave in decided if isinstance(leave, Leave)}
        begun = await queries.commit_intents([each for each, _ in wanted.values()])
        await audit.record_all(WORKER, [("sends_reminder", ("message", id_), None) for id_ in begun], now)
    return [wanted[id_] for id_ in begun]


async def _decide(
    messages: Sequence[Message], silent: Collection[UUID], now: datetime
) -> list[tuple[Message, Leave | Change]]:
    """Of texts to people of the programme."""
    known = await queries.load_circumstances(_ids(messages), now) if messages else {}
    its = [(each, _of(each, known, silent)) for each in messages]
    daily = [(each, it) for each, it in its if each.kind is MessageKind.DAILY_REMINDER]
    nudges = [(each, may_notify(it.staff) if it.staff else None) for each, it in its if each.follow_up_id]
    decided = [(each, rules.decide(each, it, now)) for each, it in daily] + await service_nudges.decide(nudges, now)
    return [(each, _leave(each, what)) for each, what in decided]


def _of(message: Message, known: Mapping[UUID, Circumstances], silent: Collection[UUID]) -> Circumstances:
    assert message.person_id is not None
    it = known[message.person_id]
    return replace(it, staff=None) if message.person_id in silent else it


def _ids(messages: Sequence[Message]) -> list[UUID]:
    return [each.person_id for each in messages if each.person_id is not None]


def _leave(message: Message, what: StaffRecipient | Change) -> Leave | Change:
    return what if isinstance(what, Change) else Leave(what, to_volunteer(message.kind, what.language))


async def begin_sending(message: Message, now: datetime) -> Leave | None:
    """As begin_all, for one; it waits while another text to the recipient is in doubt."""
    try:
        return next((leave for _, leave in await begin_all([message], now)), None)
    except InDoubt:
        await record(message, Change(MessageStatus.QUEUED, rules.WAIT_FOR_THE_OTHER), now)
        return None


async def number_of(message: Message) -> str | None:
    """Which number to ask about; None for a person who has none any more."""
    async with acting_as(WORKER):
        if message.phone_id is not None:
            return await service_contact.number_of(message.phone_id)
        staff = await list_staff(_ids([message]))
    return next((each.phone for each in staff.values()), None)


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
    if standing.phone_id is not None:
        await service_family_reminders.follow(standing.phone_id, change, now)
    elif standing.person_id is not None:
        await _follow_staff(standing.person_id, change, now)


async def _follow_staff(person_id: UUID, change: Change, now: datetime) -> None:
    if change.task is not None:
        about = About(volunteer=await queries.find_volunteer_of(person_id), detail=change.code)
        await tasks.open_task(WORKER, change.task, now, about)
    if change.stops_texts:
        await update_person(person_id, agreed_to_sms=False)
        await audit.record(WORKER, "stopped_texts", ("person", person_id), now, reason=change.code)

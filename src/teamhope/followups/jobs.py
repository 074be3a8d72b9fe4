"""The worker's passes over messages. Each may be repeated, run beside itself, and be killed anywhere."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from datetime import datetime
from random import SystemRandom

import structlog

from teamhope.followups import rules_messages as rules
from teamhope.followups import service_family_reminders, service_nudges, service_reminders, service_replies
from teamhope.followups import service_messages as service
from teamhope.followups.rules_messages import Change, Leave, Message
from teamhope.telephony.client import Telephone
from teamhope.telephony.outcomes import Found, NotAccepted, Outcome, Unknown
from teamhope.telephony.service import erase_body, look_up, send
from teamhope.vocabulary.calls import MessageStatus

log = structlog.get_logger()
chance = SystemRandom()


async def plan_reminders(now: datetime) -> None:
    """One pass: queue the reminders of today that planning missed. A unique key makes a second one none."""
    await service_reminders.queue_missing(now)


async def plan_nudges(now: datetime) -> None:
    """One pass: queue nudges about calls that begin soon or that nobody made. As plan_reminders, once more is none."""
    await service_nudges.queue(now)


async def remind_families(now: datetime) -> None:
    """One pass: queue reminders to the families that want them. As plan_reminders, once more is none."""
    await service_family_reminders.queue(now)


async def dispatch_due(telephone: Telephone | None, now: datetime, owner: str) -> datetime | None:
    """One pass over a batch of due messages, sent at once beside each other; when the next is due, maybe in the past.

    Nothing is sent twice: the intent to send is committed before the post, and what has an intent is only asked for.
    `now` says what is due, the database's clock whose lease it is. `owner` names the worker in the rows. Without a
    telephone nothing is done: what is queued waits, and is cancelled when its day is over. Raises what the first of
    the messages met, when all are through.
    """
    if telephone is None:
        return None
    messages = await service.claim_due(owner, now)
    queued = [message for message in messages if message.status is MessageStatus.QUEUED]
    in_doubt = [message for message in messages if message.status is not MessageStatus.QUEUED]
    await _all([_send(telephone, queued, now), _ask_in_turn(telephone, in_doubt, now)])
    return now if len(messages) == service.BATCH else await service.next_due_at()


async def ask_about_silent(telephone: Telephone | None, now: datetime, owner: str) -> None:
    """One pass: ask the provider what became of texts that it took, or may have, and has not reported on.

    Run it every five minutes or oftener: then a report that was lost is made good within fifteen.
    """
    while telephone is not None and (messages := await service.claim_silent(owner)):
        await _all(_ask(telephone, message, now) for message in messages)


async def erase_bodies(telephone: Telephone | None, now: datetime) -> int:
    """One pass: have the provider forget what it has told families; how often it did. What fails is tried again."""
    if telephone is None:
        return 0
    kept = await service_family_reminders.list_kept()
    erased = [message_id for message_id, sid in kept if await erase_body(telephone, sid)]
    await service_family_reminders.mark_erased(erased, now)
    return len(erased)


async def apply_callbacks(now: datetime) -> None:
    """One pass: apply the provider's reports that were kept. They only move forward, so once more changes nothing."""
    while await service.apply_reports(now) == service.REPORTS_AT_ONCE:
        pass


async def apply_replies(now: datetime) -> None:
    """One pass: do what the texts that came back ask for. A text is done once, whoever does it."""
    while await service_replies.apply_replies(now) == service_replies.AT_ONCE:
        pass


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """All of it, then the first error: one message in trouble stops no other."""
    _raise_first(await asyncio.gather(*work, return_exceptions=True))


def _raise_first(results: Iterable[object]) -> None:
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _send(telephone: Telephone, messages: Sequence[Message], now: datetime) -> None:
    """All in one transaction before, and one after. What one of them is in trouble with is hers alone."""
    try:
        begun = await service.begin_all(messages, now) if messages else []
    except Exception:  # whichever it is, it must not hold up the others
        await _all(_send_one(telephone, message, now) for message in messages)
        return
    sent = await asyncio.gather(*(_post(telephone, leave, message) for message, leave in begun), return_exceptions=True)
    changes = [
        _changed(message, outcome)
        for (message, _), outcome in zip(begun, sent, strict=True)
        if not isinstance(outcome, BaseException)
    ]
    try:
        await service.record_all(changes, now)
    except Exception:
        await _all(service.record(message, change, now) for message, change in changes)
    _raise_first(sent)


async def _send_one(telephone: Telephone, message: Message, now: datetime) -> None:
    leave = await service.begin_sending(message, now)
    if leave is not None:
        await service.record(*_changed(message, await _post(telephone, leave, message)), now)


def _changed(message: Message, outcome: Outcome) -> tuple[Message, Change]:
    if isinstance(outcome, NotAccepted | Unknown):
        log.warning("text_not_sent", state=outcome.reason)
    return message, rules.after_sending(outcome, message.attempts + 1, chance.random())


async def _post(telephone: Telephone, leave: Leave, message: Message) -> Outcome:
    """Shorter than the lease, however patient the telephone is."""
    try:
        async with asyncio.timeout(rules.SEND_WITHIN.total_seconds()):
            return await send(telephone, leave.recipient, leave.body, message.id)
    except TimeoutError:
        return Unknown("no_answer")


async def _ask_in_turn(telephone: Telephone, messages: Sequence[Message], now: datetime) -> None:
    for start in range(0, len(messages), service.ASKED_AT_ONCE):
        await _all(_ask(telephone, message, now) for message in messages[start : start + service.ASKED_AT_ONCE])


async def _ask(telephone: Telephone, message: Message, now: datetime) -> None:
    answer: Found | Unknown | None = Unknown("nobody_to_ask_about")
    number = await service.number_of(message)
    if number is not None and message.sending_at is not None:
        answer = await look_up(telephone, number, message.sending_at)
    await service.record_answer(message, answer, now)

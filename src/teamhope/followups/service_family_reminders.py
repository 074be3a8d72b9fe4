"""Reminding families of promised calls: off unless the family wants it, and asked again at the moment of sending."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries_contact as contacts
from teamhope.families import service_contact, service_hold
from teamhope.families.rules import may_contact
from teamhope.families.rules_contact import Caller, ContactFacts, NotNow
from teamhope.followups import queries_family_reminders as queries
from teamhope.followups import queries_messages, service_replies
from teamhope.followups import rules_family_reminders as rules
from teamhope.followups.queries_family_reminders import Unannounced
from teamhope.followups.queries_messages import NewMessage
from teamhope.followups.rules_family_reminders import Announced
from teamhope.followups.rules_messages import Change, Leave, Message
from teamhope.kit.database import acting_as
from teamhope.tasks.queries import About
from teamhope.telephony.outcomes import OPTED_OUT
from teamhope.telephony.wording import to_family
from teamhope.vocabulary.calls import MessageKind
from teamhope.vocabulary.families import Clearance, ClearedChannel, ClearedNumber
from teamhope.vocabulary.people import WORKER, Role

BY_US: Final = Caller(Role.WORKER)
TRY_ERASING_FOR: Final = timedelta(days=7)
ERASED_AT_ONCE: Final = 50


async def queue(now: datetime) -> None:
    """The reminder of each promised call of which its family may be told by now. Once more changes nothing."""
    async with acting_as(WORKER):
        found = await queries.list_unannounced(now)
    for call in found:
        if rules.is_promised(call.status, agreed=call.agreed):
            await _queue_one(call, now)


async def _queue_one(call: Unannounced, now: datetime) -> None:
    async with acting_as(WORKER):
        facts = await contacts.contact_facts(call.contact_id, call.match_id, now, call.phone_id)
        at = rules.remind_at(call.due_at, _answer(facts, now), now)
        if at is not None:
            to = (call.contact_id, call.phone_id)
            new = NewMessage(MessageKind.FAMILY_REMINDER, to, call.local_date, at, call.follow_up_id)
            await queries_messages.queue_message(new, now)


def _answer(facts: ContactFacts, now: datetime) -> Clearance | NotNow:
    return may_contact(facts, ClearedChannel.SMS, now, BY_US)


# Inside the transaction that commits the intents to send --------------------------------------------------------------


async def stand_still(reminders: Sequence[Message]) -> None:
    """Before anything else is locked: no call of these families moves, and nothing is stopped, until the end of it."""
    ids = [each.follow_up_id for each in reminders if each.follow_up_id]
    if ids:
        await queries.stand_still(ids)


async def decide(
    reminders: Sequence[Message], silent: Collection[UUID], now: datetime
) -> list[tuple[Message, Leave | Change]]:
    """`silent`: phones from which somebody has just said no, and it is not written down yet."""
    calls = await queries.load_announced([each.id for each in reminders]) if reminders else {}
    return [(each, await _decide(each, calls[each.id], each.phone_id in silent, now)) for each in reminders]


async def _decide(message: Message, call: Announced, says_no: bool, now: datetime) -> Leave | Change:
    assert message.contact_id is not None
    facts = await contacts.contact_facts(message.contact_id, call.match_id, now, message.phone_id)
    answer = NotNow("no_consent") if says_no else _answer(facts, now)
    what = rules.decide(message, call, answer, now)
    if isinstance(what, Change):
        return what
    # Whoever lives where we do not know is told no hour: it would be another's.
    local = call.due_at.astimezone(facts.zone) if call.says_when and facts.zone else None
    number = ClearedNumber(what, await service_contact.number_of(what.phone_id))
    return Leave(number, to_family(call.language, local))


# Afterwards -----------------------------------------------------------------------------------------------------------


async def follow(phone_id: UUID, change: Change, now: datetime) -> None:
    """What a status says of the family's phone: a no is kept as one that came by text, a number that takes no texts is
    sent none again, and its coordinator is told."""
    if change.code == str(OPTED_OUT):
        await service_replies.stop_texts_to(await contacts.index_of(phone_id), now)
        return
    if change.stops_texts:
        await contacts.stop_texts(phone_id)
        await audit.record(WORKER, "stopped_texts", ("contact_phone", phone_id), now, reason=change.code)
    if change.task is not None:
        family_id = await contacts.family_of(await contacts.contact_of(phone_id))
        await service_hold.open_for_owner(WORKER, change.task, About(family=family_id, detail=change.code), now)


async def list_kept() -> list[tuple[UUID, str]]:
    """Up to ERASED_AT_ONCE (message, sid) of which the provider still keeps the words."""
    async with acting_as(WORKER):
        return await queries.list_kept(TRY_ERASING_FOR, ERASED_AT_ONCE)


async def mark_erased(message_ids: Sequence[UUID], now: datetime) -> None:
    async with acting_as(WORKER):
        await queries.mark_erased(message_ids, now)

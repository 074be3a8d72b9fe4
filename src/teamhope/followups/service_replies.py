"""What a text that came back does: a no stops texts at once, one about calls holds them, a person reads the rest."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from teamhope.accounts.queries import update_person
from teamhope.audit import service as audit
from teamhope.families import service_contact, service_hold
from teamhope.families.service_contact import How
from teamhope.followups import queries_replies as queries
from teamhope.followups import service_families
from teamhope.followups.queries_replies import Kept, OfFamily, Opened, Reply, Senders
from teamhope.followups.rules_replies import STOPS_TEXTS, Meaning, meaning_of
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import LANGUAGES
from teamhope.tasks.queries import About
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import DOORKEEPER, WORKER, Actor
from teamhope.vocabulary.states import TaskKind

AT_ONCE: Final = 50
HELP_AGAIN_AFTER: Final = timedelta(hours=24)  # two machines that answer each other would never end


async def keep(sid: str, sender: str, words: str, now: datetime) -> bool:
    """Keep a text from the number `sender` (E.164); whether our number is told in answer.

    When this returns, no text to the sender begins to leave any more if it may have been a no. The same sid once more
    changes nothing. Of a bare no the words are not kept.
    """
    meaning = meaning_of(words)
    async with acting_as(DOORKEEPER):
        helped = await queries.asked_lately(sender, Meaning.HELP, now, HELP_AGAIN_AFTER)
        await queries.keep(sid, sender, meaning, None if meaning is Meaning.STOP else words, now)
    return meaning is Meaning.HELP and not helped


async def apply_replies(now: datetime) -> int:
    """One pass over AT_ONCE texts, the first received first; how many there were.

    One text in trouble holds up no other; raises what the first of them met, when all are through.
    """
    async with acting_as(WORKER):
        found = await queries.list_open(AT_ONCE)
    applied, troubles = 0, []
    for id_ in found:
        try:
            applied += await _apply_one(id_, now)
        except Exception as trouble:
            troubles.append(trouble)
    if troubles:
        raise troubles[0]
    return applied


async def _apply_one(id_: UUID, now: datetime) -> bool:
    """In a transaction of its own: a hold counts at once, and no lock waits for another text's."""
    async with acting_as(WORKER):
        kept = await queries.lock_open(id_)
        if kept is not None:
            await _apply(kept, now)
    return kept is not None


async def _apply(kept: Kept, now: datetime) -> None:
    senders = await queries.find_senders(kept.sender_index)
    if kept.meaning in STOPS_TEXTS:
        await _stop_texts(senders, now)
    if kept.meaning is Meaning.CALLS:
        for family_id in sorted({each.family for each in senders.contacts}):
            await service_families.hold(WORKER, family_id, now)
    await queries.mark_applied(kept.id, *_about(senders), now)
    await audit.record(WORKER, "took_reply", ("inbound_text", kept.id), now, reason=kept.meaning)


def _about(senders: Senders) -> tuple[UUID | None, UUID | None]:
    """The one family, else the one volunteer, whose number it is; neither where several share it."""
    families = {each.family for each in senders.contacts}
    volunteers = {each.volunteer for each in senders.staff if each.volunteer}
    if len(families) + len(volunteers) != 1:
        return None, None
    return next(iter(families), None), next(iter(volunteers), None)


async def stop_texts_to(number_index: bytes, now: datetime) -> None:
    """The provider knows of a no from this number that never came to us."""
    await _stop_texts(await queries.find_senders(number_index), now)


async def _stop_texts(senders: Senders, now: datetime) -> None:
    """A no by text ends no calls: a person asks the family whether they go on (domain.md §2.5)."""
    for staff in senders.staff:
        if staff.texted:
            await update_person(staff.id, agreed_to_sms=False)
            await audit.record(WORKER, "stopped_texts", ("person", staff.id), now, reason="reply")
    texted = [each for each in senders.contacts if each.texted]
    for contact in texted:
        await service_contact.revoke_consent(WORKER, contact.id, ConsentKind.SMS_REMINDER, _how(contact), now)
    for family in sorted({each.family for each in texted}):
        about = About(family=family, detail="texts_stopped")
        await service_hold.open_for_owner(WORKER, TaskKind.NUMBER_STOPPED, about, now)


def _how(contact: OfFamily) -> How:
    known = contact.language in LANGUAGES
    return How(ConsentMethod.SMS_KEYWORD, language=contact.language if known and contact.language else "en")


async def list_unread(actor: Actor) -> list[Reply]:
    """What came by text and nobody has dealt with, the first received first."""
    async with acting_as(actor):
        return await queries.list_unread()


async def open_reply(actor: Actor, reply_id: UUID) -> Opened:
    """Its words and number; that they were read is kept. Raises NotFound."""
    async with acting_as(actor):
        return await queries.open_unread(reply_id)


async def dealt_with(actor: Actor, reply_id: UUID, now: datetime) -> None:
    """Nobody has to read it any more, and nobody can. Raises NotFound."""
    async with acting_as(actor):
        await queries.mark_read(reply_id, actor.person_id, now)
        await audit.record(actor, "dealt_with_reply", ("inbound_text", reply_id), now)

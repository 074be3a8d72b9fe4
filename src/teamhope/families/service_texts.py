"""Whether a family is reminded of its calls by text, number by number, and what keeps a reminder away."""

from datetime import datetime
from uuid import UUID

from teamhope.families import queries_contact
from teamhope.families.queries_view import FamilyView, PhoneView
from teamhope.families.rules import first_bar
from teamhope.families.rules_contact import Ask, Caller
from teamhope.kit.database import acting_as
from teamhope.vocabulary.families import ClearedChannel
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import MAY_BE_CALLED


async def bars_to_reminders(actor: Actor, family: FamilyView, now: datetime) -> dict[UUID, str | None]:
    """By number the code of what bars a text to it; None: reminders go out, at the hours of the family."""
    live = next((each.id for each in family.matches if each.status in MAY_BE_CALLED), None)
    async with acting_as(actor):
        return {
            phone.id: await _bar(contact.id, phone, live, now)
            for contact in family.contacts
            for phone in contact.phones
        }


async def _bar(contact_id: UUID, phone: PhoneView, match_id: UUID | None, now: datetime) -> str | None:
    if not phone.safe_to_text:
        return "not_safe"
    facts = await queries_contact.contact_facts(contact_id, match_id, now, phone.id)
    return first_bar(Ask(facts, ClearedChannel.SMS, Caller(Role.WORKER), now))

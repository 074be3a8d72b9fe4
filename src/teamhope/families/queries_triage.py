"""Writes what a coordinator found out about a request in triage."""

from datetime import datetime
from uuid import UUID, uuid4

from teamhope.families import queries_contact
from teamhope.families.entry_checks import family_date
from teamhope.families.forms import Completion
from teamhope.families.indexes import number_index
from teamhope.families.queries import OneRequest
from teamhope.families.queries_entry import as_json
from teamhope.families.rules_contact import ConsentRecord
from teamhope.families.rules_entry import normal_phone
from teamhope.tables.families import Contact, ContactPhone, Family, Incident
from teamhope.vocabulary.families import LanguageLevel, SpokenLanguage

By = tuple[UUID | None, datetime]  # who, and when


async def write_found(request: OneRequest, found: Completion, by: By) -> None:
    """Only what was found; what was known before stays where nothing new is said."""
    family, contact = Family.id == request.family_id, Contact.id == request.contact_id
    if found.timezone:
        await Family.update({Family.timezone: found.timezone}).where(family)
        await Contact.update({Contact.timezone: found.timezone}).where(contact)
    if found.language:
        spoken = as_json([SpokenLanguage(found.language, LanguageLevel.NATIVE)])
        await Family.update({Family.primary_language: found.language}).where(family)
        await Contact.update({Contact.languages: spoken}).where(contact)
    if found.case_type:
        await Incident.update({Incident.case_type: found.case_type}).where(Incident.id == request.incident_id)
    await _write_phone(request, found, by[1])
    for kind in found.consents:
        how = (found.method, found.wording_version, found.language or "en")
        await queries_contact.insert_consent(request.contact_id, ConsentRecord(kind, True, by[1]), how, by[0])


async def _write_phone(request: OneRequest, found: Completion, now: datetime) -> None:
    """Another number is added; without one those that are known are confirmed. Safe to call only if that was said."""
    today = family_date(now, found.timezone)
    number = normal_phone(found.phone) if found.phone else None
    mine = ContactPhone.contact == request.contact_id
    if number is None:
        if found.safe_to_call:
            await ContactPhone.update({ContactPhone.safe_to_call: True, ContactPhone.confirmed_on: today}).where(
                mine & ContactPhone.stopped_at.is_null()
            )
        return
    id_ = uuid4()
    await ContactPhone.insert(
        ContactPhone(
            id=id_,
            contact=request.contact_id,
            family=request.family_id,
            number=ContactPhone.number.seal(id_, number),
            number_index=number_index(number),
            safe_to_call=found.safe_to_call,
            confirmed_on=today,
        )
    )

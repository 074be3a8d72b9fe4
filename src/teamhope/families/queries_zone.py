"""Rows of where the people of a family are."""

from uuid import UUID

from teamhope.tables.families import Contact, Family
from teamhope.vocabulary.errors import NotFound


async def set_zone_of_family(family_id: UUID, zone: str) -> None:
    """Of every contact too. Raises NotFound outside the scope."""
    if not await Family.update({Family.timezone: zone}).where(Family.id == family_id).returning(Family.id):
        raise NotFound("family")
    await Contact.update({Contact.timezone: zone}).where(Contact.family == family_id)


async def set_zone_of_contact(family_id: UUID, contact_id: UUID, zone: str) -> None:
    """Raises NotFound for another family's contact, and outside the scope."""
    this = (Contact.id == contact_id) & (Contact.family == family_id)
    if not await Contact.update({Contact.timezone: zone}).where(this).returning(Contact.id):
        raise NotFound("contact")

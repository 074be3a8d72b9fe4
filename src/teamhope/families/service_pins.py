"""The PIN by which a family's call is put through: made by staff, told on a call, taken back."""

from datetime import datetime
from uuid import UUID

from teamhope.accounts import service_pins
from teamhope.accounts.queries_pins import Holder, pins_since
from teamhope.families import queries_contact, queries_entry, queries_opt_out
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import Actor


async def list_pins(actor: Actor, contact_ids: list[UUID]) -> dict[UUID, datetime]:
    """Since when each of these contacts has one, of those who have."""
    async with acting_as(actor):
        return await pins_since(contact_ids)


async def make_pin(actor: Actor, contact_id: UUID, now: datetime) -> str:
    """As accounts.service_pins.make_pin. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await queries_contact.family_of(contact_id)
        return await service_pins.make_pin(actor, Holder(contact_id=contact_id), now)


async def end_pin(actor: Actor, contact_id: UUID, now: datetime) -> None:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        await queries_contact.family_of(contact_id)
        await service_pins.end_pin(actor, Holder(contact_id=contact_id), now)


async def caller_bars(family_id: UUID, caller: str) -> tuple[bool, bool]:
    """Whether a call from this number is a blocked person's, and whether somebody there asked us to stop.

    The number is compared, and kept nowhere. Inside acting_as(WORKER).
    """
    return (
        await queries_entry.is_blocked_number(caller, family_id),
        await queries_opt_out.has_opted_out(caller),
    )

"""A volunteer's own PIN for calling us."""

from datetime import datetime

from teamhope.accounts import service_pins
from teamhope.accounts.queries_pins import Holder, pins_since
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import Actor
from teamhope.volunteers.service import own_volunteer


async def pin_since(actor: Actor) -> datetime | None:
    """Raises NotFound for no volunteer."""
    volunteer_id = own_volunteer(actor)
    async with acting_as(actor):
        return (await pins_since([volunteer_id])).get(volunteer_id)


async def make_pin(actor: Actor, now: datetime) -> str:
    """As accounts.service_pins.make_pin. Raises NotFound for no volunteer."""
    return await service_pins.make_pin(actor, Holder(volunteer_id=own_volunteer(actor)), now)


async def end_pin(actor: Actor, now: datetime) -> None:
    """Raises NotFound for no volunteer."""
    await service_pins.end_pin(actor, Holder(volunteer_id=own_volunteer(actor)), now)

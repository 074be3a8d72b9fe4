"""The PINs by which a family's own calls are put through, as staff make them and tell them on a call."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.accounts.rules_pins import spaced
from teamhope.families import service, service_pins
from teamhope.families.queries_view import FamilyView
from teamhope.kit.web import page, see
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class FamilyPinsController(Controller):
    path = "/families/{family_id:uuid}/reach/pins"
    opt = needs(Can.CHANGE_REQUEST)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, await service.show_family(actor, family_id))

    @post("/{contact_id:uuid}")
    async def make(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        contact_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        family = await _family_with(actor, family_id, contact_id)
        pin = await service_pins.make_pin(actor, contact_id, now)
        return await _page(request, actor, family, {contact_id: spaced(pin)})

    @post("/{contact_id:uuid}/end")
    async def end(
        self,
        family_id: FromPath[UUID],
        contact_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await _family_with(actor, family_id, contact_id)
        await service_pins.end_pin(actor, contact_id, now)
        return see(f"/families/{family_id}/reach/pins", "pin_ended")


async def _family_with(actor: Actor, family_id: UUID, contact_id: UUID) -> FamilyView:
    """Raises NotFound where the contact is of another family."""
    family = await service.show_family(actor, family_id)
    if all(contact.id != contact_id for contact in family.contacts):
        raise NotFound("contact")
    return family


async def _page(request: AnyRequest, actor: Actor, family: FamilyView, made: dict[UUID, str] | None = None) -> Template:
    """`made`: the new PIN of a contact, to be told this once."""
    return page(
        request,
        "families/pins.html",
        family=family,
        made=made or {},
        since=await service_pins.list_pins(actor, [contact.id for contact in family.contacts]),
        number=request.app.state.settings.twilio_number,
        timezone=request.user.timezone,
    )

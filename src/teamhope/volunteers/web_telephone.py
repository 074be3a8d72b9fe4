"""How a volunteer calls her families from any telephone, and the PIN for it."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.accounts.rules_pins import spaced
from teamhope.accounts.service_security import need_proof
from teamhope.kit.web import page, see
from teamhope.vocabulary.people import Actor, Can
from teamhope.volunteers import service_pins

AnyRequest = Request[Any, Any, Any]


class OwnTelephoneController(Controller):
    path = "/me/telephone"
    opt = needs(Can.KEEP_OWN_TELEPHONE)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor)

    @get("/pin")
    async def ask(self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Template:
        """A session left open is not enough: who has a PIN needs no session."""
        need_proof(request.user, now)
        since = await service_pins.pin_since(actor)
        return page(request, "volunteers/telephone_pin.html", has_one=since is not None)

    @post("/pin")
    async def make(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        need_proof(request.user, now)
        pin = await service_pins.make_pin(actor, now)
        return await _page(request, actor, spaced(pin))

    @post("/pin/end")
    async def end(self, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Redirect:
        await service_pins.end_pin(actor, now)
        return see("/me/telephone", "pin_ended")


async def _page(request: AnyRequest, actor: Actor, pin: str = "") -> Template:
    """`pin`: the new one, to be read this once."""
    return page(
        request,
        "volunteers/telephone.html",
        pin=pin,
        since=await service_pins.pin_since(actor),
        number=request.app.state.settings.twilio_number,
        timezone=request.user.timezone,
    )

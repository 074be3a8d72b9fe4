"""Calling with the programme's number: the page that says whose telephone rings, and how to speak."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.calls import service, service_advocate, service_ring
from teamhope.calls.rules_phone import Helper, Scene
from teamhope.calls.service_ring import Ringing
from teamhope.calls.web import has_telephone, place_page
from teamhope.calls.wording_ring import HELPERS, SCENES, why_not
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import sentence
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
UNDER_WAY: Final = frozenset({Scene.RINGING_YOU, Scene.PRESS_KEY, Scene.RINGING_THEM, Scene.TALKING, Scene.ANSWER_KEYS})
MAY_STOP: Final = frozenset({Scene.RINGING_YOU, Scene.PRESS_KEY, Scene.RINGING_THEM})
TO_LOG: Final = frozenset({Scene.RINGING_THEM, Scene.TALKING, Scene.ANSWER_KEYS, Scene.OVER})


class RingController(Controller):
    path = "/calls/{follow_up_id:uuid}/ring"
    opt = needs(Can.PLACE_CALL)
    include_in_schema = False

    @post("/")
    async def ring(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        ahead = await service.look(actor, follow_up_id, now)
        try:
            if not has_telephone(request):
                raise Refused("no_telephone_of_ours")
            await service_ring.ring(actor, follow_up_id, now)
        except Refused as refusal:
            if refusal.status == 404:
                raise
            return await place_page(request, actor, ahead, refusal=sentence(refusal.code, refusal.facts), status=409)
        return see(f"/calls/{follow_up_id}/ring")

    @get("/")
    async def show(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        ringing = await service_ring.look(actor, follow_up_id)
        ahead = await service.look(actor, follow_up_id, now)
        return page(request, "calls/ring.html", words=ahead.words, **await _state(ringing, now))

    @get("/state")
    async def state(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        """The part of the page that changes; whoever only looks at it is not there for that (accounts.rules)."""
        ringing = await service_ring.look(actor, follow_up_id)
        return page(request, "calls/_ring_state.html", **await _state(ringing, now))

    @post("/advocate")
    async def bring_in(
        self, follow_up_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        rung = await service_advocate.bring_in_by_page(actor, follow_up_id, now)
        return see(f"/calls/{follow_up_id}/ring", "" if rung else "nobody_on_call")

    @post("/stop")
    async def stop(
        self, follow_up_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        await service_ring.change_mind(actor, follow_up_id, now)
        return see("/", "call_stopped")


async def _state(ringing: Ringing, now: datetime) -> dict[str, Any]:
    scene, helper = ringing.scene, ringing.helper
    alone = scene is Scene.TALKING and helper is Helper.NONE
    return {
        "subject": ringing.subject,
        "scene": scene,
        "told": why_not(ringing.refused) if ringing.refused else gettext(SCENES[scene]),
        "helper": gettext(HELPERS[helper]) if helper in HELPERS else "",
        "may_bring_in": alone and await service_advocate.somebody_is_on_call(now),
        "under_way": scene in UNDER_WAY,
        "may_stop": scene in MAY_STOP,
        "to_log": scene in TO_LOG,
    }

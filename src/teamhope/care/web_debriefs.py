"""Conversations with volunteers after hard calls: the queue of those who look after them, and her own word."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.care import service_debriefs as service
from teamhope.kit.web import page, see
from teamhope.vocabulary.people import Actor, Can
from teamhope.volunteers import service as volunteers

AnyRequest = Request[Any, Any, Any]


class TalksController(Controller):
    opt = needs(Can.RECORD_DEBRIEF)
    include_in_schema = False

    @get("/talks")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        talks = await service.list_due(actor)
        return page(request, "care/talks.html", talks=talks, now=now, zone=request.user.timezone)

    @get("/volunteers/{volunteer_id:uuid}/talks")
    async def show_of(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        profile = await volunteers.load_profile(actor, volunteer_id)
        talks = await service.list_of(actor, volunteer_id)
        context = {"now": now, "zone": request.user.timezone, "own": volunteer_id == actor.volunteer_id}
        return page(request, "care/talks_of.html", it=profile, talks=talks, **context)

    @post("/talks/{debrief_id:uuid}/done")
    async def record(
        self, debrief_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.record_talk(actor, debrief_id, now)
        return see("/talks", "talk_recorded")

    @post("/me/talks/{debrief_id:uuid}/waive", opt=needs(Can.WAIVE_OWN_DEBRIEF))
    async def waive(
        self, debrief_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.waive(actor, debrief_id, now)
        return see("/", "talk_waived")

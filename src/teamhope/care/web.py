"""Get help now, on every page."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.care import service, service_on_call
from teamhope.care.forms import HelpForm
from teamhope.care.queries import About
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import EscalationLevel

AnyRequest = Request[Any, Any, Any]


class HelpController(Controller):
    path = "/help"
    opt = needs(Can.GET_HELP)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        form = Form.empty(level=EscalationLevel.IMMINENT, family_no=request.query_params.get("family", ""))
        return await self._page(request, actor, now, form)

    @post("/")
    async def call(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(HelpForm, sent)
        except FormProblems as wrong:
            return await self._page(request, actor, now, form_again(wrong, sent), status=422)
        about = About(family=await service.family_of(actor, form.family_no), where_now=form.where_now)
        await service.open_escalation(actor, form.level, now, about)
        return see("/help/sent")

    @get("/sent")
    async def sent(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return page(request, "care/sent.html", on_call=await service_on_call.numbers_to_ring(actor, now))

    async def _page(self, request: AnyRequest, actor: Actor, now: datetime, form: Form, status: int = 200) -> Template:
        on_call = await service_on_call.numbers_to_ring(actor, now)
        levels = choices(EscalationLevel)
        return page(request, "care/help.html", status=status, form=form, levels=levels, on_call=on_call)

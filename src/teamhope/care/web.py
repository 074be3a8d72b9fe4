"""Get help now, on every page; and the queue of those who answer."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import may, needs
from teamhope.care import rules, service, service_on_call
from teamhope.care.forms import CloseForm, HelpForm
from teamhope.care.queries import About
from teamhope.care.wording import CLOSE_REASONS
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import EscalationLevel

AnyRequest = Request[Any, Any, Any]
STEPS: Final = {"acknowledge": service.acknowledge, "act": service.act, "wait": service.wait_for_confirmation}


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


class EscalationController(Controller):
    path = "/escalations"
    opt = needs(Can.ANSWER_ESCALATION)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await self._page(request, actor, now, Form.empty())

    @post("/{escalation_id:uuid}/{step:str}")
    async def step(
        self,
        escalation_id: FromPath[UUID],
        step: FromPath[str],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        if step not in STEPS:
            raise Invalid.field("step", "not_a_choice")
        await STEPS[step](actor, escalation_id, now)
        return see("/escalations", "saved")

    @post("/{escalation_id:uuid}/close")
    async def close(
        self,
        request: AnyRequest,
        escalation_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(CloseForm, sent)
            if form.reason is not None and form.reason not in CLOSE_REASONS:
                raise Invalid.field("reason", "not_a_choice")
            await service.close(actor, escalation_id, help_arrived=form.help_arrived, reason=form.reason, now=now)
        except (FormProblems, Invalid) as wrong:
            return await self._page(request, actor, now, form_again(wrong, sent), status=422)
        return see("/escalations", "escalation_closed")

    async def _page(self, request: AnyRequest, actor: Actor, now: datetime, form: Form, status: int = 200) -> Template:
        escalations = await service.list_open(actor)
        late = {e.id for e in escalations if rules.is_overdue(e.level, e.opened_at, e.acknowledged_at, now)}
        context = {
            "escalations": escalations,
            "late": late,
            "form": form,
            "label": label,
            "zone": request.user.timezone,
            "sees_families": may(actor.role, Can.SEE_FAMILIES),
            "close_reasons": [(code, gettext(words)) for code, words in CLOSE_REASONS.items()],
        }
        return page(request, "care/escalations.html", status=status, **context)

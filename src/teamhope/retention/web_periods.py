"""How long each kind of data is kept here, for the administrator: periods, bounds, and what tonight would take."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.retention import service_periods as service
from teamhope.retention import wording
from teamhope.retention.forms import PeriodForm
from teamhope.retention.rules import PERIODS
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class PeriodsController(Controller):
    path = "/admin/retention"
    opt = needs(Can.KEEP_RETENTION)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await _page(request, actor, now, Form.empty())

    @post("/")
    async def change(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(PeriodForm, sent)
            await service.change_period(actor, form.kind, form.days, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, form_again(wrong, sent), status=422)
        return see("/admin/retention", "saved")


async def _page(request: AnyRequest, actor: Actor, now: datetime, form: Form, status: int = 200) -> Template:
    decided, erasures = await service.show_periods(actor, now)
    return page(
        request,
        "retention/periods.html",
        status=status,
        decided=decided,
        erasures=erasures,
        form=form,
        say=wording.say,
        say_kind=wording.say_kind,
        kinds=wording.kind_choices(PERIODS),
    )

"""When and how often families are called, for the administrator: days, hours, limits, and the versions so far."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.followups import service_cadence as service
from teamhope.followups.forms_cadence import answers_of, form_of, settings_of
from teamhope.followups.rules_settings import BEFORE, NUMBERS, STEPS, WITH_DAYS
from teamhope.followups.wording_cadence import MARKED, NUMBER_WORDS, WEEK
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
HERE: Final = "/admin/cadence"


class CadenceController(Controller):
    path = HERE
    opt = needs(Can.KEEP_CADENCE)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await _page(request, actor, now, None)

    @post("/")
    async def decide(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            await service.decide(actor, settings_of(read_form(form_of(), sent)), now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, form_again(wrong, sent))
        return see(HERE, "saved")


async def _page(request: AnyRequest, actor: Actor, now: datetime, form: Form | None) -> Template:
    decided = await service.show_settings(actor)
    zone = request.user.timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    return page(
        request,
        "followups/cadence.html",
        status=422 if form else 200,
        form=form or Form.empty(**answers_of(decided.settings)),
        templates=WITH_DAYS,
        before=BEFORE,
        limits=[(each, gettext(NUMBER_WORDS[each.code])) for each in NUMBERS],
        steps=[(each, gettext(NUMBER_WORDS[each.code])) for each in STEPS],
        week=[(name, gettext(words)) for name, words in WEEK.items()],
        marked=[(code, gettext(words)) for code, words in MARKED.items()],
        label=label,
        today=today,
        previews=[(label(each), it) for each, it in service.previews(decided.settings, today).items()],
        version=decided.settings.version,
        versions=decided.versions,
        zone=zone,
    )

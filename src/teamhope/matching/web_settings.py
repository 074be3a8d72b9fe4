"""How matching weighs, for the administrator: factors, circumstances, thresholds, and the versions so far."""

from datetime import datetime
from typing import Any, Final

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext, language
from teamhope.kit.web import page, see
from teamhope.matching import service_settings as service
from teamhope.matching.forms_settings import answers_of, form_of, settings_of
from teamhope.matching.rules_settings import HOURS, LIMITS, MOST_RARE, MOST_WEIGHT, WEIGHTS
from teamhope.matching.wording import FACTORS
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.programme import programme

AnyRequest = Request[Any, Any, Any]
THRESHOLD_WORDS: Final = {
    "answer_hours": N_("Hours a volunteer has to answer"),
    "urgent_answer_hours": N_("Hours to answer when it is urgent"),
    "few_hours": N_("Warn below this many shared hours a week"),
    "families": N_("Families at a time"),
    "calls_a_week": N_("Calls in a week, made and promised"),
    "acute_families": N_("Families in their first weeks at a time"),
    "rest_hours": N_("Hours without a new family after a heavy call"),
    "strain": N_("Hundredths of a family that each point of a hard call weighs"),
}


class SettingsController(Controller):
    path = "/admin/matching"
    opt = needs(Can.KEEP_MATCHING)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, None)

    @post("/")
    async def decide(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(form_of(_subtypes()), sent)
            await service.decide(actor, settings_of(form, _subtypes()), now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, form_again(wrong, sent))
        return see("/admin/matching", "saved")


def _subtypes() -> tuple[str, ...]:
    return tuple(each.code for each in programme().subtypes)


async def _page(request: AnyRequest, actor: Actor, form: Form | None) -> Template:
    settings, versions = await service.show_settings(actor)
    answers = {name: str(value) for name, value in answers_of(settings, _subtypes()).items()}
    return page(
        request,
        "matching/settings.html",
        status=422 if form else 200,
        form=form or Form.empty(**answers),
        weights=[(f"weight_{code}", gettext(FACTORS[code])) for code in WEIGHTS],
        most_weight=MOST_WEIGHT,
        most_rare=MOST_RARE,
        hours=[(each, gettext(THRESHOLD_WORDS[each.code])) for each in HOURS],
        limits=[(each, gettext(THRESHOLD_WORDS[each.code])) for each in LIMITS],
        rarities=[(f"rarity_{code}", words) for code, words in programme().choices("subtype", language.get())],
        version=settings.version,
        versions=versions,
        zone=request.user.timezone,
    )

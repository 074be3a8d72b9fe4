"""What a volunteer does not take: she says it herself, or whoever looks after her for her."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.followups import service_dates
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, Sent, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.words import subtype_choices, word_choices
from teamhope.volunteers import service
from teamhope.volunteers.forms_limits import NUMBERS, LimitsForm, answers_of, limits_of, names
from teamhope.volunteers.limit_words import limit_words
from teamhope.volunteers.rules_limits import shown

AnyRequest = Request[Any, Any, Any]
OWN: Final = "/me/limits"


class OwnLimitsController(Controller):
    path = OWN
    opt = needs(Can.KEEP_OWN_LIMITS)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, service.own_volunteer(actor), OWN)

    @post("/")
    async def save(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        mine, sent = service.own_volunteer(actor), await request.form()
        problem = await _save(actor, mine, sent, now)
        return await _page(request, actor, mine, OWN, problem) if problem else see(OWN, "saved")


class LimitsController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/limits"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, volunteer_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, volunteer_id, f"/volunteers/{volunteer_id}/limits")

    @post("/")
    async def save(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        hers, sent = f"/volunteers/{volunteer_id}", await request.form()
        problem = await _save(actor, volunteer_id, sent, now)
        return await _page(request, actor, volunteer_id, f"{hers}/limits", problem) if problem else see(hers, "saved")


async def _save(actor: Actor, volunteer_id: UUID, sent: Sent, now: datetime) -> Form | None:
    """None when it is saved, else the form as it was typed."""
    try:
        await service_dates.set_limits(actor, volunteer_id, limits_of(read_form(LimitsForm, sent)), now)
    except (FormProblems, Invalid) as wrong:
        return form_again(wrong, sent)
    return None


async def _page(
    request: AnyRequest, actor: Actor, volunteer_id: UUID, action: str, problem: Form | None = None
) -> Template:
    profile = await service.load_profile(actor, volunteer_id)
    form = problem or Form.empty(**answers_of(profile.limits))
    return page(
        request,
        "volunteers/limits.html",
        status=422 if problem else 200,
        it=profile,
        action=action,
        own=action == OWN,
        form=form,
        kept=limit_words(profile.limits - shown(profile.limits, programme())),
        case_types=word_choices("case_type"),
        subtypes=subtype_choices(),
        trajectories=word_choices("trajectory"),
        states=[(code, code) for code in sorted(STATES)],
        months=list(enumerate(i18n.month_names(), start=1)),
        numbers=NUMBERS,
        filled=[number for number in NUMBERS if any(map(form.value, names(number)))],
    )

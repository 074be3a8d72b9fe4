"""Coordinators' pages: the steps of a match."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.followups import service as followups
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.matching import service_cover, service_states, service_views
from teamhope.matching.forms import Afterwards, CloseForm
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_handover import may_write
from teamhope.matching.wording_pages import (
    loosened_in_words,
    steps_from,
)
from teamhope.problems import form_again, why
from teamhope.vocabulary.errors import IllegalMove, Invalid
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import HOLDS_A_PLACE, MAY_BE_CALLED, CloseReason, FollowUpStatus

AnyRequest = Request[Any, Any, Any]

AFTERWARDS: Final = (
    (Afterwards.REMATCH, N_("Find another volunteer for this family")),
    (Afterwards.CLOSE_REQUEST, N_("Close the request too")),
)


class MatchController(Controller):
    """Steps that coordinators take; the pages themselves are in web_offers, whose addresses volunteers share."""

    path = "/matches/{match_id:uuid}"
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @post("/{step:str}")
    async def step(
        self,
        request: AnyRequest,
        match_id: FromPath[UUID],
        step: FromPath[str],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        if step not in STEPS:
            raise Invalid.field("step", "not_a_choice")
        try:
            await STEPS[step](actor, match_id, now)
        except (MatchRefused, IllegalMove) as refusal:
            return await staff_page(request, actor, match_id, Form.empty(), refusal.status, why(refusal))
        return see(f"/matches/{match_id}", "introduced" if step == "introduce" else "match_moved")

    @post("/close")
    async def close(
        self,
        request: AnyRequest,
        match_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(CloseForm, sent)
            rematch = form.afterwards is Afterwards.REMATCH
            await service_states.close(actor, match_id, form.close_reason, now, rematch=rematch)
        except (FormProblems, Invalid) as wrong:
            return await staff_page(request, actor, match_id, form_again(wrong, sent), status=422)
        return see(f"/matches/{match_id}", "match_closed")


async def plan_call(actor: Actor, match_id: UUID, now: datetime) -> None:
    await followups.plan_next(actor, match_id, now)


STEPS: Final = {
    "plan-call": plan_call,
    "withdraw": service_states.withdraw,
    "family-said-yes": service_states.notify_family,
    "introduce": service_states.introduce,
    "pause": service_states.pause,
    "resume": service_states.resume,
    "transfer": service_states.transfer,
    "unable-to-contact": service_states.unable_to_contact,
    "begin-closing": service_states.begin_closing,
}


async def staff_page(
    request: AnyRequest, actor: Actor, match_id: UUID, form: Form, status: int = 200, refused: str = ""
) -> Template:
    """The match as it is now; `refused`: why a step was not taken."""
    match = await service_views.show_match(actor, match_id)
    next_call = await followups.next_call_of(actor, match_id)
    live = match.status in HOLDS_A_PLACE
    return page(
        request,
        "matching/match.html",
        status=status,
        refused=refused,
        match=match,
        connected=live and await service_views.may_know_each_other(actor, match),
        call=next_call,
        suspended=FollowUpStatus.SUSPENDED,
        goes_on=match.status in MAY_BE_CALLED,
        steps=steps_from(match.status, has_call=next_call is not None),
        may_close=service_states.may_close(match.status),
        may_cover=match.status in service_cover.MAY_BE_COVERED,
        may_hand_over=may_write(match.status, actor.role),
        loosened=loosened_in_words,
        close_reasons=choices(CloseReason),
        afterwards=[(code, gettext(words)) for code, words in AFTERWARDS],
        form=form,
        label=label,
        zone=request.user.timezone,
    )

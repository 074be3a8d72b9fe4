"""Coordinators' pages: choosing a volunteer for a family, and the steps of a match."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.followups import service as followups
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.matching import service, service_everyone, service_states, service_views
from teamhope.matching.forms import Afterwards, Ask, CloseForm, ProposalForm
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_handover import may_write
from teamhope.matching.wording_pages import (
    cost_in_words,
    family_facts,
    free_times,
    loosened_in_words,
    loosening_in_words,
    message_banner,
    steps_from,
    why_in_words,
)
from teamhope.problems import form_again, why
from teamhope.vocabulary.errors import IllegalMove, Invalid
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import HOLDS_A_PLACE, MAY_BE_CALLED, CloseReason, FollowUpStatus

AnyRequest = Request[Any, Any, Any]

SHOWN: Final = 10
REASONS_UNFOLDED: Final = 3  # ux.md §5
HOW: Final = (
    (Ask.ASK_VOLUNTEER, N_("Ask the volunteer"), N_("The volunteer sees no name, and answers on a page of their own.")),
    (Ask.BOTH_SAID_YES, N_("Both said yes by phone"), N_("They are introduced now, and the first call is planned.")),
)
AFTERWARDS: Final = (
    (Afterwards.REMATCH, N_("Find another volunteer for this family")),
    (Afterwards.CLOSE_REQUEST, N_("Close the request too")),
)


class ChooseController(Controller):
    path = "/requests/{request_id:uuid}/match"
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @get("/")
    async def show(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await self._list(request, actor, request_id, now)

    @get("/{volunteer_id:uuid}")
    async def confirm(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        pair, form = (request_id, volunteer_id), Form.empty(ask=Ask.ASK_VOLUNTEER)
        try:
            return await self._confirm(request, actor, pair, now, form)
        except MatchRefused as refusal:
            return await self._list(request, actor, request_id, now, refusal)

    @post("/{volunteer_id:uuid}")
    async def propose(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(ProposalForm, sent)
            match_id = await self._ask(actor, request_id, volunteer_id, now, form)
        except (FormProblems, Invalid) as wrong:
            pair, again = (request_id, volunteer_id), form_again(wrong, sent)
            return await self._confirm(request, actor, pair, now, again)
        except MatchRefused as refusal:
            return await self._list(request, actor, request_id, now, refusal)
        return see(f"/matches/{match_id}", "introduced" if form.ask is Ask.BOTH_SAID_YES else "volunteer_asked")

    async def _list(
        self, request: AnyRequest, actor: Actor, request_id: UUID, now: datetime, refusal: MatchRefused | None = None
    ) -> Template:
        """As it is now; with why a volunteer was not asked, where she was chosen a moment ago."""
        found = await service.candidates(actor, request_id, SHOWN, now)
        rules, live = await service_views.around_request(actor, found.asked)
        return page(
            request,
            "matching/choose.html",
            status=refusal.status if refusal else 200,
            refused=why(refusal) if refusal else "",
            found=found,
            facts=family_facts(found.asked, request.user.timezone),
            messages=message_banner(found.asked, rules),
            live=live,
            free_times=free_times,
            why=why_in_words,
            loosening=loosening_in_words(found.loosening),
            unfolded=REASONS_UNFOLDED,
        )

    async def _ask(self, actor: Actor, request_id: UUID, volunteer_id: UUID, now: datetime, form: ProposalForm) -> UUID:
        """Raises Invalid where a reason would set aside the rule against her, and none is given."""
        both = form.ask is Ask.BOTH_SAID_YES
        try:
            return await service.propose(actor, request_id, volunteer_id, now, form.override_reason, both_said_yes=both)
        except MatchRefused as refusal:
            if refusal.facts.get("reason_allows"):
                raise Invalid.field("override_reason", "reason_needed") from refusal
            raise

    async def _confirm(
        self, request: AnyRequest, actor: Actor, pair: tuple[UUID, UUID], now: datetime, form: Form
    ) -> Template:
        choice = await service.choice(actor, *pair, now)
        return page(
            request,
            "matching/confirm.html",
            status=422 if form.errors else 200,
            choice=choice,
            costs=[cost_in_words(each) for each in await service_everyone.cost(actor, *pair, now)],
            facts=family_facts(choice.asked, request.user.timezone),
            free_times=free_times,
            form=form,
            how=[(code, gettext(words), gettext(more)) for code, words, more in HOW],
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
        may_hand_over=may_write(match.status, actor.role),
        loosened=loosened_in_words,
        close_reasons=choices(CloseReason),
        afterwards=[(code, gettext(words)) for code, words in AFTERWARDS],
        form=form,
        label=label,
        zone=request.user.timezone,
    )

"""Coordinators' pages: choosing a volunteer for a family."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.matching import service, service_everyone, service_views
from teamhope.matching.forms import Ask, ProposalForm
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_exclude import BY_REASON_ALONE
from teamhope.matching.service import Way
from teamhope.matching.wording_pages import (
    cost_in_words,
    family_facts,
    free_times,
    loosening_in_words,
    message_banner,
    why_in_words,
)
from teamhope.problems import form_again, why
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]

SHOWN: Final = 10
REASONS_UNFOLDED: Final = 3  # ux.md §5
HOW: Final = (
    (Ask.ASK_VOLUNTEER, N_("Ask the volunteer"), N_("The volunteer sees no name, and answers on a page of their own.")),
    (Ask.BOTH_SAID_YES, N_("Both said yes by phone"), N_("They are introduced now, and the first call is planned.")),
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
        """Raises Invalid where a reason would set aside the rule against her, and none is given for this rule."""
        named, both = BY_REASON_ALONE.union(form.aside), form.ask is Ask.BOTH_SAID_YES
        way = Way(form.override_reason, aside=named, both_said_yes=both)
        try:
            return await service.propose_in(actor, request_id, volunteer_id, now, way)
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

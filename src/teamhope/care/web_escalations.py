"""Calls for help: the queue of those who answer, and one call with its clock, its steps and what to do next."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import may, needs
from teamhope.care import rules, service, service_danger
from teamhope.care.forms import CloseForm, PassOnForm, WhereForm
from teamhope.care.wording import CLOSE_REASONS
from teamhope.care.wording_steps import history_of
from teamhope.families.entry_words import words_for
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
STEPS: Final = {
    "acknowledge": service.acknowledge,
    "take": service.take_over,
    "act": service.act,
    "wait": service.wait_for_confirmation,
}


class EscalationController(Controller):
    path = "/escalations"
    opt = needs(Can.ANSWER_ESCALATION)
    include_in_schema = False

    @get("/")
    async def show_all(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        escalations = await service.list_open(actor)
        return page(
            request,
            "care/escalations.html",
            escalations=escalations,
            late={each.id for each in escalations if rules.is_overdue(each.answer_due_at, each.acknowledged_at, now)},
            label=label,
            zone=request.user.timezone,
            rings=request.app.state.settings.telephone,
            keeps_roster=may(actor.role, Can.KEEP_ON_CALL),
        )

    @get("/{escalation_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        escalation_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await _page(request, actor, escalation_id, now)

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
        return see(f"/escalations/{escalation_id}", "saved")

    @post("/{escalation_id:uuid}/where")
    async def where(
        self,
        request: AnyRequest,
        escalation_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            await service.say_where(actor, escalation_id, read_form(WhereForm, sent).where_now, now)
        except FormProblems as wrong:
            return await _page(request, actor, escalation_id, now, where=form_again(wrong, sent))
        return see(f"/escalations/{escalation_id}", "saved")

    @post("/{escalation_id:uuid}/pass-on")
    async def pass_on(
        self,
        request: AnyRequest,
        escalation_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        has_telephone = request.app.state.settings.telephone
        try:
            await service.pass_on(actor, escalation_id, read_form(PassOnForm, sent).to, has_telephone, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, escalation_id, now, to=form_again(wrong, sent))
        return see(f"/escalations/{escalation_id}", "passed_on")

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
            return await _page(request, actor, escalation_id, now, closing=form_again(wrong, sent))
        return see("/escalations", "escalation_closed")


async def _page(request: AnyRequest, actor: Actor, escalation_id: UUID, now: datetime, **typed: Form) -> Template:
    """`typed`: the form of the page that was refused, by its name: where, to, closing."""
    danger = await service_danger.show(actor, escalation_id, now)
    it = danger.it
    return page(
        request,
        "care/escalation.html",
        status=422 if typed else 200,
        danger=danger,
        it=it,
        is_late=rules.is_overdue(it.answer_due_at, it.acknowledged_at, now),
        history=history_of(danger, now),
        own=it.acknowledged_by == actor.person_id,
        where_form=typed.get("where") or Form.empty(where_now=it.where_now or ""),
        to_form=typed.get("to") or Form.empty(),
        closing=typed.get("closing") or Form.empty(),
        others=[(str(shift.person), f"{shift.name} · {label(shift.duty)}") for shift in danger.others],
        closed_because=gettext(CLOSE_REASONS[it.closed_without_confirmation]) if it.closed_without_confirmation else "",
        close_reasons=[(code, gettext(words)) for code, words in CLOSE_REASONS.items()],
        rings=request.app.state.settings.telephone,
        sees_families=may(actor.role, Can.SEE_FAMILIES),
        now=now,
        **words_for(request.user),
    )

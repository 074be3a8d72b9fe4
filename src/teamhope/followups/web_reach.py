"""How a family may be reached, as staff keep it: which numbers are safe, and the plan of each; calls follow it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.families import service_contact, service_plan
from teamhope.families.entry_words import choices_of, words_for
from teamhope.families.forms import Number
from teamhope.families.forms_entry import WINDOWS, PlanStep
from teamhope.families.queries_view import FamilyView
from teamhope.families.rules_plan import Plan
from teamhope.followups import service_families
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
STOPPED_BY_STAFF: Final = "staff"


class NumberForm(Struct, frozen=True):
    whose: UUID
    phone: Number
    asked_again: bool = False


class ReachController(Controller):
    path = "/families/{family_id:uuid}/reach"
    opt = needs(Can.CHANGE_REQUEST)
    include_in_schema = False

    @get("/")
    async def show(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
    ) -> Template:
        return _page(request, await families.show_family(actor, family_id), Form.empty())

    @post("/numbers")
    async def add(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        family, sent = await families.show_family(actor, family_id), await request.form()
        try:
            form = read_form(NumberForm, sent)
            refuse_stranger(family, form.whose)
            await service_contact.add_number(actor, form.whose, form.phone, now, asked_again=form.asked_again)
        except (FormProblems, Invalid) as wrong:
            return _page(request, family, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/reach", "saved")

    @post("/numbers/{phone_id:uuid}/confirm")
    async def confirm(
        self,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service_contact.confirm_number(actor, family_id, phone_id, now)
        return see(f"/families/{family_id}/reach", "saved")

    @post("/numbers/{phone_id:uuid}/stop")
    async def stop(
        self,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service_families.stop_number(actor, family_id, phone_id, STOPPED_BY_STAFF, now)
        return see(f"/families/{family_id}/reach", "saved")

    @get("/plan/{phone_id:uuid}")
    async def show_plan(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
    ) -> Template:
        return await _plan_page(request, actor, family_id, phone_id)

    @post("/plan/{phone_id:uuid}")
    async def save_plan(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        """Each save says that the family was asked today."""
        sent = await request.form()
        try:
            plan = read_form(PlanStep, sent).plan()
            await service_families.save_plan(actor, family_id, phone_id, plan, now)
        except (FormProblems, Invalid) as wrong:
            return await _plan_page(request, actor, family_id, phone_id, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/reach", "plan_saved")


def refuse_stranger(family: FamilyView, contact_id: UUID) -> None:
    if all(contact.id != contact_id for contact in family.contacts):
        raise NotFound("contact")


def _page(request: AnyRequest, family: FamilyView, form: Form, status: int = 200) -> Template:
    return page(
        request,
        "followups/reach.html",
        status=status,
        family=family,
        form=form,
        people=[(contact.id, contact.first_name) for contact in family.contacts],
        **words_for(request.user),
    )


async def _plan_page(
    request: AnyRequest, actor: Actor, family_id: UUID, phone_id: UUID, form: Form | None = None, status: int = 200
) -> Template:
    of = await service_plan.show_plan(actor, family_id, phone_id)
    return page(
        request,
        "followups/plan.html",
        status=status,
        family_id=family_id,
        of=of,
        form=form or Form.empty(**_as_typed(of.plan)),
        choices=choices_of(),
        **words_for(request.user),
    )


def _as_typed(plan: Plan) -> dict[str, object]:
    """The plan as the page's own answers."""
    boxes = ("safe_to_call", "answers_blocked_numbers", "only_i_see_this_phone", "safe_to_text",
             "no_time_in_text")  # fmt: skip
    texts = ("contact_preference", "voicemail", "if_someone_else_answers", "agreed_words", "shared_with", "code_word")
    typed: dict[str, object] = {name: "on" for name in boxes if getattr(plan, name)}
    typed |= {name: getattr(plan, name) or "" for name in texts}
    for n, window in zip(WINDOWS, plan.windows, strict=False):
        typed |= {f"day_{n}": window.weekday, f"from_{n}": window.start, f"until_{n}": window.end}
    return typed

"""Pages of people: who is there, and who may come in."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts import forms, service
from teamhope.accounts.policy import needs
from teamhope.accounts.queries import NewPerson
from teamhope.kit import clock, i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Can
from teamhope.vocabulary.places import ZONES

AnyRequest = Request[Any, Any, Any]


class PeopleController(Controller):
    path = "/admin/people"
    opt = needs(Can.MANAGE_PEOPLE)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        return await self._page(request, actor, Form.empty(timezone="America/New_York", language="en"))

    @post("/")
    async def add(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms.PersonForm, sent)
            await service.add_person(actor, _new_person(form), form.password, now)
        except (FormProblems, Invalid) as wrong:
            return await self._page(request, actor, _without_password(form_again(wrong, sent)), status=422)
        return see("/admin/people", "person_added")

    @post("/{person_id:uuid}/suspend")
    async def suspend(
        self, person_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.suspend(actor, person_id, now)
        return see("/admin/people", "person_suspended")

    @post("/{person_id:uuid}/reinstate")
    async def reinstate(
        self, person_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.reinstate(actor, person_id, now)
        return see("/admin/people", "person_reinstated")

    async def _page(self, request: AnyRequest, actor: Actor, form: Form, status: int = 200) -> Template:
        roles = [(role, label(role)) for role in sorted(PERSON_ROLES)]
        people = await service.list_people(actor)
        return page(
            request,
            "accounts/people.html",
            status=status,
            form=form,
            people=people,
            roles=roles,
            zones=i18n.zone_choices(ZONES, clock.now()),
            label=label,
        )


def _new_person(form: forms.PersonForm) -> NewPerson:
    if form.timezone not in available_timezones():
        raise Invalid.field("timezone", "not_a_choice")
    if form.role not in PERSON_ROLES:
        raise Invalid.field("role", "not_a_choice")
    return NewPerson(name=form.name, role=form.role, timezone=form.timezone, email=form.email, language=form.language)


def _without_password(form: Form) -> Form:
    return Form(values={name: value for name, value in form.values.items() if name != "password"}, errors=form.errors)

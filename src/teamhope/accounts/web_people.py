"""Pages of people: who may come in, as what, and the link by which somebody chooses a password."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts import forms, service, service_links, service_people
from teamhope.accounts.forms_links import RoleForm
from teamhope.accounts.policy import needs
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.queries_people import TeamFacts
from teamhope.accounts.rules_links import Doorway
from teamhope.accounts.service_links import doorway_of
from teamhope.accounts.service_security import need_proof
from teamhope.accounts.web_links import link_made
from teamhope.kit import clock, i18n
from teamhope.kit.forms import Form, FormProblems, page_number, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Can
from teamhope.vocabulary.places import ZONES

AnyRequest = Request[Any, Any, Any]

PATH: Final = "/admin/people"
ROWS: Final = 50


class PeopleController(Controller):
    path = PATH
    opt = needs(Can.MANAGE_PEOPLE)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        return await _list(request, actor, Form.empty(timezone="America/New_York", language="en"))

    @post("/")
    async def add(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        need_proof(request.user, now)
        sent = await request.form()
        try:
            form = read_form(forms.PersonForm, sent)
            _, link = await service_links.add_invited(actor, _new_person(form), _doorway(request), now)
        except (FormProblems, Invalid) as wrong:
            return await _list(request, actor, form_again(wrong, sent), status=422)
        return link_made(request, link, PATH)

    @get("/{person_id:uuid}")
    async def person(
        self,
        request: AnyRequest,
        person_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        """Whoever may make links to an account could make it her own: a session left open is not enough."""
        need_proof(request.user, now)
        return await _person(request, actor, person_id)

    @post("/{person_id:uuid}/link")
    async def link(
        self,
        request: AnyRequest,
        person_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        need_proof(request.user, now)
        link = await service_links.invite(actor, person_id, _doorway(request), now)
        return link_made(request, link, _path_of(person_id))

    @post("/{person_id:uuid}/role")
    async def role(
        self,
        request: AnyRequest,
        person_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        need_proof(request.user, now)
        sent = await request.form()
        try:
            form = read_form(RoleForm, sent)
            await service_people.change_role(actor, person_id, form.role, form.team, now)
        except (FormProblems, Invalid) as wrong:
            return await _person(request, actor, person_id, form_again(wrong, sent), status=422)
        return see(_path_of(person_id), "role_changed")

    @post("/{person_id:uuid}/second-factors")
    async def second_factors(
        self,
        request: AnyRequest,
        person_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        need_proof(request.user, now)
        await service_people.reset_second_factors(actor, person_id, now)
        return see(_path_of(person_id), "second_factors_reset")

    @post("/{person_id:uuid}/suspend")
    async def suspend(
        self, person_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.suspend(actor, person_id, now)
        return see(_path_of(person_id), "person_suspended")

    @post("/{person_id:uuid}/reinstate")
    async def reinstate(
        self,
        request: AnyRequest,
        person_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        need_proof(request.user, now)
        await service.reinstate(actor, person_id, now)
        return see(_path_of(person_id), "person_reinstated")


def _doorway(request: AnyRequest) -> Doorway:
    return doorway_of(request.app.state.settings)


def _path_of(person_id: UUID) -> str:
    return f"{PATH}/{person_id}"


async def _list(request: AnyRequest, actor: Actor, form: Form, status: int = 200) -> Template:
    number = page_number(request.query_params.get("page", ""))
    people = await service_people.list_people(actor)
    return page(
        request,
        "accounts/people.html",
        status=status,
        form=form,
        people=people.accounts[(number - 1) * ROWS : number * ROWS],
        before=number - 1,
        after=number + 1 if len(people.accounts) > number * ROWS else 0,
        team_names={team.id: team.name for team in people.teams},
        zones=i18n.zone_choices(ZONES, clock.now()),
        **_choices(people.teams),
    )


async def _person(
    request: AnyRequest, actor: Actor, person_id: UUID, form: Form | None = None, status: int = 200
) -> Template:
    it = await service_people.show_account(actor, person_id)
    return page(
        request,
        "accounts/people_person.html",
        status=status,
        it=it,
        form=form or Form.empty(role=it.person.role, team=it.person.team or ""),
        oneself=person_id == actor.person_id,
        by_letter=_doorway(request).letters,
        zone=request.user.timezone,
        **_choices(it.teams),
    )


def _choices(teams: list[TeamFacts]) -> dict[str, Any]:
    return {
        "roles": [(role, label(role)) for role in sorted(PERSON_ROLES)],
        "teams": [(str(team.id), team.name) for team in teams],
        "label": label,
    }


def _new_person(form: forms.PersonForm) -> NewPerson:
    if form.timezone not in available_timezones():
        raise Invalid.field("timezone", "not_a_choice")
    if form.role not in PERSON_ROLES:
        raise Invalid.field("role", "not_a_choice")
    return NewPerson(
        name=form.name,
        role=form.role,
        timezone=form.timezone,
        email=form.email,
        language=form.language,
        team=form.team,
    )

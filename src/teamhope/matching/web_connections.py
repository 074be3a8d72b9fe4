"""Volunteers and families who may know of each other: recorded by coordinators, or said by the volunteer herself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.matching import service_connections as service
from teamhope.matching.forms_connections import EndForm, OfFamilyForm, OfVolunteerForm
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ConnectionEnd, ConnectionKind
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.volunteers import service as volunteers
from teamhope.volunteers.queries import Profile

AnyRequest = Request[Any, Any, Any]


class OfFamilyController(Controller):
    path = "/families/{family_id:uuid}/connections"
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _of_family(request, actor, family_id, Form.empty())

    @post("/")
    async def record(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(OfFamilyForm, sent)
            await service.record(actor, family_id, form.volunteer, form.kind, now)
        except (FormProblems, Invalid) as wrong:
            return await _of_family(request, actor, family_id, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/connections", "saved")

    @post("/{connection_id:uuid}/end")
    async def end(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        connection_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        form = read_form(EndForm, await request.form())
        await service.end_of_family(actor, family_id, connection_id, form.reason, now)
        return see(f"/families/{family_id}/connections", "saved")


class OfVolunteerController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/connections"
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, volunteer_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _of_volunteer(request, actor, volunteer_id, Form.empty())

    @post("/")
    async def record(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(OfVolunteerForm, sent)
            await service.record_by_reference(actor, form.family_no, volunteer_id, form.kind, now)
        except (FormProblems, Invalid) as wrong:
            return await _of_volunteer(request, actor, volunteer_id, form_again(wrong, sent), status=422)
        return see(f"/volunteers/{volunteer_id}/connections", "saved")

    @post("/{connection_id:uuid}/end")
    async def end(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        connection_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        form = read_form(EndForm, await request.form())
        await service.end_of_volunteer(actor, volunteer_id, connection_id, form.reason, now)
        return see(f"/volunteers/{volunteer_id}/connections", "saved")


@post("/matches/{match_id:uuid}/may-know", opt=needs(Can.ANSWER_PROPOSAL), include_in_schema=False)
async def may_know_offered(
    match_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Redirect:
    await service.may_know_offered(actor, match_id, now)
    return see("/matches", "may_know_offered")


@post("/families/{family_id:uuid}/may-know", opt=needs(Can.SEE_OWN_FAMILIES), include_in_schema=False)
async def may_know_own(
    family_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Redirect:
    await service.may_know_own(actor, family_id, now)
    return see(f"/families/{family_id}", "may_know_own")


async def _of_family(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    family = await families.show_family(actor, family_id)
    everybody = sorted(await volunteers.load_profiles(actor), key=lambda each: (each.name.casefold(), each.id))
    return _page(
        request,
        form,
        status,
        family=family,
        volunteer=None,
        connections=await service.list_of_family(actor, family_id),
        volunteers=[(str(each.id), _name_and_state(each)) for each in everybody],
    )


def _name_and_state(it: Profile) -> str:
    return f"{it.name} ({it.state})" if it.state else it.name


async def _of_volunteer(
    request: AnyRequest, actor: Actor, volunteer_id: UUID, form: Form, status: int = 200
) -> Template:
    return _page(
        request,
        form,
        status,
        family=None,
        volunteer=await volunteers.load_profile(actor, volunteer_id),
        connections=await service.list_of_volunteer(actor, volunteer_id),
    )


def _page(request: AnyRequest, form: Form, status: int, **shown: Any) -> Template:
    kinds: Sequence[tuple[str, str]] = choices(ConnectionKind)
    return page(
        request,
        "matching/connections.html",
        status=status,
        form=form,
        kinds=kinds,
        ends=choices(ConnectionEnd),
        label=label,
        zone=request.user.timezone,
        **shown,
    )

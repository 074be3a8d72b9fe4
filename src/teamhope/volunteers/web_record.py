"""A volunteer's own record, and the minutes besides calls that she or her coordinator enters."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ActivityKind
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.words import word
from teamhope.volunteers import service, service_activities, service_record
from teamhope.volunteers.forms import ActivityForm
from teamhope.volunteers.web import volunteer_page

AnyRequest = Request[Any, Any, Any]
OWN: Final = "/me/record"


class OwnRecordController(Controller):
    path = OWN
    opt = needs(Can.KEEP_OWN_RECORD)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await _page(request, actor, now, Form.empty())

    @post("/activities")
    async def add(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        mine, sent = service.own_volunteer(actor), await request.form()
        try:
            activity = read_form(ActivityForm, sent).as_given()
            await service_activities.record_activity(actor, mine, activity, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, form_again(wrong, sent), status=422)
        return see(OWN, "saved")

    @post("/activities/{own_activity_id:uuid}/remove")
    async def remove(
        self, own_activity_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service_activities.void_activity(actor, service.own_volunteer(actor), own_activity_id, now)
        return see(OWN, "saved")


class ActivityController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/activities"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @post("/")
    async def add(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            activity = read_form(ActivityForm, sent).as_given()
            await service_activities.record_activity(actor, volunteer_id, activity, now)
        except (FormProblems, Invalid) as wrong:
            return await volunteer_page(request, (actor, now), volunteer_id, form_again(wrong, sent), status=422)
        return see(f"/volunteers/{volunteer_id}", "saved")

    @post("/{activity_id:uuid}/remove")
    async def remove(
        self,
        volunteer_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service_activities.void_activity(actor, volunteer_id, activity_id, now)
        return see(f"/volunteers/{volunteer_id}", "saved")


async def _page(request: AnyRequest, actor: Actor, now: datetime, form: Form, *, status: int = 200) -> Template:
    record = await service_record.show_record(actor, service.own_volunteer(actor), now)
    return page(
        request,
        "volunteers/record.html",
        status=status,
        it=record.profile,
        record=record,
        form=form,
        oneself=actor.person_id,
        activities=choices(ActivityKind),
        zone_words=i18n.zone_name(str(record.profile.zone), now),
        label=label,
        word=word,
    )

"""Pages of volunteers for coordinators and team leads."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import may, needs
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, page_number, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ActivityKind, CredentialKind
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.words import word
from teamhope.volunteers import rules, service, service_record
from teamhope.volunteers.forms import CredentialForm, StatusForm
from teamhope.volunteers.limit_words import limit_words
from teamhope.volunteers.move_words import confirmation, lack_words, move_meaning, move_name

AnyRequest = Request[Any, Any, Any]
ROWS: Final = 50


class VolunteerController(Controller):
    path = "/volunteers"
    include_in_schema = False

    @get("/", opt=needs(Can.SEE_VOLUNTEERS))
    async def list_all(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        number = page_number(request.query_params.get("page", ""))
        by_name = sorted(await service.load_profiles(actor), key=lambda each: (each.name.casefold(), each.id))
        return page(
            request,
            "volunteers/list.html",
            volunteers=by_name[(number - 1) * ROWS : number * ROWS],
            next_page=number + 1 if len(by_name) > number * ROWS else 0,
            may_add=may(actor.role, Can.MANAGE_VOLUNTEERS),
            may_import=actor.team_id is None,
            today=now.date(),
            **_words(now),
        )

    @get("/{volunteer_id:uuid}", opt=needs(Can.SEE_VOLUNTEERS))
    async def show(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await volunteer_page(request, (actor, now), volunteer_id, Form.empty())

    @post("/{volunteer_id:uuid}/credentials", opt=needs(Can.MANAGE_VOLUNTEERS))
    async def credential(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(CredentialForm, sent)
            days = (form.completed_on, form.expires_on)
            await service.record_credential(actor, volunteer_id, form.kind, days, now)
        except (FormProblems, Invalid) as wrong:
            return await volunteer_page(request, (actor, now), volunteer_id, form_again(wrong, sent), status=422)
        return see(f"/volunteers/{volunteer_id}", "saved")

    @post("/{volunteer_id:uuid}/status", opt=needs(Can.MANAGE_VOLUNTEERS))
    async def status(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(StatusForm, sent)
        except FormProblems as wrong:
            return await volunteer_page(request, (actor, now), volunteer_id, form_again(wrong, sent), status=422)
        await service.set_status(actor, volunteer_id, form.to, now)
        return see(f"/volunteers/{volunteer_id}", "saved")


def _words(now: datetime) -> dict[str, Any]:
    return {
        "label": label,
        "word": word,
        "zone_words": lambda zone: i18n.zone_name(str(zone), now),
        "due": rules.training_due,
        "lacking": lambda profile: rules.lacking(profile.credentials, rules.V.ACTIVE, now.date()),
    }


async def volunteer_page(
    request: AnyRequest, who: tuple[Actor, datetime], volunteer_id: UUID, form: Form, *, status: int = 200
) -> Template:
    """`form`: whichever of the page's forms was refused, as it was typed. Raises NotFound."""
    actor, now = who
    record = await service_record.show_record(actor, volunteer_id, now)
    return page(
        request,
        "volunteers/volunteer.html",
        status=status,
        it=record.profile,
        record=record,
        form=form,
        limits=limit_words(record.profile.limits),
        may_manage=may(actor.role, Can.MANAGE_VOLUNTEERS),
        may_move_team=may(actor.role, Can.MANAGE_VOLUNTEERS) and actor.team_id is None,
        may_talk=may(actor.role, Can.RECORD_DEBRIEF) and volunteer_id != actor.volunteer_id,
        move_name=move_name,
        move_meaning=move_meaning,
        confirmation=confirmation,
        lack_words=lack_words,
        kinds=choices(CredentialKind),
        activities=choices(ActivityKind),
        today=now.date(),
        **_words(now),
    )

"""The register of what was given to whom under which law: of one family, and of all."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, page_number, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.retention import service_families as service
from teamhope.retention import wording
from teamhope.retention.forms import ReleaseForm
from teamhope.retention.queries import RELEASES_MOST
from teamhope.retention.rules import Given, Notice, ReleaseKind
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class ReleasesController(Controller):
    path = "/releases"
    opt = needs(Can.KEEP_RELEASES)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        number = page_number(request.query_params.get("page", ""))
        rows = await service.list_all_releases(actor, number)
        return page(
            request,
            "retention/releases.html",
            rows=rows[:RELEASES_MOST],
            next_page=number + 1 if len(rows) > RELEASES_MOST else 0,
            say=wording.say,
        )


class FamilyReleasesController(Controller):
    path = "/families/{family_id:uuid}/releases"
    opt = needs(Can.KEEP_RELEASES)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, family_id, Form.empty())

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
            form = read_form(ReleaseForm, sent)
            await service.record_release(actor, family_id, form.entry(), _today(request, now), now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, family_id, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/releases", "release_recorded")


def _today(request: AnyRequest, now: datetime) -> date:
    return now.astimezone(ZoneInfo(request.app.state.settings.report_timezone)).date()


async def _page(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    kept, rows = await service.list_releases(actor, family_id)
    return page(
        request,
        "retention/family_releases.html",
        status=status,
        kept=kept,
        rows=rows,
        form=form,
        say=wording.say,
        kinds=wording.choices(ReleaseKind),
        parts=wording.choices(Given),
        notices=wording.choices(Notice),
    )

"""Which days of the year are hard for a family, as staff keep them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.families import service_dates as family_dates
from teamhope.families.entry_words import date_words, words_for
from teamhope.families.forms_dates import DateForm
from teamhope.followups import service_dates
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import SensitiveDateKind
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class DatesController(Controller):
    path = "/families/{family_id:uuid}/dates"
    opt = needs(Can.CHANGE_REQUEST)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, family_id, Form.empty())

    @post("/")
    async def add(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            await service_dates.add_date(actor, family_id, read_form(DateForm, sent), now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, family_id, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/dates", "saved")

    @post("/{date_id:uuid}/remove")
    async def remove(
        self,
        family_id: FromPath[UUID],
        date_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await family_dates.remove(actor, family_id, date_id, now)
        return see(f"/families/{family_id}/dates", "saved")


async def _page(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    family = await families.show_family(actor, family_id)
    dates = await family_dates.show_dates(actor, family_id)
    return page(
        request,
        "followups/dates.html",
        status=status,
        family=family,
        dates=[(each.id, each.kind, date_words(each)) for each in dates],
        form=form,
        kinds=choices(SensitiveDateKind),
        months=list(enumerate(i18n.month_names(), start=1)),
        **words_for(request.user),
    )

"""The page of a match's cover person, for coordinators."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.matching import service_cover as service
from teamhope.matching.forms_cover import CoverForm
from teamhope.matching.queries_cover import Agreed
from teamhope.matching.rules import MatchRefused
from teamhope.problems import form_again, why
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ConsentMethod
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
METHODS: Final = (ConsentMethod.VERBAL_RECORDED_BY_STAFF, ConsentMethod.WRITTEN)


class CoverController(Controller):
    path = "/matches/{match_id:uuid}/cover"
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, match_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, match_id, Form.empty())

    @post("/")
    async def name(
        self,
        request: AnyRequest,
        match_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(CoverForm, sent)
            agreed = Agreed(form.volunteer, form.agreed_on, form.method)
            await service.name_cover(actor, match_id, agreed, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, match_id, form_again(wrong, sent), status=422)
        except MatchRefused as refusal:
            again = form_again(Invalid([]), sent)
            return await _page(request, actor, match_id, again, status=refusal.status, refused=why(refusal))
        return see(f"/matches/{match_id}/cover", "saved")

    @post("/{cover_id:uuid}/end")
    async def end(
        self,
        match_id: FromPath[UUID],
        cover_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service.end_cover(actor, match_id, cover_id, now)
        return see(f"/matches/{match_id}/cover", "saved")


async def _page(
    request: AnyRequest, actor: Actor, match_id: UUID, form: Form, *, status: int = 200, refused: str = ""
) -> Template:
    """`refused`: which rule speaks against her."""
    seen = await service.show_covers(actor, match_id)
    return page(
        request,
        "matching/cover.html",
        status=status,
        form=form,
        refused=refused,
        seen=seen,
        volunteers=[(str(each.id), f"{each.name} ({each.state})" if each.state else each.name) for each in seen.others],
        methods=[(method, label(method)) for method in METHODS],
        label=label,
        zone=request.user.timezone,
    )

"""Pages of families opened outside one's scope: asking for one, reading it, and reviewing why it was opened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.families.entry_words import words_for
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.oversight import forms, service
from teamhope.oversight.wording import REASONS, choices_of
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class BreakGlassController(Controller):
    path = "/break-glass"
    include_in_schema = False

    @get("/", opt=needs(Can.BREAK_GLASS))
    async def ask(self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Template:
        return await _asked(request, actor, now, Form.empty())

    @post("/", opt=needs(Can.BREAK_GLASS))
    async def open(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms.OpenForm, sent)
            opening_id = await service.open_family(actor, form.family_no, form.reason, form.words, now)
        except (FormProblems, Invalid) as wrong:
            return await _asked(request, actor, now, form_again(wrong, sent), status=422)
        return see(f"/break-glass/{opening_id}")

    @get("/{opening_id:uuid}", opt=needs(Can.BREAK_GLASS))
    async def show(
        self,
        request: AnyRequest,
        opening_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        opening, family = await service.show_opened(actor, opening_id, now)
        words = words_for(request.user)
        return page(request, "audit/opened.html", opening=opening, family=family, numbers={}, **words)

    @get("/{opening_id:uuid}/review", opt=needs(Can.REVIEW_BREAK_GLASS))
    async def look(self, request: AnyRequest, opening_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        review = await service.show_for_review(actor, opening_id)
        reason, zone = gettext(REASONS[review.opening.reason]), request.user.timezone
        return page(request, "audit/review.html", review=review, reason=reason, zone=zone, label=label)

    @post("/{opening_id:uuid}/review", opt=needs(Can.REVIEW_BREAK_GLASS))
    async def review(
        self, opening_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.review(actor, opening_id, now)
        return see("/", "opening_reviewed")


async def _asked(request: AnyRequest, actor: Actor, now: datetime, form: Form, *, status: int = 200) -> Template:
    openings = await service.own_openings(actor, now)
    context = {"form": form, "openings": openings, "reasons": choices_of(REASONS), "zone": request.user.timezone}
    return page(request, "audit/break_glass.html", status=status, **context)

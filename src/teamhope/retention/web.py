"""Pages about keeping one family's data: legal hold, erasure, and everything we hold written out."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import may, needs
from teamhope.accounts.service_security import need_proof
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.retention import service_families as service
from teamhope.retention import wording, wording_export
from teamhope.retention.forms import EraseForm, ExportForm, HoldForm, Shape
from teamhope.retention.rules import ExportReason, LegalHoldReason
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class KeepingController(Controller):
    path = "/families/{family_id:uuid}"
    include_in_schema = False

    @get("/kept", opt=needs(Can.ERASE_FAMILY))
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _kept(request, actor, family_id, Form.empty())

    @post("/legal-hold", opt=needs(Can.ERASE_FAMILY))
    async def place(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(HoldForm, sent)
        except FormProblems as wrong:
            return await _kept(request, actor, family_id, form_again(wrong, sent), status=422)
        await service.place_hold(actor, family_id, form.hold_reason, now)
        return see(f"/families/{family_id}/kept", "legal_hold_placed")

    @post("/legal-hold/lift", opt=needs(Can.ERASE_FAMILY))
    async def lift(
        self, family_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.lift_hold(actor, family_id, now)
        return see(f"/families/{family_id}/kept", "legal_hold_lifted")

    @get("/erase", opt=needs(Can.ERASE_FAMILY))
    async def confirm(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _confirm(request, actor, family_id, Form.empty())

    @post("/erase", opt=needs(Can.ERASE_FAMILY))
    async def erase(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(EraseForm, sent)
            await service.ask_erasure(actor, family_id, form.reference, now)
        except (FormProblems, Invalid) as wrong:
            return await _confirm(request, actor, family_id, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/kept", "erasure_asked")

    @get("/export", opt=needs(Can.EXPORT_FAMILY))
    async def choose(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        """A session left open is not enough to take a family's whole file out."""
        need_proof(request.user, now)
        return await _choose(request, actor, family_id, Form.empty())

    @post("/export", opt=needs(Can.EXPORT_FAMILY))
    async def export(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any] | Template:
        """By POST, so that opening everything is an act with a reason, and no address repeats it."""
        need_proof(request.user, now)
        sent = await request.form()
        try:
            form = read_form(ExportForm, sent)
        except FormProblems as wrong:
            return await _choose(request, actor, family_id, form_again(wrong, sent), status=422)
        found = await service.export(actor, family_id, form.reason, now)
        return _file(found) if form.shape is Shape.FILE else _paper(request, family_id, found)


async def _kept(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    kept, amounts = await service.show_kept(actor, family_id)
    return page(
        request,
        "retention/kept.html",
        status=status,
        kept=kept,
        amounts=amounts,
        form=form,
        hold_words=wording.say(kept.hold) if kept.hold else "",
        reasons=wording.choices(LegalHoldReason),
        may_export=may(actor.role, Can.EXPORT_FAMILY),
        may_keep_releases=may(actor.role, Can.KEEP_RELEASES),
        zone=request.user.timezone,
    )


async def _confirm(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    kept, amounts = await service.show_kept(actor, family_id)
    return page(request, "retention/erase.html", status=status, kept=kept, amounts=amounts, form=form)


async def _choose(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    kept, _ = await service.show_kept(actor, family_id)
    reasons = wording.choices(ExportReason)
    return page(request, "retention/export.html", status=status, kept=kept, form=form, reasons=reasons)


def _paper(request: AnyRequest, family_id: UUID, found: service.Exported) -> Template:
    return page(
        request,
        "retention/exported.html",
        found=found,
        family_id=family_id,
        part_name=wording_export.part_name,
        field_name=wording_export.field_name,
        say_value=partial(wording_export.say_value, zone=request.user.timezone, made_at=found.made_at),
        zone=request.user.timezone,
    )


def _file(found: service.Exported) -> Response[bytes]:
    content = {"family": found.family_no, "made_at": found.made_at, **found.parts}
    headers = {"content-disposition": 'attachment; filename="family.json"'}
    return Response(
        msgspec.json.format(msgspec.json.encode(content), indent=2), media_type="application/json", headers=headers
    )

"""Who must not be reached or told, as staff keep it for one family."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.families import service_blocked
from teamhope.families.entry_words import choices_of, words_for
from teamhope.families.forms import BlockedSent, Line, Name, Number
from teamhope.followups import service_families
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import BlockedEnd, BlockedReason, BlockedScope
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class BlockForm(Struct, frozen=True):
    relation: Line
    scope: BlockedScope
    name: Name | None = None
    phone: Number | None = None
    reason: BlockedReason | None = None

    def person(self) -> BlockedSent:
        return BlockedSent(
            relation=self.relation, scope=self.scope, name=self.name, phone=self.phone, reason=self.reason
        )


class EndForm(Struct, frozen=True):
    end: BlockedEnd


class BlockedController(Controller):
    path = "/families/{family_id:uuid}/reach/blocked"
    opt = needs(Can.CHANGE_REQUEST)
    include_in_schema = False

    @get("/")
    async def show(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await _page(request, (actor, family_id, now), {})

    @post("/")
    async def block(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            await service_families.block(actor, family_id, read_form(BlockForm, sent).person(), now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, (actor, family_id, now), {}, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/reach/blocked", "saved")

    @post("/{blocked_id:uuid}/number")
    async def number(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        blocked_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        """One number in full, this once; that it was read is recorded."""
        number = await service_blocked.read_number(actor, family_id, blocked_id, now)
        return await _page(request, (actor, family_id, now), {blocked_id: number})

    @post("/{blocked_id:uuid}/end")
    async def end(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        blocked_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        form = read_form(EndForm, await request.form())
        await service_blocked.end_block(actor, family_id, blocked_id, form.end, now)
        return see(f"/families/{family_id}/reach/blocked", "saved")


async def _page(
    request: AnyRequest,
    what: tuple[Actor, UUID, datetime],
    numbers: dict[UUID, str],
    form: Form | None = None,
    status: int = 200,
) -> Template:
    family = await families.show_family(what[0], what[1])
    return page(
        request,
        "followups/blocked.html",
        status=status,
        family=family,
        blocked=await service_blocked.show_blocked(what[0], what[1]),
        numbers=numbers,
        form=form or Form.empty(),
        choices=choices_of(),
        **words_for(request.user),
    )

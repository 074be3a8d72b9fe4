"""Something happened: everything stops for one family, and what next is decided."""

from collections.abc import Awaitable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from teamhope.accounts.policy import may, needs
from teamhope.families import service_hold
from teamhope.families.entry_words import choices_of, words_for
from teamhope.followups import service_families
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import HoldReason
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class Next(StrEnum):
    RELEASE = "release"
    KEEP = "keep"
    CLOSE = "close"


NEXT: Final = (
    (Next.RELEASE, N_("Calls go on"), N_("Promised calls whose time has passed get a new one.")),
    (Next.KEEP, N_("Keep the hold until a day"), N_("You are asked again on that day.")),
    (Next.CLOSE, N_("Close with care"), N_("All calls end. You say goodbye to the family and to the volunteer.")),
)
DONE: Final = {Next.RELEASE: "family_released", Next.KEEP: "hold_kept", Next.CLOSE: "family_closing"}


class HoldForm(Struct, frozen=True):
    """Nothing has to be filled in to stop everything."""

    reason: HoldReason = HoldReason.OTHER


class DecideForm(Struct, frozen=True):
    choice: Next
    until: date | None = None

    def __post_init__(self) -> None:
        if self.choice is Next.KEEP and self.until is None:
            raise FormProblems([("until", "required", {})])


class HoldController(Controller):
    path = "/families/{family_id:uuid}"
    opt = needs(Can.RELEASE_HOLD)
    include_in_schema = False

    @get("/hold", opt=needs(Can.HOLD_FAMILY))
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, family_id, Form.empty(reason=HoldReason.OTHER))

    @post("/hold", opt=needs(Can.HOLD_FAMILY))
    async def hold(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        """A reason that cannot be read stops everything all the same."""
        try:
            reason = read_form(HoldForm, await request.form()).reason
        except FormProblems:
            reason = HoldReason.OTHER
        await service_families.hold(actor, family_id, now, reason)
        return see(f"/families/{family_id}", "family_held")

    @post("/release")
    async def release(
        self, family_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service_families.release(actor, family_id, now)
        return see(f"/families/{family_id}", "family_released")

    @post("/decide")
    async def decide(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(DecideForm, sent)
            await _decide(actor, family_id, form, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, family_id, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}", DONE[form.choice])


def _decide(actor: Actor, family_id: UUID, form: DecideForm, now: datetime) -> Awaitable[None]:
    if form.choice is Next.KEEP:
        assert form.until is not None
        return service_families.keep_on_hold(actor, family_id, form.until, now)
    act = service_families.release if form.choice is Next.RELEASE else service_families.close_with_care
    return act(actor, family_id, now)


async def _page(request: AnyRequest, actor: Actor, family_id: UUID, form: Form, status: int = 200) -> Template:
    family_no, held = await service_hold.show_hold(actor, family_id)
    return page(
        request,
        "followups/hold.html",
        status=status,
        family_id=family_id,
        family_no=family_no,
        held=held,
        form=form,
        decides=may(actor.role, Can.RELEASE_HOLD),
        next=[(code, gettext(words), gettext(hint)) for code, words, hint in NEXT],
        choices=choices_of(),
        **words_for(request.user),
    )

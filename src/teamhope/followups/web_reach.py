"""How a family may be reached, as staff keep it: what was agreed to, and which numbers are safe; calls follow it."""

from collections.abc import Awaitable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.families import service_contact
from teamhope.families.entry_words import words_for
from teamhope.families.forms import CONSENT_WORDING, Number
from teamhope.families.queries_view import FamilyView
from teamhope.families.service_contact import How
from teamhope.followups import service_families
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
STOPPED_BY_STAFF: Final = "staff"


class Said(StrEnum):
    YES = "yes"
    NO = "no"


SAID: Final = ((Said.YES, N_("They agree")), (Said.NO, N_("They take it back")))


class ConsentForm(Struct, frozen=True):
    contact: UUID
    kind: ConsentKind
    said: Said
    method: ConsentMethod = ConsentMethod.VERBAL_RECORDED_BY_STAFF


class NumberForm(Struct, frozen=True):
    whose: UUID
    phone: Number
    asked_again: bool = False


class ReachController(Controller):
    path = "/families/{family_id:uuid}/reach"
    opt = needs(Can.CHANGE_REQUEST)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, family_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return _page(request, await families.show_family(actor, family_id), Form.empty())

    @post("/consents")
    async def consent(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        """What is taken back takes effect at once, and takes the promised calls along."""
        family, sent = await families.show_family(actor, family_id), await request.form()
        try:
            form = read_form(ConsentForm, sent)
            _refuse_stranger(family, form.contact)
            await _record(actor, form, now)
        except (FormProblems, Invalid) as wrong:
            return _page(request, family, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/reach", "saved")

    @post("/numbers")
    async def add(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        family, sent = await families.show_family(actor, family_id), await request.form()
        try:
            form = read_form(NumberForm, sent)
            _refuse_stranger(family, form.whose)
            await service_contact.add_number(actor, form.whose, form.phone, now, asked_again=form.asked_again)
        except (FormProblems, Invalid) as wrong:
            return _page(request, family, form_again(wrong, sent), status=422)
        return see(f"/families/{family_id}/reach", "saved")

    @post("/numbers/{phone_id:uuid}/confirm")
    async def confirm(
        self,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service_contact.confirm_number(actor, family_id, phone_id, now)
        return see(f"/families/{family_id}/reach", "saved")

    @post("/numbers/{phone_id:uuid}/stop")
    async def stop(
        self,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        family = await families.show_family(actor, family_id)
        if not any(phone.id == phone_id for contact in family.contacts for phone in contact.phones):
            raise NotFound("phone")
        await service_contact.stop_number(actor, phone_id, STOPPED_BY_STAFF, now)
        return see(f"/families/{family_id}/reach", "saved")


def _record(actor: Actor, form: ConsentForm, now: datetime) -> Awaitable[None]:
    how = How(form.method, CONSENT_WORDING, i18n.language.get())
    if form.said is Said.YES:
        return service_contact.add_consent(actor, form.contact, form.kind, how, now)
    return service_families.take_back_consent(actor, form.contact, form.kind, How(form.method), now)


def _refuse_stranger(family: FamilyView, contact_id: UUID) -> None:
    if all(contact.id != contact_id for contact in family.contacts):
        raise NotFound("contact")


def _page(request: AnyRequest, family: FamilyView, form: Form, status: int = 200) -> Template:
    return page(
        request,
        "followups/reach.html",
        status=status,
        family=family,
        form=form,
        people=[(contact.id, contact.first_name) for contact in family.contacts],
        kinds=[each for each in choices(ConsentKind) if each[0] != ConsentKind.RELEASE_TO_THIRD_PARTY],
        said=[(code, gettext(words)) for code, words in SAID],
        methods=choices(ConsentMethod),
        **words_for(request.user),
    )

"""What a family agrees to, with the words to read aloud; what it gives leave to tell others; and every record of it."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.families import service_contact, service_release
from teamhope.families.entry_words import ASKED_CONSENTS, HANDOVER_CONSENTS, consent_choices, read_aloud, words_for
from teamhope.families.forms import CONSENT_WORDING, Line, WordingVersion
from teamhope.families.queries_view import FamilyView
from teamhope.families.rules_release import Release
from teamhope.families.service_contact import How
from teamhope.followups import service_families
from teamhope.followups.web_reach import refuse_stranger
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary import consents
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
F = TypeVar("F", bound=Struct)


class Said(StrEnum):
    YES = "yes"
    NO = "no"


SAID: Final = ((Said.YES, N_("They agree")), (Said.NO, N_("They take it back")))


class ConsentForm(Struct, frozen=True):
    contact: UUID
    kind: ConsentKind
    said: Said
    method: ConsentMethod = ConsentMethod.VERBAL_RECORDED_BY_STAFF
    wording_version: WordingVersion = CONSENT_WORDING


class ReleaseForm(Struct, frozen=True):
    whose: UUID
    recipient: Line
    purpose: Line
    expires_on: date


class ConsentsController(Controller):
    path = "/families/{family_id:uuid}/reach/consents"
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
        return await _page(request, actor, await families.show_family(actor, family_id), now)

    @post("/")
    async def consent(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        """What is taken back takes effect at once, and takes along what is queued."""

        async def act(family: FamilyView, form: ConsentForm) -> None:
            refuse_stranger(family, form.contact)
            await _record(actor, family, form, now)

        return await _act(request, (family_id, actor, now), ConsentForm, act)

    @post("/releases")
    async def release(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        async def act(family: FamilyView, form: ReleaseForm) -> None:
            refuse_stranger(family, form.whose)
            leave = Release(form.recipient, form.purpose, form.expires_on)
            await service_release.give(actor, form.whose, leave, _language(family, form.whose), now)

        return await _act(request, (family_id, actor, now), ReleaseForm, act)

    @post("/releases/{release_id:uuid}/end")
    async def end_release(
        self,
        family_id: FromPath[UUID],
        release_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        how = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
        await service_release.take_back(actor, family_id, release_id, how, now)
        return see(f"/families/{family_id}/reach/consents", "saved")


@get("/families/consent-words", opt=needs(Can.SEE_FAMILIES), include_in_schema=False)
async def consent_words(request: AnyRequest) -> Template:
    """Every version of the words, so that an old record can be read with what was said."""
    return page(
        request, "followups/consent_words.html", versions=list(reversed(consents.VERSIONS)), **words_for(request.user)
    )


async def _act(
    request: AnyRequest,
    what: tuple[UUID, Actor, datetime],
    form_type: type[F],
    act: Callable[[FamilyView, F], Awaitable[None]],
) -> Response[Any]:
    family_id, actor, now = what
    family, sent = await families.show_family(actor, family_id), await request.form()
    try:
        await act(family, read_form(form_type, sent))
    except (FormProblems, Invalid) as wrong:
        return await _page(request, actor, family, now, form_again(wrong, sent), status=422)
    return see(f"/families/{family_id}/reach/consents", "saved")


def _record(actor: Actor, family: FamilyView, form: ConsentForm, now: datetime) -> Awaitable[None]:
    how = How(form.method, form.wording_version, _language(family, form.contact))
    if form.said is Said.YES:
        return service_contact.add_consent(actor, form.contact, form.kind, how, now)
    return service_families.take_back_consent(actor, form.contact, form.kind, how, now)


def _language(family: FamilyView, contact_id: UUID) -> str:
    """In which the words were read."""
    spoken = next(contact.languages for contact in family.contacts if contact.id == contact_id)
    return spoken[0].code if spoken else "en"


async def _page(
    request: AnyRequest, actor: Actor, family: FamilyView, now: datetime, form: Form | None = None, status: int = 200
) -> Template:
    history = await service_release.history(actor, family.id)
    standing = await service_release.standing(actor, family.id, now)
    return page(
        request,
        "followups/consents.html",
        status=status,
        family=family,
        form=form or Form.empty(wording_version=CONSENT_WORDING),
        people=[(contact.id, contact.first_name) for contact in family.contacts],
        names={contact.id: contact.first_name for contact in family.contacts},
        kinds=consent_choices(family.language, (*ASKED_CONSENTS, *HANDOVER_CONSENTS)),
        release_words=read_aloud(ConsentKind.RELEASE_TO_THIRD_PARTY, family.language),
        said=[(code, gettext(words)) for code, words in SAID],
        methods=choices(ConsentMethod),
        history=history,
        standing=standing,
        **words_for(request.user),
    )

"""Pages of volunteers for coordinators and team leads."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

import phonenumbers
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import may, needs
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.service_links import doorway_of
from teamhope.accounts.web_links import link_made
from teamhope.kit import clock, i18n
from teamhope.kit.forms import Form, FormProblems, page_number, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ChildAgeBand, CredentialKind, Gender, LanguageLevel, SpokenLanguage
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can, Role
from teamhope.vocabulary.places import STATES, ZONES
from teamhope.vocabulary.programme import Kind, programme
from teamhope.volunteers import rules, service
from teamhope.volunteers.forms import CredentialForm, StatusForm, VolunteerForm
from teamhope.volunteers.queries import Lived, NewVolunteer, Profile

AnyRequest = Request[Any, Any, Any]
ROWS: Final = 50


def word(kind: Kind, code: str | None) -> str:
    return programme().label(kind, code, i18n.language.get()) if code else gettext("Not known")


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
            today=now.date(),
            **_words(now),
        )

    @get("/new", opt=needs(Can.MANAGE_VOLUNTEERS))
    async def ask(self, request: AnyRequest) -> Template:
        return _new_page(request, Form.empty(timezone=ZONES[0], language="en"))

    @post("/new", opt=needs(Can.MANAGE_VOLUNTEERS))
    async def add(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(VolunteerForm, sent)
            person, new = _person(form, actor.team_id), _volunteer(form, now.date())
            doorway = doorway_of(request.app.state.settings)
            volunteer_id, link = await service.add_volunteer(actor, person, new, doorway, now)
        except (FormProblems, Invalid) as wrong:
            return _new_page(request, form_again(wrong, sent), status=422)
        return link_made(request, link, f"/volunteers/{volunteer_id}", "volunteer_added")

    @get("/{volunteer_id:uuid}", opt=needs(Can.SEE_VOLUNTEERS))
    async def show(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await _show(request, (actor, now), volunteer_id, Form.empty())

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
            return await _show(request, (actor, now), volunteer_id, form_again(wrong, sent), status=422)
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
            return await _show(request, (actor, now), volunteer_id, form_again(wrong, sent), status=422)
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


async def _show(
    request: AnyRequest, who: tuple[Actor, datetime], volunteer_id: UUID, form: Form, *, status: int = 200
) -> Template:
    actor, now = who
    profile = await service.load_profile(actor, volunteer_id)
    return page(
        request,
        "volunteers/volunteer.html",
        status=status,
        it=profile,
        form=form,
        limits=_limits(profile),
        may_manage=may(actor.role, Can.MANAGE_VOLUNTEERS),
        moves=[(move, label(move)) for move in sorted(rules.MOVES[profile.status])],
        kinds=choices(CredentialKind),
        today=now.date(),
        **_words(now),
    )


def _limits(profile: Profile) -> list[str]:
    kinds: tuple[Kind, ...] = ("case_type", "subtype", "trajectory")
    words = [word(kind, code) for kind in kinds for each, code in sorted(profile.limits) if each == kind]
    return words + sorted(code for kind, code in profile.limits if kind == "state")


def _new_page(request: AnyRequest, form: Form, *, status: int = 200) -> Template:
    language = i18n.language.get()
    return page(
        request,
        "volunteers/new.html",
        status=status,
        form=form,
        zones=i18n.zone_choices(ZONES, clock.now()),
        states=[(code, code) for code in sorted(STATES)],
        genders=choices(Gender),
        levels=choices(LanguageLevel),
        ages=choices(ChildAgeBand),
        spoken=programme().choices("language", language),
        case_types=programme().choices("case_type", language),
        relations=programme().choices("relation", language),
        trajectories=programme().choices("trajectory", language),
    )


def _person(form: VolunteerForm, team: UUID | None) -> NewPerson:
    if form.timezone not in available_timezones():
        raise Invalid.field("timezone", "not_a_choice")
    return NewPerson(
        name=form.name,
        role=Role.VOLUNTEER,
        timezone=form.timezone,
        email=form.email,
        phone=_phone(form.phone) if form.phone else None,
        language=form.language,
        agreed_to_sms=form.agreed_to_sms,
        team=team,
    )


def _phone(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        raise Invalid.field("phone", "phone_unreadable") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise Invalid.field("phone", "phone_unreadable")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _volunteer(form: VolunteerForm, today: date) -> NewVolunteer:
    codes: tuple[tuple[str, Kind, str | None], ...] = (
        ("case_type", "case_type", form.case_type),
        ("relation", "relation", form.relation),
        ("trajectory", "trajectory", form.trajectory),
        ("language_1", "language", form.language_1),
        ("language_2", "language", form.language_2),
    )
    wrong = [field for field, kind, code in codes if code is not None and not programme().has(kind, code)]
    if form.state is not None and form.state not in STATES:
        wrong.append("state")
    month = date.fromisoformat(f"{form.event_month}-01") if form.event_month else None
    if wrong:
        raise Invalid([(field, "not_a_choice", {}) for field in wrong])
    if month is not None and month > today:
        raise Invalid.field("event_month", "day_in_future")
    spoken = {form.language_1: form.level_1} | ({form.language_2: form.level_2} if form.language_2 else {})
    return NewVolunteer(
        name=form.name,
        state=form.state,
        gender=form.gender,
        languages=tuple(SpokenLanguage(code, level) for code, level in spoken.items()),
        lived=Lived(form.case_type, form.relation, form.trajectory, frozenset(), month, form.child_age_band),
    )

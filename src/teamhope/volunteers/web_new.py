"""A volunteer is added: who she is, what she speaks, and the first thing she lived through."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import phonenumbers
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.service_links import doorway_of
from teamhope.accounts.web_links import link_made
from teamhope.kit import clock, i18n
from teamhope.kit.forms import Form, FormProblems, Problem, read_form
from teamhope.kit.web import page
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import Gender, LanguageLevel, SpokenLanguage
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can, Role
from teamhope.vocabulary.places import STATES, ZONES
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.words import word_choices
from teamhope.volunteers import service
from teamhope.volunteers.forms import VolunteerForm
from teamhope.volunteers.forms_lived import lived_of
from teamhope.volunteers.queries import NewVolunteer
from teamhope.volunteers.rules_lived import problems_of
from teamhope.volunteers.web_lived import lived_choices

AnyRequest = Request[Any, Any, Any]


class NewVolunteerController(Controller):
    path = "/volunteers/new"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @get("/")
    async def ask(self, request: AnyRequest) -> Template:
        return _new_page(request, Form.empty(timezone=ZONES[0], language="en"))

    @post("/")
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


def _new_page(request: AnyRequest, form: Form, *, status: int = 200) -> Template:
    return page(
        request,
        "volunteers/new.html",
        status=status,
        form=form,
        zones=i18n.zone_choices(ZONES, clock.now()),
        states=[(code, code) for code in sorted(STATES)],
        genders=choices(Gender),
        levels=choices(LanguageLevel),
        spoken=word_choices("language"),
        offered=lived_choices(),
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
    lived, problems = lived_of(form), list(_wrong_codes(form))
    problems += problems_of(lived, programme(), today)
    if problems:
        raise Invalid(problems)
    spoken = {form.language_1: form.level_1} | ({form.language_2: form.level_2} if form.language_2 else {})
    languages = tuple(SpokenLanguage(code, level) for code, level in spoken.items())
    return NewVolunteer(name=form.name, state=form.state, gender=form.gender, languages=languages, lived=lived)


def _wrong_codes(form: VolunteerForm) -> Iterator[Problem]:
    if form.state is not None and form.state not in STATES:
        yield "state", "not_a_choice", {}
    for field, code in (("language_1", form.language_1), ("language_2", form.language_2)):
        if code is not None and not programme().has("language", code):
            yield field, "not_a_choice", {}

"""Who a new volunteer is: what was answered, as rows to be written, or every answer that cannot be true."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

import phonenumbers

from teamhope.accounts.queries import NewPerson
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import SpokenLanguage
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.programme import programme
from teamhope.volunteers.forms import VolunteerForm
from teamhope.volunteers.forms_lived import lived_of
from teamhope.volunteers.queries import NewVolunteer
from teamhope.volunteers.rules_lived import Lived, Problem, problems_of

ZONES: Final = frozenset(available_timezones())  # once: it walks through folders for 5 ms


def entered(form: VolunteerForm, team: UUID | None, today: date) -> tuple[NewPerson, NewVolunteer]:
    """Raises Invalid naming every wrong field."""
    phone, lived = _phone(form.phone or ""), lived_of(form)
    problems = [*_wrong_contact(form, phone), *_wrong_codes(form), *problems_of(lived, programme(), today)]
    if problems:
        raise Invalid(problems)
    return _person(form, phone, team), _volunteer(form, lived)


def _phone(typed: str) -> str | None:
    """The number in E.164, +1 where no country is given; None if there is no such number or it has an extension."""
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _wrong_contact(form: VolunteerForm, phone: str | None) -> Iterator[Problem]:
    if form.phone is not None and phone is None:
        yield "phone", "phone_unreadable", {}
    if form.timezone not in ZONES:
        yield "timezone", "not_a_choice", {}


def _wrong_codes(form: VolunteerForm) -> Iterator[Problem]:
    if form.state is not None and form.state not in STATES:
        yield "state", "not_a_choice", {}
    for field, code in (("language_1", form.language_1), ("language_2", form.language_2)):
        if code is not None and not programme().has("language", code):
            yield field, "not_a_choice", {}


def _person(form: VolunteerForm, phone: str | None, team: UUID | None) -> NewPerson:
    return NewPerson(
        name=form.name,
        role=Role.VOLUNTEER,
        timezone=form.timezone,
        email=form.email,
        phone=phone,
        language=form.language,
        agreed_to_sms=form.agreed_to_sms,
        team=team,
    )


def _volunteer(form: VolunteerForm, lived: Lived) -> NewVolunteer:
    spoken = {form.language_1: form.level_1} | ({form.language_2: form.level_2} if form.language_2 else {})
    languages = tuple(SpokenLanguage(code, level) for code, level in spoken.items())
    return NewVolunteer(name=form.name, state=form.state, gender=form.gender, languages=languages, lived=lived)

"""Whether a request can be true as a whole: each field's own rules, the programme's codes, and contradictions."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from teamhope.families.forms import BlockedSent, ConsentSent, ContactSent, NewRequest, PreferenceSent
from teamhope.families.rules_entry import PhoneEntry, Problem, RequestEntry, normal_phone, problems_of
from teamhope.families.rules_hours import EASTERN, zone_of
from teamhope.families.rules_release import BlockedFacts, Release, problems_of_release
from teamhope.vocabulary import consents
from teamhope.vocabulary.families import (
    COMMUNITIES,
    ConsentKind,
    Gender,
    IfSomeoneElseAnswers,
    PreferenceAttribute,
    Voicemail,
)
from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.programme import Kind, Programme

# Where the rules' names of fields are in what was sent.
PATHS = {
    "first_name": "contact.first_name",
    "phones.0.number": "contact.phone",
    "phones.0.agreed_words": "contact.agreed_words",
    "zone": "timezone",
    "windows": "contact.windows",
}


def family_date(now: datetime, zone: str | None) -> date:
    """Today where the family is; Eastern while nobody knows."""
    return now.astimezone(zone_of(zone) or EASTERN).date()


def problems(new: NewRequest, programme: Programme, now: datetime, *, number_is_blocked: bool) -> tuple[Problem, ...]:
    """Every field that cannot be true, by its path in NewRequest. `number_is_blocked`: some family blocked its owner.

    Source: domain.md §8 check 10 for the blocked number, 28 CFR 94.115 for releases.
    """
    contact = new.contact
    blocked = number_is_blocked or _blocked_here(new)
    phones = (PhoneEntry(contact.phone, contact.voicemail, contact.agreed_words, blocked),) if contact.phone else ()
    entry = RequestEntry(contact.first_name, phones, new.timezone, new.windows, new.state, new.month)
    found = problems_of(entry, family_date(now, new.timezone))
    return (
        *((PATHS.get(field, field), code, facts) for field, code, facts in found),
        *_codes(new, programme),
        *_contact(contact),
        *(problem for n, each in enumerate(new.consents) for problem in _consent(new, each, f"consents.{n}", now)),
        *(problem for n, each in enumerate(new.blocked_persons) for problem in _blocked(each, f"blocked_persons.{n}")),
        *(problem for n, each in enumerate(new.preferences) for problem in _preference(each, f"preferences.{n}")),
        *_named_once(new.preferences),
    )


def _blocked_here(new: NewRequest) -> bool:
    number = normal_phone(new.contact.phone or "")
    theirs = {normal_phone(person.phone) for person in new.blocked_persons if person.phone}
    return number is not None and number in theirs


def _codes(new: NewRequest, programme: Programme) -> Iterator[Problem]:
    words: tuple[tuple[str, Kind, str | None], ...] = (
        ("relation", "relation", new.relation),
        ("case_type", "case_type", new.case_type),
        ("trajectory", "trajectory", new.trajectory),
        *(("contact.languages", "language", each.code) for each in new.contact.languages),
    )
    for field, kind, code in words:
        if code is not None and not programme.has(kind, code):
            yield field, "not_a_choice", {}
    allowed = {subtype.code for subtype in programme.subtypes_of(new.case_type or "")}
    if not set(new.subtypes) <= allowed:
        yield "subtypes", "subtype_of_other_kind", {}


def _contact(contact: ContactSent) -> Iterator[Problem]:
    if contact.safe_to_text and not contact.only_i_see_this_phone:
        yield "contact.safe_to_text", "text_needs_own_phone", {}
    says_words = contact.if_someone_else_answers is IfSomeoneElseAnswers.SAY_AGREED_WORDS
    if says_words and (contact.voicemail is not Voicemail.AGREED_WORDS or not contact.agreed_words):
        yield "contact.if_someone_else_answers", "no_words_to_say", {}
    codes = [each.code for each in contact.languages]
    if len(codes) != len(set(codes)):
        yield "contact.languages", "language_twice", {}


def _consent(new: NewRequest, consent: ConsentSent, field: str, now: datetime) -> Iterator[Problem]:
    if not consents.is_version(consent.wording_version):
        yield f"{field}.wording_version", "wording_unknown", known_versions()
    if consent.kind is ConsentKind.RELEASE_TO_THIRD_PARTY:
        wrong = problems_of_release(_release(consent), consent.method, _blocked_of(new), family_date(now, new.timezone))
        yield from ((f"{field}.{name}", code, facts) for name, code, facts in wrong)
        return
    for name in ("recipient", "purpose", "expires_on"):
        if getattr(consent, name) is not None:
            yield f"{field}.{name}", "only_for_release", {}


def known_versions() -> dict[str, object]:
    """The fact that a refusal of an unknown version tells."""
    return {"known": ", ".join(version.code for version in consents.VERSIONS)}


def _release(consent: ConsentSent) -> Release:
    return Release(consent.recipient or "", consent.purpose or "", consent.expires_on or date.min)


def _blocked_of(new: NewRequest) -> tuple[BlockedFacts, ...]:
    return tuple(BlockedFacts(each.scope, each.name, normal_phone(each.phone or "")) for each in new.blocked_persons)


def _blocked(person: BlockedSent, field: str) -> Iterator[Problem]:
    yield from ((f"{field}.{name}", code, facts) for name, code, facts in problems_of_blocked(person))


def problems_of_blocked(person: BlockedSent) -> Iterator[Problem]:
    if not (person.name or person.phone):
        yield "name", "blocked_needs_name_or_phone", {}
    if person.phone and normal_phone(person.phone) is None:
        yield "phone", "phone_unreadable", {}
    if not person.relation.strip():
        yield "relation", "required", {}


def _preference(wish: PreferenceSent, field: str) -> Iterator[Problem]:
    choices = {
        PreferenceAttribute.VOLUNTEER_GENDER: frozenset(Gender),
        PreferenceAttribute.NOT_FROM_STATE: STATES,
        PreferenceAttribute.COMMUNITY: frozenset(COMMUNITIES),
    }
    if wish.value not in choices.get(wish.attribute, {wish.value}):
        yield f"{field}.value", "not_a_choice", {}


# The rules compare one gender and one state.
NAMED_ONCE = (PreferenceAttribute.VOLUNTEER_GENDER, PreferenceAttribute.NOT_FROM_STATE)


def _named_once(wishes: Sequence[PreferenceSent]) -> Iterator[Problem]:
    attributes = [wish.attribute for wish in wishes]
    for n, attribute in enumerate(attributes):
        if attribute in NAMED_ONCE and attribute in attributes[:n]:
            yield f"preferences.{n}.attribute", "preference_twice", {}

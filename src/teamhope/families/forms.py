"""A family's request as the API and the pages send it (POST /api/v1/requests); unknown fields are refused."""

from datetime import date, time
from typing import Annotated

from msgspec import Meta, Struct

from teamhope.vocabulary import consents
from teamhope.vocabulary.families import (
    BlockedReason,
    BlockedScope,
    ChildAgeBand,
    ChildGender,
    ConsentKind,
    ConsentMethod,
    ContactPreference,
    IfSomeoneElseAnswers,
    IntakeSource,
    LanguageLevel,
    MatchMode,
    PhoneKind,
    PreferenceAttribute,
    Strength,
    Urgency,
    Voicemail,
    Window,
)

CONSENT_WORDING = consents.CURRENT.code

LINE = r"\A[^\x00-\x1f\x7f]*\Z"  # one line: nothing that breaks storage or a page
Code = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_]{1,40}\Z")]
Line = Annotated[str, Meta(max_length=120, pattern=LINE)]
Name = Annotated[str, Meta(max_length=80, pattern=LINE)]
Number = Annotated[str, Meta(max_length=32, pattern=LINE)]
Zone = Annotated[str, Meta(max_length=60, pattern=LINE)]
Month = Annotated[str, Meta(pattern=r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])\Z")]
Clock = Annotated[str, Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
WordingVersion = Annotated[str, Meta(min_length=1, max_length=40, pattern=LINE)]


class Strict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of what was sent; a field that is not known is refused."""


class LanguageSent(Strict, frozen=True):
    code: Annotated[str, Meta(pattern=r"\A[a-z]{2}\Z")]
    level: LanguageLevel


class WindowSent(Strict, frozen=True):
    weekday: Annotated[int, Meta(ge=0, le=6)]
    start: Clock
    end: Clock

    def window(self) -> Window:
        return Window(self.weekday, time.fromisoformat(self.start), time.fromisoformat(self.end))


class ConsentSent(Strict, frozen=True):
    kind: ConsentKind
    method: ConsentMethod
    wording_version: WordingVersion
    recipient: Line | None = None  # these three of a release to a third party, and of nothing else
    purpose: Line | None = None
    expires_on: date | None = None


class BlockedSent(Strict, frozen=True):
    relation: Line
    scope: BlockedScope
    name: Name | None = None
    phone: Number | None = None
    reason: BlockedReason | None = None


class PreferenceSent(Strict, frozen=True):
    attribute: PreferenceAttribute
    value: Code
    strength: Strength


class ContactSent(Strict, frozen=True):
    first_name: Line
    phone: Number | None = None
    languages: Annotated[tuple[LanguageSent, ...], Meta(max_length=8)] = ()
    windows: Annotated[tuple[WindowSent, ...], Meta(max_length=40)] = ()
    safe_to_call: bool = False
    voicemail: Voicemail = Voicemail.NONE
    agreed_words: Annotated[str, Meta(max_length=400, pattern=LINE)] | None = None
    safe_to_text: bool = False
    only_i_see_this_phone: bool = False
    no_time_in_text: bool = False
    shared_with: Line | None = None
    code_word: Line | None = None
    if_someone_else_answers: IfSomeoneElseAnswers = IfSomeoneElseAnswers.HANG_UP
    answers_blocked_numbers: bool = False
    contact_preference: ContactPreference = ContactPreference.PROGRAM_CALLS


class NewRequest(Strict, frozen=True):
    """A family asks for support. What is not known yet may be left out: the request then waits in triage."""

    relation: Code
    contact: ContactSent
    timezone: Zone | None = None
    state: Annotated[str, Meta(max_length=2)] | None = None
    case_type: Code | None = None
    subtypes: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()
    trajectory: Code | None = None
    event_month: Month | None = None
    child_age_band: ChildAgeBand = ChildAgeBand.UNKNOWN
    child_gender: ChildGender = ChildGender.UNKNOWN
    urgency: Urgency = Urgency.ROUTINE
    consents: Annotated[tuple[ConsentSent, ...], Meta(max_length=20)] = ()
    blocked_persons: Annotated[tuple[BlockedSent, ...], Meta(max_length=20)] = ()
    preferences: Annotated[tuple[PreferenceSent, ...], Meta(max_length=10)] = ()

    @property
    def month(self) -> date | None:
        return date.fromisoformat(f"{self.event_month}-01") if self.event_month else None

    @property
    def windows(self) -> tuple[Window, ...]:
        return tuple(each.window() for each in self.contact.windows)

    @property
    def first_language(self) -> str | None:
        return self.contact.languages[0].code if self.contact.languages else None


class Circumstances(Struct, frozen=True, kw_only=True):
    """What only staff are asked about a new request, on the pages."""

    adult: bool = True
    imminent_risk: bool = False
    match_mode: MatchMode = MatchMode.ONE_TO_ONE
    source: IntakeSource = IntakeSource.SELF_REFERRAL_PHONE
    phone_kind: PhoneKind = PhoneKind.MOBILE


class Completion(Struct, frozen=True, kw_only=True):
    """What a coordinator found out about a request in triage; what is left out stays as it is."""

    timezone: Zone | None = None
    language: Annotated[str, Meta(pattern=r"\A[a-z]{2}\Z")] | None = None
    case_type: Code | None = None
    phone: Number | None = None
    safe_to_call: bool = False
    consents: Annotated[tuple[ConsentKind, ...], Meta(max_length=10)] = ()
    method: ConsentMethod = ConsentMethod.VERBAL_RECORDED_BY_STAFF
    wording_version: WordingVersion = CONSENT_WORDING

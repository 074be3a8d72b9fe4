"""The words of a family's request: languages, channels, consent, who must not be told (domain.md §1.1, §1.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID


class FamilyStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ANONYMISED = "anonymised"


class IntakeSource(StrEnum):
    HOTLINE_CALL_CENTER = "hotline_call_center"
    ADVOCATE = "advocate"
    CASE_MANAGER = "case_manager"
    LAW_ENFORCEMENT = "law_enforcement"
    FAON_MEMBER = "faon_member"
    SELF_REFERRAL_WEB = "self_referral_web"
    SELF_REFERRAL_PHONE = "self_referral_phone"
    OTHER_NONPROFIT = "other_nonprofit"


class Urgency(StrEnum):
    ROUTINE = "routine"
    PRIORITY = "priority"
    URGENT = "urgent"


class MatchMode(StrEnum):
    ONE_TO_ONE = "one_to_one"
    SINGLE_CONVERSATION = "single_conversation"


class LanguageLevel(StrEnum):
    """How well a language is spoken; below conversational it counts as not spoken."""

    NATIVE = "native"
    FLUENT = "fluent"
    CONVERSATIONAL = "conversational"


class ChildAgeBand(StrEnum):
    FROM_0_TO_4 = "0-4"
    FROM_5_TO_8 = "5-8"
    FROM_9_TO_12 = "9-12"
    FROM_13_TO_15 = "13-15"
    FROM_16_TO_17 = "16-17"
    FROM_18_TO_20 = "18-20"
    UNKNOWN = "unknown"


class ChildGender(StrEnum):
    GIRL = "girl"
    BOY = "boy"
    ANOTHER = "another"
    UNKNOWN = "unknown"


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    OTHER = "other"


class Voicemail(StrEnum):
    NONE = "none"
    AGREED_WORDS = "agreed_words"


class IfSomeoneElseAnswers(StrEnum):
    """What the caller does when another person picks up."""

    HANG_UP = "hang_up"
    ASK_FOR_CONTACT = "ask_for_contact"
    SAY_AGREED_WORDS = "say_agreed_words"


class ContactPreference(StrEnum):
    PROGRAM_CALLS = "program_calls"
    THEY_CALL_US = "they_call_us"


class ConsentKind(StrEnum):
    PEER_MATCH = "peer_match"
    SHARE_PROFILE_WITH_VOLUNTEER = "share_profile_with_volunteer"
    VOICE_CALL = "voice_call"
    VOICEMAIL = "voicemail"
    SMS_REMINDER = "sms_reminder"
    EMAIL = "email"
    RELEASE_TO_THIRD_PARTY = "release_to_third_party"
    HANDOVER_FACTS = "handover_facts"
    HANDOVER_NOTE = "handover_note"


class ConsentMethod(StrEnum):
    VERBAL_RECORDED_BY_STAFF = "verbal_recorded_by_staff"
    WEB_FORM = "web_form"
    SMS_KEYWORD = "sms_keyword"
    WRITTEN = "written"


class BlockedScope(StrEnum):
    NO_CONTACT = "no_contact"
    NO_RELEASE = "no_release"
    NO_CALL_LEG = "no_call_leg"


class BlockedReason(StrEnum):
    ABUSER = "abuser"
    SUSPECT = "suspect"
    ESTRANGED = "estranged"
    ASKED = "asked"
    OTHER = "other"


class BlockedEnd(StrEnum):
    """Why somebody is blocked no more."""

    FAMILY_ASKED = "family_asked"
    MISTAKE = "mistake"
    DANGER_OVER = "danger_over"
    OTHER = "other"


class ConnectionKind(StrEnum):
    """How a volunteer and a family may know of each other."""

    SAME_INCIDENT = "same_incident"
    SAME_FAMILY = "same_family"
    PERSONALLY_KNOWN = "personally_known"
    SAME_COURT_CASE = "same_court_case"
    OTHER = "other"


class ConnectionEnd(StrEnum):
    """Why they may be matched after all."""

    MISTAKE = "mistake"
    ASKED_BOTH = "asked_both"
    OTHER = "other"


class SensitiveDateKind(StrEnum):
    """What a day of each year, hard for a family, is the day of."""

    BIRTHDAY = "birthday"
    MISSING_ANNIVERSARY = "missing_anniversary"
    RECOVERY = "recovery"
    DEATH = "death"
    TRIAL = "trial"


class HoldReason(StrEnum):
    """What has happened that everything stops."""

    DEATH = "death"
    RECOVERY = "recovery"
    COURT_DATE = "court_date"
    MEDIA = "media"
    THREAT = "threat"
    OTHER = "other"


class PreferenceAttribute(StrEnum):
    VOLUNTEER_GENDER = "volunteer_gender"
    NOT_FROM_STATE = "not_from_state"
    COMMUNITY = "community"
    SAME_RELATION = "same_relation"


class Strength(StrEnum):
    REQUIRED = "required"
    PREFERRED = "preferred"


COMMUNITIES = ("faith", "tribal", "military", "lgbtq")  # domain.md §1.2


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"


class CredentialKind(StrEnum):
    BACKGROUND_CHECK = "background_check"
    CONFIDENTIALITY_AGREEMENT = "confidentiality_agreement"
    CORE_TRAINING = "core_training"
    REFRESHER_TRAINING = "refresher_training"
    SUICIDE_AWARENESS = "suicide_awareness"
    MANDATED_REPORTER_TRAINING = "mandated_reporter_training"
    SURVIVOR_TRAINING = "survivor_training"
    CODE_OF_CONDUCT = "code_of_conduct"


class ActivityKind(StrEnum):
    """What a volunteer gave minutes to besides calls."""

    TRAINING = "training"
    DEBRIEF = "debrief"
    OTHER = "other"


MANDATORY_CREDENTIALS = frozenset(
    {
        CredentialKind.BACKGROUND_CHECK,
        CredentialKind.CONFIDENTIALITY_AGREEMENT,
        CredentialKind.CORE_TRAINING,
        CredentialKind.SUICIDE_AWARENESS,
        CredentialKind.MANDATED_REPORTER_TRAINING,
    }
)


class CadenceTemplate(StrEnum):
    STANDARD = "standard"
    ACUTE = "acute"
    LONG_TERM = "long_term"
    EXPLOITATION = "exploitation"
    ONE_TALK = "one_talk"
    KEEP_IN_TOUCH = "keep_in_touch"


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    code: str  # ISO 639-1
    level: LanguageLevel


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A weekly span of local wall time; it does not cross midnight. weekday 0 = Monday; `end` is not included."""

    weekday: int
    start: time
    end: time


def windows_on(day: date, spans: Iterable[tuple[time | None, time | None]]) -> tuple[Window, ...]:
    """The windows of one date; a span without start and end is none."""
    return tuple(Window(day.weekday(), start, end) for start, end in spans if start is not None and end is not None)


class ClearedChannel(StrEnum):
    VOICE = "voice"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Clearance:
    """Leave to reach one contact by one channel until an instant. Only families.rules.may_contact makes one."""

    contact_id: UUID
    phone_id: UUID
    channel: ClearedChannel
    until: datetime


@dataclass(frozen=True, slots=True)
class ClearedNumber:
    """A family's telephone, and the leave to use it now. `number` is in E.164."""

    clearance: Clearance
    number: str = field(repr=False)

"""Everything about a family in words: names of its parts and fields, and what their codes mean."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final, get_args

from teamhope.kit.i18n import N_, format_date, format_moment, format_time, gettext, language, weekday_names, zone_name
from teamhope.retention.rules import Given, Notice, ReleaseKind
from teamhope.retention.wording import WORDS, say
from teamhope.vocabulary.calls import AnsweredBy, CallChannel, Direction, Helps, Need, Outcome, ServiceProgram
from teamhope.vocabulary.families import (
    BlockedReason,
    BlockedScope,
    ChildAgeBand,
    ChildGender,
    ConsentKind,
    ConsentMethod,
    ContactPreference,
    FamilyStatus,
    IfSomeoneElseAnswers,
    IntakeSource,
    LanguageLevel,
    MatchMode,
    PhoneKind,
    PreferenceAttribute,
    SensitiveDateKind,
    Strength,
    Urgency,
    Voicemail,
)
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.programme import Kind, programme
from teamhope.vocabulary.states import (
    CloseReason,
    EscalationLevel,
    EscalationStatus,
    FollowUpStatus,
    MatchStatus,
    RequestStatus,
)

PARTS: Final[Mapping[str, str]] = {
    "family": N_("The file"),
    "contacts": N_("People"),
    "numbers": N_("Phone numbers"),
    "consents": N_("What they agreed to and took back"),
    "blocked_people": N_("Who must not be reached or told"),
    "sensitive_dates": N_("Hard days"),
    "requests": N_("Requests"),
    "matches": N_("Matches"),
    "handovers": N_("Left for the next volunteer"),
    "cover_people": N_("Who else they agreed to hear from"),
    "promised_calls": N_("Promised calls"),
    "calls": N_("Calls"),
    "calls_for_help": N_("Calls for help"),
    "services": N_("Services"),
    "releases": N_("Given to others"),
}
FIELDS: Final[Mapping[str, str]] = {
    "adult": N_("Adult"),
    "agreed_on": N_("Agreed on"),
    "agreed_words": N_("Words for a message"),
    "answered_by": N_("Who answered"),
    "answers_blocked_numbers": N_("Answers calls from hidden numbers"),
    "at": N_("When"),
    "call_on": N_("Asked to be called on that day"),
    "callback_at": N_("Wanted a call back at"),
    "case_type": N_("Kind of experience"),
    "channel": N_("By"),
    "child_age_band": N_("Age of the child then"),
    "child_gender": N_("Gender of the child"),
    "close_reason": N_("Why it ended"),
    "closed_at": N_("Ended"),
    "code_word": N_("Code word"),
    "confirmed_on": N_("Last asked whether it is safe"),
    "contact_preference": N_("Who calls"),
    "country": N_("Country"),
    "created_at": N_("Entered"),
    "day": N_("Day"),
    "direction": N_("Direction"),
    "due_at": N_("Promised for"),
    "ended_at": N_("Ended"),
    "event_month": N_("Month it happened"),
    "expires_on": N_("Good until"),
    "family_no": N_("Reference"),
    "first_conversation_at": N_("First conversation"),
    "first_name": N_("First name"),
    "given": N_("What was given"),
    "granted": N_("Agreed"),
    "happened_on": N_("Day"),
    "helps": N_("What helps"),
    "if_someone_else_answers": N_("If someone else answers"),
    "intake_source": N_("How they came to us"),
    "introduced_at": N_("Introduced"),
    "kind": N_("What kind"),
    "language": N_("Language"),
    "languages": N_("Languages"),
    "level": N_("How urgent"),
    "match_mode": N_("What was asked for"),
    "method": N_("How it was given"),
    "month": N_("Month"),
    "name": N_("Name"),
    "needs": N_("Something else needed"),
    "no_time_in_text": N_("No time in a text"),
    "note": N_("Note"),
    "notice": N_("Was the family told before?"),
    "notice_on": N_("Day of telling them, or of trying"),
    "number": N_("Phone number"),
    "only_i_see_this_phone": N_("Nobody else sees this phone"),
    "opened_at": N_("Opened"),
    "outcome": N_("What happened"),
    "phone": N_("Phone number"),
    "preferences": N_("Wishes"),
    "primary_language": N_("Language"),
    "program": N_("Service"),
    "purpose": N_("What for"),
    "reason": N_("Why"),
    "recipient": N_("To whom"),
    "relation": N_("Relation to the child"),
    "released_on": N_("On which day"),
    "requested_on": N_("Asked on"),
    "safe_to_call": N_("Safe to call"),
    "safe_to_text": N_("Safe to text"),
    "scope": N_("What is forbidden"),
    "shared_with": N_("Who else uses or hears the phone"),
    "started_at": N_("When"),
    "state": N_("State"),
    "status": N_("Status"),
    "status_since": N_("Since"),
    "stop_reason": N_("Why it was stopped"),
    "stopped_at": N_("Stopped"),
    "subtypes": N_("Details"),
    "talk_seconds": N_("Seconds of talk"),
    "timezone": N_("Time zone"),
    "topics": N_("Spoken about"),
    "trajectory": N_("How it went on"),
    "urgency": N_("How urgent"),
    "voicemail": N_("Message on voicemail"),
    "voided_at": N_("Does not count since"),
    "volunteer_first_name": N_("Volunteer"),
    "where_now": N_("Where they are now"),
    "windows": N_("Best times"),
    "wording_version": N_("Version of the words"),
    "written_at": N_("Written"),
}
# What a code means: by its field, or by part and field where that is not enough.
CODES: Final[Mapping[str, type[StrEnum] | str]] = {
    "answered_by": AnsweredBy,
    "attribute": PreferenceAttribute,
    "blocked_people.reason": BlockedReason,
    "calls_for_help.level": EscalationLevel,
    "calls_for_help.status": EscalationStatus,
    "case_type": "case_type",
    "channel": CallChannel,
    "child_age_band": ChildAgeBand,
    "child_gender": ChildGender,
    "close_reason": CloseReason,
    "code": "language",
    "consents.kind": ConsentKind,
    "contact_preference": ContactPreference,
    "direction": Direction,
    "family.status": FamilyStatus,
    "given": Given,
    "helps": Helps,
    "if_someone_else_answers": IfSomeoneElseAnswers,
    "intake_source": IntakeSource,
    "language": "language",
    "level": LanguageLevel,
    "match_mode": MatchMode,
    "matches.status": MatchStatus,
    "method": ConsentMethod,
    "needs": Need,
    "notice": Notice,
    "numbers.kind": PhoneKind,
    "outcome": Outcome,
    "primary_language": "language",
    "program": ServiceProgram,
    "promised_calls.status": FollowUpStatus,
    "contacts.relation": "relation",
    "releases.kind": ReleaseKind,
    "requests.status": RequestStatus,
    "scope": BlockedScope,
    "sensitive_dates.kind": SensitiveDateKind,
    "stop_reason": Outcome,
    "strength": Strength,
    "subtypes": "subtype",
    "topics": "topic",
    "trajectory": "trajectory",
    "urgency": Urgency,
    "voicemail": Voicemail,
}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def part_name(part: str) -> str:
    return gettext(PARTS[part])


def field_name(name: str) -> str:
    return gettext(FIELDS[name])


def say_value(part: str, name: str, value: Any, *, zone: str, made_at: datetime) -> str:
    """As it is read on paper, instants in `zone` (IANA), which is named; a code that nobody knows any more as it is."""
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, list | tuple):
        return "; ".join(say_value(part, name, each, zone=zone, made_at=made_at) for each in value)
    if name == "windows":
        return _hours(value)
    if isinstance(value, dict):
        return ", ".join(say_value(part, each, held, zone=zone, made_at=made_at) for each, held in value.items())
    if name == "timezone":
        return zone_name(value, made_at)
    return _plain(value, CODES.get(f"{part}.{name}", CODES.get(name)), zone)


def _hours(window: Mapping[str, Any]) -> str:
    """One weekday's: Monday 6:00 PM–9:00 PM."""
    start, end = (format_time(time.fromisoformat(window[side])) for side in ("start", "end"))
    return f"{weekday_names()[window['weekday']]} {start}–{end}"


def _plain(value: Any, words: type[StrEnum] | str | None, zone: str) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return format_moment(value, zone, with_year=True)
    if isinstance(value, date):
        return format_date(value)
    return str(value) if words is None else _word(str(value), words)


def _word(code: str, words: type[StrEnum] | str) -> str:
    if isinstance(words, str):
        kind = next(each for each in KINDS if each == words)
        return programme().label(kind, code, language.get()) if programme().has(kind, code) else code
    if code not in {each.value for each in words}:
        return code
    return say(words(code)) if words in WORDS else label(words(code))

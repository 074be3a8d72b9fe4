"""Whether the fields of a request can be true: zones, windows, states, numbers, agreed words, months."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import phonenumbers

from teamhope.families.rules_hours import windows_overlap, zone_of
from teamhope.vocabulary.families import Voicemail, Window
from teamhope.vocabulary.places import STATES

Problem = tuple[str, str, dict[str, object]]  # field, code, facts: as vocabulary.errors.Invalid takes them

FIRST_NAME_LONGEST = 80
AGREED_WORDS_LONGEST = 120
WINDOWS_MOST = 28  # four a day

# What a voicemail must not hold (domain.md §2.6): programme, case, day or hour. A star is any ending.
TELLING_WORDS = (
    "team hope|ncmec|missing*|national center|hotline|program*|advocate*|counsel*|therap*|volunte*|survivor*"
    "|victim*|abus*|exploit*|abduct*|kidnap*|runaway*|ran away|traffick*|sextort*|molest*|police|sheriff"
    "|detective*|fbi|investigat*|case|cases|child|children|court|as planned|today|tonight|tomorrow|monday|tuesday"
    "|wednesday|thursday|friday|saturday|sunday|morning|noon|afternoon|evening|o'clock|desaparec*|linea de ayuda"
    "|defensor*|terap*|voluntari*|sobrevivi*|explota*|secuestr*|rapt*|trata de personas|trafico|policia*"
    "|investiga*|caso|casos|menor|menores|nino|ninos|nina|ninas|hijo|hija|tribunal|corte|como quedamos|hoy|manana"
    "|lunes|martes|miercoles|jueves|viernes|sabado|domingo|tarde|noche|mediodia"
)
TELLING = re.compile(r"\b(?:" + TELLING_WORDS.replace("*", r"\w*") + r")\b")


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """`of_blocked_person`: the number's blind index is that of a person whom the family named as blocked."""

    number: str  # as typed
    voicemail: Voicemail = Voicemail.NONE
    agreed_words: str | None = None
    of_blocked_person: bool = False


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """One request as typed; None where nothing was. `event_month` is the first day of its month."""

    first_name: str
    phones: tuple[PhoneEntry, ...]
    zone: str | None = None
    windows: tuple[Window, ...] = ()
    state: str | None = None
    event_month: date | None = None


def problems_of(entry: RequestEntry, today: date) -> tuple[Problem, ...]:
    """Everything that cannot be true, in the order of the form; an optional field left out is no problem."""
    phones = (problem for n, phone in enumerate(entry.phones) for problem in phone_problems(phone, f"phones.{n}"))
    return (
        *_problem("first_name", name_problem(entry.first_name), longest=FIRST_NAME_LONGEST),
        *phones,
        *_problem("zone", None if entry.zone is None or zone_of(entry.zone) else "zone_unknown"),
        *_problem("windows", windows_problem(entry.windows), most=WINDOWS_MOST),
        *_problem("state", None if entry.state is None or entry.state in STATES else "state_unknown"),
        *_problem("event_month", "month_in_future" if entry.event_month and entry.event_month > today else None),
    )


def _problem(field: str, code: str | None, **facts: object) -> tuple[Problem, ...]:
    return () if code is None else ((field, code, facts),)


def phone_problems(phone: PhoneEntry, field: str = "phone") -> tuple[Problem, ...]:
    leaves_words = phone.voicemail is Voicemail.AGREED_WORDS
    words = agreed_words_problem(phone.agreed_words or "") if leaves_words else None
    return (
        *_problem(f"{field}.number", _number_problem(phone)),
        *_problem(f"{field}.agreed_words", words, longest=AGREED_WORDS_LONGEST),
    )


def _number_problem(phone: PhoneEntry) -> str | None:
    if normal_phone(phone.number) is None:
        return "phone_unreadable"
    return "phone_of_blocked_person" if phone.of_blocked_person else None


def name_problem(name: str) -> str | None:
    if not name.strip():
        return "name_missing"
    return "name_too_long" if len(name) > FIRST_NAME_LONGEST else None


def windows_problem(windows: tuple[Window, ...]) -> str | None:
    """Each starts before it ends on the same day, so none crosses midnight; no two of a day overlap."""
    if len(windows) > WINDOWS_MOST:
        return "windows_too_many"
    if any(not 0 <= each.weekday <= 6 or each.start >= each.end for each in windows):
        return "window_ends_before_it_starts"
    return "windows_overlap" if windows_overlap(windows) else None


def normal_phone(typed: str) -> str | None:
    """The number in E.164, +1 where no country is given; None if there is no such number or it has an extension.

    E.164 cannot keep an extension: the call would reach a switchboard, where anybody answers.
    """
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def agreed_words_problem(words: str) -> str | None:
    """What forbids leaving these words on a voicemail that anybody may hear. Source: domain.md §2.6."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("’", "'")
    if not plain.strip():
        return "words_missing"
    if len(words) > AGREED_WORDS_LONGEST:
        return "words_too_long"
    if any(letter.isnumeric() for letter in plain):
        return "words_hold_digits"
    return "words_tell_too_much" if TELLING.search(" ".join(plain.split())) else None

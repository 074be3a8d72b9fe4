"""The columns of a file: by which names each is known, what may be written in it, and an example that is nobody."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from teamhope.imports.rules import ImportKind
from teamhope.imports.rules_csv import folded
from teamhope.kit.i18n import LANGUAGES, N_, gettext, use_language

PROBLEM: Final = "problem"  # the column that our own downloads add; what stands there is not read
PROBLEM_LABEL: Final = N_("Problem")


class Reads(Enum):
    TEXT = auto()
    YES_NO = auto()
    MONTH = auto()
    CLOCK = auto()
    ONE = auto()  # of a list
    SOME = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is the form's; `offers` names a list of answers.py; `example`: its code, or what is written."""

    field: str
    label: str
    example: str = ""
    offers: str = ""
    reads: Reads = Reads.TEXT
    required: bool = False
    number: int = 0  # of several alike

    def name(self) -> str:
        """In the reader's language."""
        return f"{gettext(self.label)} {self.number}" if self.number else gettext(self.label)


def _one(field: str, label: str, offers: str, example: str = "", *, required: bool = False, number: int = 0) -> Column:
    return Column(field, label, example, offers, Reads.ONE, required, number)


def _yes_no(field: str, label: str, example: str = "") -> Column:
    return Column(field, label, example, reads=Reads.YES_NO)


LIVED: Final = (
    Column("subtypes", N_("Details"), offers="subtype", reads=Reads.SOME),
    _one("trajectory", N_("Where things stand"), "trajectory", "recovered_longer_term"),
    Column("event_month", N_("Month it happened"), "2021-03", reads=Reads.MONTH),
    _one("child_age_band", N_("Age of the child then"), "age", "13-15"),
)
LEVELS: Final = (N_("How well they speak it"), N_("How well they speak the other language"))

VOLUNTEERS: Final[tuple[Column, ...]] = (
    Column("name", N_("First name"), "Example", required=True),
    Column("email", N_("Email"), "example@example.org", required=True),
    Column("phone", N_("Phone"), "202-555-0143"),
    _yes_no("agreed_to_sms", N_("Agreed to reminders by text"), "no"),
    _one("timezone", N_("Time zone"), "zone", "America/Chicago", required=True),
    _one("language", N_("Language of the pages"), "pages", "en"),
    _one("state", N_("State"), "state", "TX"),
    _one("gender", N_("Gender"), "gender"),
    _one("language_1", N_("First language"), "language", "en", required=True),
    _one("level_1", LEVELS[0], "level", "native"),
    _one("language_2", N_("Another language"), "language"),
    _one("level_2", LEVELS[1], "level"),
    _one("case_type", N_("Kind of experience"), "case_type", "ERU", required=True),
    _one("relation", N_("Relation to the child"), "relation", "mother", required=True),
    *LIVED,
)


def _hours(number: int, day: str = "", start: str = "", end: str = "") -> tuple[Column, ...]:
    return (
        _one(f"day_{number}", N_("Day"), "weekday", day, number=number),
        Column(f"from_{number}", N_("From"), start, reads=Reads.CLOCK, number=number),
        Column(f"until_{number}", N_("Until"), end, reads=Reads.CLOCK, number=number),
    )


def _blocked(number: int) -> tuple[Column, ...]:
    return (
        Column(f"blocked_name_{number}", N_("Must not be told: name"), number=number),
        Column(f"blocked_phone_{number}", N_("Must not be told: phone"), number=number),
        Column(f"blocked_relation_{number}", N_("Must not be told: who this is to the family"), number=number),
        _one(f"blocked_scope_{number}", N_("Must not be told: what must not happen"), "scope", number=number),
        _one(f"blocked_reason_{number}", N_("Must not be told: reason"), "reason", number=number),
    )


FAMILIES: Final[tuple[Column, ...]] = (
    Column("first_name", N_("First name"), "Example", required=True),
    _one("relation", N_("Relation to the child"), "relation", "mother", required=True),
    Column("phone", N_("Phone"), "202-555-0143"),
    _one("phone_kind", N_("What kind of phone it is"), "phone_kind"),
    _one("language_1", N_("Language they prefer"), "language", "en"),
    _one("level_1", LEVELS[0], "level"),
    _one("language_2", N_("Another language"), "language"),
    _one("level_2", LEVELS[1], "level"),
    _yes_no("under_18", N_("This person is under 18"), "no"),
    _one("source", N_("How they came to us"), "source"),
    _one("case_type", N_("Kind of experience"), "case_type", "ERU"),
    *LIVED,
    _one("contact_preference", N_("Who calls"), "preference"),
    _yes_no("safe_to_call", N_("It is safe to call this number"), "no"),
    _yes_no("answers_blocked_numbers", N_("They answer calls from hidden numbers")),
    _one("voicemail", N_("Voicemail"), "voicemail"),
    Column("agreed_words", N_("The exact words they agreed to")),
    Column("shared_with", N_("Who else uses or hears the phone")),
    _one("if_someone_else_answers", N_("If someone else answers"), "someone_else"),
    _yes_no("only_i_see_this_phone", N_("“Only I see this phone”")),
    _yes_no("safe_to_text", N_("Texts are fine")),
    _yes_no("no_time_in_text", N_("No time in a text")),
    Column("code_word", N_("Code word")),
    *_hours(1, "0", "18:00", "20:00"),
    *_hours(2),
    *_hours(3),
    _one("timezone", N_("Time zone"), "zone", "America/Chicago"),
    _one("state", N_("State"), "state", "TX"),
    Column("consents", N_("They agreed to"), offers="consent", reads=Reads.SOME),
    _one("method", N_("How it was given"), "method"),
    Column("wording_version", N_("Version of the consent words")),
    *_blocked(1),
    *_blocked(2),
    _one("gender", N_("Gender of the volunteer"), "gender"),
    _one("gender_strength", N_("How much the gender matters"), "strength"),
    _one("same_relation", N_("Same relation to the child"), "strength"),
    _one("not_from_state", N_("Not from the family's state"), "strength"),
    _one("community", N_("Community"), "community"),
    _one("community_strength", N_("How much the community matters"), "strength"),
    _one("match_mode", N_("Kind of support"), "mode"),
    _one("urgency", N_("Urgency"), "urgency"),
    _yes_no("imminent_risk", N_("Somebody is in danger now"), "no"),
)

COLUMNS: Final = {ImportKind.VOLUNTEERS: VOLUNTEERS, ImportKind.FAMILIES: FAMILIES}


def names(kind: ImportKind) -> dict[str, str]:
    """The field by each folded name of its column: what it is called in English, in Spanish, and the field itself."""
    found = {folded(each): PROBLEM for each in (PROBLEM, *_in_each_language(PROBLEM_LABEL))}
    for column in COLUMNS[kind]:
        found[folded(column.field)] = column.field
        number = f" {column.number}" if column.number else ""
        found |= {folded(name + number): column.field for name in _in_each_language(column.label)}
    return found


def _in_each_language(label: str) -> list[str]:
    said = []
    for language in LANGUAGES:
        with use_language(language):
            said.append(gettext(label))
    return said


def required(kind: ImportKind) -> dict[str, str]:
    """The columns that must be there: what to call each, by field."""
    return {column.field: column.name() for column in COLUMNS[kind] if column.required}


def by_field(kind: ImportKind) -> dict[str, Column]:
    return {column.field: column for column in COLUMNS[kind]}

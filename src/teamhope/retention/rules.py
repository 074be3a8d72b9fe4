"""How long each kind of data is kept, what then happens, and what stops it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from teamhope.vocabulary.states import RequestStatus

Problem = tuple[str, str, dict[str, object]]  # field, code, facts: as vocabulary.errors.Invalid takes them


class Kind(StrEnum):
    """What is kept alike. Each column of the database belongs to one (retention/inventory.py)."""

    NOTES = "notes"
    CONTACT_DATA = "contact_data"
    PEOPLE = "people"
    DRAFTS = "drafts"
    IMPORTS = "imports"
    SIGN_IN = "sign_in"
    LETTERS = "letters"
    MESSAGES = "messages"
    CALLBACKS = "callbacks"
    TASKS = "tasks"
    HEARTBEATS = "heartbeats"
    RUNS = "runs"
    REGISTERS = "registers"
    AUDIT = "audit"
    COUNTS = "counts"
    OPT_OUTS = "opt_outs"
    NETWORK = "network"
    DEPLOYMENT = "deployment"


class Then(StrEnum):
    """What happens when the period is over."""

    BLANKED = "blanked"
    ANONYMISED = "anonymised"
    DELETED = "deleted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Period:
    """In days; `default` unless a row of retention_period says otherwise, which stays within `least` and `most`."""

    kind: Kind
    then: Then
    default: int
    least: int
    most: int
    source: str


# Sources: domain.md §4 (8) for notes, contact data and drafts; audit and registers: six years, the longest ordinary
# federal limitation of actions on records (28 USC 2401); the others: as long as somebody may still ask about them.
PERIODS: Final[Mapping[Kind, Period]] = {
    each.kind: each
    for each in (
        Period(Kind.NOTES, Then.BLANKED, 365, 30, 730, "domain.md §4 (8): 12 months after the close"),
        Period(Kind.CONTACT_DATA, Then.ANONYMISED, 1096, 365, 2192, "domain.md §4 (8): 36 months after the close"),
        Period(Kind.PEOPLE, Then.ANONYMISED, 365, 30, 1096, "a year after the suspension, as for notes"),
        Period(Kind.DRAFTS, Then.DELETED, 3, 1, 3, "72 hours"),
        Period(Kind.IMPORTS, Then.DELETED, 1, 1, 1, "24 hours: as long as an import can be taken back"),
        Period(Kind.SIGN_IN, Then.DELETED, 30, 1, 90, "a month after the end"),
        Period(Kind.LETTERS, Then.DELETED, 90, 7, 365, "a quarter after the end"),
        Period(Kind.MESSAGES, Then.DELETED, 365, 30, 1096, "a year, as for notes"),
        Period(Kind.CALLBACKS, Then.DELETED, 30, 7, 90, "a month after they came"),
        Period(Kind.TASKS, Then.DELETED, 365, 30, 1096, "a year after they were closed, as for notes"),
        Period(Kind.HEARTBEATS, Then.DELETED, 30, 1, 365, "a month after the last sign of life"),
        Period(Kind.RUNS, Then.DELETED, 400, 30, 1096, "a year and some days"),
        Period(Kind.REGISTERS, Then.DELETED, 2192, 1096, 3653, "six years after they ended (28 USC 2401)"),
        Period(Kind.AUDIT, Then.DELETED, 2192, 1096, 3653, "six years, in whole months (28 USC 2401)"),
    )
}
# Kept for ever, and why.
FOR_EVER: Final[Mapping[Kind, str]] = {
    Kind.COUNTS: "what every year is counted by; after the purge it belongs to nobody any more",
    Kind.OPT_OUTS: "a number that asked us to stop must stay known, by its index alone",
    Kind.NETWORK: "members of the network are licensed professionals and organisations; past years count them",
    Kind.DEPLOYMENT: "what the service needs to run; nothing of a person",
}
ERASURES: Final = "erasures"  # the purge's count of families erased because they asked

# Nobody works on these any more; `unable_to_contact` and `referred_out` too, else they would be kept for ever.
AT_REST: Final = frozenset(
    {
        RequestStatus.CLOSED,
        RequestStatus.DECLINED,
        RequestStatus.DUPLICATE,
        RequestStatus.UNABLE_TO_CONTACT,
        RequestStatus.REFERRED_OUT,
    }
)

GONE: Final = "–"  # stands where a name was


class LegalHoldReason(StrEnum):
    SUBPOENA = "subpoena"
    COURT_ORDER = "court_order"
    EXPECTED_LITIGATION = "expected_litigation"
    AUDIT = "audit"


class ExportReason(StrEnum):
    """Why everything about a family is written out."""

    FAMILY_ASKED = "family_asked"
    COURT_ORDER = "court_order"
    COMPLAINT = "complaint"


class ReleaseKind(StrEnum):
    """Under which law something was given (28 CFR 94.115)."""

    SUBPOENA = "subpoena"
    COURT_ORDER = "court_order"
    STATUTE = "statute"
    WRITTEN_CONSENT = "written_consent"


class Given(StrEnum):
    NAMES = "names"
    CONTACT_DETAILS = "contact_details"
    EXPERIENCE = "experience"
    REQUESTS = "requests"
    CALLS = "calls"
    NOTES = "notes"
    THAT_THEY_ARE_SERVED = "that_they_are_served"


class Notice(StrEnum):
    """Whether the family was told before."""

    GIVEN = "given"
    ATTEMPTED = "attempted"
    FORBIDDEN_BY_LAW = "forbidden_by_law"


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """What is to be entered in the register. Dates are the programme's."""

    kind: ReleaseKind
    recipient: str
    given: tuple[Given, ...]
    notice: Notice
    released_on: date
    notice_on: date | None = None


def cutoff(kind: Kind, days: int, now: datetime) -> datetime:
    """Whatever ended before this instant has been kept long enough; audit goes in whole months of UTC."""
    before = now - timedelta(days=days)
    return before.replace(day=1, hour=0, minute=0, second=0, microsecond=0) if kind is Kind.AUDIT else before


def period_problem(period: Period, days: int) -> str | None:
    if days < period.least:
        return "period_too_short"
    return "period_too_long" if days > period.most else None


def release_problems(entry: ReleaseEntry, today: date, barred: frozenset[str]) -> tuple[Problem, ...]:
    """Each field that cannot be true. `barred`: names of people to whom nothing of this family may be given.

    Source: 28 CFR 94.115 (a)(2) for the barred, (b) for the notice.
    """
    checks = (
        ("recipient", "release_to_blocked", _names_one(entry.recipient, barred)),
        ("given", "required", not entry.given),
        ("released_on", "day_in_future", entry.released_on > today),
        ("notice_on", "notice_needs_day", entry.notice is not Notice.FORBIDDEN_BY_LAW and entry.notice_on is None),
        ("notice_on", "notice_has_no_day", entry.notice is Notice.FORBIDDEN_BY_LAW and entry.notice_on is not None),
        ("notice_on", "day_in_future", entry.notice_on is not None and entry.notice_on > today),
    )
    return tuple((field, code, {}) for field, code, is_wrong in checks if is_wrong)


def _names_one(recipient: str, barred: frozenset[str]) -> bool:
    words = set(recipient.casefold().replace(",", " ").split())
    return any(words >= set(name.casefold().split()) for name in barred if name.strip())


def is_reference(typed: str, family_no: str) -> bool:
    """Whether the reference was typed to confirm; spaces around it and small letters do not matter."""
    return typed.strip().upper() == family_no

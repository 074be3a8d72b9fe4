"""What people read of keeping and erasing: kinds, reasons, refusals."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from teamhope.kit.i18n import N_, gettext
from teamhope.retention.rules import (
    ExportReason,
    Given,
    Kind,
    LegalHoldReason,
    Notice,
    ReleaseKind,
    Then,
)

REFUSALS: Final[dict[str, str]] = {
    "legal_hold_there": N_("There is a legal hold on this family already."),
    "no_legal_hold": N_("There is no legal hold on this family."),
    "erasure_under_legal_hold": N_("A legal hold keeps this family's data. Lift it first, if the law allows."),
    "erasure_asked_before": N_("This family's data is already to be erased tonight. There is nothing more to do."),
    "erasure_in_danger": N_("A call for help of this family is still open. Close it first."),
    "reference_differs": N_("Type the family's reference exactly as it stands above."),
    "period_too_short": N_("The shortest period allowed is %(least)s days."),
    "period_too_long": N_("The longest period allowed is %(most)s days."),
    "release_to_blocked": N_("The family does not want anything given to this person."),
    "day_in_future": N_("This day has not come yet."),
    "notice_needs_day": N_("Enter the day on which the family was told, or when you tried."),
    "notice_has_no_day": N_("Leave the day empty when the law forbids telling them."),
}
WORDS: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    LegalHoldReason: {
        LegalHoldReason.SUBPOENA: N_("Subpoena"),
        LegalHoldReason.COURT_ORDER: N_("Court order"),
        LegalHoldReason.EXPECTED_LITIGATION: N_("A lawsuit is expected"),
        LegalHoldReason.AUDIT: N_("Audit"),
    },
    ExportReason: {
        ExportReason.FAMILY_ASKED: N_("The family asked what we keep"),
        ExportReason.COURT_ORDER: N_("Court order"),
        ExportReason.COMPLAINT: N_("A complaint is looked into"),
    },
    ReleaseKind: {
        ReleaseKind.SUBPOENA: N_("Subpoena"),
        ReleaseKind.COURT_ORDER: N_("Court order"),
        ReleaseKind.STATUTE: N_("A law requires it"),
        ReleaseKind.WRITTEN_CONSENT: N_("Written permission of the family"),
    },
    Given: {
        Given.NAMES: N_("Names"),
        Given.CONTACT_DETAILS: N_("Numbers and how to reach them"),
        Given.EXPERIENCE: N_("What they lived through"),
        Given.REQUESTS: N_("Their requests"),
        Given.CALLS: N_("Dates of calls"),
        Given.NOTES: N_("Notes"),
        Given.THAT_THEY_ARE_SERVED: N_("That we serve them"),
    },
    Notice: {
        Notice.GIVEN: N_("The family was told before"),
        Notice.ATTEMPTED: N_("We tried to tell them"),
        Notice.FORBIDDEN_BY_LAW: N_("The law forbids telling them"),
    },
    Then: {
        Then.BLANKED: N_("the words go"),
        Then.ANONYMISED: N_("made anonymous"),
        Then.DELETED: N_("deleted"),
    },
}
KINDS: Final[Mapping[Kind, str]] = {
    Kind.NOTES: N_("Notes of calls, after the match or the call for help has ended"),
    Kind.CONTACT_DATA: N_("Families, after everything with them has ended"),
    Kind.PEOPLE: N_("People of the program, after they were suspended"),
    Kind.DRAFTS: N_("Notes that were not finished"),
    Kind.IMPORTS: N_("Uploaded files, and what an import made of each row"),
    Kind.SIGN_IN: N_("Sessions and links for signing in, after their end"),
    Kind.LETTERS: N_("Emails that were sent"),
    Kind.MESSAGES: N_("Texts that were sent"),
    Kind.CALLBACKS: N_("What the telephone provider told us"),
    Kind.TASKS: N_("Tasks that are done"),
    Kind.HEARTBEATS: N_("Signs of life of the workers"),
    Kind.RUNS: N_("Runs of backups and purges"),
    Kind.REGISTERS: N_("Registers: legal holds, erasures, releases, opened families, tokens"),
    Kind.AUDIT: N_("Who did and read what"),
}


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code, gettext(text)) for code, text in WORDS[words].items()]


def say(code: StrEnum) -> str:
    return gettext(WORDS[type(code)][code])


def say_kind(kind: Kind) -> str:
    return gettext(KINDS[kind])


def kind_choices(kinds: Iterable[Kind]) -> list[tuple[str, str]]:
    return [(kind, say_kind(kind)) for kind in kinds]

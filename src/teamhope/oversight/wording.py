"""What people read of oversight: the reasons, and what is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from teamhope.kit.i18n import N_, gettext
from teamhope.oversight.rules import BreakGlassReason, ExportReason

REASONS: Final[Mapping[StrEnum, str]] = {
    BreakGlassReason.DANGER_NOW: N_("Somebody is in danger now"),
    BreakGlassReason.COORDINATOR_ABSENT: N_("Whoever looks after the family cannot be reached"),
    BreakGlassReason.TECHNICAL_FAULT: N_("Something does not work, and I must see why"),
    BreakGlassReason.COMPLAINT: N_("A complaint that I must look into"),
}
EXPORT_REASONS: Final[Mapping[StrEnum, str]] = {
    ExportReason.REGULAR_REVIEW: N_("A regular review"),
    ExportReason.INCIDENT: N_("Something happened that must be looked into"),
    ExportReason.COMPLAINT: N_("A complaint that I must look into"),
    ExportReason.LEGAL_REQUEST: N_("A court or an authority asks"),
}
REFUSALS: Final[dict[str, str]] = {
    "no_such_reference": N_("No family has this reference. Look it up once more."),
    "opening_over": N_("The hour is over, and the family is closed again. Open it again if you still need it."),
    "not_your_own_review": N_("You opened this family yourself. Somebody else must look at why."),
}


def choices_of(reasons: Mapping[StrEnum, str]) -> list[tuple[str, str]]:
    return [(reason.value, gettext(words)) for reason, words in reasons.items()]

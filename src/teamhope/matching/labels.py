"""How matching's codes are called on pages and in answers, and the sentences of what it refuses."""

from typing import Final

from teamhope.kit.i18n import N_, gettext, language
from teamhope.matching.wording import EXCLUSIONS
from teamhope.vocabulary.families import CredentialKind, Gender
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.programme import Kind, programme
from teamhope.vocabulary.states import MatchStatus, VolunteerStatus

COMMUNITIES: Final = {
    "faith": N_("faith community"),
    "tribal": N_("tribal community"),
    "military": N_("military family"),
    "lgbtq": N_("LGBTQ+ community"),
}
PROGRAMME_KINDS: Final[tuple[Kind, ...]] = ("case_type", "group", "subtype", "trajectory", "relation", "language")
ASKED_BEFORE: Final = {
    MatchStatus.DECLINED_BY_VOLUNTEER: N_("Was asked for this family before and could not take it."),
    MatchStatus.EXPIRED: N_("Was asked for this family before and did not answer in time."),
    MatchStatus.REJECTED_BY_COORDINATOR: N_("Was offered this family before; the offer was taken back."),
    MatchStatus.CLOSED: N_("Has accompanied this family before."),
    MatchStatus.UNABLE_TO_CONTACT: N_("Has tried to reach this family before."),
}
# A rule's own words are filled in before they are raised: its facts are codes.
REFUSALS: Final[dict[str, str]] = dict.fromkeys(EXCLUSIONS, "%(why)s") | {
    "already_matched": N_("This family has a volunteer, or one has been asked. Look at the match first."),
    "no_peer_consent": N_("The family has not agreed to be matched with a volunteer, or has taken it back."),
    "no_profile_consent": N_(
        "First ask the family whether the volunteer may know who they are, and record the answer."
    ),
    "reason_needed": N_("Say why: this is not the first of the list, or a rule speaks against it."),
}


def label_of(kind: str, code: str) -> str:
    """The words for a code of any kind that matching speaks of; a state is called by its postal code."""
    for of_programme in PROGRAMME_KINDS:
        if kind == of_programme:
            return programme().label(of_programme, code, language.get())
    match kind:
        case "status":
            return label(VolunteerStatus(code))
        case "credential":
            return label(CredentialKind(code))
        case "gender":
            return label(Gender(code))
        case "community":
            return gettext(COMMUNITIES.get(code, code))
    return code

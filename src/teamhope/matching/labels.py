"""How matching's codes are called on pages and in answers, and the sentences of what it refuses."""

from enum import StrEnum
from typing import Final

from teamhope.kit.i18n import N_, gettext, language
from teamhope.matching.wording import EXCLUSIONS
from teamhope.vocabulary.families import ChildAgeBand, CredentialKind, Gender
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.programme import Kind, programme
from teamhope.vocabulary.states import VolunteerStatus

COMMUNITIES: Final = {
    "faith": N_("faith community"),
    "tribal": N_("tribal community"),
    "military": N_("military family"),
    "lgbtq": N_("LGBTQ+ community"),
}
PROGRAMME_KINDS: Final[tuple[Kind, ...]] = (
    "case_type",
    "group",
    "subtype",
    "trajectory",
    "relation",
    "language",
    "topic",
)
OUR_KINDS: Final[dict[str, type[StrEnum]]] = {
    "status": VolunteerStatus,
    "credential": CredentialKind,
    "gender": Gender,
    "age_band": ChildAgeBand,
}
# A rule's own words are filled in before they are raised: its facts are codes.
REFUSALS: Final[dict[str, str]] = dict.fromkeys(EXCLUSIONS, "%(why)s") | {
    "family_on_hold": N_("This family is on hold. Nobody is asked for it until the hold has ended."),
    "already_matched": N_("This family has a volunteer, or one has been asked. Look at the match first."),
    "no_peer_consent": N_("The family has not agreed to be matched with a volunteer, or has taken it back."),
    "no_profile_consent": N_(
        "First ask the family whether the volunteer may know who they are, and record the answer."
    ),
    "no_handover_now": N_("Something can be left for the next volunteer once family and volunteer know each other."),
    "connection_known": N_("This is recorded already."),
    "cover_is_volunteer": N_("This is the family's own volunteer. Choose another."),
    "cover_known": N_("There is a cover person already. End that first."),
    "cover_not_now": N_("A cover person can be named once the two are introduced, and until the match ends."),
    "reference_unknown": N_("Enter the reference of a family, for example F-7K3Q-92."),
    "no_weight": N_("Give at least one likeness a weight above 0."),
    "urgent_waits_longer": N_("An urgent family cannot wait longer for an answer than another."),
    "pairs_need_reason": N_(
        "Say why: a pair that you ticked is not the best for all, or its family does without a wish."
    ),
    "reason_needed": N_("Say why: this is not the first of the list, or a rule speaks against it."),
}


def label_of(kind: str, code: str) -> str:
    """The words for a code of any kind that matching speaks of; a state is called by its postal code."""
    for of_programme in PROGRAMME_KINDS:
        if kind == of_programme:
            return programme().label(of_programme, code, language.get())
    if kind in OUR_KINDS:
        return label(OUR_KINDS[kind](code))
    return gettext(COMMUNITIES.get(code, code)) if kind == "community" else code

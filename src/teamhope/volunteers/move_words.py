"""What the moves of a volunteer's state are called, what each means, and what it still asks for."""

from collections.abc import Iterable
from typing import Final

from teamhope.kit.i18n import N_, format_month, gettext, ngettext
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers.rules_moves import Lack
from teamhope.volunteers.wording import REFUSALS

V = VolunteerStatus
NAMES: Final[dict[VolunteerStatus, str]] = {
    V.SCREENING: N_("Begin the screening"),
    V.TRAINING: N_("Begin the training"),
    V.PROBATION: N_("Start with first families"),
    V.ACTIVE: N_("Make active"),
    V.ON_BREAK: N_("Begin a break"),
    V.SUSPENDED: N_("Suspend"),
    V.ALUMNI: N_("End the service"),
    V.REJECTED: N_("Do not accept"),
}
# Where the move back is called otherwise.
NAMES_BACK: Final[dict[tuple[VolunteerStatus, VolunteerStatus], str]] = {
    (V.ON_BREAK, V.ACTIVE): N_("End the break"),
    (V.ON_BREAK, V.PROBATION): N_("End the break, go on with first families"),
    (V.SUSPENDED, V.ACTIVE): N_("End the suspension"),
    (V.SUSPENDED, V.PROBATION): N_("End the suspension, go on with first families"),
    (V.ALUMNI, V.SCREENING): N_("Come back: begin the screening"),
}
MEANINGS: Final[dict[VolunteerStatus, str]] = {
    V.SCREENING: N_("Background check and agreement come next."),
    V.TRAINING: N_("The trainings come next."),
    V.PROBATION: N_("One family at a time, and staff look at each call."),
    V.ACTIVE: N_("Families are offered, as many as agreed."),
    V.ON_BREAK: N_("No family is offered until the break ends."),
    V.SUSPENDED: N_("No family is offered until staff decide."),
    V.ALUMNI: N_("No family is offered any more. Coming back begins with the screening."),
    V.REJECTED: N_("This is final."),
}


# Of the moves by which somebody leaves: what is pressed once more.
CONFIRMED: Final[dict[VolunteerStatus, str]] = {
    V.ALUMNI: N_("Yes, end the service"),
    V.REJECTED: N_("Yes, do not accept"),
}


def move_name(current: VolunteerStatus, target: VolunteerStatus) -> str:
    return gettext(NAMES_BACK.get((current, target), NAMES[target]))


def move_meaning(target: VolunteerStatus) -> str:
    return gettext(MEANINGS[target])


def confirmation(target: VolunteerStatus) -> str:
    """What the second button says; empty where one is enough."""
    return gettext(CONFIRMED[target]) if target in CONFIRMED else ""


def lack_words(lacks: Iterable[Lack]) -> list[str]:
    """A sentence for each thing that is missing; of credentials, one for each."""
    return [words for lack in lacks for words in _words(lack)]


def _words(lack: Lack) -> list[str]:
    if lack.kinds:
        return [gettext("Missing or ended: %(what)s", what=label(kind)) for kind in lack.kinds]
    if lack.families:
        many = lack.families
        return [ngettext("Find someone for %(num)s family first.", "Find someone for %(num)s families first.", many)]
    return [gettext(REFUSALS[lack.code], **told(lack))]


def told(lack: Lack) -> dict[str, object]:
    """What fills the refusal's sentence."""
    return {"month": format_month(lack.month)} if lack.month else {}

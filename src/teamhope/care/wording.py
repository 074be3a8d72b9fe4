"""What escalations say: why one is closed without confirmation, and refusals."""

from typing import Final

from teamhope.kit.i18n import N_

CLOSE_REASONS: Final[dict[str, str]] = {
    "opened_by_mistake": N_("It was opened by mistake"),
    "family_is_safe": N_("The family told us they are safe"),
    "cannot_be_confirmed": N_("We tried everything and cannot confirm it"),
}
REFUSALS: Final[dict[str, str]] = {
    "on_call_already": N_(
        "This person is on call at that time already. Choose another time, or remove that shift first."
    ),
    "shift_is_over": N_("This time is over. Choose a day to come."),
    "escalation_is_over": N_("This call for help is closed."),
    "debrief_is_over": N_("This conversation is not open any more."),
    "confirm_or_reason": N_("Confirm that help has arrived, or choose why that is not known."),
}

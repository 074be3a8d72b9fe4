"""What coordinators read of each kind of difference between the provider's list and our log."""

from dataclasses import dataclass
from typing import Final

from teamhope.calls.rules_reconcile import Kind
from teamhope.kit.i18n import N_


@dataclass(frozen=True, slots=True)
class Words:
    heading: str
    what_to_do: str


ABOUT: Final[dict[Kind, Words]] = {
    Kind.NOT_LOGGED: Words(
        N_("Calls without a log"),
        N_("The family's telephone was answered, and nobody wrote what came of it. Ask the volunteer to log the call."),
    ),
    Kind.NOT_CARRIED: Words(
        N_("Logs without a call"),
        N_(
            "Logged as made by the program's number, but the telephone company has no such call. "
            "Ask the volunteer; correct the call, or take it out of the count."
        ),
    ),
    Kind.MINUTES_DIFFER: Words(
        N_("Minutes that differ"),
        N_("The telephone company counted other minutes than were logged. Correct the call if it is wrong."),
    ),
    Kind.UNKNOWN_CALL: Words(
        N_("Calls that nobody here knows"),
        N_(
            "Dialed in the program's name, and nothing here says why. "
            "If you cannot explain it, an administrator should look at the account with the telephone company."
        ),
    ),
}

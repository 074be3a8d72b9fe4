"""What people read of a promised call for which nobody has called yet."""

from collections.abc import Mapping
from typing import Final

from teamhope.followups.rules_promises import Overdue
from teamhope.kit.i18n import N_

OVERDUE: Final[Mapping[Overdue, str]] = {
    Overdue.NUDGE_AT_START: N_("The time promised to the family has begun."),
    Overdue.NUDGE_AT_END: N_("The time promised to the family is over, and nobody has called."),
    Overdue.ASK_COVER: N_("Nobody has called. Ask the cover person, or who is on call."),
    Overdue.MISSED: N_("Nobody has called for a day. The team lead needs to know."),
    Overdue.REASSIGN: N_("Nobody has called for two days. Does the family need another volunteer?"),
}

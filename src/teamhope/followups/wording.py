"""What people read of promised calls: when nobody has called yet, and what became of them."""

from collections.abc import Mapping
from typing import Final

from teamhope.followups.rules_ledger import MovedFor
from teamhope.followups.rules_promises import Overdue, PromiseState
from teamhope.kit.i18n import N_

OVERDUE: Final[Mapping[Overdue, str]] = {
    Overdue.NUDGE_AT_START: N_("The time promised to the family has begun."),
    Overdue.NUDGE_AT_END: N_("The time promised to the family is over, and nobody has called."),
    Overdue.ASK_COVER: N_("Nobody has called. The cover person or whoever is on call is asked."),
    Overdue.MISSED: N_("Nobody has called for a day. The team lead is told."),
    Overdue.REASSIGN: N_("Nobody has called for two days. Does the family need another volunteer?"),
}
BECAME: Final[Mapping[PromiseState, str]] = {
    PromiseState.KEPT: N_("The promise was kept"),
    PromiseState.LATE: N_("Late: called, but not at the time promised"),
    PromiseState.MISSED: N_("Missed: nobody called for a day"),
    PromiseState.OPEN: N_("Not decided yet"),
}
FOR_WHOM: Final[Mapping[MovedFor, str]] = {
    MovedFor.FAMILY: N_("the family asked"),
    MovedFor.VOLUNTEER: N_("the volunteer asked"),
    MovedFor.STAFF: N_("staff decided"),
    MovedFor.RETRY: N_("next try"),
    MovedFor.HOLD: N_("after a wait"),
    MovedFor.ZONE: N_("another time zone was written down"),
    MovedFor.ZONE_RULES: N_("the rules of the time zone changed"),
}

"""What people read for why a call is planned, what became of a promise, and what a call leaves to do."""

from collections.abc import Mapping
from typing import Final

from teamhope.followups.rules_cadence import Why
from teamhope.followups.rules_promises import Overdue, PromiseState
from teamhope.followups.rules_slots import DayPart
from teamhope.followups.rules_steps import Effect
from teamhope.kit.i18n import N_

WHY: Final[Mapping[Why, str]] = {
    Why.CADENCE: N_("Next in the plan"),
    Why.REVIEW: N_("Next in the plan, and time to review the match"),
    Why.SENSITIVE_DATE: N_("A week before a day that may be hard"),
}

PROMISES: Final[Mapping[PromiseState, str]] = {
    PromiseState.KEPT: N_("Called in the promised time"),
    PromiseState.LATE: N_("Called after the promised time"),
    PromiseState.MISSED: N_("Not called"),
    PromiseState.OPEN: N_("Still to come"),
}

OVERDUE: Final[Mapping[Overdue, str]] = {
    Overdue.NUDGE_AT_START: N_("The time promised to the family has begun."),
    Overdue.NUDGE_AT_END: N_("The time promised to the family is over, and nobody has called."),
    Overdue.ASK_COVER: N_("Nobody has called. Ask the cover person, or who is on call."),
    Overdue.MISSED: N_("Nobody has called for a day. The team lead needs to know."),
    Overdue.REASSIGN: N_("Nobody has called for two days. Does the family need another volunteer?"),
}

DAY_PARTS: Final[Mapping[DayPart, str]] = {
    DayPart.MORNING: N_("Morning"),
    DayPart.AFTERNOON: N_("Afternoon"),
    DayPart.EVENING: N_("Evening"),
    DayPart.WEEKEND: N_("Weekend"),
}

# What a call leaves for a person to do; every other effect is done by the program itself.
TO_DO: Final[Mapping[Effect, str]] = {
    Effect.END_PLAN: N_("The plan has no further calls. Prepare the close, extend it, or keep in touch."),
    Effect.PAUSE_PLAN: N_("Nobody was reached three times in a row. The plan is paused."),
    Effect.TASK_NUMBER_STOPPED: N_("The number was wrong or out of service and is stopped. Find a safe one."),
    Effect.TASK_PRIVACY_CHECK: N_("Someone else answered. Check that the number is still safe."),
    Effect.TASK_REMATCH: N_("There is no shared language. Find another volunteer."),
    Effect.TASK_CONFIRM_SAFETY: N_("It was not safe to talk. Confirm a safe way before anybody calls again."),
    Effect.TASK_ANOTHER_WAY: N_("Nobody was reached. Try another way that the family agreed to."),
    Effect.TASK_MISSED_TWICE: N_("Nobody was reached twice in a row. Check that the times still suit the family."),
    Effect.TASK_NO_SHARED_TIME: N_("Family and volunteer have no shared time in the coming weeks."),
    Effect.ADVOCATE_REVIEW: N_("Someone else said not to call. Reach the family by another safe way."),
    Effect.OPEN_ESCALATION: N_("A crisis was reported in a call."),
    Effect.DEBRIEF: N_("Talk with the volunteer about a hard call."),
    Effect.CALL_BACK_BY_STAFF: N_("The family called and the volunteer has no time within 12 hours. Call back."),
}

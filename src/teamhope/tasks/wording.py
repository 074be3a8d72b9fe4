"""What a task's detail says."""

from typing import Final

from teamhope.kit.i18n import N_, gettext
from teamhope.vocabulary.calls import Need
from teamhope.vocabulary.labels import label

DETAILS: Final[dict[str, str]] = {
    "privacy_check": N_("Somebody else answered. Ask the family whether this number is still safe."),
    "rematch": N_("No shared language. Find another volunteer."),
    "confirm_safety": N_("It was not safe to talk. Confirm another way before anybody calls again."),
    "another_way": N_("Nobody was reached. Try another way to reach the family."),
    "missed_twice": N_("Promised calls in a row did not reach the family. Find out why."),
    "end_plan": N_("The planned calls have come to their end. Prepare the close, or go on."),
    "pause_plan": N_("Promised calls in a row did not reach the family. The plan is paused."),
    "time_away": N_("A volunteer with families goes away. Find somebody for the time."),
    "too_late": N_("A reminder could not be sent in time."),
    "call_not_logged": N_("A call was made a day ago and is not logged. Ask the volunteer what came of it."),
    "no_shared_time": N_("Family and volunteer share no free time. Ask both."),
    "advocate_review": N_("An advocate looks at this before the next call."),
    "call_back": N_("The family called us. Call back within 12 hours."),
    "pin_refused": N_(
        "Somebody called us with this family's PIN, and was not put through: nobody may talk with them now. "
        "Find out, by a way that is safe, whether it was the family."
    ),
    "blocked_caller": N_(
        "Somebody whom the family has blocked called us with its PIN, and was not put through. Stop the PIN at once, "
        "and tell the family by a way that is safe."
    ),
    "close_with_care": N_("Calls have ended. Say goodbye to the family and the volunteer, then close the match."),
    "consent_taken_back": N_("The family took back its consent. Tell the volunteer, and close the match or ask again."),
    "confirm_soon": N_("In two weeks or less nobody may call. Ask the family how to reach them safely, and save it."),
    "confirm_now": N_("Nobody may call until the family has said again how to reach them safely."),
    "blocked_line": N_("This is the number of somebody whom the family has blocked. Ask for another way."),
    "hold_death": N_("Someone has died. Nobody calls until you decide."),
    "hold_recovery": N_("A child was found. Nobody calls until you decide."),
    "hold_court_date": N_("There is a day in court. Nobody calls until you decide."),
    "hold_media": N_("There are news reports. Nobody calls until you decide."),
    "hold_threat": N_("There is a threat or danger. Nobody calls until you decide."),
    "hold_other": N_("Something happened. Nobody calls until you decide."),
    "credential_30": N_("A volunteer's background check, agreement or training ends within 30 days."),
    "credential_14": N_("A volunteer's background check, agreement or training ends within 14 days."),
    "credential_3": N_("A volunteer's background check, agreement or training ends within 3 days."),
    "credential_expired": N_(
        "A volunteer's background check, agreement or training has ended. Renew it, then reactivate."
    ),
    "volunteer_suspended": N_("This family's volunteer is suspended. Make the promised calls, or find somebody else."),
    "volunteer_leaves": N_("The volunteer stops. Tell the family, and that we look for somebody else with them."),
    "not_forgotten": N_("This family still waits for a volunteer. Call, and say that we have not forgotten them."),
    "texts_stopped": N_("No text is sent to this number any more. Ask the family whether our calls may go on."),
    "possible_connection": N_(
        "This family and its volunteer may know of each other. Ask both, then go on or find somebody else."
    ),
    "promise_uncovered": N_(
        "Nobody has called this family at the promised time, and no cover person can. See that they are called."
    ),
    "promise_missed": N_(
        "Nobody has called this family for a day. Talk with the volunteer, and see that they are called."
    ),
    "promise_reassign": N_("Nobody has called this family for two days. Ask whether they need another volunteer."),
    "unable_to_plan": N_("No next call could be planned. Ask the family for a time."),
}

REFUSALS: Final[dict[str, str]] = {
    "decide_first": N_("Decide first what happens with this family. The task ends with it."),
}


def detail_words(detail: str | None) -> str:
    """The sentence of a code, the label of a need, or nothing."""
    if detail is None:
        return ""
    if detail in DETAILS:
        return gettext(DETAILS[detail])
    if detail.isdigit():
        return gettext("The telephone provider refused a reminder (code %(code)s).", code=detail)
    return label(Need(detail)) if detail in set(Need) else ""

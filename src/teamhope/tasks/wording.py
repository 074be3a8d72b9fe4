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
    "missed_twice": N_("Two promised calls in a row did not reach the family. Find out why."),
    "end_plan": N_("The planned calls have come to their end. Prepare the close, or go on."),
    "pause_plan": N_("Three promised calls in a row did not reach the family. The plan is paused."),
    "time_away": N_("A volunteer with families goes away. Find somebody for the time."),
    "too_late": N_("A reminder could not be sent in time."),
    "no_shared_time": N_("Family and volunteer share no free time. Ask both."),
    "advocate_review": N_("An advocate looks at this before the next call."),
    "call_back": N_("The family called us. Call back within 12 hours."),
    "unable_to_plan": N_("No next call could be planned. Ask the family for a time."),
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

"""What people read about the days, hours and limits of calls, and where what they decide cannot be."""

from typing import Final

from teamhope.families.rules_policy import MarkedDay
from teamhope.followups.rules_settings import Rhythm
from teamhope.kit.i18n import N_, gettext
from teamhope.vocabulary.labels import label

WEEK: Final = {"weekdays": N_("Monday to Friday"), "saturday": N_("Saturday"), "sunday": N_("Sunday")}
NUMBER_WORDS: Final = {
    "gap_hours": N_("Hours between two attempts, at least"),
    "calls_a_week": N_("Attempts in 7 days, at most"),
    "first_calls_a_week": N_("Attempts in 7 days before the first conversation, at most"),
    "voicemail_hours": N_("Hours between two messages on voicemail, at least"),
    "missed_tells": N_("Missed calls in a row after which a coordinator is told"),
    "missed_pauses": N_("Missed calls in a row after which the plan pauses"),
}
MARKED: Final = {
    MarkedDay.MOTHERS_DAY: N_("Mother's Day (second Sunday in May)"),
    MarkedDay.FATHERS_DAY: N_("Father's Day (third Sunday in June)"),
    MarkedDay.MISSING_CHILDRENS_DAY: N_("May 25"),
    MarkedDay.HOLIDAY_SEASON: N_("Thanksgiving to New Year's Day"),
}

REFUSALS: Final[dict[str, str]] = {
    "no_calls_planned": N_("Name at least one day."),
    "days_outside": N_("Use days from %(least)s to %(most)s."),
    "days_not_rising": N_("Name each day once, the earliest first."),
    "too_many_days": N_("Name %(most)s days at most."),
    "review_without_call": N_("Review the match only on days that are in the list of calls."),
    "hours_too_wide": N_("Choose a time from 8:00 AM to 9:00 PM. Only a family itself can ask for other hours."),
    "hours_too_short": N_("Leave at least %(minutes)s minutes for a call."),
    "ladder_too_long": N_("The first attempt and these are more than the %(most)s that you allow in 7 days."),
    "pauses_before_telling": N_("Pause only after more missed calls than it takes to tell a coordinator."),
    "own_day_unreadable": N_("%(written)s is no day. Write month and day, for example 12/24 or 11/27/2026."),
    "rhythm_unknown": N_("Choose one of the rhythms in the list."),
}


def rhythm_words(rhythm: Rhythm) -> str:
    """Standard, or Keep in touch: every 28 days."""
    if rhythm.every is None:
        return label(rhythm.template)
    return gettext("%(cadence)s: every %(days)s days", cadence=label(rhythm.template), days=rhythm.every)

"""What people read when something about a volunteer is refused."""

from typing import Final

from teamhope.kit.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "credentials_lacking": N_("Background check, agreement or training is missing or has ended."),
    "volunteer_has_families": N_("Find someone for this volunteer's families first."),
    "month_not_known": N_("Enter for each experience the month in which it happened."),
    "not_ready_yet": N_("It happened too recently. Ready to begin from %(month)s."),
    "day_in_future": N_("The day cannot be in the future."),
    "day_in_past": N_("The last day is over already."),
    "dates_incomplete": N_("Give the month and the day of both ends, or leave all four empty."),
    "no_such_day": N_("There is no day %(day)s in %(month)s."),
    "last_experience": N_("At least one experience must stay. Add another one first, or change this one."),
    "ends_before_it_starts": N_("The last day must come after the first."),
    "day_too_far": N_("Give a day within the next %(days)s days."),
    "day_too_long_ago": N_("Check the year of this day."),
    "no_language": N_("Give at least one language."),
    "language_twice": N_("Name each language once."),
    "level_missing": N_("Choose how well it is spoken."),
    "own_entries_only": N_("This was entered by staff. Ask them to remove it."),
    "only_of_all_teams": N_("Only a coordinator of all teams moves a volunteer to another team."),
    "away_too_long": N_("Give 400 days at most, or speak with the staff."),
}

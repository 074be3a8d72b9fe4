"""What people read when something about a volunteer is refused."""

from typing import Final

from teamhope.kit.i18n import N_

REFUSALS: Final[dict[str, str]] = {
    "credentials_lacking": N_("Background check, agreement or training is missing or has ended."),
    "volunteer_has_families": N_("Find someone for this volunteer's families first."),
    "day_in_future": N_("The day cannot be in the future."),
    "day_in_past": N_("The last day is over already."),
    "dates_incomplete": N_("Give the month and the day of both ends, or leave all four empty."),
    "no_such_day": N_("There is no day %(day)s in %(month)s."),
    "last_experience": N_("At least one experience must stay. Add another one first, or change this one."),
    "ends_before_it_starts": N_("The last day must come after the first."),
    "away_too_long": N_("Give 400 days at most, or speak with the staff."),
}

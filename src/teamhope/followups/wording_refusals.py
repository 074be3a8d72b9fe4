"""What people read when a promised call cannot be made or moved now."""

from typing import Final

from teamhope.families import wording as families
from teamhope.kit.i18n import N_

# Those that waiting heals say when; the others are told as families.wording has them.
WITH_TIME: Final = {
    "outside_hours": N_(
        "It is outside the hours in which this family can be called. The next possible time is: %(next)s."
    ),
    "volunteer_not_available": N_("It is outside the volunteer's own hours. The next possible time is: %(next)s."),
    "too_soon": N_("It is too soon after the last attempt. The next possible time is: %(next)s."),
    "enough_this_week": N_("There have been enough attempts in the last 7 days. The next possible time is: %(next)s."),
    "holiday": N_("Today is a holiday. Routine calls wait for the next day. The next possible time is: %(next)s."),
    "sensitive_date": N_("This day is hard for the family. Nobody calls today. The next possible time is: %(next)s."),
}
BOTH_MUST_BE_FREE: Final = "both_must_be_free"
NOBODY_ON_CALL: Final = "nobody_on_call"

REFUSALS: Final[dict[str, str]] = {
    **{f"not_now_{code}": sentence for code, sentence in (dict(families.NOT_NOW) | WITH_TIME).items()},
    BOTH_MUST_BE_FREE: N_("Family and volunteer cannot both keep this time. Times that suit both: %(times)s."),
    NOBODY_ON_CALL: N_("Nobody of our team is on call at this time. Times that suit both: %(times)s."),
    "choose_covered": N_("Nobody of our team is on call at this time. Choose one of these, or another."),
    "choose_another": N_("Family and volunteer cannot both keep this time. Choose one of these, or another."),
    "needs_offset": N_("Write a date and time with its offset, for example 2026-11-24T18:00:00-05:00."),
}

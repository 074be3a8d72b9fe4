"""What people read for each refusal of a call, missing answer, problem of a field and likeness of two families."""

from collections.abc import Mapping
from typing import Final

from teamhope.kit.i18n import N_

# Codes of may_contact. No sentence says more about the family than that it may not be reached this way.
NOT_NOW: Final[Mapping[str, str]] = {
    "family_closed": N_("This family's file is closed."),
    "family_on_hold": N_("This family is on hold. Staff will say when calls go on."),
    "no_consent": N_("There is no consent to reach this person in this way."),
    "not_safe": N_("The family has not said that this is a safe way to reach them."),
    "confirm_number": N_("Nobody has asked for 180 days whether this number is still safe. Staff must confirm it."),
    "number_stopped": N_("This number must not be used any more."),
    "blocked_person_on_line": N_("This number is not safe to use. Ask the staff."),
    "no_live_match": N_("There is no open match between this family and the caller."),
    "caller_suspended": N_("The volunteer makes no calls at present. Ask the staff."),
    "child_needs_advocate": N_("This person is under 18. Only an advocate may reach out."),
    "they_call_us": N_("This family calls us. We do not call them."),
    "outside_hours": N_("It is outside the hours in which this family can be called."),
    "volunteer_not_available": N_("It is outside the volunteer's own hours."),
    "too_soon": N_("It is too soon after the last attempt."),
    "enough_this_week": N_("There have been enough attempts in the last 7 days."),
    "holiday": N_("Today is a holiday. Routine calls wait for the next day."),
    "sensitive_date": N_("This day is hard for the family. Nobody calls today."),
}

# Why no reminder by text goes out: as above, but for what is meant only so.
NO_REMINDER: Final[Mapping[str, str]] = {
    **NOT_NOW,
    "no_consent": N_("They have not agreed to reminders by text, or took it back."),
    "not_safe": N_("They have not said that texts are fine on a phone that only they see."),
    "number_stopped": N_("This number is sent no text any more."),
    "no_live_match": N_("No volunteer calls this family at present."),
}

MISSING: Final[Mapping[str, str]] = {
    "peer_match_consent": N_("consent to be matched with a volunteer"),
    "safe_contact_method": N_("one safe way to reach the family"),
    "time_zone": N_("the family's time zone"),
    "language": N_("the language"),
    "case_type": N_("the kind of experience"),
}

PROBLEMS: Final[Mapping[str, str]] = {
    "name_missing": N_("Enter a first name."),
    "name_too_long": N_("The first name can have %(longest)s characters at most."),
    "phone_unreadable": N_("Enter a phone number with its area code and no extension, for example 202-555-0143."),
    "phone_of_blocked_person": N_("This family must not be reached through this number."),
    "words_missing": N_("Enter the exact words the family agreed to, or choose no messages."),
    "words_too_long": N_("The agreed words can have %(longest)s characters at most."),
    "words_hold_digits": N_("The agreed words must hold no numbers: others may hear the message."),
    "words_tell_too_much": N_(
        "The agreed words must not name the program, the case, a day or an hour: others may hear the message."
    ),
    "zone_unknown": N_("Choose a time zone from the list."),
    "window_ends_before_it_starts": N_("Each time must end later than it starts, on the same day."),
    "windows_overlap": N_("Two of the times overlap. Join them into one."),
    "windows_too_many": N_("There can be %(most)s times at most."),
    "state_unknown": N_("Choose a state or territory from the list."),
    "month_in_future": N_("The month cannot be in the future."),
}

DUPLICATE_REASONS: Final[Mapping[str, str]] = {
    "same_phone": N_("Same phone number"),
    "same_name_state_kind": N_("Same first name, state and kind of experience"),
}

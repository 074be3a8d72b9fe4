"""What people read on the pages of requests and families: refusals, and problems of fields that no pure rule names."""

from collections.abc import Mapping
from typing import Final

from teamhope.families.wording import PROBLEMS
from teamhope.kit.i18n import N_

MORE_PROBLEMS: Final[Mapping[str, str]] = {
    "phone_known": N_("This family has this number already. Confirm it, if it is safe."),
    "phone_opted_out": N_(
        "Somebody at this number asked us not to call it. Leave it out. If the family itself asks for calls on it, "
        "add it on the family's page."
    ),
    "subtype_of_other_kind": N_("Choose only details that belong to the kind of experience."),
    "text_needs_own_phone": N_("Texts are possible only when nobody else sees this phone."),
    "no_words_to_say": N_("Enter the agreed words first, or choose another answer."),
    "language_twice": N_("Name each language once."),
    "preference_twice": N_("Wish for one gender, and rule out one state."),
    "release_must_be_written": N_("Leave to give information to someone else must be in writing."),
    "wording_unknown": N_("There is no such version of the consent words. These are known: %(known)s."),
    "release_elsewhere": N_("Leave to give information to someone else has its own form, on the family's consents."),
    "release_needs_recipient": N_("Enter who gets the information."),
    "release_needs_purpose": N_("Enter what the information is for."),
    "release_too_long": N_("Choose a last day within one year from today."),
    "recipient_is_blocked": N_("The family has blocked this person. Nothing may be given to them."),
    "only_for_release": N_("Only leave to give information to someone else has this."),
    "blocked_needs_name_or_phone": N_("Enter a name or a phone number of this person."),
    "resume_in_past": N_("Choose a later day."),
    "family_unknown": N_("Enter the reference of the other family, for example F-7K3Q-92."),
    "too_many_dates": N_("A family has at most %(most)s dates. Remove one first."),
    "date_known": N_("This day is on the list already."),
    "window_incomplete": N_("Give the day, the start and the end, or leave all three empty."),
}

REFUSALS: Final[dict[str, str]] = {
    **PROBLEMS,
    **MORE_PROBLEMS,
    "not_on_hold": N_("This family is not on hold any more."),
    "request_has_match": N_("A volunteer is matched with this family. End or pause the match first."),
}

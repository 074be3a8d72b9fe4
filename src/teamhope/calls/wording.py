"""What people read about calls: refusals, problems of a log, what comes next."""

from collections.abc import Mapping
from typing import Final

from teamhope.kit.i18n import N_
from teamhope.vocabulary.calls import Next

# What the caller reads once the log is saved, where it does not simply go on.
AFTERWARDS: Final[Mapping[Next, str]] = {
    Next.REVOKE: N_("They asked us to stop: no more calls. Staff will close this kindly."),
    Next.STOP_NUMBER: N_("This number will not be called again. Staff will look for a safe one."),
    Next.STOP_LINE: N_("This line will not be called again. An advocate will look for another safe way."),
    Next.WAIT_FOR_COORDINATOR: N_("Nobody calls until staff have made sure that it is safe."),
    Next.REMATCH: N_("Staff will look for someone who speaks the family's language."),
    Next.ESCALATE: N_("The team knows and takes it from here. If it gets worse, use “Get help now” again."),
}

REFUSALS: Final[dict[str, str]] = {
    "for_family_calls": N_("This answer is for a call that the family made. Choose another answer."),
    "for_our_calls": N_("When the family called you, choose “Family called us” or “Missed family call”."),
    "say_who_answered": N_("Choose who answered. “We don't know who” is an answer too."),
    "nobody_else_answered": N_("Leave this empty: it is only for calls that someone else answered."),
    "only_in_a_crisis": N_("Leave this empty: it is only for a crisis."),
    "say_when_to_call": N_("Enter the day and the time at which they want to be called."),
    "no_time_was_asked": N_("Leave this empty, or choose “Asked us to call back”."),
    "time_is_past": N_("This time is over. Enter a day and a time that are still to come."),
    "time_is_far": N_("Enter a time within the next %(days)s days."),
    "starts_in_future": N_("The call cannot have started later than now. Correct the day or the time."),
    "too_long_ago": N_("A call older than %(days)s days is not entered here. Tell your coordinator."),
    "nobody_to_talk_with": N_("Leave the minutes empty: nobody answered this call."),
    "minutes_out_of_range": N_("Enter minutes from 0 to %(most)s."),
    "note_has_phone": N_("Take the phone number out of the note. Numbers belong in the family's record: tell staff."),
    "note_has_email": N_("Take the e-mail address out of the note. If staff need it, tell them."),
    "note_has_ssn": N_("Take the nine-digit number out of the note. It looks like a Social Security number."),
    "follow_up_or_match": N_("Name a follow-up or a match, not both."),
    "match_not_begun": N_("Family and volunteer have not been introduced yet, so there is no call to log."),
    "key_needed": N_("Send the header Idempotency-Key, with a value of its own for each call."),
    "same_key_other_call": N_("This key was used for another call. Nothing was logged; use a new key."),
    "note_changed_elsewhere": N_("This note was changed in another window. Both texts are below; keep one."),
    "call_is_void": N_("This call is already taken out of the count."),
    "call_is_corrected": N_("This call was corrected already. Open the correction."),
    "not_your_call": N_("Only the person who made this call, or a coordinator, can correct it."),
    "too_late_to_correct": N_("After three days only a coordinator can correct a call. Ask yours."),
}

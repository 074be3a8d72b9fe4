"""The only sentences that are said on the telephone. Each is whole; a family's telephone hears none of them.

Whoever picks up a volunteer's telephone may be somebody else: no name, no word of what this is about.
"""

from typing import Final

from teamhope.kit.i18n import N_

# Before
PRESS_TO_CALL: Final = N_("To be connected to your call, press 1.")
ONE_MOMENT: Final = N_("One moment. We are ringing them now. To leave the call for a menu, press the star key.")
BACK_TO_THE_CALL: Final = N_("You are going back to the call.")
NOT_NOW: Final = N_("This call cannot be made now, and nobody was rung.")
GOODBYE: Final = N_("Goodbye.")

# To whoever is on call
SOMEBODY_NEEDS_YOU: Final = N_("This is the program. Somebody needs you now. Press 1 to accept.")
YOU_HAVE_IT: Final = N_("Thank you. Sign in now: everything that is known is there.")
TAKEN: Final = N_("Somebody else has taken it. Thank you. Goodbye.")
NEXT_IS_RUNG: Final = N_("We ring the next person. Goodbye.")

# During
NEARLY_OVER: Final = N_("Only you hear this: the call ends by itself in ten minutes.")
CALL_IS_OVER: Final = N_("This call is over already.")
MENU: Final = N_("To go back to the call, press 1. If the call is over, press 3.")
MENU_WITH_ADVOCATE: Final = N_(
    "To go back to the call, press 1. To bring in the person on call, press 2. If the call is over, press 3."
)
ADVOCATE_IS_RUNG: Final = N_("The person on call is being rung. You are going back to the call.")
NOBODY_ON_CALL: Final = N_("Nobody on call can be rung now. You are going back to the call.")
PRESS_TO_JOIN: Final = N_("Somebody asks you to join a call. To join it now, press 1.")
YOU_JOIN: Final = N_("You are joining the call.")

# Afterwards
NOT_REACHED: Final = N_("Nobody answered.")
LINE_BUSY: Final = N_("The line is busy.")
NOT_CONNECTED: Final = N_("The call could not be connected.")
HOW_WAS_IT: Final = N_("What happened in the call?")
WE_TALKED: Final = N_("We talked: press 1.")
LEFT_MESSAGE: Final = N_("I left the agreed message: press 2.")
NO_ANSWER: Final = N_("No answer: press 3.")
NOT_A_GOOD_TIME: Final = N_("It was not a good time: press 4.")
SOMEONE_ELSE: Final = N_("Someone else answered: press 5.")
NOT_SAFE: Final = N_("It was not safe to talk: press 6.")
NEED_SOMEONE: Final = N_("I need someone: press 9.")
LOG_LATER: Final = N_("To write it down later on the page, press the pound key.")
TEAM_KNOWS: Final = N_("The team knows, and somebody will call you.")
WRONG_KEY: Final = N_("That key means nothing here.")
LATER: Final = N_("Please write it down when you sign in. Goodbye.")
SAVED: Final = N_("It is saved. Thank you. Goodbye.")
SAVED_AND_PLANNED: Final = N_("It is saved, and the next call is planned. Thank you. Goodbye.")
NOT_SAVED: Final = N_("It could not be saved by key. Please write it down when you sign in. Goodbye.")

"""What whoever calls us hears. A stranger hears of nobody and of nothing that we do; whoever has a PIN, little more.

The first names are put in by calls.service_inbound_volunteer and calls.service_inbound_taking, and nowhere else.
"""

from typing import Final

from teamhope.kit.i18n import N_

# Everybody, in every language, the same to the letter
ENTER_A_NUMBER: Final = N_("If you have a number for us, enter it and press the pound key.")
PRESS_FOR_SOMEONE: Final = N_("To speak with someone, press 0.")
GREETING: Final = (ENTER_A_NUMBER, PRESS_FOR_SOMEONE)
DID_NOT_WORK: Final = N_("That number did not work.")
ONE_MOMENT: Final = N_("One moment, please.")
NOBODY_NOW: Final = N_("Nobody can take your call now. Please call again later.")

# A volunteer, in her language
NEXT_CALL: Final = N_("Your next call is with %(name)s, %(day)s, %(time)s.")
CALL_NOW: Final = N_("To call now, press 1.")
THE_ONE_AFTER: Final = N_("For the call after that, press 2.")
NO_MORE_TODAY: Final = N_("No call is promised for today.")
UNDER_WAY: Final = N_("Another call with you or with them is under way.")

# A family, in its language
PLEASE_WAIT: Final = N_("Please wait. This may take a minute.")
WE_CALL_BACK: Final = N_("We will call you back.")

# Whoever of ours is rung; the first sentence may be heard by a stranger or a machine
A_CALL_FOR_YOU: Final = N_("There is a call for you. To hear whose it is, press 1.")
IS_CALLING: Final = N_("%(name)s is calling. To take the call, press 1.")
SOMEBODY_ASKS: Final = N_("Somebody has called our number and asks for a person. To take the call, press 1.")

# Afterwards
THEY_ARE_CALLED_BACK: Final = N_("We could not talk: press 3.")

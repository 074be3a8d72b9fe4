"""What a volunteer reads while her call is put through."""

from collections.abc import Mapping
from typing import Final

from teamhope.calls.rules_phone import Helper, Scene
from teamhope.followups.wording_refusals import REFUSALS as NOT_ALLOWED
from teamhope.kit.i18n import N_, gettext
from teamhope.telephony.wording_calls import NOT_NOW

SCENES: Final[Mapping[Scene, str]] = {
    Scene.RINGING_YOU: N_("Your telephone rings now. Answer it and press 1: then the family is called."),
    Scene.PRESS_KEY: N_("Press 1 on your telephone: then the family is called."),
    Scene.RINGING_THEM: N_("Their telephone rings."),
    Scene.TALKING: N_("You are connected."),
    Scene.ANSWER_KEYS: N_("Their telephone is down. Your telephone asks what happened: press a key, or log it here."),
    Scene.NOT_RUNG: N_("Your telephone was not answered, and nobody was called."),
    Scene.REFUSED: NOT_NOW,
    Scene.OVER: N_("The call is over."),
}

HELPERS: Final[Mapping[Helper, str]] = {
    Helper.RINGS: N_("The person on call is being rung."),
    Helper.JOINED: N_("The person on call has joined. If you leave, the family stays with her."),
}

REFUSALS: Final[dict[str, str]] = {
    "call_under_way": N_("Another call is under way, of yours or to this family. Try again when it is over."),
    "no_telephone_of_ours": N_("No telephone is set up here. Show the number and call from your own."),
    "no_telephone_of_yours": N_("We do not know your telephone number. Ask staff to enter it, or show the number."),
}


def why_not(code: str) -> str:
    """Why a call was not put through, without the time at which it may be: that is told where she can still act."""
    known = NOT_ALLOWED.get(code, NOT_NOW)
    told = NOT_NOW if "%(" in known else known
    return gettext(told)

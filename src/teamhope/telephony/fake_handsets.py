"""What the telephone at a number does when it rings, and what the person at it does then."""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

HANG_UP: Final = "hang_up"  # among the keys: she hangs up instead of pressing one


class Lift(StrEnum):
    """What comes of the ringing."""

    ANSWER = "answer"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAIL = "fail"  # the number cannot be reached
    REFUSE = "refuse"  # she sees it ring and declines


class Talk(Struct, frozen=True):
    """One conversation: after `seconds`, of which none is waited, she hangs up, or presses star and stays."""

    seconds: Annotated[int, Meta(ge=0)]
    star: bool = False


class Handset(Struct, frozen=True):
    """Each call to it, or from it, goes through this from the beginning.

    `after_seconds` of ringing, of which none is waited. `keys` are what is pressed at successive Gathers: "" lets one
    time out, HANG_UP hangs up, and when none is left nothing is pressed. `talks` are successive conversations: when
    none is left she stays until the others are gone or until she is told to hang up. With `by_hand` each step waits
    for a person first, as long as FakeState.patience_seconds.
    """

    lift: Lift = Lift.ANSWER
    after_seconds: Annotated[int, Meta(ge=0)] = 0
    keys: tuple[str, ...] = ()
    talks: tuple[Talk, ...] = ()
    by_hand: bool = False

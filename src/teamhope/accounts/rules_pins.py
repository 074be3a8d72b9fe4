"""Which digits may be somebody's PIN for calling us, and whose wrong ones are counted together."""

import secrets
from itertools import pairwise
from typing import Final

DIGITS: Final = 8  # 10^8: one guess in about 30,000 meets one of 3,000 PINs, at a few dozen guesses an hour
FEWEST_DIFFERENT: Final = 4  # 11111111 and 12121212 are what a stranger tries first
ANYBODY: Final = "calling pin"  # whose name wrong PINs of all callers are counted under


def new_pin() -> str:
    """By chance alone, from nothing that is known of anybody; never an easy one."""
    while True:
        pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not is_easy(pin):
            return pin


def is_easy(pin: str) -> bool:
    """Few different digits, or each one step from the one before it, up or down (12345678, 98765432, 67890123)."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(set(pin)) < FEWEST_DIFFERENT or steps in ({1}, {9})


def keyed_pin(keyed: str) -> str | None:
    """What was keyed in on a telephone, if it may be a PIN at all."""
    return keyed if len(keyed) == DIGITS and keyed.isascii() and keyed.isdigit() else None


def counted_as(caller: str) -> str:
    """Whose wrong PINs from one telephone are counted under; all who withhold their number are one."""
    return f"{ANYBODY} {caller}"


def spaced(pin: str) -> str:
    """As people read and say it: 4821 0937."""
    return f"{pin[: DIGITS // 2]} {pin[DIGITS // 2 :]}"

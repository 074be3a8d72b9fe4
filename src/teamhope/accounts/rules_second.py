"""Who must prove twice who she is, and which codes prove it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import pyotp

from teamhope.accounts.rules import Visitor
from teamhope.vocabulary.people import Can, Role

STEP_LASTS: Final = timedelta(minutes=5)
MOST_FAILURES: Final = 10  # of one step; then she starts with the password again
CODE_SECONDS: Final = 30  # RFC 6238
CODE_DIGITS: Final = 6
STEPS_AROUND: Final = (0, -1, 1)  # clocks differ, and typing takes a while (RFC 6238 §5.2)
RECOVERY_CODES: Final = 10
RECOVERY_LENGTH: Final = 10  # of 31 letters: 49 bits, kept under a key
RECOVERY_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1, which are misread
# What stays open to somebody who must set up a second factor first.
OPEN_WITHOUT: Final = frozenset({Can.USE_OWN_ACCOUNT, Can.GET_HELP})


class StepKind(StrEnum):
    """What was asked and is not answered yet."""

    SECOND_FACTOR = "second_factor"
    PASSKEY_SIGN_IN = "passkey_sign_in"
    PASSKEY_NEW = "passkey_new"
    PASSKEY_CONFIRM = "passkey_confirm"


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    person: UUID | None
    challenge: bytes | None
    failures: int
    expires_at: datetime


def step_is_live(step: Step, now: datetime) -> bool:
    return now < step.expires_at and step.failures < MOST_FAILURES


def throttle_name(person_id: UUID) -> str:
    """Under which wrong codes are counted, beside the e-mails of wrong passwords. Nobody can type it: it has a NUL."""
    return f"second factor\0{person_id}"


def is_required(requirement: str, role: Role) -> bool:
    """`requirement` is the setting: nobody, staff (all but volunteers) or everyone."""
    return requirement == "everyone" or (requirement == "staff" and role is not Role.VOLUNTEER)


def must_set_up(requirement: str, visitor: Visitor) -> bool:
    """Whether she must have a second factor and this session was opened without one. An API token has no session."""
    session = visitor.session
    return session is not None and session.second_factor is None and is_required(requirement, visitor.actor.role)


def new_authenticator_secret() -> str:
    """160 bits of chance in base32, as RFC 4226 §4 recommends."""
    return pyotp.random_base32()


def address_for_app(secret: str, account: str, issuer: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def in_groups(secret: str) -> str:
    """In groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def fitting_step(secret: str, code: str, last_step: int, now: datetime) -> int | None:
    """The half minute, counted since 1970, whose code this is: the present one or a neighbour, later than `last_step`.

    None for any other code. Source: RFC 6238 §5.2; a code works once.
    """
    present = int(now.timestamp()) // CODE_SECONDS
    app = pyotp.TOTP(secret)
    for step in (present + around for around in STEPS_AROUND):
        if step > last_step and hmac.compare_digest(app.at(step * CODE_SECONDS).encode(), code.encode()):
            return step
    return None


def bare_code(text: str) -> str:
    """As codes are compared: without spaces and hyphens, in small letters."""
    return "".join(text.split()).replace("-", "").casefold()


def is_app_code(bare: str) -> bool:
    return len(bare) == CODE_DIGITS and bare.isascii() and bare.isdigit()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten, such as "k7f3q-9x2mp"."""
    return tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
    half = RECOVERY_LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"

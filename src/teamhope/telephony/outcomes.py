"""What can come of handing a text or a call to the provider, and what its refusals mean."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from teamhope.vocabulary.calls import LegStatus, MessageStatus

OPTED_OUT: Final = 21610  # the person answered STOP (Twilio's error codes, as the next two)
BAD_NUMBER: Final = 21211
NOT_A_MOBILE: Final = 21614
ABOUT_THE_NUMBER: Final = frozenset({OPTED_OUT, BAD_NUMBER, NOT_A_MOBILE})
LONGEST_CALL: Final = timedelta(hours=6)
ABOUT_OUR_ACCOUNT: Final = frozenset({20003, 20005, 20006})  # wrong token, account not active, access denied


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it. `status` is what to record: normally SENT, FAILED if it failed on the spot."""

    sid: str
    status: MessageStatus


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Definitely not taken: it may be tried again, after `retry_after` seconds where the provider named them.

    `reason` is throttled, unreachable (nothing left this machine) or account (ours is refused: somebody must act).
    """

    reason: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Definitely not taken, and trying again will not help. `code` is the provider's."""

    code: int

    @property
    def stops_number(self) -> bool:
        """The number itself is the reason: no text to it again until a person has looked."""
        return self.code in ABOUT_THE_NUMBER


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been taken: never send again blindly. `reason` names the fault, and holds no number and no text."""

    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A text that the provider has, as look_up found it; `status` is what to record."""

    sid: str
    status: MessageStatus


@dataclass(frozen=True, slots=True)
class Dialled:
    """The provider has the call. `seconds`: how long it was, once it is over."""

    sid: str
    status: LegStatus
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A call as the provider's list has it.

    `seconds`: how long it was connected, 0 for one that nobody answered. `ours`: dialled by us.
    """

    sid: str
    started_at: datetime
    seconds: int
    ours: bool


Outcome = Sent | NotAccepted | Rejected | Unknown
Dialling = Dialled | NotAccepted | Rejected | Unknown


def refused(status: int, code: int) -> NotAccepted | Rejected | Unknown:
    """What an HTTP error means for the text (security.md §3, faults 12 to 14). `code` is the provider's own.

    Only a 4xx says that the text was not taken; a 5xx may come after it was, a 408 or a redirect from anybody between.
    """
    if status == 401 or code in ABOUT_OUR_ACCOUNT:
        return NotAccepted("account")
    if 400 <= status < 500 and status != 408:
        return Rejected(code)
    return Unknown(f"http_{status}")

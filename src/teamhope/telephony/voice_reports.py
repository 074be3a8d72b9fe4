"""What the provider's status reports mean for one telephone; they come late, twice, in any order, or never."""

import re
from typing import Final

from teamhope.vocabulary.calls import LegStatus

L = LegStatus

CALL_SID: Final = re.compile(r"CA[0-9a-f]{32}")
KEYS: Final = re.compile(r"[0-9*#]{0,20}")

# The provider's words; one that is not here says only that it has the call.
REPORTED: Final = {
    "queued": L.RINGING,
    "initiated": L.RINGING,
    "ringing": L.RINGING,
    "answered": L.ANSWERED,
    "in-progress": L.ANSWERED,
    "completed": L.COMPLETED,
    "busy": L.BUSY,
    "no-answer": L.NO_ANSWER,
    "failed": L.FAILED,
    "canceled": L.CANCELLED,
}

# What the provider says is believed over what we feared, and that somebody spoke over everything else.
FORWARD: Final = (
    L.QUEUED,
    L.DIALLING,
    L.UNCERTAIN,
    L.RINGING,
    L.ANSWERED,
    L.CANCELLED,
    L.FAILED,
    L.NO_ANSWER,
    L.BUSY,
    L.COMPLETED,
)
OVER: Final = frozenset({L.CANCELLED, L.FAILED, L.NO_ANSWER, L.BUSY, L.COMPLETED})


ENDED: Final = frozenset(word for word, status in REPORTED.items() if status in OVER)


def advance(current: LegStatus, reported: str) -> LegStatus:
    """A leg's status after a report, given the provider's word. It never goes back.

    The same reports in any order, any number of times, end in the same status.
    """
    return max(current, REPORTED.get(reported, L.RINGING), key=FORWARD.index)

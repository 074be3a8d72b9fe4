"""What the provider's status reports mean for a message; they come late, twice, in any order, or never."""

from typing import Final

from teamhope.vocabulary.calls import MessageStatus

M = MessageStatus

# Our QUEUED and SENDING are states before the provider has the text, and a QUEUED row is sent again: so the provider's
# "queued" is our SENT. A word that is not here changes nothing.
REPORTED: Final = {
    "accepted": M.SENT,
    "scheduled": M.SENT,
    "queued": M.SENT,
    "sending": M.SENT,
    "sent": M.SENT,
    "undelivered": M.FAILED,
    "failed": M.FAILED,
    "canceled": M.FAILED,
    "delivered": M.DELIVERED,
    "read": M.DELIVERED,
}

# A report is believed over what we had decided or feared, a receipt over a failure.
FORWARD: Final = (M.QUEUED, M.CANCELLED, M.SENDING, M.UNCERTAIN, M.SENT, M.FAILED, M.DELIVERED)


def advance(current: MessageStatus, reported: str) -> MessageStatus:
    """The message's status after a report, given the provider's word. It never goes back.

    The same reports in any order, any number of times, end in the same status.
    """
    return max(current, REPORTED.get(reported, current), key=FORWARD.index)

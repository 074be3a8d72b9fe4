"""Hand a text to the provider, ask what became of one, or have its words erased there. Nothing here tries twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from aiohttp import ClientConnectorError, ConnectionTimeoutError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from teamhope.telephony.callbacks import advance
from teamhope.telephony.client import Telephone, Throttled
from teamhope.telephony.outcomes import Found, NotAccepted, Outcome, Sent, Unknown, refused
from teamhope.telephony.wording import is_ours
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.families import ClearedChannel, ClearedNumber
from teamhope.vocabulary.people import StaffRecipient

CALLBACK_PATH: Final = "/hooks/twilio/sms-status"
CLOCKS_DIFFER_BY: Final = timedelta(minutes=2)  # theirs and ours; theirs also drops the fraction of a second
LATEST: Final = 100  # texts to one number that a look-up reads; it gets a few a day
GONE: Final = 404

Recipient = StaffRecipient | ClearedNumber


def callback_path(attempt_id: UUID) -> str:
    return f"{CALLBACK_PATH}?attempt={attempt_id}"


async def send(telephone: Telephone, recipient: Recipient, body: str, attempt_id: UUID) -> Outcome:
    """Post one text, once. Call it outside any transaction, after the intent to send is committed.

    The provider has no idempotency key: what is not definitely refused is Unknown, whatever went wrong, and the
    caller asks with look_up before anything else. Reports about this text come to callback_path(attempt_id).
    Raises TypeError for a recipient, ValueError for a body, that may not be sent to or sent.
    """
    number = _number_of(recipient)
    if not is_ours(body):
        raise ValueError("not one of the texts of telephony.wording")
    try:
        return _sent(await _post(telephone, number, body, attempt_id))
    except Throttled as busy:
        return NotAccepted("throttled", busy.retry_after_seconds)
    except (ClientConnectorError, ConnectionTimeoutError):
        return NotAccepted("unreachable")
    except (TwilioRestException, TwilioServiceException) as refusal:
        return refused(refusal.status, refusal.code)
    except Exception as fault:  # the request may have left: an unforeseen fault must not lead to a second text
        return Unknown(type(fault).__name__)


async def look_up(telephone: Telephone, number: str, since: datetime) -> Found | Unknown | None:
    """Ask the provider for the text that was posted to this number at `since` (aware) or later; the earliest of them.

    None: it answered, and has none yet. That is no leave to send again: a text may show up in its list late.
    Unknown: it could not be asked.

    The list names neither the attempt nor its callback, so two texts to one number cannot be told apart: at most one
    per recipient may be in flight. Its DateSent filter can miss a text that is still queued there, so the window is cut
    here, by the time of creation.
    """
    try:
        listed = await telephone.client.messages.list_async(
            to=number, from_=telephone.number, limit=LATEST, page_size=LATEST
        )
        return _earliest(listed, since - CLOCKS_DIFFER_BY)
    except Exception as fault:  # whatever it was, the question is still open
        return Unknown(type(fault).__name__)


async def erase_body(telephone: Telephone, sid: str) -> bool:
    """Have the provider forget what a text said; whether it holds no words of it any more."""
    try:
        await telephone.client.messages(sid).update_async(body="")
    except TwilioRestException as refusal:
        return bool(refusal.status == GONE)
    except Exception:  # whatever it was, the words may still be there
        return False
    return True


def _number_of(recipient: object) -> str:
    if isinstance(recipient, StaffRecipient):
        return recipient.phone
    if isinstance(recipient, ClearedNumber) and recipient.clearance.channel is ClearedChannel.SMS:
        return recipient.number
    raise TypeError(f"texts go to a StaffRecipient or a number cleared for texts, not to {type(recipient).__name__}")


async def _post(telephone: Telephone, number: str, body: str, attempt_id: UUID) -> Any:
    return await telephone.client.messages.create_async(
        to=number,
        from_=telephone.number,
        body=body,
        status_callback=telephone.public_url + callback_path(attempt_id),
    )


def _sent(message: Any) -> Sent | Unknown:
    if not message.sid:
        return Unknown("no_sid")
    return Sent(message.sid, _status(message))


def _earliest(listed: Iterable[Any], since: datetime) -> Found | None:
    candidates = [message for message in listed if message.date_created >= since]
    if not candidates:
        return None
    first = min(candidates, key=lambda message: message.date_created)
    return Found(first.sid, _status(first))


def _status(message: Any) -> MessageStatus:
    """At least SENT: the provider has it, even if its word is new to us."""
    return advance(MessageStatus.SENT, message.status)

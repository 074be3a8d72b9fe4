"""Dial a telephone, ask what became of it, end it, send it elsewhere. Nothing here tries twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from aiohttp import ClientConnectorError, ConnectionTimeoutError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from teamhope.telephony.client import Telephone, Throttled
from teamhope.telephony.outcomes import LONGEST_CALL, Dialled, Dialling, NotAccepted, Unknown, refused
from teamhope.telephony.service import CLOCKS_DIFFER_BY
from teamhope.telephony.voice_reports import REPORTED
from teamhope.vocabulary.calls import LegStatus
from teamhope.vocabulary.families import ClearedChannel, ClearedNumber
from teamhope.vocabulary.people import FallbackRecipient, StaffRecipient

VOICE_PATH: Final = "/hooks/twilio/voice"
VOICE_STATUS_PATH: Final = "/hooks/twilio/voice-status"
REPORTS: Final = ("initiated", "ringing", "answered", "completed")
RING_FOR: Final = timedelta(seconds=30)  # a voicemail box picks up within
LATEST: Final = 100  # calls to one number that a look-up reads


def voice_url(public_url: str, leg_id: UUID, step: str, **more: int) -> str:
    """Where the provider asks what a leg is told next."""
    return f"{public_url.rstrip('/')}{VOICE_PATH}?leg={leg_id}&step={step}" + "".join(
        f"&{name}={value}" for name, value in more.items()
    )


def voice_status_url(public_url: str, leg_id: UUID) -> str:
    return f"{public_url.rstrip('/')}{VOICE_STATUS_PATH}?leg={leg_id}"


async def dial(
    telephone: Telephone, recipient: ClearedNumber | StaffRecipient | FallbackRecipient, leg_id: UUID, now: datetime
) -> Dialling:
    """Ring one telephone, once. Call it outside any transaction, after the intent to dial is committed.

    Whoever answers is told what voice_url(…, leg_id, "answered") says. What is not definitely refused is Unknown: ask
    with look_up, never dial again. Raises TypeError for a recipient, ValueError for a clearance that may not be rung.
    """
    number = _number_of(recipient, now)
    try:
        call = await telephone.client.calls.create_async(
            to=number,
            from_=telephone.number,
            url=voice_url(telephone.public_url, leg_id, "answered"),
            method="POST",
            status_callback=voice_status_url(telephone.public_url, leg_id),
            status_callback_event=list(REPORTS),
            status_callback_method="POST",
            timeout=int(RING_FOR.total_seconds()),
            time_limit=int(LONGEST_CALL.total_seconds()),
        )
        return _dialled(call) if call.sid else Unknown("no_sid")
    except Throttled as busy:
        return NotAccepted("throttled", busy.retry_after_seconds)
    except (ClientConnectorError, ConnectionTimeoutError):
        return NotAccepted("unreachable")
    except (TwilioRestException, TwilioServiceException) as refusal:
        return refused(refusal.status, refusal.code)
    except Exception as fault:  # the request may have left: an unforeseen fault must not ring a second time
        return Unknown(type(fault).__name__)


async def look_up(telephone: Telephone, number: str, since: datetime) -> list[Dialled] | Unknown:
    """The calls to this number that were dialled at `since` (aware) or later, the earliest first.

    The list names no leg: the caller leaves out what it knows as another's. None yet is no leave to dial again.
    """
    try:
        listed = await telephone.client.calls.list_async(
            to=number, from_=telephone.number, limit=LATEST, page_size=LATEST
        )
        return _since(listed, since - CLOCKS_DIFFER_BY)
    except Exception as fault:  # whatever it was, the question is still open
        return Unknown(type(fault).__name__)


async def fetch(telephone: Telephone, sid: str) -> Dialled | Unknown:
    """What became of a call that the provider has."""
    try:
        return _dialled(await telephone.client.calls(sid).fetch_async())
    except Exception as fault:  # it is asked again
        return Unknown(type(fault).__name__)


async def hang_up(telephone: Telephone, sid: str) -> bool:
    """End a call, or stop its ringing; whether the provider did. To end one that is over changes nothing."""
    try:
        await telephone.client.calls(sid).update_async(status="completed")
        return True
    except Exception:  # its own end, or the next poll, ends it
        return False


async def send_to(telephone: Telephone, sid: str, leg_id: UUID, step: str) -> bool:
    """Take a telephone out of where it is, and tell it what that step says; whether the provider did."""
    try:
        await telephone.client.calls(sid).update_async(url=voice_url(telephone.public_url, leg_id, step), method="POST")
        return True
    except Exception:  # she hangs up, or the next pass tells her
        return False


async def whisper(telephone: Telephone, phone_call_id: UUID, sid: str, leg_id: UUID, step: str) -> bool:
    """Say what that step says to one telephone in a conference, and to nobody else there; whether the provider does."""
    try:
        conferences = await telephone.client.conferences.list_async(
            friendly_name=str(phone_call_id), status="in-progress", limit=1
        )
        for conference in conferences:
            await (
                telephone.client.conferences(conference.sid)
                .participants(sid)
                .update_async(announce_url=voice_url(telephone.public_url, leg_id, step), announce_method="POST")
            )
        return bool(conferences)
    except Exception:  # the next pass tells her
        return False


def number_of(recipient: ClearedNumber | StaffRecipient | FallbackRecipient) -> str:
    return recipient.number if isinstance(recipient, ClearedNumber) else recipient.phone


def _number_of(recipient: object, now: datetime) -> str:
    if isinstance(recipient, StaffRecipient | FallbackRecipient):
        return recipient.phone
    if not isinstance(recipient, ClearedNumber):
        raise TypeError(f"nobody is rung but a recipient of ours and a ClearedNumber, not a {type(recipient).__name__}")
    clearance = recipient.clearance
    if clearance.channel is not ClearedChannel.VOICE or now >= clearance.until:
        raise ValueError("not cleared for a call now")
    return recipient.number


def _dialled(call: Any) -> Dialled:
    """At least RINGING: the provider has it, even if its word is new to us."""
    seconds = int(call.duration) if call.duration and str(call.duration).isdigit() else None
    return Dialled(call.sid, REPORTED.get(call.status, LegStatus.RINGING), seconds)


def _since(listed: Iterable[Any], since: datetime) -> list[Dialled]:
    later = [call for call in listed if (call.date_created or call.start_time) >= since]
    return [_dialled(call) for call in sorted(later, key=lambda call: call.date_created or call.start_time)]

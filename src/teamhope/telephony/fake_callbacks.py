"""The fake provider's status reports, posted to the address that came with the text, the call or the conference."""

import asyncio
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from aiohttp import ClientSession

from teamhope.kit import clock
from teamhope.telephony.fake_conferences import Place, Room
from teamhope.telephony.fake_legs import API_VERSION, EVENTS, Leg, Outbox
from teamhope.telephony.fake_requests import REPORT_LIMIT, about, post
from teamhope.telephony.fake_state import FakeState, Report
from teamhope.telephony.fake_texts import Text

SIP_CODES: Final = {"busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}


async def report_progress(state: FakeState, text: Text) -> None:
    """Move the text on to its end, with a report of each step as the plan says."""
    async with ClientSession(timeout=REPORT_LIMIT) as session:
        for status in state.progress_of(text):
            await asyncio.sleep(state.plan.pause_seconds)
            text.move_to(status, clock.now())
            if text.callback and not state.plan.dropped:
                await _copies(session, state, text.callback, _of_text(state, text, status))


def report_call(state: FakeState, leg: Leg, event: str) -> None:
    """One of EVENTS, if the call's creator wanted to hear of it; every end of a call is the event `completed`."""
    if event in leg.events:
        word = event if event == "initiated" else leg.status
        form = about(state, leg) | {"CallStatus": word, "CallbackSource": "call-progress-events"}
        form |= {"SequenceNumber": str(EVENTS.index(event)), "Timestamp": _stamp(clock.now())}
        if leg.is_over:
            form |= {"CallDuration": str(leg.seconds), "Duration": str(-(-leg.seconds // 60))}
            form |= {"SipResponseCode": SIP_CODES.get(leg.status, "200")}
        _leave(state, leg.outbox, leg.callback, form, last=leg.is_over)


def report_room(state: FakeState, room: Room, event: str, place: Place | None = None) -> None:
    """conference-start, conference-end, participant-join, -leave, -mute, -unmute, -hold, -unhold."""
    if event.rpartition("-")[2].removeprefix("un") in room.events:
        form = {
            "AccountSid": state.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "SequenceNumber": str(room.reported),
            "StatusCallbackEvent": event,
            "Timestamp": _stamp(clock.now()),
        }
        room.reported += 1
        form |= _of_place(place) if place else {}
        if room.reason:
            form |= {"ReasonConferenceEnded": room.reason, "CallSidEndingConference": room.ended_by or ""}
        _leave(state, room.outbox, room.callback, form, last=event == "conference-end")


def _leave(state: FakeState, outbox: Outbox, url: str, form: dict[str, str], last: bool) -> None:
    """Now, or backwards when the last is known. Nobody but us is told: TwiML may name any address."""
    if state.plan.dropped or not state.is_ours(url):
        return
    outbox.held.append(form)
    if last or not state.plan.backwards:
        forms, outbox.held = outbox.held[::-1], []
        state.in_background(_send(state, outbox, url, forms))


async def _send(state: FakeState, outbox: Outbox, url: str, forms: list[dict[str, str]]) -> None:
    async with outbox.turn, ClientSession(timeout=REPORT_LIMIT) as session:
        for form in forms:
            await asyncio.sleep(state.plan.pause_seconds)
            await _copies(session, state, url, form)


async def _copies(session: ClientSession, state: FakeState, url: str, form: dict[str, str]) -> None:
    met = await asyncio.gather(*(post(session, state, url, form) for _ in range(state.plan.copies)))
    sid = form.get("MessageSid") or form.get("ConferenceSid") or form["CallSid"]
    word = form.get("MessageStatus") or form.get("StatusCallbackEvent") or form["CallStatus"]
    state.reports.extend(Report(sid, word, answer) for answer in met)


def _stamp(at: datetime) -> str:
    return format_datetime(at)


def _of_place(place: Place) -> dict[str, str]:
    return {
        "CallSid": place.leg.sid,
        "Coaching": "false",
        "EndConferenceOnExit": str(place.ends).lower(),
        "Hold": str(place.hold).lower(),
        "Muted": str(place.muted).lower(),
        "ParticipantCallStatus": place.leg.status,
        "ParticipantLabel": place.label,
        "StartConferenceOnEnter": str(place.starts).lower(),
    }


def _of_text(state: FakeState, text: Text, status: str) -> dict[str, str]:
    form = {
        "AccountSid": state.account_sid,
        "ApiVersion": API_VERSION,
        "From": text.sender,
        "MessageSid": text.sid,
        "MessageStatus": status,
        "SmsSid": text.sid,
        "SmsStatus": status,
        "To": text.to,
    }
    return form | ({"ErrorCode": str(text.error_code)} if status == "undelivered" else {})

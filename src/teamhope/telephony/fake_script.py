"""How a call of the fake provider goes on: verb by verb through the TwiML that we answer with."""

import asyncio
from typing import Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from teamhope.kit import clock
from teamhope.telephony.fake_conferences import Place, Room
from teamhope.telephony.fake_gather import gather, hear
from teamhope.telephony.fake_legs import EVENTS, INBOUND, Leg
from teamhope.telephony.fake_meetings import close, depart, end, enter, stay
from teamhope.telephony.fake_requests import ApplicationError, Document, fetch, number_of, read
from teamhope.telephony.fake_ringing import answer, begin, new_leg, ring
from teamhope.telephony.fake_rooms import place_before, place_in_conference
from teamhope.telephony.fake_state import FakeState, Problem

NOT_OUR_CALLER_ID: Final = 13214  # Twilio's error code
DIAL_SECONDS: Final = 30  # of ringing, if a Dial names none


async def called(state: FakeState, leg: Leg, url: str, twiml: str) -> None:
    """A call that we made: the whole of it."""
    await ring(state, leg)
    await perform(state, leg, url, twiml)


async def calling(state: FakeState, leg: Leg, url: str) -> None:
    """A call that comes in: it rings while we are asked, and our first verb answers it."""
    leg.started_at, leg.status = clock.now(), "ringing"
    await perform(state, leg, url, "")


async def perform(state: FakeState, leg: Leg, url: str, twiml: str) -> None:
    """`url` has the first document, or `twiml` is it."""
    document: Document | None = await fetch(state, leg, url, {}) if url else read(state, leg, twiml)
    while document is not None:
        document = await _through(state, leg, document)


def divert(state: FakeState, leg: Leg, url: str, twiml: str) -> None:
    """Out of whatever it does, into another document."""
    cut_short = leg.task
    leg.task = None
    depart(state, leg)
    leg.forget_words()
    begin(state, leg, perform(state, leg, url, twiml))
    if cut_short:
        cut_short.cancel()


async def _through(state: FakeState, leg: Leg, document: Document) -> Document | None:
    for verb in document.verbs:
        next_document = await _do(state, leg, verb, document.url)
        await asyncio.sleep(0)  # a call that has ended meanwhile goes no further
        if next_document is not None:
            return next_document
    return None


async def _do(state: FakeState, leg: Leg, verb: Element, url: str) -> Document | None:
    match verb.tag:
        case "Redirect":
            return await fetch(state, leg, urljoin(url, (verb.text or "").strip()), {})
        case "Reject" if leg.status == "ringing":
            end(state, leg, "busy" if verb.get("reason") == "busy" else "no-answer")
            return None
    if leg.direction == INBOUND and leg.status == "ringing":
        answer(state, leg)
    match verb.tag:
        case "Hangup" | "Reject":
            end(state, leg)
        case "Gather":
            return await gather(state, leg, verb, url)
        case "Dial":
            return await _dial(state, leg, verb, url)
        case _:
            hear(leg, verb, url)
    return None


async def _dial(state: FakeState, leg: Leg, verb: Element, url: str) -> Document | None:
    outcome: dict[str, str] = {"DialCallStatus": "answered"}
    try:
        if (conference := verb.find("Conference")) is not None:
            await _meet(state, leg, verb, conference, url)
        else:
            await _connect(state, leg, verb, url, outcome)
    except asyncio.CancelledError:
        if action := verb.get("action"):
            state.in_background(_tell(state, leg, urljoin(url, action), outcome))
        raise
    action = verb.get("action")
    return await fetch(state, leg, urljoin(url, action), outcome) if action else None


async def _tell(state: FakeState, leg: Leg, url: str, outcome: dict[str, str]) -> None:
    """Who hangs up in a Dial, or is called away: its action is asked for all the same, and the answer is not used."""
    try:
        await fetch(state, leg, url, outcome)
    except ApplicationError as problem:
        state.problems.append(Problem(leg.sid, problem.code, problem.message))


async def _meet(state: FakeState, leg: Leg, verb: Element, conference: Element, url: str) -> None:
    place = place_in_conference(state, leg, verb, conference, url)
    enter(state, place)
    if (wait_url := conference.get("waitUrl")) and state.is_ours(urljoin(url, wait_url)):
        state.in_background(announce(state, leg, urljoin(url, wait_url)))
    await stay(state, place)


async def announce(state: FakeState, leg: Leg, url: str) -> None:
    """A whisper, or what is played to somebody who waits: only this telephone hears it."""
    try:
        document = await fetch(state, leg, url, {})
    except ApplicationError as problem:
        state.problems.append(Problem(leg.sid, problem.code, problem.message))
        return
    for verb in document.verbs:
        hear(leg, verb, url)


async def _connect(state: FakeState, leg: Leg, verb: Element, url: str, outcome: dict[str, str]) -> None:
    """Dial a number, and stay with it until one of the two is gone. `outcome` is filled with what came of it."""
    caller_id = verb.get("callerId", leg.sender)
    if caller_id not in {state.number, leg.sender, leg.to}:
        state.problems.append(Problem(leg.sid, NOT_OUR_CALLER_ID, "callerId is not a number of this account"))
        outcome["DialCallStatus"] = "failed"
        return
    noun = verb.find("Number")
    noun = Element("Number") if noun is None else noun
    to = (noun.text or verb.text or "").strip()
    child = new_leg(state, to, caller_id, "outbound-dial", to)
    child.parent, child.timeout = leg, number_of(verb, "timeout", DIAL_SECONDS)
    _report_as_wished(child, noun, url)
    bridge = Room("", "", clock.now())
    state.rooms.append(bridge)
    place = place_before(leg, bridge, verb)
    enter(state, place)
    begin(state, child, _bridged(state, child, bridge, noun.get("url") and urljoin(url, noun.get("url"))))
    try:
        await stay(state, place)
    finally:
        end(state, child)
        outcome |= _outcome(child)


def _report_as_wished(child: Leg, noun: Element, url: str) -> None:
    if callback := noun.get("statusCallback"):
        child.callback = urljoin(url, callback)
        child.events = frozenset(noun.get("statusCallbackEvent", EVENTS[-1]).split())


async def _bridged(state: FakeState, child: Leg, bridge: Room, whisper: str | None) -> None:
    try:
        await ring(state, child)
        if whisper:
            await perform(state, child, whisper, "")
        place = Place(child, bridge, ends=True)
        enter(state, place)
        await stay(state, place)
    finally:
        close(state, bridge, "")


def _outcome(child: Leg) -> dict[str, str]:
    bridged = child.status == "completed"
    told = {"DialCallSid": child.sid, "DialCallStatus": child.status, "DialBridged": str(bridged).lower()}
    return told | ({"DialCallDuration": str(child.seconds)} if bridged else {})

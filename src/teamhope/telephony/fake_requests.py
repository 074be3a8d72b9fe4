"""The fake provider's requests to us: signed as Twilio signs, for our public address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from aiohttp import ClientError, ClientSession, ClientTimeout
from twilio.request_validator import RequestValidator

from teamhope.telephony.fake_legs import API_VERSION, Leg
from teamhope.telephony.fake_state import FakeState, Problem

REPORT_LIMIT: Final = ClientTimeout(total=10)  # seconds
TWIML_LIMIT: Final = ClientTimeout(total=15)  # seconds, as Twilio's
PLAIN: Final[Mapping[str, Any]] = {"allow_redirects": False}  # it might lead to somebody else
NOT_FETCHED: Final = 11200  # Twilio's error codes, as the next
NOT_READABLE: Final = 12100
NOT_VALID: Final = 12200

# What this programme may say in TwiML. Twilio passes over the rest with a warning, and so do we.
KNOWN: Final = {
    "Response": "",
    "Say": "language voice loop",
    "Play": "loop digits",
    "Pause": "length",
    "Gather": "action method numDigits finishOnKey timeout input actionOnEmptyResult language",
    "Dial": "action method callerId timeout timeLimit hangupOnStar answerOnBridge ringTone",
    "Conference": "startConferenceOnEnter endConferenceOnExit muted beep waitUrl waitMethod maxParticipants"
    " participantLabel statusCallback statusCallbackEvent statusCallbackMethod",
    "Number": "url method statusCallback statusCallbackEvent statusCallbackMethod",
    "Redirect": "method",
    "Hangup": "",
    "Reject": "reason",
}


class ApplicationError(Exception):
    """Ours, not Twilio's: the caller hears that something went wrong, and the call ends."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Document:
    """TwiML, and where it came from: addresses in it may be relative."""

    url: str
    verbs: list[Element] = field(default_factory=list)


def signed(state: FakeState, url: str, form: Mapping[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(state.auth_token).compute_signature(url, form)}


async def post(session: ClientSession, state: FakeState, url: str, form: Mapping[str, str]) -> int | None:
    """The HTTP status that the report met; None if nobody answered."""
    try:
        async with session.post(state.delivered(url), data=form, headers=signed(state, url, form), **PLAIN) as answer:
            return answer.status
    except (ClientError, TimeoutError):
        return None


async def fetch(state: FakeState, leg: Leg, url: str, more: Mapping[str, str]) -> Document:
    """Ask us what comes next in this call. Raises ApplicationError."""
    if not state.is_ours(url):
        raise ApplicationError(NOT_FETCHED, "an address that is not ours")
    form = about(state, leg) | dict(more)
    try:
        async with (
            ClientSession(timeout=TWIML_LIMIT) as session,
            session.post(state.delivered(url), data=form, headers=signed(state, url, form), **PLAIN) as answer,
        ):
            words, status = await answer.text(), answer.status
    except (ClientError, TimeoutError) as problem:
        raise ApplicationError(NOT_FETCHED, "no answer") from problem
    if status != 200:
        raise ApplicationError(NOT_FETCHED, f"HTTP {status}")
    return read(state, leg, words, url)


def read(state: FakeState, leg: Leg, words: str, url: str = "") -> Document:
    """The verbs of a document, in order. Raises ApplicationError for one that cannot be read."""
    try:
        root = fromstring(words)  # noqa: S314 (this programme wrote it)
    except ParseError as problem:
        raise ApplicationError(NOT_READABLE, str(problem)) from problem
    if root.tag != "Response":
        raise ApplicationError(NOT_READABLE, f"the document is a {root.tag}")
    state.problems.extend(Problem(leg.sid, NOT_VALID, strange) for strange in _strange(root))
    return Document(url, list(root))


def about(state: FakeState, leg: Leg) -> dict[str, str]:
    """What Twilio tells about the call in each of its requests."""
    form = {
        "AccountSid": state.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": leg.sid,
        "CallStatus": leg.status,
        "Called": leg.to,
        "Caller": leg.sender,
        "Direction": leg.direction,
        "From": leg.sender,
        "To": leg.to,
    }
    return form | ({"ParentCallSid": leg.parent.sid} if leg.parent else {})


def number_of(verb: Element, name: str, usual: int) -> int:
    """A whole number among the attributes; the usual one for what is none."""
    given = verb.get(name, "")
    return int(given) if given.isdecimal() else usual


def _strange(root: Element) -> list[str]:
    spoken = {part for said in root.iter("Say") for part in said.iter() if part is not said}
    parts = [part for part in root.iter() if part not in spoken]
    unknown = [f"{part.tag} is no verb here" for part in parts if part.tag not in KNOWN]
    return unknown + [
        f"{part.tag} has no {name}"
        for part in parts
        for name in part.attrib
        if part.tag in KNOWN and name not in KNOWN[part.tag].split()
    ]

"""A programme that answers the provider's questions about calls as a test tells it to, and notes what it was told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar, Request, Response, post
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN
from twilio.rest import Client
from twilio.twiml.voice_response import Conference, Dial, VoiceResponse

from teamhope.telephony.client import connect
from teamhope.telephony.fake import create_fake, serve
from teamhope.telephony.fake_legs import EVENTS, Leg
from teamhope.telephony.fake_steering import Steered
from teamhope.telephony.signatures import is_signed

VOLUNTEER = "+12025550101"
FAMILY = "+12025550102"
ADVOCATE = "+12025550103"

VOICE = "/hooks/twilio/voice"
STATUS = "/hooks/twilio/voice-status"
ROOM = "/hooks/twilio/conference"

Form = dict[str, str]


def step(name: str) -> str:
    return f"{VOICE}?step={name}"


@dataclass
class Programme:
    """`answers` are TwiML, or an HTTP status, by step; "" is that of a call that comes in."""

    state: Steered
    client: Client
    provider: str
    answers: dict[str, VoiceResponse | str | int] = field(default_factory=dict)
    asked: list[tuple[str, Form]] = field(default_factory=list)
    reports: list[Form] = field(default_factory=list)
    meetings: list[Form] = field(default_factory=list)
    forged: int = 0

    def forget(self) -> None:
        self.state.reset()
        for known in (self.answers, self.asked, self.reports, self.meetings):
            known.clear()

    async def call(self, to: str, first: str, **more: Any) -> Leg:
        """A call that has gone as far as it goes by itself."""
        call = await self.client.calls.create_async(
            to=to,
            from_=NUMBER,
            url=PUBLIC + step(first),
            status_callback=PUBLIC + STATUS,
            status_callback_event=list(EVENTS),
            **more,
        )
        await self.state.quiet()
        return next(leg for leg in self.state.calls if leg.sid == call.sid)

    def hear(self, address: str, form: Form) -> VoiceResponse | str | int:
        path, _, name = address.partition("?step=")
        if path != VOICE:
            (self.reports if path == STATUS else self.meetings).append(form)
            return 204
        self.asked.append((name, form))
        return self.answers.get(name, VoiceResponse())

    def told(self, name: str) -> list[Form]:
        return [form for asked, form in self.asked if asked == name]

    def words(self, leg: Leg) -> list[str]:
        return [form["CallStatus"] for form in self.reports if form["CallSid"] == leg.sid]

    def heard(self, number: str) -> list[str]:
        return [heard.text for heard in self.state.heard_at(number)]

    def meet(self, **more: Any) -> VoiceResponse:
        """TwiML that leads into the one conference of these tests."""
        answer = VoiceResponse()
        dial = Dial(action=step("left"), hangup_on_star=True)
        events = {"status_callback": ROOM, "status_callback_event": "start end join leave mute hold"}
        dial.append(Conference("the-room", **events, **more))
        answer.append(dial)
        return answer


def said(*texts: str) -> VoiceResponse:
    answer = VoiceResponse()
    for text in texts:
        answer.say(text)
    return answer


def _hooks(heard: list[Programme]) -> Litestar:
    @post([VOICE, STATUS, ROOM], status_code=200)
    async def hear(request: Request[Any, Any, Any]) -> Response[str]:
        form = await request.form()
        address = f"{request.url.path}?{request.url.query}".removesuffix("?")
        if not is_signed(TOKEN, PUBLIC, address, form.multi_items(), request.headers.get("X-Twilio-Signature")):
            heard[0].forged += 1
            return Response("", status_code=403)
        answer = heard[0].hear(address, {name: str(value) for name, value in form.multi_items()})
        if isinstance(answer, int):
            return Response("", status_code=answer)
        return Response(str(answer), media_type="text/xml")

    return Litestar([hear], openapi_config=None, logging_config=None)


@asynccontextmanager
async def programme_with_telephone() -> AsyncIterator[Programme]:
    heard: list[Programme] = []
    async with serve(_hooks(heard)) as hooks:
        fake = create_fake(ACCOUNT, TOKEN, PUBLIC, deliver_to=hooks)
        async with serve(fake.app) as provider, connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC) as telephone:
            heard.append(Programme(fake.state, telephone.client, provider))
            yield heard[0]

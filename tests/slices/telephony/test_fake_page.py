"""The page on which a person plays the telephones of the fake provider."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.slices.telephony.programme import FAMILY, VOLUNTEER, Programme, said, step
from twilio.twiml.voice_response import Gather, VoiceResponse

from teamhope.telephony.fake_handsets import Handset


@pytest.fixture
async def browser(programme: Programme) -> AsyncIterator[httpx.AsyncClient]:
    programme.state.usual_handset = Handset(by_hand=True)
    menu = VoiceResponse()
    gather = Gather(action=step("meet"), num_digits=1)
    gather.say("Pulse 1 para conectarse.", language="es-US")
    menu.append(gather)
    programme.answers |= {"hello": menu, "meet": programme.meet(), "": said("Hello <b>you</b>.")}
    async with httpx.AsyncClient(base_url=programme.provider, follow_redirects=True) as client:
        yield client


async def test_a_call_is_played_by_hand(programme: Programme, browser: httpx.AsyncClient) -> None:
    leg = await programme.call(VOLUNTEER, "hello")
    rings = (await browser.get("/")).text
    assert "Answer" in rings
    assert "Let it ring" in rings
    asks = (await browser.post(f"/calls/{leg.sid}/lift", data={"lift": "answer"})).text
    assert '<li lang="es-US">Pulse 1 para conectarse.</li>' in asks
    talks = (await browser.post(f"/calls/{leg.sid}/press", data={"keys": "1"})).text
    assert "is in a conversation" in talks
    over = (await browser.post(f"/calls/{leg.sid}/hang-up")).text
    assert "Hang up" not in over
    assert leg.status == "completed"


@pytest.mark.parametrize(("lift", "status"), [("no_answer", "no-answer"), ("refuse", "busy")])
async def test_not_answered(programme: Programme, browser: httpx.AsyncClient, lift: str, status: str) -> None:
    leg = await programme.call(VOLUNTEER, "hello")
    await browser.post(f"/calls/{leg.sid}/lift", data={"lift": lift})
    assert leg.status == status


async def test_somebody_calls_the_programme(programme: Programme, browser: httpx.AsyncClient) -> None:
    shown = (await browser.post("/rings", data={"number": FAMILY})).text
    assert "Hello &lt;b&gt;you&lt;/b&gt;." in shown
    assert programme.state.calls_to(FAMILY)[0].status == "completed"


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/rings", {"number": "12"}, 400),
        ("/calls/CA0/hang-up", {}, 404),
        ("/calls/{sid}/press", {"keys": "hang_up"}, 400),
        ("/calls/{sid}/lift", {"lift": "sing"}, 400),
    ],
)
async def test_what_it_does_not_take(
    programme: Programme, browser: httpx.AsyncClient, path: str, form: dict[str, str], status: int
) -> None:
    leg = await programme.call(VOLUNTEER, "hello")
    assert (await browser.post(path.format(sid=leg.sid), data=form)).status_code == status
    assert leg.status == "ringing"

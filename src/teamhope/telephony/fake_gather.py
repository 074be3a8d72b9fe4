"""What is heard at a telephone of the fake provider, and the keys that are pressed there."""

import asyncio
from typing import Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from teamhope.telephony.fake_handsets import HANG_UP
from teamhope.telephony.fake_legs import USUAL_LANGUAGE, Heard, Leg
from teamhope.telephony.fake_meetings import end
from teamhope.telephony.fake_requests import Document, fetch, number_of
from teamhope.telephony.fake_state import FakeState

PRESS: Final = "press"
TIMEOUT_SECONDS: Final = 5  # of a Gather that names none
PAUSE_SECONDS: Final = 1  # of a Pause that names none


def hear(leg: Leg, verb: Element, url: str) -> None:
    """Say, Play or Pause: the first two are kept, the last lets time pass, and nobody waits for any of them."""
    match verb.tag:
        case "Say":
            words = " ".join("".join(verb.itertext()).split())
            leg.heard.append(Heard(words, verb.get("language", USUAL_LANGUAGE)))
        case "Play":
            leg.heard.append(Heard(urljoin(url, (verb.text or "").strip())))
        case "Pause":
            leg.seconds += number_of(verb, "length", PAUSE_SECONDS)


async def gather(state: FakeState, leg: Leg, verb: Element, url: str) -> Document | None:
    """None if nothing was pressed: then the next verb has its turn."""
    for nested in verb:
        hear(leg, nested, url)
    pressed = await _pressed(state, leg)
    if pressed == HANG_UP:
        end(state, leg)
        await asyncio.sleep(0)  # the end of the call is the end of this task
    digits, finished_by = _taken(pressed, number_of(verb, "numDigits", 0), verb.get("finishOnKey", "#"))
    if not finished_by and len(digits) != number_of(verb, "numDigits", -1):
        leg.seconds += number_of(verb, "timeout", TIMEOUT_SECONDS)
    if not digits and verb.get("actionOnEmptyResult") != "true":
        return None
    sent = {"Digits": digits, "msg": "Gather End", "FinishedOnKey": finished_by}
    return await fetch(state, leg, urljoin(url, verb.get("action", "")), sent)


async def _pressed(state: FakeState, leg: Leg) -> str:
    if leg.handset.by_hand:
        leg.asks = PRESS
        told = await leg.listen(state.patience_seconds)
        leg.asks = ""
        if told is not None:
            return told
    return leg.keys.popleft() if leg.keys else ""


def _taken(pressed: str, most: int, finish: str) -> tuple[str, str]:
    """The digits as far as they count, and the key that finished them. `most` is 0 for any number of them."""
    for place, key in enumerate(pressed):
        if key in finish:
            return pressed[:place], key
        if place + 1 == most:
            return pressed[:most], ""
    return pressed, ""

"""How the telephones of a fake that runs as another process are steered, and what was said at them."""

from typing import Final

from litestar import Router, get, post, put
from litestar.params import JSONBody
from msgspec import Struct

from teamhope.telephony.fake_control import Number
from teamhope.telephony.fake_handsets import Handset, Lift
from teamhope.telephony.fake_legs import Heard, Leg
from teamhope.telephony.fake_steering import Hands


class Placed(Struct, frozen=True):
    """A telephone and what it does."""

    number: str
    handset: Handset


class Ring(Struct, frozen=True):
    """Somebody calls us; `callback` is what the number's owner set for the end of its calls."""

    number: str
    callback: str = ""


class Pressed(Struct, frozen=True):
    number: str
    keys: str


class Lifted(Struct, frozen=True):
    number: str
    lift: Lift


@put("/handsets", status_code=204)
async def place_handset(data: JSONBody[Placed], fake: Hands) -> None:
    fake.handsets[data.number] = data.handset


@post("/rings")
async def ring(data: JSONBody[Ring], fake: Hands) -> dict[str, str]:
    return {"sid": fake.ring_us(data.number, data.callback).sid}


@post("/lifts", status_code=204)
async def lift(data: JSONBody[Lifted], fake: Hands) -> None:
    for leg in fake.legs_of(data.number):
        fake.lift(leg, data.lift)


@post("/keys", status_code=204)
async def press(data: JSONBody[Pressed], fake: Hands) -> None:
    for leg in fake.legs_of(data.number):
        fake.press(leg, data.keys)


@post("/hang-ups", status_code=204)
async def hang_up(data: JSONBody[Number], fake: Hands) -> None:
    fake.hang_up(data.number)


@get("/calls")
async def calls(fake: Hands) -> list[dict[str, object]]:
    """As Twilio's resource, with what was heard; in the order in which they came."""
    return [shown(leg, fake.account_sid) for leg in fake.calls]


def shown(leg: Leg, account_sid: str) -> dict[str, object]:
    heard: list[Heard] = leg.heard
    return leg.as_json(account_sid) | {"heard": heard}


@get("/call-counts")
async def call_counts(fake: Hands) -> dict[str, dict[str, int]]:
    """By number: requests to dial it, and calls to or from it that were taken."""
    taken: dict[str, int] = {}
    for leg in fake.calls:
        taken[leg.number] = taken.get(leg.number, 0) + 1
    return {"requests": dict(fake.dialled), "taken": taken}


CONTROL_OF_CALLS: Final = Router(
    "/control", route_handlers=[place_handset, ring, lift, press, hang_up, calls, call_counts]
)

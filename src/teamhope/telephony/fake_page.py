"""The fake provider's page for whoever shows the programme: every telephone that rings, every call, every text."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

from jinja2 import Environment, FileSystemLoader
from litestar import MediaType, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from msgspec import Meta, Struct

from teamhope.telephony.fake_answers import Refusal, answer_refusal
from teamhope.telephony.fake_calls import leg_named
from teamhope.telephony.fake_handsets import Lift
from teamhope.telephony.fake_meetings import end
from teamhope.telephony.fake_steering import Hands

SETTLES_WITHIN_SECONDS: Final = 0.4  # what a person has done is seen on the page that comes back
PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
DOES: Final = {"lift": "rings", "press": "waits for keys", "talk": "is in a conversation"}


class Pressed(Struct, frozen=True):
    keys: Annotated[str, Meta(pattern=r"^[0-9*#]{1,32}$")]


class Lifted(Struct, frozen=True):
    lift: Lift


class Caller(Struct, frozen=True):
    number: Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{7,14}$")]


@get("/", media_type=MediaType.HTML)
async def page(fake: Hands) -> str:
    live = [leg for leg in fake.calls if not leg.is_over]
    shown = {"live": live, "calls": fake.calls[::-1], "texts": fake.texts[::-1], "problems": fake.problems[::-1]}
    return PAGES.get_template("fake_page.html").render(shown, does=DOES, number=fake.number)


@post("/calls/{sid:str}/lift")
async def lift(sid: FromPath[str], data: URLEncodedBody[Lifted], fake: Hands) -> Redirect:
    fake.lift(leg_named(fake, sid), data.lift)
    return await _back()


@post("/calls/{sid:str}/press")
async def press(sid: FromPath[str], data: URLEncodedBody[Pressed], fake: Hands) -> Redirect:
    fake.press(leg_named(fake, sid), data.keys)
    return await _back()


@post("/calls/{sid:str}/hang-up")
async def hang_up(sid: FromPath[str], fake: Hands) -> Redirect:
    end(fake, leg_named(fake, sid))
    return await _back()


@post("/rings")
async def ring(data: URLEncodedBody[Caller], fake: Hands) -> Redirect:
    fake.ring_us(data.number)
    return await _back()


async def _back() -> Redirect:
    await asyncio.sleep(SETTLES_WITHIN_SECONDS)
    return Redirect("/", status_code=303)


PAGE: Final = Router(
    "/", route_handlers=[page, lift, press, hang_up, ring], exception_handlers={Refusal: answer_refusal}
)

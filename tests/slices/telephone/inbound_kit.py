"""The programme and the fake provider in this process: telephones call us, and the worker's passes are made by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tests import world
from tests.app_kit import Application
from tests.slices.telephone.kit import NOW, SETTINGS, rows
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.calls import jobs
from teamhope.families import service_pins as family_pins
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import create_fake, serve
from teamhope.telephony.fake_legs import Leg
from teamhope.telephony.fake_steering import Steered
from teamhope.volunteers import service_pins as own_pins

STRANGER = "+12025550999"
STATUS = f"{PUBLIC}/hooks/twilio/voice-status"
ROUNDS = 6  # of passes: more than any story here needs
GREETING = [
    "If you have a number for us, enter it and press the pound key.",
    "To speak with someone, press 0.",
    "Si tiene un número para nosotros, márquelo y oprima la tecla numeral.",
    "Para hablar con alguien, oprima 0.",
]
DID_NOT_WORK = ["That number did not work.", *GREETING[:2], "Ese número no funcionó.", *GREETING[2:]]


@dataclass
class Line:
    """`now` is the programme's clock."""

    state: Steered
    telephone: Telephone
    now: datetime = NOW

    async def rings_us(self, from_: str, *keys: str, **handset: Any) -> Leg:
        """Somebody calls, presses the keys one question after another, and stays until she is let go."""
        self.state.handset(from_, keys=keys, **handset)
        leg = self.state.ring_us(from_, STATUS)
        await self.settle()
        return leg

    async def settle(self) -> None:
        """Until nothing moves any more."""
        for _ in range(ROUNDS):
            await self.state.quiet()
            await jobs.dial_due(self.telephone, self.now, "tests")
            await self.state.quiet()
            await jobs.tend_calls(self.telephone, self.now)
        await self.state.quiet()

    def heard(self, number: str) -> list[str]:
        return [heard.text for heard in self.state.heard_at(number)]

    def rung(self, number: str) -> int:
        return self.state.dialled[number]


@asynccontextmanager
async def line() -> AsyncIterator[Line]:
    app = Application(SETTINGS)
    async with serve(app.serve) as hooks:
        fake = create_fake(ACCOUNT, TOKEN, PUBLIC, deliver_to=hooks)
        async with serve(fake.app) as provider, connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC) as telephone:
            it = Line(fake.state, telephone)
            app.now = lambda: it.now
            yield it
            assert fake.state.problems == []


async def pin_of(who: world.AVolunteer) -> str:
    return f"{await own_pins.make_pin(who.actor, NOW)}#"


async def pin_of_family(request: world.ARequest) -> str:
    return f"{await family_pins.make_pin((await world.staff()).actor, request.contact_id, NOW)}#"


async def calls_of_match(match_id: UUID) -> list[Any]:
    return await rows("select * from call where match = $1 order by logged_at", match_id)


async def phone_calls(**where: object) -> list[Any]:
    ((column, value),) = where.items()
    return await rows(f"select * from phone_call where {column} = $1 order by created_at", value)


async def tasks_of(family_id: UUID) -> list[str]:
    found = await rows("select detail from task where family = $1 and status = 'open' order by opened_at", family_id)
    return [row["detail"] for row in found]

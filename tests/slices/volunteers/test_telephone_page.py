"""A volunteer's own telephone page: who may open it, what it asks before it shows a PIN, and that it shows it once."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import NOW

from teamhope.accounts.queries_pins import Holder
from teamhope.accounts.service_pins import holder_of
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")

PIN = re.compile(r'<code class="th-secret">(\d{4}) (\d{4})</code>')
NUMBER = "+12025550199"


class Clock:
    now: datetime = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(replace(Settings(), twilio_number=NUMBER), now=lambda: clock.now) as client:
        yield client


def pin_on(page: httpx.Response) -> str | None:
    found = PIN.search(page.text)
    return "".join(found.groups()) if found else None


async def test_it_is_for_volunteers(client: httpx.AsyncClient) -> None:
    assert (await client.get("/me/telephone")).headers["location"].startswith("/login")
    await sign_in(client, await world.staff())
    assert (await client.get("/me/telephone")).status_code == 403
    assert (await submit(client, "/me/telephone/pin", page="/help")).status_code == 403
    assert "/me/telephone" not in (await client.get("/me")).text


async def test_a_session_left_open_is_not_enough(client: httpx.AsyncClient, clock: Clock) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD, now=NOW))
    clock.now = NOW + timedelta(minutes=11)
    asked = await client.get("/me/telephone/pin")
    assert asked.headers["location"] == "/me/confirm?next=/me/telephone/pin"
    forced = await submit(client, "/me/telephone/pin", page="/me/telephone")
    assert (forced.status_code, pin_on(forced)) == (303, None)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD])
async def test_she_makes_it_reads_it_once_replaces_and_stops_it(client: httpx.AsyncClient, role: Role) -> None:
    her = await world.volunteer(password=PASSWORD, role=role, now=NOW)
    await sign_in(client, her)
    assert 'href="/me/telephone"' in (await client.get("/me")).text
    assert "stops working" not in (await client.get("/me/telephone/pin")).text
    first = pin_on(await submit(client, "/me/telephone/pin"))
    assert "stops working" in (await client.get("/me/telephone/pin")).text
    second = pin_on(await submit(client, "/me/telephone/pin"))
    assert first
    assert second
    page = await client.get("/me/telephone")
    assert f"Call {NUMBER}." in page.text
    assert "It cannot be shown again." in page.text
    assert not [pin for pin in (first, second) if pin in page.text.replace(" ", "")]
    assert [await holder_of(pin, her.phone, NOW) for pin in (first, second)] == [None, Holder(volunteer_id=her.id)]
    ended = await submit(client, "/me/telephone/pin/end", page="/me/telephone")
    assert ended.headers["location"] == "/me/telephone?done=pin_ended"
    assert "You have one since" not in (await client.get("/me/telephone")).text


async def test_it_is_explained_in_spanish(client: httpx.AsyncClient) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD, language="es", now=NOW))
    assert "Marque su PIN y oprima la tecla #." in (await client.get("/me/telephone")).text

"""What a volunteer's pages show of matches that are over, and what a coordinator of a team enters."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.families.entries import entry

from teamhope.families import service as families
from teamhope.families.forms import NewRequest
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


async def test_strangers_read_nothing_of_what_is_over(client: httpx.AsyncClient) -> None:
    match = await world.match(await world.family_request(), await world.volunteer(), "closed", now=NOW)
    call = await world.call(match)
    await sign_in(client, await world.volunteer(password=PASSWORD))
    assert match.request.family_no not in (await client.get("/families")).text
    assert match.request.family_no not in (await client.get("/calls")).text
    for path in (
        f"/calls/{call}",
        f"/calls/{call}/saved",
        f"/matches/{match.id}",
        f"/families/{match.request.family_id}",
    ):
        assert (await client.get(path)).status_code == 404


async def test_for_90_days_her_pages_name_the_reference_and_when_it_ended(client: httpx.AsyncClient) -> None:
    vera = await world.volunteer(password=PASSWORD)
    match = await world.match(await world.family_request(), vera, "closed", now=NOW)
    call = await world.call(match, note="She slept well.")
    await sign_in(client, vera)
    ended = f"{match.request.family_no} · ended"
    for path in ("/families", "/calls", f"/calls/{call}"):
        shown = (await client.get(path)).text
        assert ended in shown, path
        assert match.request.first_name not in shown
        assert "She slept well." not in shown
    assert "Correct this call" not in (await client.get(f"/calls/{call}")).text
    assert (await client.get(f"/calls/{call}/correct")).status_code == 404
    assert "This is over." in (await client.get(f"/matches/{match.id}")).text


async def test_then_only_her_minutes_are_left(client: httpx.AsyncClient) -> None:
    vera = await world.volunteer(password=PASSWORD)
    match = await world.match(await world.family_request(), vera, "closed", now=NOW - timedelta(days=91))
    call = await world.call(match, now=NOW - timedelta(days=92))
    await sign_in(client, vera)
    month = f"{NOW - timedelta(days=92):%Y-%m}"
    shown = (await client.get(f"/calls?month={month}")).text
    assert "A family from before" in shown
    assert ">10</td>" in shown
    assert match.request.family_no not in shown
    assert str(call) not in shown
    assert match.request.family_no not in (await client.get("/families")).text
    for path in (f"/calls/{call}", f"/matches/{match.id}"):
        assert (await client.get(path)).status_code == 404


async def test_what_a_coordinator_of_a_team_enters_is_the_teams(db: Addresses) -> None:
    team = await world.team("Spanish")
    scoped = Actor(Role.COORDINATOR, (await world.staff()).id, None, team)
    entered = await families.enter_request(scoped, msgspec.convert(entry(), NewRequest), NOW)
    async with acting_as(TESTS):
        of = await connection().fetchval(
            "select f.team from family f join support_request r on r.family = f.id where r.id = $1", entered.request_id
        )
    assert of == team


async def test_a_volunteer_whom_she_adds_is_of_her_team(client: httpx.AsyncClient) -> None:
    team, cora = await world.team("Spanish"), await world.staff()
    async with acting_as(TESTS):
        await connection().execute("update person set team = $2 where id = $1", cora.id, team)
    await sign_in(client, cora)
    page = (await client.get("/volunteers/new")).text
    answers = {"name": "Rosa", "email": f"{uuid4()}@example.org", "timezone": "America/Chicago", "language": "en",
               "language_1": "en", "level_1": "native", "case_type": "ERU", "relation": "mother",
               "child_age_band": "13-15", "phone": "(303) 555-0142"}  # fmt: skip
    sent = {name: value for name, value in answers.items() if f'name="{name}"' in page}
    added = await submit(client, "/volunteers/new", **sent)
    assert added.status_code in {200, 303}, added.text
    async with acting_as(TESTS):
        roles = await connection().fetch(
            "select p.role from volunteer v join person p on p.id = v.person where p.team = $1", team
        )
    assert [row["role"] for row in roles] == ["volunteer"]

"""The page of a family's PINs: for its coordinators alone, and each PIN is shown once."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import NOW, rows

from teamhope.accounts.queries_pins import Holder
from teamhope.accounts.service_pins import holder_of
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")

PIN = re.compile(r'<code class="th-secret">(\d{4}) (\d{4})</code>')


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


def address(of: world.ARequest) -> str:
    return f"/families/{of.family_id}/reach/pins"


async def test_it_is_for_coordinators(client: httpx.AsyncClient) -> None:
    request, her = await world.family_request(now=NOW), await world.volunteer(password=PASSWORD, now=NOW)
    await world.match(request, her, "active", now=NOW)
    assert (await client.get(address(request))).headers["location"].startswith("/login")
    for someone in (her, await world.staff(Role.ADVOCATE), await world.staff(Role.ADMIN)):
        client.cookies.clear()
        await sign_in(client, someone)
        assert (await client.get(address(request))).status_code == 403
        assert (await submit(client, f"{address(request)}/{request.contact_id}", page="/help")).status_code == 403


async def test_a_team_sees_its_own_families_alone_and_no_contact_of_another(client: httpx.AsyncClient) -> None:
    mine, other = await world.family_request(now=NOW), await world.family_request(now=NOW)
    scoped = await world.staff()
    await rows("update person set team = $1 where id = $2 returning id", await world.team("South"), scoped.id)
    await sign_in(client, scoped)
    assert (await client.get(address(mine))).status_code == 404
    client.cookies.clear()
    await sign_in(client, await world.staff())
    crossed = await submit(client, f"{address(mine)}/{other.contact_id}", page=address(mine))
    assert crossed.status_code == 404


async def test_it_is_told_once_replaced_and_stopped(client: httpx.AsyncClient) -> None:
    request = await world.family_request(now=NOW)
    await sign_in(client, await world.staff())
    assert f'href="{address(request)}"' in (await client.get(f"/families/{request.family_id}/reach")).text
    assert "There is none." in (await client.get(address(request))).text
    told = []
    for _ in range(2):
        page = await submit(client, f"{address(request)}/{request.contact_id}", page=address(request))
        found = PIN.search(page.text)
        assert found
        told.append("".join(found.groups()))
    assert PIN.search((await client.get(address(request))).text) is None
    assert [await holder_of(pin, "", NOW) for pin in told] == [None, Holder(contact_id=request.contact_id)]
    ended = await submit(client, f"{address(request)}/{request.contact_id}/end", page=address(request))
    assert ended.headers["location"] == f"{address(request)}?done=pin_ended"
    assert await holder_of(told[1], "", NOW) is None

"""Who may put a family on hold through the web."""

import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import HOUR, NOW, follow_up_row

from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


async def a_call() -> world.AFollowUp:
    request = await world.family_request(status="matched", now=NOW)
    who = await world.volunteer(password=PASSWORD, now=NOW)
    return await world.follow_up(await world.match(request, who, now=NOW), NOW + HOUR, now=NOW)


async def test_neither_strangers_nor_volunteers_hold_a_family() -> None:
    it = await a_call()
    path = f"/families/{it.match.request.family_id}/hold"
    async with browser(now=lambda: NOW) as client:
        assert (await submit(client, path, page="/login")).status_code == 303
        await sign_in(client, it.match.volunteer)
        assert (await submit(client, path, page="/schedule")).status_code == 403
    assert (await follow_up_row(it.id))["status"] == "planned"


async def test_a_coordinator_holds_a_family_and_lets_it_go_on() -> None:
    it = await a_call()
    family = f"/families/{it.match.request.family_id}"
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff(Role.COORDINATOR))
        held = await submit(client, f"{family}/hold", page="/schedule")
        assert held.headers["location"] == f"{family}?done=family_held"
        assert (await follow_up_row(it.id))["status"] == "suspended"
        await submit(client, f"{family}/release", page="/schedule")
    assert (await follow_up_row(it.id))["status"] == "planned"

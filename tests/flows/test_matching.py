"""The whole way from a family's request to the first planned call: a no, a silence, and then a yes."""

from datetime import datetime, timedelta

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.world import ARequest, AVolunteer

from teamhope.accounts import service as accounts
from teamhope.kit import clock
from teamhope.matching import jobs
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
START = clock.now()


async def test_from_a_request_to_the_first_call() -> None:
    coordinator = await world.staff()
    request = await world.family_request(owner=coordinator.id, now=START)
    busy, silent, willing = [
        await world.volunteer(password=PASSWORD, lived={"relation": relation}, now=START)
        for relation in ("mother", "father", "sibling")
    ]
    async with browser() as desk:
        await sign_in(desk, coordinator)
        first = await ask_first(desk, request, busy)
        await answer(busy, first, "decline")
        second = await ask(desk, request, silent)
        assert await jobs.expire_offers(clock.now() + timedelta(hours=25)) == 1
        assert "No answer in time" in (await desk.get(second)).text
        third = await ask(desk, request, willing)
        await answer(willing, third, "accept")
        assert "Tell the family" in (await desk.get("/tasks")).text
        for step in ("family-said-yes", "introduce"):
            assert (await submit(desk, f"{third}/{step}", page=third)).status_code == 303
        assert "Introduced" in (await desk.get(third)).text
    due = await follow_ups_due(START + timedelta(days=14))
    assert [each["match_id"] for each in due] == [third.removeprefix("/matches/")]


async def ask_first(desk: httpx.AsyncClient, request: ARequest, who: AVolunteer) -> str:
    """The closest needs no reason. The address of the match."""
    done = await submit(desk, f"/requests/{request.id}/match/{who.id}", ask="ask_volunteer")
    return done.headers["location"].partition("?")[0]


async def ask(desk: httpx.AsyncClient, request: ARequest, who: AVolunteer) -> str:
    done = await submit(
        desk, f"/requests/{request.id}/match/{who.id}", ask="ask_volunteer", override_reason="The first could not."
    )
    assert done.status_code == 303, done.text
    return done.headers["location"].partition("?")[0]


async def answer(who: AVolunteer, match: str, word: str) -> None:
    async with browser() as phone:
        await sign_in(phone, who)
        assert match in (await phone.get("/matches")).text
        assert (await submit(phone, f"{match}/{word}", page=match)).status_code == 303


async def follow_ups_due(before: datetime) -> list[dict[str, str]]:
    secret = await accounts.create_token(TESTS, "flow", Role.COORDINATOR, clock.now())
    async with browser() as client:
        client.headers["authorization"] = f"Bearer {secret}"
        found = await client.get("/api/v1/follow-ups", params={"due_before": before.isoformat()})
    assert found.status_code == 200, found.text
    items: list[dict[str, str]] = found.json()["items"]
    return items

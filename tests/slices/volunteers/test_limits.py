"""What a volunteer does not take: outsiders first, then she herself and whoever looks after her."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service

pytestmark = pytest.mark.usefixtures("db")
CHRISTMAS = {"first_month_1": "12", "first_day_1": "20", "last_month_1": "1", "last_day_1": "5"}
OLD = {"case_type": ["GONE"], "weather": ["rain"], "dates": ["soon"]}


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


async def stored(volunteer_id: UUID) -> dict[str, list[str]]:
    async with acting_as(TESTS):
        found = await connection().fetchval("select off_limits from volunteer where id = $1", volunteer_id)
    limits: dict[str, list[str]] = json.loads(found)
    return limits


async def in_team(team: UUID) -> Actor:
    return Actor(Role.COORDINATOR, (await world.staff()).id, team_id=team)


async def test_strangers_another_volunteer_and_leadership_change_nothing(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(off_limits=world.as_json({"state": ["CO"]}))
    path = f"/volunteers/{her.id}/limits"
    for page in (path, "/me/limits"):
        assert (await client.get(page)).status_code == 303
    for who in (await world.volunteer(password=PASSWORD), await world.staff(Role.LEADERSHIP)):
        await sign_in(client, who)
        assert (await client.get(path)).status_code == 403
        assert (await submit(client, path, page="/me")).status_code == 403
    assert (await client.get("/me/limits")).status_code == 403
    assert await stored(her.id) == {"state": ["CO"]}


async def test_a_team_lead_changes_her_own_and_not_those_of_her_team(client: httpx.AsyncClient) -> None:
    team = await world.team()
    lead = await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=team)
    near = await world.volunteer(team=team)
    await sign_in(client, lead)
    assert (await submit(client, "/me/limits", state="WY")).status_code == 303
    assert await stored(lead.id) == {"state": ["WY"]}
    assert (await submit(client, f"/volunteers/{near.id}/limits", page="/me")).status_code == 403
    with pytest.raises(NotFound):
        await service.set_limits(lead.actor, near.id, frozenset({("state", "WY")}), clock.now())


async def test_a_coordinator_of_another_team_does_not_change_her_even_where_she_sees_her() -> None:
    east, west = await world.team("East"), await world.team("West")
    her, unseen = await world.volunteer(team=west), await world.volunteer(team=west)
    await world.match(await world.family_request(family={"team": east}), her, "active")
    coordinator = await in_team(east)
    assert (await service.load_profile(coordinator, her.id)).id == her.id
    for each in (her, unseen):
        with pytest.raises(NotFound):
            await service.set_limits(coordinator, each.id, frozenset({("state", "WY")}), clock.now())
        assert await stored(each.id) == {}
    await service.set_limits(await in_team(west), her.id, frozenset({("state", "WY")}), clock.now())
    assert await stored(her.id) == {"state": ["WY"]}


async def test_she_says_what_she_does_not_take_and_takes_it_back(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(password=PASSWORD)
    await sign_in(client, her)
    assert 'href="/me/limits"' in (await client.get("/me/times")).text
    boxes: dict[str, Any] = {"case_type": ["CSE", "FA"], "subtype": "csam", "trajectory": "deceased", "state": "WY"}
    done = await submit(client, "/me/limits", **boxes, **CHRISTMAS)
    assert done.headers["location"] == "/me/limits?done=saved"
    assert await stored(her.id) == {
        "case_type": ["CSE", "FA"],
        "dates": ["12-20/01-05"],
        "state": ["WY"],
        "subtype": ["csam"],
        "trajectory": ["deceased"],
    }
    assert (await client.get("/me/limits")).text.count(" checked") == 5
    assert (await submit(client, "/me/limits")).status_code == 303
    assert await stored(her.id) == {}


async def test_a_coordinator_says_it_for_her_and_the_page_tells_it_in_words(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    await sign_in(client, await world.staff())
    path = f"/volunteers/{her.id}"
    done = await submit(client, f"{path}/limits", case_type="CSE", state="WY", **CHRISTMAS)
    assert done.headers["location"] == f"{path}?done=saved"
    page = (await client.get(path)).text
    assert f'href="{path}/limits"' in page
    for words in ("Child sexual exploitation", "Families from WY", "December 20 to January 5 of the next year"):
        assert words in page
    assert (await client.get(f"/volunteers/{uuid4()}/limits")).status_code == 404


async def test_it_is_noted_who_said_it() -> None:
    her = await world.volunteer()
    await service.set_limits(her.actor, her.id, frozenset({("state", "WY")}), clock.now())
    query = "select actor_person from audit_event where act = 'set_limits' and subject = $1"
    async with acting_as(TESTS):
        assert await connection().fetchval(query, her.id) == her.person_id


async def test_what_no_form_offers_any_more_stays_and_is_told(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(password=PASSWORD, off_limits=world.as_json(OLD | {"state": ["CO"]}))
    await sign_in(client, her)
    page = (await client.get("/me/limits")).text
    assert "GONE, soon, rain" in page
    assert (await submit(client, "/me/limits", state="WY")).status_code == 303
    assert await stored(her.id) == OLD | {"state": ["WY"]}


async def test_a_fifth_span_stays(client: httpx.AsyncClient) -> None:
    spans = [f"{month:02}-01/{month:02}-05" for month in range(1, 6)]
    her = await world.volunteer(password=PASSWORD, off_limits=world.as_json({"dates": spans}))
    await sign_in(client, her)
    assert (await submit(client, "/me/limits", **CHRISTMAS)).status_code == 303
    assert await stored(her.id) == {"dates": [spans[4], "12-20/01-05"]}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"case_type": "XX"}, "case_type", "in the list"),
        ({"state": "ZZ"}, "state", "in the list"),
        ({"first_month_1": "4", "first_day_1": "31"}, "first_day_1", "There is no day 31 in April."),
        ({"last_day_1": ""}, "last_day_1", "leave all four empty"),
        ({"first_day_1": "thirty"}, "first_day_1", "in digits"),
        ({"last_day_1": "32"}, "last_day_1", "There is no day 32 in January."),
        ({"first_month_3": "2"}, "first_day_3", "leave all four empty"),
        ({"why": "because"}, "why", "no such question"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, changes: dict[str, str], field: str, words: str
) -> None:
    her = await world.volunteer(password=PASSWORD, off_limits=world.as_json({"state": ["CO"]}))
    await sign_in(client, her)
    refused = await submit(client, "/me/limits", **({"trajectory": "deceased"} | CHRISTMAS | changes))
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert words in refused.text
    assert 'value="deceased" checked' in refused.text
    assert f'value="{changes.get("last_day_1", CHRISTMAS["last_day_1"])}"' in refused.text
    assert await stored(her.id) == {"state": ["CO"]}


async def test_an_impossible_day_is_refused_in_spanish(client: httpx.AsyncClient) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD, language="es"))
    refused = await submit(client, "/me/limits", **(CHRISTMAS | {"last_month_1": "2", "last_day_1": "30"}))
    assert "No hay día 30 en febrero." in refused.text
    assert (await submit(client, "/me/limits", **(CHRISTMAS | {"last_month_1": "2", "last_day_1": "29"}))).is_redirect


async def test_no_code_of_nowhere_is_stored() -> None:
    her = await world.volunteer()
    with pytest.raises(Invalid):
        await service.set_limits(her.actor, her.id, frozenset({("weather", "rain")}), clock.now())

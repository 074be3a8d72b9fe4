"""What a family could do without, on the page of everyone: tried for one proposal, recorded when somebody is asked."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in, submit
from tests.world import ARequest

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.matching import service_everyone, service_states
from teamhope.matching.rules import MatchRefused
from teamhope.tables.families import SupportRequest
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db", "nobody_else")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
HERE = "/matches/everyone"
AGREED = "The mother agreed on Monday"
BACK = "recovered_reuniting"


@pytest.fixture
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff())
        yield client


async def strict(*wishes: tuple[str, str]) -> ARequest:
    preferences = [{"attribute": name, "value": value, "strength": "required"} for name, value in wishes]
    return await world.family_request(trajectory=BACK, preferences=world.as_json(preferences))


async def row_of(match_id: Any) -> dict[str, Any]:
    async with acting_as(TESTS):
        row: dict[str, Any] = (await Match.select().where(Match.id == match_id).first()) or {}
    return row


async def recorded(match_id: Any) -> list[str]:
    acts = "select reason from audit_event where act = 'loosened_wish' and subject = $1 order by reason"
    async with acting_as(TESTS):
        return [row["reason"] for row in await connection().fetch(acts, match_id)]


async def test_a_family_without_anybody_is_shown_what_it_could_do_without(client: httpx.AsyncClient) -> None:
    request = await strict(("volunteer_gender", "woman"))
    await world.volunteer(gender="man")
    await world.volunteer(gender="woman", lived={"case_type": "FAM"})
    shown = (await client.get(HERE)).text
    assert "Not of the gender that the family requires: one volunteer would fit" in shown
    assert f'value="loosen:{request.id}.gender"' in shown


async def test_hours_are_named_and_cannot_be_loosened_here(client: httpx.AsyncClient) -> None:
    request = await world.family_request(trajectory=BACK)
    await world.volunteer(availability=())
    shown = (await client.get(HERE)).text
    assert "At other hours: one volunteer would fit" in shown
    assert "loosen:" not in shown
    assert (await client.get(f"{HERE}?without={request.id}.hours")).status_code == 422


async def test_it_is_tried_taken_back_and_asked(client: httpx.AsyncClient) -> None:
    request, man = await strict(("volunteer_gender", "woman")), await world.volunteer(gender="man")
    wish, pair = f"{request.id}.gender", f"{request.id}.{man.id}"
    tried = await submit(client, HERE, move=f"loosen:{wish}")
    address = tried.headers["location"]
    assert address == f"{HERE}?without={wish}"
    shown = (await client.get(address)).text
    assert f'name="chosen" value="{pair}"' in shown
    assert f'value="restore:{wish}"' in shown
    back = await submit(client, HERE, page=address, without=wish, move=f"restore:{wish}")
    assert back.headers["location"] == HERE
    assert "0 volunteers were asked" in (await submit(client, HERE, chosen=[pair], move="ask")).text
    silent = await submit(client, HERE, page=address, without=wish, chosen=[pair], move="ask")
    assert (silent.status_code, "#field-reason" in silent.text) == (422, True)
    asked = await submit(client, HERE, page=address, without=wish, chosen=[pair], move="ask", reason=AGREED)
    assert "1 volunteer was asked" in asked.text
    async with acting_as(TESTS):
        match = (await Match.select(Match.id).where(Match.request == request.id).first()) or {}
        kept = (await SupportRequest.select(SupportRequest.preferences).where(SupportRequest.id == request.id)) or []
    assert "required" in kept[0]["preferences"]  # it was for this proposal alone
    assert await recorded(match["id"]) == ["gender"]
    assert "Not of the gender that the family requires" in (await client.get(f"/matches/{match['id']}")).text


async def test_what_was_loosened_holds_until_they_are_introduced() -> None:
    request, man = await strict(("volunteer_gender", "woman")), await world.volunteer(gender="man")
    without = {request.id: ["gender"]}
    (asked,) = await service_everyone.ask_all(COORDINATOR, [(request.id, man.id)], NOW, (), AGREED, without)
    assert asked.match_id, asked.refusal
    await service_states.accept(man.actor, asked.match_id, NOW)
    await service_states.notify_family(COORDINATOR, asked.match_id, NOW)
    await service_states.introduce(COORDINATOR, asked.match_id, NOW)
    assert (await row_of(asked.match_id))["status"] == "introduced"


async def test_without_it_the_introduction_would_be_refused() -> None:
    request, man = await strict(("volunteer_gender", "woman")), await world.volunteer(gender="man")
    match = await world.match(request, man, "family_notified")
    async with acting_as(TESTS):
        await SupportRequest.update({"status": "matched"}).where(SupportRequest.id == request.id)
    with pytest.raises(MatchRefused, match="required_gender"):
        await service_states.introduce(COORDINATOR, match.id, NOW)


async def test_only_what_stands_against_her_is_recorded() -> None:
    request, woman = await strict(("volunteer_gender", "woman")), await world.volunteer(gender="woman")
    without = {request.id: ["gender", "state"]}
    (asked,) = await service_everyone.ask_all(COORDINATOR, [(request.id, woman.id)], NOW, (), "A reason", without)
    assert await recorded(asked.match_id) == []
    row = await row_of(asked.match_id)
    assert (row["by_optimizer"], row["override_reason"]) == (True, None)


@pytest.mark.parametrize(
    ("wish", "value", "hers"),
    [
        ("gender", ("volunteer_gender", "woman"), {"gender": "man"}),
        ("state", ("not_from_state", "CO"), {"state": "CO"}),
        ("community", ("community", "faith"), {}),
        ("experience", None, {"lived": {"case_type": "FAM"}}),
    ],
)
async def test_whatever_is_let_go_takes_a_reason(
    wish: str, value: tuple[str, str] | None, hers: dict[str, Any]
) -> None:
    request, other = await strict(*([value] if value else [])), await world.volunteer(**hers)
    pair, without = [(request.id, other.id)], {request.id: [wish]}
    assert await service_everyone.ask_why(COORDINATOR, pair, NOW, (), without)
    (none,) = await service_everyone.ask_all(COORDINATOR, pair, NOW, (), None, without)
    assert isinstance(none.refusal, Invalid)
    (asked,) = await service_everyone.ask_all(COORDINATOR, pair, NOW, (), AGREED, without)
    assert asked.match_id, asked.refusal
    assert await recorded(asked.match_id) == [wish]
    row = await row_of(asked.match_id)
    assert (row["by_optimizer"], row["override_reason"] is None) == (False, False)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"languages": [("ht", "native")]}, "H3"),
        ({"off_limits": world.as_json({"state": ["CO"]})}, "H5"),
        ({"max_open_matches": 0}, "H2"),
        ({"availability": ()}, "H7"),
    ],
)
async def test_no_other_rule_is_let_go_whatever_is_sent(columns: dict[str, Any], rule: str) -> None:
    request, vera = await world.family_request(trajectory=BACK), await world.volunteer(**columns)
    everything = {request.id: ["experience", "gender", "relation", "community", "state", "hours", "", "H3"]}
    everyone = await service_everyone.suggest(COORDINATOR, NOW, (), (), everything)
    assert everyone.suggestions[0].candidate is None
    (asked,) = await service_everyone.ask_all(
        COORDINATOR, [(request.id, vera.id)], NOW, (), "A reason for it", everything
    )
    assert asked.refusal
    assert asked.refusal.facts["rule"] == rule

"""Pages and the API of matching, outsiders first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.world import AStaffMember, AVolunteer

from teamhope.accounts import service as accounts
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import rules, service
from teamhope.matching.service_gather import gather
from teamhope.tables.matches import Match
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
TODAY = NOW.astimezone(ZoneInfo("America/Chicago")).date()  # where the volunteers are
COORDINATOR = Actor(Role.COORDINATOR, name="token")


@pytest.fixture(autouse=True)
async def nobody_from_before(db: object) -> None:
    async with acting_as(TESTS):
        await world.Volunteer.update({"max_open_matches": 0, "status": "on_break"}, force=True)


@pytest.fixture(scope="module")
async def staff(db: object) -> AStaffMember:
    return await world.staff(name="Cora Coordinator")


@pytest.fixture
async def page(staff: AStaffMember) -> Any:
    async with browser() as client:
        await sign_in(client, staff)
        yield client


@pytest.fixture
async def api(db: object) -> Any:
    secret = await accounts.create_token(TESTS, "intake", Role.COORDINATOR, clock.now())
    async with browser() as client:
        client.headers["authorization"] = f"Bearer {secret}"
        yield client


@asynccontextmanager
async def signed_in(who: AVolunteer) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        await sign_in(client, who)
        yield client


async def one_match_of(volunteer: AVolunteer) -> UUID:
    async with acting_as(TESTS):
        row = await Match.select(Match.id).where(Match.volunteer == volunteer.id).first()
    assert row is not None
    match_id: UUID = row["id"]
    return match_id


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_anonymous_sees_nothing() -> None:
    request = await world.family_request()
    async with browser() as client:
        for path in (f"/requests/{request.id}/match", "/matches", f"/matches/{uuid4()}"):
            assert (await client.get(path)).status_code == 303
        assert (await client.get(f"/api/v1/requests/{request.id}/candidates")).status_code == 401


async def test_a_volunteer_chooses_for_nobody() -> None:
    vera, request = await world.volunteer(password=PASSWORD), await world.family_request()
    match = await world.match(request, vera, "accepted")
    async with signed_in(vera) as client:
        assert (await client.get(f"/requests/{request.id}/match")).status_code == 403
        assert (await client.get(f"/requests/{request.id}/match/{vera.id}")).status_code == 403
        assert (await submit(client, f"/matches/{match.id}/introduce", page="/me")).status_code == 403


async def test_another_volunteer_finds_no_such_match() -> None:
    request, vera = await world.family_request(status="matching"), await world.volunteer()
    match = await world.match(request, vera, "proposed_to_volunteer")
    async with signed_in(await world.volunteer(password=PASSWORD)) as other:
        assert (await other.get(f"/matches/{match.id}")).status_code == 404
        for answer in ("accept", "decline"):
            assert (await submit(other, f"/matches/{match.id}/{answer}", page="/me")).status_code == 404
        assert "/matches/" not in (await other.get("/matches")).text


async def test_leadership_has_no_part_in_it() -> None:
    secret = await accounts.create_token(TESTS, "figures", Role.LEADERSHIP, clock.now())
    request = await world.family_request()
    async with browser() as client:
        bearer = {"authorization": f"Bearer {secret}"}
        assert (await client.get(f"/api/v1/requests/{request.id}/candidates", headers=bearer)).status_code == 403


# The list -------------------------------------------------------------------------------------------------------------


async def test_the_page_reads_what_the_rules_say(page: httpx.AsyncClient) -> None:
    people = [
        await world.volunteer(name="Sibling Sue", lived={"relation": "sibling"}),
        await world.volunteer(name="Mother Mia"),
        await world.volunteer(name="Away Ann", away=[(TODAY, TODAY)]),
    ]
    request = await world.family_request()
    async with acting_as(COORDINATOR):
        found = await gather(COORDINATOR, request.id, NOW)
    ranked = [found.volunteers[row].id for row in rules.rank(found.need, found.offers, found.tables, 10).rows]
    shown = await service.candidates(COORDINATOR, request.id, 10, NOW)
    assert [each.volunteer_id for each in shown.candidates] == ranked == [people[1].id, people[0].id]
    text = (await page.get(f"/requests/{request.id}/match")).text
    assert text.index("Mother Mia") < text.index("Sibling Sue")
    assert "Same role: Mother" in text
    assert "Away Ann" in text.split("Who is not on the list")[1]
    assert f"2 of {len(found.volunteers)} volunteers fit." in text
    assert request.first_name not in text


async def test_whom_nobody_fits_is_told_what_would_have_to_change(page: httpx.AsyncClient) -> None:
    await world.volunteer(name="Abby Abduction", lived={"case_type": "FA"})
    request = await world.family_request()
    text = (await page.get(f"/requests/{request.id}/match")).text
    assert "No one fits all needs" in text
    near = text.split("Who nearly fits, and what would have to change")[1].split("Who is not on the list")[0]
    assert "Abby Abduction" in near
    assert "Choose with a reason" in near


async def test_the_page_is_spanish_for_who_reads_spanish() -> None:
    staff = await world.staff(language="es")
    await world.volunteer()
    request = await world.family_request()
    async with browser() as client:
        await sign_in(client, staff)
        text = (await client.get(f"/requests/{request.id}/match")).text
    assert "Personas voluntarias: primero las más indicadas" in text
    assert "Mismo papel en la familia" in text
    assert "Quién no está en la lista y por qué" in text


async def test_choosing_the_first_asks_her_and_shows_the_match(page: httpx.AsyncClient) -> None:
    vera, request = await world.volunteer(name="Vera Voss"), await world.family_request()
    answer = await submit(page, f"/requests/{request.id}/match/{vera.id}", ask="ask_volunteer")
    assert answer.status_code == 303
    match = await one_match_of(vera)
    assert answer.headers["location"] == f"/matches/{match}?done=volunteer_asked"
    text = (await page.get(f"/matches/{match}")).text
    assert "Vera Voss" in text
    assert "Take the offer back" in text
    assert "Open the match" in (await page.get(f"/requests/{request.id}/match")).text
    assert (await page.get(f"/requests/{request.id}/match/{vera.id}")).status_code == 409


async def test_choosing_another_asks_why_and_keeps_what_was_typed(page: httpx.AsyncClient) -> None:
    await world.volunteer()
    other, request = await world.volunteer(lived={"relation": "sibling"}), await world.family_request()
    path = f"/requests/{request.id}/match/{other.id}"
    refused = await submit(page, path, ask="both_said_yes", override_reason=" ")
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert 'value="both_said_yes" checked' in refused.text
    assert (await submit(page, path, ask="both_said_yes", override_reason="They know her.")).status_code == 303
    text = (await page.get(f"/matches/{await one_match_of(other)}")).text
    assert "They know her." in text
    assert "Introduced" in text


async def test_a_rule_that_a_reason_sets_aside_is_said_before_and_asked_for(page: httpx.AsyncClient) -> None:
    abby, request = await world.volunteer(lived={"case_type": "FA"}), await world.family_request()
    path = f"/requests/{request.id}/match/{abby.id}"
    assert "A rule speaks against this." in (await page.get(path)).text
    assert (await submit(page, path, ask="ask_volunteer")).status_code == 422
    assert (await submit(page, path, ask="ask_volunteer", override_reason="No other speaks it.")).status_code == 303


async def test_a_rule_that_speaks_against_her_meanwhile_is_said_before_the_reason_counts_for_it(
    page: httpx.AsyncClient,
) -> None:
    vera, request = await world.volunteer(max_open_matches=1), await world.family_request()
    path, sent = f"/requests/{request.id}/match/{vera.id}", {"ask": "ask_volunteer", "override_reason": "They asked."}
    assert 'name="aside"' not in (await page.get(path)).text
    await world.match(await world.family_request(status="active"), vera, "active")
    again = await submit(page, path, **sent)
    assert again.status_code == 422
    assert "Families now: 1; the most is 1." in again.text
    assert 'name="aside" value="H2"' in again.text
    assert "They asked." in again.text
    assert (await submit(page, path, aside="H2", **sent)).status_code == 303


async def test_ending_a_match_asks_for_a_reason(page: httpx.AsyncClient) -> None:
    match = await world.match(await world.family_request(status="matched"), await world.volunteer(), "accepted")
    path = f"/matches/{match.id}/close"
    assert (await submit(page, path, page=f"/matches/{match.id}")).status_code == 422
    done = await submit(page, path, page=f"/matches/{match.id}", close_reason="family_requested", afterwards="rematch")
    assert done.status_code == 303
    assert "Nothing is left to do here." in (await page.get(f"/matches/{match.id}")).text


async def test_an_illegal_step_is_a_409_that_says_what_is_possible(page: httpx.AsyncClient) -> None:
    match = await world.match(await world.family_request(status="matched"), await world.volunteer(), "accepted")
    answer = await submit(page, f"/matches/{match.id}/pause", page=f"/matches/{match.id}")
    assert answer.status_code == 409
    assert "Possible from here" in answer.text
    assert (await submit(page, f"/matches/{match.id}/fly", page=f"/matches/{match.id}")).status_code == 422


async def test_coordinators_see_which_matches_wait(page: httpx.AsyncClient) -> None:
    match = await world.match(await world.family_request(status="matched"), await world.volunteer(), "accepted")
    assert match.request.family_no in (await page.get("/matches")).text


# The offer ------------------------------------------------------------------------------------------------------------


async def test_a_coordinator_plans_a_call_where_none_is_and_lets_a_suspended_one_go_on(page: httpx.AsyncClient) -> None:
    match = await world.match(await world.family_request(status="active"), await world.volunteer(), "active")
    path = f"/matches/{match.id}"
    planned = await submit(page, f"{path}/plan-call", page=path)
    assert planned.status_code == 303
    shown = (await page.get(path)).text
    assert "Next call" in shown
    assert "plan-call" not in shown
    held = await world.match(await world.family_request(status="active"), await world.volunteer(), "active")
    it = await world.follow_up(held, clock.now(), status="suspended")
    assert held.request.family_no in (await page.get("/matches")).text
    path = f"/matches/{held.id}"
    assert (await submit(page, f"/schedule/{it.id}/resume", page=path)).status_code == 303
    assert held.request.family_no not in (await page.get("/matches")).text


async def test_before_her_yes_she_reads_nothing_that_says_who() -> None:
    vera = await world.volunteer(password=PASSWORD)
    request = await world.family_request(first_name="Filomena", status="matching", incident={"subtypes": ["tribal"]})
    match = await world.match(request, vera, "proposed_to_volunteer")
    async with signed_in(vera) as client:
        texts = [(await client.get(path)).text for path in ("/matches", f"/matches/{match.id}")]
    for text in texts:
        assert "Endangered runaway" in text
        assert "Mother" in text
        assert "Hours you share in a week" in text
        for secret in ("Filomena", request.number[-4:], request.family_no, str(request.family_id), "Colorado"):
            assert secret not in text


async def test_her_yes_is_one_tap() -> None:
    vera = await world.volunteer(password=PASSWORD)
    offer = await world.match(await world.family_request(status="matching"), vera, "proposed_to_volunteer")
    async with signed_in(vera) as client:
        answer = await submit(client, f"/matches/{offer.id}/accept", page=f"/matches/{offer.id}")
        assert answer.headers["location"] == f"/matches/{offer.id}?done=offer_accepted"
        text = (await client.get(f"/matches/{offer.id}")).text
    assert "A coordinator now tells the family." in text
    assert str(offer.request.family_id) not in text


async def test_her_no_is_one_tap_and_final() -> None:
    vera = await world.volunteer(password=PASSWORD)
    offer = await world.match(await world.family_request(status="matching"), vera, "proposed_to_volunteer")
    async with signed_in(vera) as client:
        answer = await submit(client, f"/matches/{offer.id}/decline", page=f"/matches/{offer.id}")
        assert answer.headers["location"] == "/matches?done=offer_declined"
        assert "nobody asks why" in (await client.get(f"/matches/{offer.id}")).text
        late = await submit(client, f"/matches/{offer.id}/accept", page="/me")
        assert late.headers["location"] == f"/matches/{offer.id}"  # where it says what became of it
        assert "nobody asks why" in (await client.get(f"/matches/{offer.id}")).text


async def test_a_yes_that_the_family_stands_in_the_way_of_is_no_loop() -> None:
    vera = await world.volunteer(password=PASSWORD)
    offer = await world.match(await world.family_request(status="closed"), vera, "proposed_to_volunteer")
    async with signed_in(vera) as client:
        assert (await submit(client, f"/matches/{offer.id}/accept", page=f"/matches/{offer.id}")).status_code == 409


async def test_from_the_introduction_on_she_finds_the_family() -> None:
    vera = await world.volunteer(password=PASSWORD)
    match = await world.match(await world.family_request(status="matched"), vera, "introduced")
    async with signed_in(vera) as client:
        assert f"/families/{match.request.family_id}" in (await client.get(f"/matches/{match.id}")).text


# The API --------------------------------------------------------------------------------------------------------------


async def test_candidates_and_a_proposal_have_the_published_shape(api: httpx.AsyncClient) -> None:
    vera = await world.volunteer(name="Vera Voss")
    await world.volunteer(name="Full Fran", max_open_matches=0)
    request = await world.family_request()
    found = (await api.get(f"/api/v1/requests/{request.id}/candidates?limit=1")).json()
    assert set(found) == {"candidates", "excluded"}
    (best,) = found["candidates"]
    assert set(best) == {"volunteer_id", "name", "score", "reasons", "cautions", "load", "capacity"}
    assert (best["volunteer_id"], best["name"], best["load"], best["capacity"]) == (str(vera.id), "Vera Voss", 0, 3)
    assert {"code": "same_role", "text": "Same role: Mother"} in best["reasons"]
    assert set(found["excluded"]) == {"total", "by_rule", "first"}
    assert found["excluded"]["by_rule"]["H2"] == 1
    assert sum(found["excluded"]["by_rule"].values()) == found["excluded"]["total"]
    assert len(found["excluded"]["first"]) <= 20
    fran = next(each for each in found["excluded"]["first"] if each["name"] == "Full Fran")
    assert (fran["rule"], fran["more_rules"]) == ("H2", 0)
    made = await api.post(f"/api/v1/requests/{request.id}/match", json={"volunteer_id": str(vera.id)})
    assert made.status_code == 201
    assert made.json() == {"match_id": str(await one_match_of(vera)), "status": "proposed_to_volunteer"}


async def test_the_api_speaks_the_readers_language(api: httpx.AsyncClient) -> None:
    full, request = await world.volunteer(max_open_matches=0), await world.family_request()
    spanish = {"accept-language": "es-MX,es;q=0.9"}
    refused = await api.post(
        f"/api/v1/requests/{request.id}/match", json={"volunteer_id": str(full.id)}, headers=spanish
    )
    assert refused.status_code == 409
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert (refused.json()["code"], refused.json()["detail"]) == (
        "no_room",
        "Familias que acompaña: 0; el máximo es 0.",
    )


async def test_the_api_introduces_at_once_when_both_said_yes(api: httpx.AsyncClient) -> None:
    vera, request = await world.volunteer(), await world.family_request()
    body = {"volunteer_id": str(vera.id), "both_said_yes": True}
    made = await api.post(f"/api/v1/requests/{request.id}/match", json=body)
    assert (made.status_code, made.json()["status"]) == (201, "introduced")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"volunteer_id": "nobody"}, 422),
        ({"volunteer_id": str(uuid4())}, 404),
        ({"volunteer_id": str(uuid4()), "status": "introduced"}, 422),
    ],
)
async def test_what_cannot_be_true_is_refused(api: httpx.AsyncClient, body: dict[str, Any], status: int) -> None:
    request = await world.family_request()
    answer = await api.post(f"/api/v1/requests/{request.id}/match", json=body)
    assert answer.status_code == status, answer.text


async def test_a_strange_limit_or_request_is_refused(api: httpx.AsyncClient) -> None:
    request = await world.family_request()
    for limit in ("0", "51", "many"):
        assert (await api.get(f"/api/v1/requests/{request.id}/candidates?limit={limit}")).status_code == 422
    assert (await api.get(f"/api/v1/requests/{uuid4()}/candidates")).status_code == 404

"""Pages of requests and families: who may not, then who may."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.families import Family, SupportRequest
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import TaskKind, TaskStatus

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.fixture
async def cora(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await sign_in(client, await world.staff(name="Cora"))
    return client


async def test_strangers_are_sent_to_sign_in(client: httpx.AsyncClient) -> None:
    for path in ("/requests", f"/requests/{uuid4()}", "/families", f"/families/{uuid4()}"):
        assert (await client.get(path)).status_code == 303


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR])
async def test_roles_without_families_are_refused(client: httpx.AsyncClient, role: Role) -> None:
    request = await world.family_request()
    await sign_in(client, await world.staff(role))
    for path in ("/requests", f"/requests/{request.id}", "/families", f"/families/{request.family_id}"):
        assert (await client.get(path)).status_code == 403


async def test_an_advocate_sees_a_family_only_while_it_needs_her(client: httpx.AsyncClient) -> None:
    request = await world.family_request()
    await sign_in(client, await world.staff(Role.ADVOCATE))
    assert (await client.get(f"/families/{request.family_id}")).status_code == 404
    listed = await client.get("/families")
    assert listed.status_code == 200
    assert request.family_no not in listed.text


async def test_a_review_that_is_asked_of_advocates_shows_them_the_family_until_it_is_done(
    client: httpx.AsyncClient,
) -> None:
    request, cora, other = await world.family_request(), await world.staff(), await world.family_request()
    review = About(family=request.family_id, detail="advocate_review")
    task = await tasks.open_task(cora.actor, TaskKind.OTHER, clock.now(), review)
    await tasks.open_task(cora.actor, TaskKind.TELL_FAMILY, clock.now(), About(family=other.family_id))
    ada = await world.staff(Role.ADVOCATE)
    await sign_in(client, ada)
    assert (await client.get(f"/families/{request.family_id}")).status_code == 200
    assert (await client.get(f"/families/{other.family_id}")).status_code == 404
    assert [each.id for each in await tasks.list_open(ada.actor)] == [task]
    await tasks.close(ada.actor, task, TaskStatus.DONE, clock.now())
    assert (await client.get(f"/families/{request.family_id}")).status_code == 404


async def test_a_volunteer_sees_her_own_families_and_no_others(client: httpx.AsyncClient) -> None:
    ana = await world.volunteer(password=PASSWORD)
    mine = await world.family_request(
        first_name="Marisol",
        consents=(ConsentKind.VOICE_CALL,),
        contact={"contact_preference": "they_call_us"},
    )
    offered, others = await world.family_request(first_name="Olga"), await world.family_request(first_name="Zelda")
    await world.follow_up(await world.match(mine, ana), clock.now() + timedelta(days=1))
    await world.match(offered, ana, "proposed_to_volunteer")
    await world.match(others, await world.volunteer(), "introduced")
    await sign_in(client, ana)
    listed = (await client.get("/families")).text
    assert "Marisol" in listed
    assert "Next call" in listed
    assert "They call us. Do not call." in listed
    assert "Olga" not in listed
    assert "Zelda" not in listed
    page = await client.get(f"/families/{mine.family_id}")
    assert page.status_code == 200
    assert mine.number not in page.text
    for hidden in (offered, others):
        assert (await client.get(f"/families/{hidden.family_id}")).status_code == 404
    for path in ("/requests", f"/requests/{mine.id}"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post("/families/search")).status_code == 403
    assert (await client.post(f"/families/{mine.family_id}/number/{mine.phone_id}")).status_code == 403


async def test_a_closed_match_takes_the_family_off_her_list(client: httpx.AsyncClient) -> None:
    ana, request = await world.volunteer(password=PASSWORD), await world.family_request(first_name="Gwen")
    await world.match(request, ana, "closed")
    await sign_in(client, ana)
    assert "Gwen" not in (await client.get("/families")).text
    assert (await client.get(f"/families/{request.family_id}")).status_code == 404


async def test_a_coordinator_reads_a_number_only_by_asking_for_it(cora: httpx.AsyncClient) -> None:
    request = await world.family_request(first_name="Fern")
    path = f"/families/{request.family_id}"
    page = await cora.get(path)
    assert "Fern" in page.text
    assert f"ends in {request.number[-4:]}" in page.text
    assert request.number not in page.text
    shown = await submit(cora, f"{path}/number/{request.phone_id}", page=path)
    assert shown.status_code in (200, 201)
    assert request.number in shown.text
    assert (await submit(cora, f"{path}/number/{uuid4()}", page=path)).status_code == 404
    assert (await cora.get(f"/families/{uuid4()}")).status_code == 404


async def test_a_number_is_shown_only_with_its_own_family_and_never_of_a_line_that_nobody_may_use(
    cora: httpx.AsyncClient, db: Addresses
) -> None:
    mine, other = await world.family_request(), await world.family_request()
    path = f"/families/{mine.family_id}"
    elsewhere = await submit(cora, f"{path}/number/{other.phone_id}", page=path)
    assert elsewhere.status_code == 404
    stopped = await world.family_request(
        contact_phone={"stopped_at": clock.now(), "stop_reason": "third_party_refused"}
    )
    blocked = await world.family_request()
    await world.blocked_person(blocked.family_id, phone=blocked.number)
    for family in (stopped, blocked):
        path = f"/families/{family.family_id}"
        refused = await submit(cora, f"{path}/number/{family.phone_id}", page=path)
        assert refused.status_code == 409
        assert family.number not in refused.text
    owner = await asyncpg.connect(db.owner)
    numbers = [each.phone_id for each in (other, stopped, blocked)]
    assert await owner.fetch("select act from audit_event where subject = any($1) and act <> 'read'", numbers) == []
    await owner.close()


async def test_families_are_found_by_whole_reference_number_or_name(cora: httpx.AsyncClient) -> None:
    request, other = await world.family_request(first_name="Íñigo"), await world.family_request(first_name="Ina")
    for text in (request.family_no.lower(), request.number, "INIGO"):
        found = await submit(cora, "/families/search", page="/families", text=text)
        assert request.family_no in found.text
        assert other.family_no not in found.text
        assert text not in str(found.url)
    async with acting_as(TESTS):
        await Family.update({Family.duplicate_of: request.family_id}).where(Family.id == other.family_id)
    twice = await submit(cora, "/families/search", page="/families", text=other.family_no)
    assert request.family_no in twice.text, "of a family that was entered twice, the one that stays"
    nobody = await submit(cora, "/families/search", page="/families", text="In")
    assert "No family was found." in nobody.text
    assert (await submit(cora, "/families/search", page="/families", text=" ")).status_code == 422


async def test_the_list_of_requests_filters_and_survives_nonsense(cora: httpx.AsyncClient) -> None:
    waits, closed = await world.family_request(), await world.family_request(status="closed")
    everything = (await cora.get("/requests")).text
    assert waits.family_no in everything
    assert closed.family_no not in everything
    assert closed.family_no in (await cora.get("/requests?status=closed")).text
    for nonsense in ("status=x&owner=y&page=z", "page=0", "page=²", "page=99999", f"owner={uuid4()}"):
        assert (await cora.get(f"/requests?{nonsense}")).status_code == 200


async def test_triage_hold_and_end_are_forms_of_the_requests_page(cora: httpx.AsyncClient) -> None:
    request = await world.family_request(status="triage", consents=())
    path = f"/requests/{request.id}"
    assert "consent to be matched with a volunteer" in (await cora.get(path)).text
    wrong = await submit(cora, f"{path}/triage", page=path, timezone="EST")
    assert wrong.status_code == 422
    assert 'href="#field-timezone"' in wrong.text
    fields = {"consents": ["peer_match"], "method": "written", "wording_version": "2026-01"}
    done = await submit(cora, f"{path}/triage", page=path, **fields)
    assert done.headers["location"] == f"{path}?done=saved"
    assert "Find a volunteer" in (await cora.get(path)).text
    assert (await submit(cora, f"{path}/hold", page=path, resume_on="2020-01-01")).status_code == 422
    assert (await submit(cora, f"{path}/hold", page=path, resume_on="2099-01-01")).status_code == 303
    assert (await submit(cora, f"{path}/resume", page=path)).status_code == 303
    assert (await submit(cora, f"{path}/close", page=path, to="duplicate")).status_code == 422
    assert (await submit(cora, f"{path}/close", page=path, to="active")).status_code == 422
    assert (await submit(cora, f"{path}/close", page=path, to="declined")).status_code == 303
    assert (await submit(cora, f"{path}/close", page="/families", to="declined")).status_code == 409
    async with acting_as(TESTS):
        row = await SupportRequest.select(SupportRequest.status).where(SupportRequest.id == request.id).first()
    assert row["status"] == "declined"


async def test_a_team_lead_sees_her_teams_families(client: httpx.AsyncClient) -> None:
    team, other = await world.team("East"), await world.team("West")
    lead = await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=team)
    near, far = await world.family_request(first_name="Nell"), await world.family_request(first_name="Fara")
    await world.match(near, await world.volunteer(team=team, name="Vida"))
    await world.match(far, await world.volunteer(team=other))
    await sign_in(client, lead)
    listed = (await client.get("/families")).text
    assert "Nell" in listed
    assert "Vida" in listed
    assert "Fara" not in listed
    assert (await client.get(f"/families/{near.family_id}")).status_code == 200
    assert (await client.get(f"/families/{far.family_id}")).status_code == 404


@pytest.mark.parametrize(
    ("status", "way"),
    [
        ("triage", "triage"),
        ("referred_out", "triage"),
        ("ready", "waitlist"),
        ("on_hold", "resume"),
        ("waitlisted", "resume"),
        ("unable_to_contact", "resume"),
    ],
)
async def test_each_request_that_rests_shows_its_way_on(cora: httpx.AsyncClient, status: str, way: str) -> None:
    held = {"resume_on": date(2099, 1, 1)} if status == "on_hold" else {}
    request = await world.family_request(status=status, **held)
    path = f"/requests/{request.id}"
    assert f'action="{path}/{way}"' in (await cora.get(path)).text
    assert (await submit(cora, f"{path}/{way}", page=path, method="written")).status_code == 303

"""Pages of volunteers: outsiders first, then adding one, what she has learned, and her own times."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")

NEW = {
    "name": "Rosa",
    "timezone": "America/Denver",
    "language": "es",
    "language_1": "es",
    "level_1": "native",
    "level_2": "conversational",
    "case_type": "FA",
    "relation": "mother",
    "child_age_band": "5-8",
    "event_month": "2020-05",
}


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.fixture
async def cora(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await sign_in(client, await world.staff())
    return client


async def test_strangers_volunteers_and_leadership_see_no_volunteers(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    for path in ("/volunteers", f"/volunteers/{her.id}", "/me/times"):
        assert (await client.get(path)).status_code == 303
    for who in (await world.volunteer(password=PASSWORD), await world.staff(Role.LEADERSHIP)):
        await sign_in(client, who)
        for path in ("/volunteers", f"/volunteers/{her.id}", "/volunteers/new"):
            assert (await client.get(path)).status_code == 403


async def test_a_team_lead_sees_her_team_and_changes_nobody(client: httpx.AsyncClient) -> None:
    team, other = await world.team(), await world.team("West")
    near, far = await world.volunteer(team=team, name="Nadia"), await world.volunteer(team=other, name="Farida")
    await sign_in(client, await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=team))
    listed = (await client.get("/volunteers")).text
    assert "Nadia" in listed
    assert "Farida" not in listed
    assert (await client.get(f"/volunteers/{near.id}")).status_code == 200
    assert (await client.get(f"/volunteers/{far.id}")).status_code == 404
    assert (await submit(client, f"/volunteers/{near.id}/status", page="/me", to="on_break")).status_code == 403


async def test_an_added_volunteer_is_an_applicant_who_chooses_her_password(cora: httpx.AsyncClient) -> None:
    email = f"rosa{world.number()}@example.org"
    added = await submit(cora, "/volunteers/new", email=email, **NEW)
    assert added.status_code == 200, added.text
    page = (await cora.get(re.findall(r'href="(/volunteers/[0-9a-f-]{36})"', added.text)[0])).text
    assert "Rosa" in page
    assert "Applicant" in page
    async with browser() as hers:
        link = re.findall(r"http://127\.0\.0\.1:8000(/welcome/[\w-]+)", added.text)[0]
        assert (await submit(hers, link, password=PASSWORD, again=PASSWORD)).status_code == 303
        answer = await submit(hers, "/login", email=email, password=PASSWORD)
        assert answer.status_code == 303
        assert (await hers.get("/me/times")).status_code == 200


async def test_an_added_volunteer_gets_a_letter_where_letters_can_be_sent(db: Addresses) -> None:
    async with browser(Settings(smtp_url="smtp://127.0.0.1:1?from=hope@example.org")) as client:
        await sign_in(client, await world.staff())
        added = await submit(client, "/volunteers/new", email=f"rosa{world.number()}@example.org", **NEW)
        assert added.status_code == 303
        assert "on its way" in (await client.get(added.headers["location"])).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"language_1": "xx"}, "language_1"),
        ({"case_type": "XX"}, "case_type"),
        ({"state": "ZZ"}, "state"),
        ({"event_month": "2099-01"}, "event_month"),
    ],
)
async def test_a_new_volunteer_with_a_wrong_answer_is_not_added(
    cora: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    sent = NEW | {"email": f"rosa{world.number()}@example.org", "name": "Not Added"} | changes
    refused = await submit(cora, "/volunteers/new", **sent)
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert "Not Added" not in (await cora.get("/volunteers")).text


async def test_nobody_takes_families_before_checks_and_training(cora: httpx.AsyncClient) -> None:
    her = await world.volunteer(status="training", credentials=())
    path = f"/volunteers/{her.id}"
    assert (await submit(cora, f"{path}/status", page=path, to="probation")).status_code == 409
    day = clock.now().date()
    for kind in ("background_check", "confidentiality_agreement", "core_training", "suicide_awareness"):
        done = await submit(cora, f"{path}/credentials", page=path, kind=kind, completed_on=day)
        assert done.status_code == 303
    assert (await submit(cora, f"{path}/status", page=path, to="probation")).status_code == 409
    last = {"kind": "mandated_reporter_training", "completed_on": day, "expires_on": day + timedelta(days=365)}
    await submit(cora, f"{path}/credentials", page=path, **last)
    assert (await submit(cora, f"{path}/status", page=path, to="probation")).status_code == 303
    assert (await submit(cora, f"{path}/status", page=path, to="applicant")).status_code == 409
    assert (await submit(cora, f"{path}/status", page=path, to="flying")).status_code == 422


@pytest.mark.parametrize(
    ("days", "field"),
    [((1, None), "completed_on"), ((-5, -6), "expires_on")],
)
async def test_a_credential_cannot_be_of_tomorrow_nor_end_before_it_starts(
    cora: httpx.AsyncClient, days: tuple[int, int | None], field: str
) -> None:
    her, today = await world.volunteer(), clock.now().date()
    sent = {"kind": "core_training", "completed_on": today + timedelta(days=days[0])}
    if days[1] is not None:
        sent["expires_on"] = today + timedelta(days=days[1])
    refused = await submit(cora, f"/volunteers/{her.id}/credentials", page=f"/volunteers/{her.id}", **sent)
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text


async def test_a_volunteer_with_families_is_not_put_on_a_break_here(cora: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    await world.match(await world.family_request(), her)
    answer = await submit(cora, f"/volunteers/{her.id}/status", page=f"/volunteers/{her.id}", to="on_break")
    assert answer.status_code == 409
    assert (await cora.get(f"/volunteers/{uuid4()}")).status_code == 404


async def test_her_week_is_kept_as_she_typed_it(client: httpx.AsyncClient) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD))
    week = {
        "from_0a": "07:00",
        "until_0a": "08:00",
        "from_0b": "18:00",
        "until_0b": "21:00",
        "max_open_matches": "2",
        "max_calls_per_week": "5",
    }
    assert (await submit(client, "/me/times", **week)).status_code == 303
    page = (await client.get("/me/times")).text
    for name, value in week.items():
        assert f'name="{name}"' in page
        assert f'value="{value}"' in page
    assert 'value="09:00"' not in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_0a": "07:00"}, "from_0a"),
        ({"from_0a": "09:00", "until_0a": "08:00"}, "windows"),
        ({"from_0a": "07:00", "until_0a": "10:00", "from_0b": "09:00", "until_0b": "11:00"}, "windows"),
        ({"max_open_matches": "99"}, "max_open_matches"),
        ({"max_calls_per_week": "61"}, "max_calls_per_week"),
        ({"from_0a": "seven"}, "from_0a"),
    ],
)
async def test_a_week_that_cannot_be_true_is_refused(
    client: httpx.AsyncClient, changes: dict[str, str], field: str
) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD))
    refused = await submit(client, "/me/times", **({"max_open_matches": "3", "max_calls_per_week": "8"} | changes))
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert f'id="field-{field}"' in refused.text


async def test_time_away_needs_no_reason_and_can_be_cancelled(client: httpx.AsyncClient) -> None:
    her, today = await world.volunteer(password=PASSWORD), clock.now().date()
    await sign_in(client, her)
    span = {"first_on": today + timedelta(days=2), "last_on": today + timedelta(days=9)}
    alone = await submit(client, "/me/times/away", page="/me/times", **span)
    assert alone.headers["location"] == "/me/times?done=away_saved"
    await world.match(await world.family_request(), her)
    matched = await submit(client, "/me/times/away", page="/me/times", **span)
    assert matched.headers["location"] == "/me/times?done=away_with_families"
    page = (await client.get("/me/times")).text
    away_id = page.split("/me/times/away/")[1].split("/end")[0]
    assert (await submit(client, f"/me/times/away/{away_id}/end", page="/me/times")).status_code == 303
    async with browser() as other:
        await sign_in(other, await world.volunteer(password=PASSWORD))
        left = (await client.get("/me/times")).text.split("/me/times/away/")[1].split("/end")[0]
        assert (await submit(other, f"/me/times/away/{left}/end", page="/me/times")).status_code == 404


@pytest.mark.parametrize(("first", "last"), [(3, 2), (-9, -2), (1, 500)])
async def test_time_away_that_cannot_be_is_refused(client: httpx.AsyncClient, first: int, last: int) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD))
    today = clock.now().date()
    span = {"first_on": today + timedelta(days=first), "last_on": today + timedelta(days=last)}
    refused = await submit(client, "/me/times/away", page="/me/times", **span)
    assert refused.status_code == 422
    assert 'href="#field-last_on"' in refused.text


async def test_fifty_are_on_a_page(cora: httpx.AsyncClient) -> None:
    for _ in range(51):
        await world.volunteer(name="Zoe")
    first, second = (await cora.get("/volunteers")).text, (await cora.get("/volunteers?page=2")).text
    assert first.count('<th scope="row"') == 50
    assert 'href="/volunteers?page=2"' in first
    assert 'href="/volunteers?page=3"' not in second
    assert "Zoe" in second

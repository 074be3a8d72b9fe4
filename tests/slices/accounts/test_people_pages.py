"""Administrators' pages of people and tokens."""

import httpx
import pytest
from tests.app_kit import TESTS, browser, sign_in, somebody, submit

from teamhope.accounts import service
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def admin(db: Addresses) -> httpx.AsyncClient:
    who = await somebody(Role.ADMIN, f"admin{clock.now().timestamp()}@example.org", name="Ada Admin")
    async with browser() as client:
        await sign_in(client, who)
        yield client


NEW = {"name": "Rosa Reyes", "role": "volunteer", "timezone": "America/Denver", "language": "es", "password": "x" * 12}


async def test_adding_a_person_shows_her_and_refuses_her_email_twice(admin: httpx.AsyncClient) -> None:
    first = await submit(admin, "/admin/people", email="rosa@example.org", **NEW)
    assert first.status_code == 303
    assert "Rosa Reyes" in (await admin.get("/admin/people")).text
    again = await submit(admin, "/admin/people", email="ROSA@example.org ", **NEW)
    assert again.status_code == 422
    assert "already signs in" in again.text


async def test_what_was_typed_is_kept_but_the_password(admin: httpx.AsyncClient) -> None:
    answer = await submit(admin, "/admin/people", email="not an email", **(NEW | {"name": "Kept Name"}))
    assert answer.status_code == 422
    assert "Kept Name" in answer.text
    assert "x" * 12 not in answer.text


async def test_nobody_can_be_made_a_process(admin: httpx.AsyncClient) -> None:
    answer = await submit(admin, "/admin/people", email="w@example.org", **(NEW | {"role": "worker"}))
    assert answer.status_code == 422


async def test_suspending_ends_what_she_has_open(admin: httpx.AsyncClient) -> None:
    bo = await somebody(Role.VOLUNTEER, "bo2@example.org", name="Bo Brook")
    async with browser() as hers:
        await sign_in(hers, bo)
        await submit(admin, f"/admin/people/{bo.id}/suspend", page="/admin/people")
        assert (await hers.get("/me")).status_code == 303


async def test_a_token_works_until_it_is_revoked(admin: httpx.AsyncClient) -> None:
    token = await service.create_token(TESTS, "report script", Role.LEADERSHIP, clock.now())
    bearer = {"authorization": f"Bearer {token}"}
    async with browser() as client:
        assert (await client.get("/schema/openapi.json")).status_code == 401
        assert (await client.get("/schema/openapi.json", headers=bearer)).status_code == 200
        listed = (await admin.get("/admin/tokens")).text
        assert "report script" in listed
        assert token not in listed
        token_id = listed.split("/admin/tokens/")[1].split("/revoke")[0]
        await submit(admin, f"/admin/tokens/{token_id}/revoke", page="/admin/tokens")
        assert (await client.get("/schema/openapi.json", headers=bearer)).status_code == 401


async def test_a_token_page_asks_for_a_role_or_a_person(admin: httpx.AsyncClient) -> None:
    answer = await submit(admin, "/admin/tokens", label="both missing")
    assert answer.status_code == 422
    made = await submit(admin, "/admin/tokens", label="exports", role="leadership")
    assert made.status_code == 200
    assert "shown this once" in made.text

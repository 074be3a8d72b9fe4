"""Administrators' pages of people and tokens."""

import re
from datetime import timedelta
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, somebody, submit

from teamhope.accounts import service
from teamhope.accounts.queries import NewPerson
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.vocabulary.people import PERSON_ROLES, Role

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def admin(db: Addresses) -> httpx.AsyncClient:
    who = await somebody(Role.ADMIN, f"admin{clock.now().timestamp()}@example.org", name="Ada Admin")
    async with browser() as client:
        await sign_in(client, who)
        yield client


NEW = {"name": "Rosa Reyes", "role": "volunteer", "timezone": "America/Denver", "language": "es"}
LINK = re.compile(r"http://127\.0\.0\.1:8000(/welcome/[\w-]{43})")
WITH_LETTERS = Settings(smtp_url="smtp://127.0.0.1:1?from=hope@example.org")


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.ADMIN}))
async def test_only_administrators_open_accounts(db: Addresses, role: Role) -> None:
    who = await world.staff(role)
    async with browser() as client:
        await sign_in(client, who)
        assert (await client.get(f"/admin/people/{who.id}")).status_code == 403
        for act in ("link", "role", "second-factors", "suspend"):
            refused = await submit(client, f"/admin/people/{who.id}/{act}", page="/me", role="admin")
            assert refused.status_code == 403


async def test_adding_a_person_shows_her_and_refuses_her_email_twice(admin: httpx.AsyncClient) -> None:
    first = await submit(admin, "/admin/people", email="rosa@example.org", **NEW)
    assert first.status_code == 200
    listed = (await admin.get("/admin/people")).text
    assert "Rosa Reyes" in listed
    assert "no password yet" in listed
    again = await submit(admin, "/admin/people", email="ROSA@example.org ", **NEW)
    assert again.status_code == 422
    assert "already signs in" in again.text


async def test_without_letters_the_link_is_shown_once_and_lets_her_in(admin: httpx.AsyncClient) -> None:
    shown = await submit(admin, "/admin/people", email="luz@example.org", **NEW)
    link = LINK.search(shown.text)
    assert link
    assert "in person" in shown.text
    async with browser() as hers:
        await submit(hers, link[1], password=PASSWORD, again=PASSWORD)
        assert (await submit(hers, "/login", email="luz@example.org", password=PASSWORD)).status_code == 303


async def test_with_letters_nobody_else_sees_the_link(db: Addresses) -> None:
    async with browser(WITH_LETTERS) as client:
        await sign_in(client, await world.staff(Role.ADMIN))
        added = await submit(client, "/admin/people", email="ines@example.org", **NEW)
        assert (added.status_code, added.headers["location"]) == (303, "/admin/people?done=link_sent")
        rosa = await world.staff()
        sent = await submit(client, f"/admin/people/{rosa.id}/link", page=f"/admin/people/{rosa.id}")
        assert sent.status_code == 303
        seen = await client.get(sent.headers["location"])
    assert "Waiting to be sent" in seen.text
    assert not LINK.search(added.text + seen.text)


async def test_what_was_typed_is_kept(admin: httpx.AsyncClient) -> None:
    answer = await submit(admin, "/admin/people", email="not an email", **(NEW | {"name": "Kept Name"}))
    assert answer.status_code == 422
    assert "Kept Name" in answer.text


@pytest.mark.parametrize("odd", [{"role": "worker"}, {"team": str(uuid4())}, {"timezone": "Mars/Base"}])
async def test_nobody_can_be_made_a_process_or_put_nowhere(admin: httpx.AsyncClient, odd: dict[str, str]) -> None:
    answer = await submit(admin, "/admin/people", email="w@example.org", **(NEW | odd))
    assert answer.status_code == 422


async def test_suspending_ends_what_she_has_open(admin: httpx.AsyncClient) -> None:
    bo = await somebody(Role.VOLUNTEER, "bo2@example.org", name="Bo Brook")
    async with browser() as hers:
        await sign_in(hers, bo)
        await submit(admin, f"/admin/people/{bo.id}/suspend", page=f"/admin/people/{bo.id}")
        assert (await hers.get("/me")).status_code == 303
    assert (await submit(admin, f"/admin/people/{bo.id}/link", page="/admin/people")).status_code == 409
    await submit(admin, f"/admin/people/{bo.id}/reinstate", page=f"/admin/people/{bo.id}")
    async with browser() as hers:
        await sign_in(hers, bo)


async def test_another_role_and_team_count_from_the_next_sign_in(admin: httpx.AsyncClient) -> None:
    team, cora = await world.team("Hilltop"), await world.staff()
    path = f"/admin/people/{cora.id}"
    async with browser() as hers:
        await sign_in(hers, cora)
        saved = await submit(admin, f"{path}/role", page=path, role="team_lead", team=str(team))
        assert saved.status_code == 303
        assert (await hers.get("/me")).status_code == 303
        await sign_in(hers, cora)
        assert (await hers.get("/requests")).status_code == 403
    assert "Hilltop" in (await admin.get(path)).text


@pytest.mark.parametrize("odd", [{"role": "doorkeeper"}, {"role": ""}, {"role": "volunteer", "team": str(uuid4())}])
async def test_a_role_or_team_that_is_none_is_refused(admin: httpx.AsyncClient, odd: dict[str, str]) -> None:
    path = f"/admin/people/{(await world.staff()).id}"
    assert (await submit(admin, f"{path}/role", page=path, **odd)).status_code == 422


async def test_nobody_changes_her_own_role_or_second_step(db: Addresses) -> None:
    me = await world.staff(Role.ADMIN)
    path = f"/admin/people/{me.id}"
    async with browser() as client:
        await sign_in(client, me)
        assert f"{path}/role" not in (await client.get(path)).text
        for act in ("role", "second-factors", "suspend"):
            refused = await submit(client, f"{path}/{act}", page=path, role="coordinator")
            assert refused.status_code == 403
        assert (await client.get("/admin/people")).status_code == 200


async def test_a_session_left_open_is_not_enough_to_change_an_account(db: Addresses) -> None:
    me, rosa, times = await world.staff(Role.ADMIN), await world.staff(), [clock.now()]
    path = f"/admin/people/{rosa.id}"
    async with browser(now=lambda: times[-1]) as client:
        await sign_in(client, me)
        assert (await client.get(path)).status_code == 200
        times.append(times[0] + timedelta(minutes=11))
        asked = await client.get(path)
        assert (asked.status_code, asked.headers["location"]) == (303, f"/me/confirm?next={path}")
        for act in ("link", "role", "second-factors", "reinstate"):
            sent = await submit(client, f"{path}/{act}", page="/admin/people", role="admin")
            assert sent.headers["location"] == "/me/confirm"


async def test_nor_is_it_to_make_an_account_or_a_token(db: Addresses) -> None:
    """Either lets in whoever holds it, for longer than the session that was left open."""
    me, times = await world.staff(Role.ADMIN), [clock.now()]
    async with browser(now=lambda: times[-1]) as client:
        await sign_in(client, me)
        assert (await client.get("/admin/tokens")).status_code == 200
        times.append(times[0] + timedelta(minutes=11))
        added = await submit(client, "/admin/people", email="mallory@example.org", **NEW | {"role": "coordinator"})
        assert added.headers["location"] == "/me/confirm"
        assert (await client.get("/admin/tokens")).headers["location"] == "/me/confirm?next=/admin/tokens"
        made = await submit(client, "/admin/tokens", page="/admin/people", label="x", role="coordinator")
        assert made.headers["location"] == "/me/confirm"
    assert "x" not in {token.label for token in await service.list_tokens(TESTS)}


async def test_a_reset_second_step_is_gone_with_her_sessions(admin: httpx.AsyncClient, db: Addresses) -> None:
    rosa, other = await world.staff(), await world.staff()
    owner = await asyncpg.connect(db.owner)
    await owner.execute("set row_security = off")
    for who in (rosa, other):
        values = f"gen_random_uuid(), '{who.id}'"
        key = who.id.hex
        await owner.execute(f"insert into passkey values ({values}, '{key}', 'key', 0, 'Phone', now())")
        await owner.execute(f"insert into authenticator values ({values}, 'secret', now())")
        await owner.execute(f"insert into recovery_code values ({values}, 'code')")
    async with browser() as hers:
        path = f"/admin/people/{rosa.id}"
        assert (await submit(admin, f"{path}/second-factors", page=path)).status_code == 303
        await sign_in(hers, rosa)
    for table in ("passkey", "authenticator", "recovery_code"):
        left = await owner.fetch(f"select person from {table} where person = any ($1)", [rosa.id, other.id])
        assert [row["person"] for row in left] == [other.id]
    await owner.close()


async def test_a_long_list_comes_in_pages_of_fifty(admin: httpx.AsyncClient) -> None:
    for _ in range(52):
        await service.add_person(TESTS, NewPerson("Zoe Last", Role.VOLUNTEER, "America/Denver"), None, clock.now())
    first = (await admin.get("/admin/people")).text
    second = (await admin.get("/admin/people?page=2")).text
    rows = re.compile(r'href="(/admin/people/[0-9a-f-]{36})"')
    assert len(rows.findall(first)) == 50
    assert 2 <= len(rows.findall(second)) <= 50
    assert not set(rows.findall(first)) & set(rows.findall(second))
    assert "page=2" in first
    assert "page=1" in second


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


async def test_the_language_of_a_refused_form_can_be_changed_where_a_page_can_be_read(admin: httpx.AsyncClient) -> None:
    who = await world.staff(Role.VOLUNTEER)
    refused = await submit(admin, f"/admin/people/{who.id}/role", page=f"/admin/people/{who.id}", role="queen")
    assert refused.status_code == 422
    assert f'name="next" value="/admin/people/{who.id}"' in refused.text

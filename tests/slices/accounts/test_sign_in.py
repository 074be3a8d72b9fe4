"""Signing in: strangers first, then the session that follows."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from tests.app_kit import PASSWORD, TESTS, Someone, browser, sign_in, somebody, submit

from teamhope.accounts import service
from teamhope.accounts.rules import FREE_ATTEMPTS
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.vocabulary.errors import TooMany
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(scope="module")
async def ana(db: Addresses) -> Someone:
    return await somebody(Role.ADMIN, "ana@example.org")


@pytest.fixture
async def client() -> httpx.AsyncClient:
    async with browser() as client:
        yield client


async def test_anonymous_is_sent_to_sign_in_and_gets_no_session(client: httpx.AsyncClient) -> None:
    answer = await client.get("/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/me")
    assert "session" not in (await client.get("/login")).headers.get("set-cookie", "")


async def test_an_unknown_name_and_a_wrong_password_read_the_same(client: httpx.AsyncClient, ana: Someone) -> None:
    unknown = await submit(client, "/login", email="nob@example.org", password="wrong password!")
    wrong = await submit(client, "/login", email=ana.email, password="wrong password!")
    assert unknown.status_code == wrong.status_code == 422
    assert len(unknown.text) == len(wrong.text.replace(ana.email, "nob@example.org"))
    assert "wrong password!" not in wrong.text


async def test_the_right_password_opens_a_session_that_sign_out_ends(client: httpx.AsyncClient, ana: Someone) -> None:
    await sign_in(client, ana)
    cookies = dict(client.cookies)
    assert (await client.get("/me")).status_code == 200
    assert (await submit(client, "/logout", page="/me")).headers["clear-site-data"]
    client.cookies.update(cookies)
    assert (await client.get("/me")).status_code == 303


async def test_a_planted_session_cookie_is_not_adopted(client: httpx.AsyncClient, ana: Someone) -> None:
    client.cookies.set("session", "attacker-chosen")
    await submit(client, "/login", email=ana.email, password=PASSWORD)
    async with browser() as attacker:
        attacker.cookies.set("session", "attacker-chosen")
        assert (await attacker.get("/me")).status_code == 303


async def test_wrong_passwords_wait_longer_and_longer_yet_never_for_ever(ana: Someone) -> None:
    now = clock.now()
    for _ in range(4):
        with pytest.raises(Exception, match="invalid"):
            await service.sign_in(ana.email, "wrong password!", now)
    with pytest.raises(TooMany):
        await service.sign_in(ana.email, PASSWORD, now)
    assert (await service.sign_in(ana.email, PASSWORD, now + timedelta(seconds=2))).is_open


async def test_a_session_ends_when_idle_and_at_the_latest_after_twelve_hours(ana: Someone) -> None:
    now = clock.now()
    secret = (await service.sign_in(ana.email, PASSWORD, now)).secret
    assert await service.visitor_of_session(secret, now + timedelta(minutes=14))
    assert await service.visitor_of_session(secret, now + timedelta(minutes=28))
    assert await service.visitor_of_session(secret, now + timedelta(minutes=44)) is None


async def test_a_suspended_person_is_out_at_once() -> None:
    bo = await somebody(Role.VOLUNTEER, "bo@example.org")
    secret = (await service.sign_in(bo.email, PASSWORD, clock.now())).secret
    await service.suspend(TESTS, bo.id, clock.now())
    assert await service.visitor_of_session(secret, clock.now()) is None
    with pytest.raises(Exception, match="invalid"):
        await service.sign_in(bo.email, PASSWORD, clock.now())


@pytest.mark.parametrize("token", ["", "é", "x" * 500, "0" * 128])
async def test_a_forged_form_is_403_and_never_500(client: httpx.AsyncClient, token: str) -> None:
    await client.get("/login")
    answer = await client.post("/login", data={"_csrf_token": token, "email": "a@example.org", "password": "x"})
    assert answer.status_code == 403


async def test_a_token_sent_as_a_file_and_odd_bytes_are_403(client: httpx.AsyncClient) -> None:
    await client.get("/login")
    as_file = await client.post("/login", files={"_csrf_token": ("a", b"b")})
    odd = await client.post(
        "/login", content=b"\xff\xfe=%zz", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    broken = await client.post("/login", content=b"--x", headers={"content-type": "multipart/form-data; boundary=y"})
    assert {as_file.status_code, odd.status_code, broken.status_code} == {403}


async def test_a_page_of_another_role_is_403_and_a_page_that_is_not_there_404(client: httpx.AsyncClient) -> None:
    await sign_in(client, await somebody(Role.LEADERSHIP, "lee@example.org"))
    assert (await client.get("/admin/people")).status_code == 403
    assert (await client.get("/nowhere")).status_code == 404


async def test_next_never_leads_to_another_site(client: httpx.AsyncClient, ana: Someone) -> None:
    answer = await submit(client, "/login", email=ana.email, password=PASSWORD, next="//elsewhere.example")
    assert answer.headers["location"] == "/"


async def test_attempts_at_once_are_all_counted() -> None:
    tries = [service.sign_in("many@example.org", "wrong password!", clock.now()) for _ in range(12)]
    refused = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, TooMany) for one in refused) >= 12 - FREE_ATTEMPTS - 1


async def test_signing_in_again_ends_the_session_before(client: httpx.AsyncClient, ana: Someone) -> None:
    await sign_in(client, ana)
    before = client.cookies["session"]
    await submit(client, "/login", email=ana.email, password=PASSWORD)
    assert client.cookies["session"] != before
    assert await service.visitor_of_session(before, clock.now()) is None


async def test_a_secure_cookie_is_forgotten_as_it_was_set() -> None:
    async with browser(Settings(public_url="https://hope.example.org")) as client:
        forgotten = (await client.get("/leave")).headers.get_list("set-cookie")[0]
    assert forgotten.startswith("__Host-session=")
    assert {"secure", "httponly", "path=/", "max-age=0"} <= {part.strip().lower() for part in forgotten.split(";")}

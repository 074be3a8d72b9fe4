"""Sessions: what a thief would need, when they end, and how she ends them herself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from uuid import uuid4

import httpx
import pytest
from tests.app_kit import PASSWORD, Someone, browser, sign_in, somebody, submit
from tests.slices.accounts.second_kit import NAMED, Device, Hand, add_passkey, use_passkey

from teamhope.accounts import service
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
_numbers = count(1)
PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def vera() -> Someone:
    return await somebody(Role.VOLUNTEER, f"sessions{next(_numbers)}@example.org", name="Vera")


@pytest.fixture
async def hers(vera: Someone, hand: Hand) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(NAMED, now=hand) as client:
        await sign_in(client, vera)
        yield client


def ids(page: str) -> list[str]:
    return [part.split("/end")[0] for part in page.split("/me/sessions/")[1:]]


async def test_the_list_names_devices_coarsely_and_marks_this_one(
    hers: httpx.AsyncClient, vera: Someone, hand: Hand
) -> None:
    async with browser(now=hand) as phone:
        phone.headers["user-agent"] = PHONE
        await sign_in(phone, vera)
        page = (await phone.get("/me")).text
    assert "Firefox (Android) · here, now" in page
    assert "A browser we do not know" in page
    assert "Gecko" not in page
    assert len(ids(page)) == 2


async def test_she_ends_another_session_and_stays(hers: httpx.AsyncClient, vera: Someone, hand: Hand) -> None:
    async with browser(now=hand) as phone:
        await sign_in(phone, vera)
        hand.turn(minutes=1)
        first, second = ids((await hers.get("/me")).text)
        ended = await submit(hers, f"/me/sessions/{second}/end", page="/me")
        assert ended.headers["location"] == "/me?done=session_ended"
        assert (await phone.get("/me")).status_code == 303
    assert ids((await hers.get("/me")).text) == [first]


async def test_ending_this_one_signs_out(hers: httpx.AsyncClient) -> None:
    [only] = ids((await hers.get("/me")).text)
    answer = await submit(hers, f"/me/sessions/{only}/end", page="/me")
    assert answer.headers["location"] == "/login?done=signed_out"
    assert answer.headers["clear-site-data"]
    assert (await hers.get("/me")).status_code == 303


async def test_nobody_ends_a_session_of_another_not_even_an_administrator(hers: httpx.AsyncClient, hand: Hand) -> None:
    [only] = ids((await hers.get("/me")).text)
    async with browser(now=hand) as client:
        await sign_in(client, await somebody(Role.ADMIN, f"nosy{next(_numbers)}@example.org"))
        for session_id in (only, uuid4()):
            assert (await submit(client, f"/me/sessions/{session_id}/end", page="/me")).status_code == 404
    assert (await hers.get("/me")).status_code == 200


async def test_ending_all_ends_all(hers: httpx.AsyncClient, vera: Someone, hand: Hand) -> None:
    async with browser(now=hand) as phone:
        await sign_in(phone, vera)
        await submit(phone, "/me/end-sessions", page="/me")
        assert (await phone.get("/me")).status_code == 303
    assert (await hers.get("/me")).status_code == 303


async def test_asking_how_long_is_left_does_not_prolong_it(hers: httpx.AsyncClient, hand: Hand) -> None:
    await hers.get("/me")
    assert (await hers.get("/me/session")).json() == {"seconds_left": 900}
    hand.turn(minutes=14)
    assert (await hers.get("/me/session")).json() == {"seconds_left": 60}
    hand.turn(seconds=59)
    assert (await hers.get("/me/session")).json() == {"seconds_left": 1}
    hand.turn(seconds=1)
    assert (await hers.get("/me/session")).status_code == 303


async def test_saying_that_she_is_there_prolongs_it(hers: httpx.AsyncClient, hand: Hand) -> None:
    page = await hers.get("/me")
    token = page.text.split('name="_csrf_token" value="')[1].split('"')[0]
    hand.turn(minutes=14)
    assert (await hers.post("/me/session", data={"_csrf_token": token})).json() == {"seconds_left": 900}
    assert (await hers.post("/me/session")).status_code == 403
    await hers.get("/calls")
    hand.turn(minutes=29)
    assert (await hers.post("/me/session", data={"_csrf_token": token})).json() == {"seconds_left": 1800}


@pytest.mark.parametrize(
    ("role", "path", "minutes"),
    [
        (Role.VOLUNTEER, "/calls", 30),
        (Role.TEAM_LEAD, "/calls", 30),
        (Role.COORDINATOR, "/calls", 15),
        (Role.VOLUNTEER, "/", 15),
        (Role.VOLUNTEER, "/callsign", 15),
    ],
)
async def test_who_calls_may_rest_longer_on_a_calls_page(role: Role, path: str, minutes: int, hand: Hand) -> None:
    who = await somebody(role, f"rest{next(_numbers)}@example.org")
    async with browser(now=hand) as client:
        await sign_in(client, who)
        await client.get(path)
        hand.turn(minutes=minutes, seconds=-1)
        assert (await client.get("/me/session")).status_code == 200
        hand.turn(seconds=1)
        assert (await client.get("/me/session")).status_code == 303


async def test_twelve_hours_are_the_end_whatever_she_does(hers: httpx.AsyncClient, hand: Hand) -> None:
    for _ in range(12 * 6 - 1):
        hand.turn(minutes=10)
        assert (await hers.get("/me")).status_code == 200
    assert (await hers.get("/me/session")).json() == {"seconds_left": 600}
    hand.turn(minutes=10)
    assert (await hers.get("/me")).status_code == 303


async def test_a_confirmation_does_not_prolong_the_twelve_hours(vera: Someone, hand: Hand) -> None:
    secret = (await service.sign_in(vera.email, PASSWORD, hand.now)).secret
    visitor = await service.visitor_of_session(secret, hand.now)
    assert visitor
    assert visitor.session
    renewed = await service.confirm(visitor, PASSWORD, hand.now + timedelta(minutes=1))
    after = await service.visitor_of_session(renewed, hand.now + timedelta(minutes=1))
    assert after
    assert after.session
    assert after.session.expires_at == visitor.session.expires_at


STALE = [
    ("GET", "/me/security/passkeys/new"),
    ("POST", "/me/security/passkeys/options"),
    ("GET", "/me/security/app"),
    ("POST", "/me/security/app/start"),
    ("POST", "/me/security/app/remove"),
    ("POST", "/me/security/codes"),
]


@pytest.mark.parametrize(("method", "path"), STALE)
async def test_changes_need_a_proof_younger_than_ten_minutes(
    hers: httpx.AsyncClient, hand: Hand, method: str, path: str
) -> None:
    token = (await hers.get("/me")).text.split('name="_csrf_token" value="')[1].split('"')[0]
    hand.turn(minutes=10)
    answer = await hers.request(method, path, data={"_csrf_token": token} if method == "POST" else None)
    assert answer.status_code == 303
    assert answer.headers["location"] == ("/me/confirm" if method == "POST" else f"/me/confirm?next={path}")


async def test_a_removal_needs_it_too(hers: httpx.AsyncClient, hand: Hand) -> None:
    await add_passkey(hers, Device())
    passkey_id = (await hers.get("/me/security")).text.split("/passkeys/")[1].split("/remove")[0]
    hand.turn(minutes=10)
    gone = await submit(hers, f"/me/security/passkeys/{passkey_id}/remove", page="/me/security")
    assert gone.headers["location"] == "/me/confirm"
    assert "My phone" in (await hers.get("/me/security")).text


async def test_the_password_confirms_and_leads_back(hers: httpx.AsyncClient, hand: Hand) -> None:
    hand.turn(minutes=11)
    before = hers.cookies["session"]
    wrong = await submit(hers, "/me/confirm", password="wrong password!")
    assert wrong.status_code == 422
    assert "wrong password!" not in wrong.text
    assert hers.cookies["session"] == before
    right = await submit(hers, "/me/confirm", password=PASSWORD, next="/me/security/passkeys/new")
    assert right.headers["location"] == "/me/security/passkeys/new"
    assert hers.cookies["session"] != before
    assert await service.visitor_of_session(before, hand.now) is None
    assert (await hers.get("/me/security/passkeys/new")).status_code == 200


async def test_a_confirmation_leads_to_no_other_site(hers: httpx.AsyncClient) -> None:
    answer = await submit(hers, "/me/confirm", password=PASSWORD, next="//evil.example")
    assert answer.headers["location"] == "/me/security"


async def test_wrong_passwords_are_delayed_here_as_well(hers: httpx.AsyncClient) -> None:
    answers = [(await submit(hers, "/me/confirm", password="wrong password!")).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]


async def test_her_passkey_confirms_and_no_other(hers: httpx.AsyncClient, hand: Hand) -> None:
    device, foreign = Device(), Device()
    await add_passkey(hers, device)
    async with browser(NAMED, now=hand) as theirs:
        await sign_in(theirs, await somebody(Role.VOLUNTEER, f"eve{next(_numbers)}@example.org"))
        await add_passkey(theirs, foreign)
    hand.turn(minutes=11)
    way = {"path": "/me/confirm/passkey", "page": "/me/confirm"}
    assert (await use_passkey(hers, foreign, **way)).status_code == 422
    assert (await hers.get("/me/security/app")).headers["location"].startswith("/me/confirm")
    assert (await use_passkey(hers, device, **way)).headers["location"] == "/me/security"
    assert (await hers.get("/me/security/passkeys/new")).status_code == 200


@pytest.mark.parametrize("cookie", ["session", "step"])
async def test_a_cookie_that_somebody_chose_is_never_adopted(vera: Someone, hand: Hand, cookie: str) -> None:
    device = Device()
    async with browser(NAMED, now=hand) as client:
        await sign_in(client, vera)
        await add_passkey(client, device)
    async with browser(NAMED, now=hand) as victim, browser(NAMED, now=hand) as attacker:
        victim.cookies.set(cookie, "attacker-chosen", domain="127.0.0.1")
        attacker.cookies.set(cookie, "attacker-chosen")
        assert (await use_passkey(victim, device)).status_code == 303
        assert "attacker-chosen" not in dict(victim.cookies).values()
        assert (await attacker.get("/me")).status_code == 303


async def test_cookies_of_a_secure_site_are_bound_to_its_host() -> None:
    async with browser(Settings(public_url="https://hope.example.org")) as client:
        token = (await client.get("/login")).text.split('name="_csrf_token" value="')[1].split('"')[0]
        cookies = {"cookie": f"__Host-form={client.cookies['__Host-form']}"}
        answer = await client.post("/login/passkey/options", data={"_csrf_token": token}, headers=cookies)
    given = answer.headers["set-cookie"].lower()
    assert given.startswith("__host-step=")
    assert {"secure", "httponly", "path=/", "samesite=strict"} <= {part.strip() for part in given.split(";")}
    assert answer.json()["rpId"] == "hope.example.org"

"""The second factor after the password: whoever has only the password first, then she who has both."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import httpx
import pyotp
import pytest
from tests.app_kit import PASSWORD, Someone, browser, sign_in, somebody, submit
from tests.slices.accounts.second_kit import NAMED, Device, Hand, add_passkey, make_codes, set_up_app

from teamhope.accounts import jobs, service, service_second
from teamhope.accounts.rules import delay_after
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
_numbers = count(1)


@dataclass
class Her:
    """Somebody with an app on her phone, at a browser that is signed in."""

    who: Someone
    app: pyotp.TOTP
    client: httpx.AsyncClient
    hand: Hand

    def code(self) -> str:
        return self.app.at(self.hand.now)


@pytest.fixture
async def her() -> AsyncIterator[Her]:
    hand = Hand()
    who = await somebody(Role.COORDINATOR, f"second{next(_numbers)}@example.org", name="Cora")
    async with browser(now=hand) as client:
        await sign_in(client, who)
        app = await set_up_app(client, hand.now)
        hand.turn(seconds=60)
        yield Her(who, app, client, hand)


@pytest.fixture
async def stranger(her: Her) -> AsyncIterator[httpx.AsyncClient]:
    """At another browser."""
    async with browser(now=her.hand) as client:
        yield client


async def give_password(client: httpx.AsyncClient, who: Someone, **more: str) -> httpx.Response:
    return await submit(client, "/login", email=who.email, password=PASSWORD, **more)


async def give_code(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await submit(client, "/login/second", code=code)


async def test_the_password_alone_opens_nothing(stranger: httpx.AsyncClient, her: Her) -> None:
    asked = await give_password(stranger, her.who, next="/requests")
    assert asked.headers["location"] == "/login/second?next=/requests"
    assert "session" not in stranger.cookies
    assert (await stranger.get("/requests")).headers["location"] == "/login?next=/requests"


async def test_a_wrong_password_reads_the_same_with_and_without_a_second_factor(
    stranger: httpx.AsyncClient, her: Her
) -> None:
    plain = await somebody(Role.COORDINATOR, f"plain{next(_numbers)}@example.org")
    answers = []
    for email in (her.who.email, plain.email, "nobody.here@example.org"):
        answer = await submit(stranger, "/login", email=email, password="wrong password!")
        answers.append((answer.status_code, answer.text.replace(email, ""), sorted(answer.headers)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


async def test_the_code_opens_a_session_of_a_fresh_secret(stranger: httpx.AsyncClient, her: Her) -> None:
    await give_password(stranger, her.who)
    step = stranger.cookies["step"]
    answer = await submit(stranger, "/login/second", code=her.code(), next="/requests")
    assert answer.headers["location"] == "/requests"
    assert stranger.cookies["session"] != step
    assert "step" not in stranger.cookies
    assert (await stranger.get("/requests")).status_code == 200


async def test_no_code_works_twice(stranger: httpx.AsyncClient, her: Her) -> None:
    code = her.code()
    await give_password(stranger, her.who)
    assert (await give_code(stranger, code)).status_code == 303
    async with browser(now=her.hand) as second:
        await give_password(second, her.who)
        again = await give_code(second, code)
    assert again.status_code == 422
    assert "used before" in again.text
    assert code not in again.text


async def test_the_code_before_last_is_too_old(stranger: httpx.AsyncClient, her: Her) -> None:
    her.hand.turn(minutes=5)
    old = her.app.at(her.hand.now - timedelta(seconds=60))
    await give_password(stranger, her.who)
    assert (await give_code(stranger, old)).status_code == 422
    assert (await give_code(stranger, her.app.at(her.hand.now - timedelta(seconds=30)))).status_code == 303


@pytest.mark.parametrize("code", ["", "000000x", "é" * 6, "١٢٣٤٥٦", "x" * 41, "\x00", "123 456 789", "aaaaa-bbbbb"])
async def test_whatever_is_no_code_is_refused_with_a_sentence(stranger: httpx.AsyncClient, her: Her, code: str) -> None:
    await give_password(stranger, her.who)
    answer = await give_code(stranger, code)
    assert answer.status_code == 422
    assert "field-code" in answer.text


async def test_wrong_codes_wait_longer_and_a_new_password_does_not_shorten_it(
    stranger: httpx.AsyncClient, her: Her
) -> None:
    await give_password(stranger, her.who)
    answers = [(await give_code(stranger, "000000")).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    await give_password(stranger, her.who)
    assert (await give_code(stranger, her.code())).status_code == 429
    her.hand.turn(seconds=2)
    assert (await give_code(stranger, her.code())).status_code == 303, "a delay, never a lock-out"


async def test_ten_wrong_codes_end_the_step(stranger: httpx.AsyncClient, her: Her) -> None:
    await give_password(stranger, her.who)
    for attempts in range(1, 11):
        wrong = await submit(stranger, "/login/second", page="/login", code="000000")
        assert wrong.status_code == 422
        her.hand.now += delay_after(attempts)
    answer = await submit(stranger, "/login/second", page="/login", code=her.code())
    assert answer.status_code == 422
    assert "Sign in once more" in answer.text


async def test_a_step_is_over_after_five_minutes(stranger: httpx.AsyncClient, her: Her) -> None:
    await give_password(stranger, her.who)
    her.hand.turn(minutes=5)
    assert (await stranger.get("/login/second?next=/calls")).headers["location"] == "/login?next=/calls"
    answer = await submit(stranger, "/login/second", page="/login", code=her.code())
    assert answer.status_code == 422
    assert "session" not in stranger.cookies


@pytest.mark.parametrize("forged", ["", "x", "é", "0" * 64, "A" * 4000])
async def test_a_forged_step_is_worth_nothing(stranger: httpx.AsyncClient, her: Her, forged: str) -> None:
    form = await stranger.get("/login")
    token = form.text.split('name="_csrf_token" value="')[1].split('"')[0]
    cookies = f"form={stranger.cookies['form']}; step=".encode() + forged.encode()
    answer = await stranger.post(
        "/login/second", data={"_csrf_token": token, "code": her.code()}, headers={b"cookie": cookies}
    )
    assert answer.status_code == 422
    assert "session" not in answer.cookies


async def test_a_step_that_was_answered_is_worth_nothing(stranger: httpx.AsyncClient, her: Her) -> None:
    await give_password(stranger, her.who)
    step = stranger.cookies["step"]
    await give_code(stranger, her.code())
    her.hand.turn(minutes=1)
    async with browser(now=her.hand) as thief:
        thief.cookies.set("step", step)
        assert (await thief.get("/login/second")).status_code == 303
        assert (await submit(thief, "/login/second", page="/login", code=her.code())).status_code == 422


async def test_a_step_is_no_session_and_a_session_no_step(stranger: httpx.AsyncClient, her: Her) -> None:
    entrance = await service.sign_in(her.who.email, PASSWORD, her.hand.now)
    assert not entrance.is_open
    assert await service.visitor_of_session(entrance.secret, her.hand.now) is None
    assert not await service_second.waits_for_second(her.client.cookies["session"], her.hand.now)


async def test_a_suspended_person_cannot_finish(stranger: httpx.AsyncClient, her: Her) -> None:
    await give_password(stranger, her.who)
    admin = await somebody(Role.ADMIN, f"boss{next(_numbers)}@example.org")
    async with browser(now=her.hand) as office:
        await sign_in(office, admin)
        await submit(office, f"/admin/people/{her.who.id}/suspend", page="/admin/people")
    answer = await submit(stranger, "/login/second", page="/login", code=her.code())
    assert answer.status_code == 422
    assert "session" not in stranger.cookies


async def test_each_recovery_code_works_once(stranger: httpx.AsyncClient, her: Her) -> None:
    codes = await make_codes(her.client)
    assert len(set(codes)) == 10
    await give_password(stranger, her.who)
    assert (await give_code(stranger, codes[0].upper().replace("-", " "))).status_code == 303
    assert "9 unused codes" in (await stranger.get("/me/security")).text
    async with browser(now=her.hand) as second:
        await give_password(second, her.who)
        assert (await give_code(second, codes[0])).status_code == 422
        assert (await give_code(second, codes[1])).status_code == 303


async def test_new_recovery_codes_replace_the_old(stranger: httpx.AsyncClient, her: Her) -> None:
    old, new = await make_codes(her.client), await make_codes(her.client)
    await give_password(stranger, her.who)
    assert (await give_code(stranger, old[0])).status_code == 422
    assert (await give_code(stranger, new[0])).status_code == 303


async def test_somebody_elses_codes_do_not_fit(stranger: httpx.AsyncClient, her: Her) -> None:
    other = await somebody(Role.COORDINATOR, f"other{next(_numbers)}@example.org")
    async with browser(now=her.hand) as client:
        await sign_in(client, other)
        app = await set_up_app(client, her.hand.now)
        codes = await make_codes(client)
    her.hand.turn(minutes=1)
    await give_password(stranger, her.who)
    assert (await give_code(stranger, app.at(her.hand.now))).status_code == 422
    assert (await give_code(stranger, codes[0])).status_code == 422


async def test_codes_are_told_once(her: Her) -> None:
    codes = await make_codes(her.client)
    page = (await her.client.get("/me/security")).text
    assert not [code for code in codes if code in page]


async def test_what_is_half_done_is_cleaned_away(stranger: httpx.AsyncClient, her: Her) -> None:
    await give_password(stranger, her.who)
    await jobs.remove_expired(her.hand.now)
    assert (await stranger.get("/login/second")).status_code == 200
    her.hand.turn(minutes=6)
    await jobs.remove_expired(her.hand.now)
    assert (await stranger.get("/login/second")).status_code == 303


@pytest.mark.parametrize(
    ("requirement", "role", "open_"),
    [
        ("nobody", Role.ADMIN, True),
        ("staff", Role.VOLUNTEER, True),
        ("staff", Role.TEAM_LEAD, False),
        ("staff", Role.ADMIN, False),
        ("everyone", Role.VOLUNTEER, False),
    ],
)
async def test_who_must_set_one_up_reaches_nothing_else(requirement: str, role: Role, open_: bool) -> None:
    who = await somebody(role, f"must{next(_numbers)}@example.org")
    async with browser(Settings(require_second_factor=requirement)) as client:
        await sign_in(client, who)
        start = await client.get("/")
        assert start.status_code == (200 if open_ else 303)
        if not open_:
            assert start.headers["location"].startswith("/me/security")
        for path in ("/me", "/me/security", "/me/confirm", "/help", "/me/session"):
            assert (await client.get(path)).status_code == 200, path
        assert (await submit(client, "/language", page="/me", locale="es")).status_code == 303
        assert (await client.get("/leave")).status_code == 303


async def test_setting_one_up_opens_the_rest() -> None:
    hand = Hand()
    who = await somebody(Role.ADMIN, f"must{next(_numbers)}@example.org")
    async with browser(Settings(require_second_factor="everyone"), now=hand) as client:
        await sign_in(client, who)
        assert (await client.get("/admin/people")).headers["location"] == "/me/security?next=/admin/people"
        assert "Set up a second step first" in (await client.get("/me/security")).text
        before = client.cookies["session"]
        await set_up_app(client, hand.now)
        assert client.cookies["session"] != before, "a rise of rights goes with a fresh secret"
        assert await service.visitor_of_session(before, hand.now) is None
        assert (await client.get("/admin/people")).status_code == 200
        await submit(client, "/me/security/app/remove", page="/me/security")
        assert (await client.get("/admin/people")).status_code == 303


async def test_the_first_factor_ends_sessions_that_were_opened_without() -> None:
    hand = Hand()
    who = await somebody(Role.ADVOCATE, f"two{next(_numbers)}@example.org")
    async with browser(NAMED, now=hand) as here, browser(NAMED, now=hand) as there:
        await sign_in(there, who)
        await sign_in(here, who)
        await add_passkey(here, Device())
        assert (await here.get("/me")).status_code == 200
        assert (await there.get("/me")).status_code == 303

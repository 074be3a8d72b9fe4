"""Passkeys: forged, replayed, foreign and copied ones first."""

import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest
from tests.app_kit import PASSWORD, Someone, browser, sign_in, somebody, submit
from tests.slices.accounts.second_kit import (
    NAMED,
    PRESENT,
    VERIFIED,
    Device,
    Hand,
    add_passkey,
    ask,
    make_codes,
    to_text,
    use_passkey,
)

from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
_numbers = count(1)
NEW = "/me/security/passkeys/new"


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def vera() -> Someone:
    return await somebody(Role.VOLUNTEER, f"passkey{next(_numbers)}@example.org", name="Vera")


@pytest.fixture
async def hers(vera: Someone, hand: Hand) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(NAMED, now=hand) as client:
        await sign_in(client, vera)
        yield client


@pytest.fixture
async def device(hers: httpx.AsyncClient) -> Device:
    device = Device()
    assert (await add_passkey(hers, device)).headers["location"] == "/me/security?done=passkey_added"
    return device


@pytest.fixture
async def client(hand: Hand) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser, of whoever it is."""
    async with browser(NAMED, now=hand) as client:
        yield client


async def test_a_passkey_signs_in_without_a_password(client: httpx.AsyncClient, device: Device) -> None:
    assert (await use_passkey(client, device)).headers["location"] == "/"
    page = await client.get("/me")
    assert "Vera" in page.text
    assert (await use_passkey(client, device)).status_code == 303, "and again, with a greater count"


async def test_the_question_names_no_key_and_no_host_of_the_request(client: httpx.AsyncClient, device: Device) -> None:
    form = await client.get("/login")
    token = form.text.split('name="_csrf_token" value="')[1].split('"')[0]
    answer = await client.post(
        "/login/passkey/options", data={"_csrf_token": token}, headers={"host": "evil.example", "origin": "http://x"}
    )
    options = answer.json()
    assert options["rpId"] == "localhost"
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


async def test_a_new_key_must_stay_on_the_device_and_verify_her(hers: httpx.AsyncClient, device: Device) -> None:
    options = (await ask(hers, "/me/security/passkeys/options", NEW)).json()
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [each["id"] for each in options["excludeCredentials"]] == [to_text(device.id)]


async def answered(client: httpx.AsyncClient, device: Device, **changes: Any) -> httpx.Response:
    """With the device saying something else of itself."""
    for name, value in changes.items():
        setattr(device, name, value)
    return await use_passkey(client, device)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "http://evil.example:8000"},
        {"origin": "https://localhost:8000"},
        {"origin": "http://localhost:8001"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"id": b"nobody knows it!"},
        {"count": 0},
        {"count": 1},
        {"handle": to_text(bytes(16))},
        {"handle": to_text(b"no person")},
        {"key": Device().key},
    ],
)
async def test_whatever_is_not_hers_here_and_now_is_refused(
    client: httpx.AsyncClient, device: Device, changes: dict[str, Any]
) -> None:
    answer = await answered(client, device, **changes)
    assert answer.status_code == 422
    assert "could not be used" in answer.text
    assert "session" not in client.cookies


async def test_a_count_that_goes_back_is_a_copy(client: httpx.AsyncClient, device: Device) -> None:
    device.count = 40
    assert (await use_passkey(client, device)).status_code == 303
    assert (await answered(client, device, count=39)).status_code == 422


async def test_devices_that_do_not_count_are_welcome(hers: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    device = Device(count=0)
    await add_passkey(hers, device)
    for _ in range(2):
        device.count = 0
        assert (await use_passkey(client, device)).status_code == 303


async def test_an_answer_counts_once(client: httpx.AsyncClient, device: Device) -> None:
    options = (await ask(client, "/login/passkey/options", "/login")).json()
    step, answer = client.cookies["step"], json.dumps(device.get(options))
    await submit(client, "/login/passkey", page="/login", passkey=answer)
    client.cookies.clear()
    client.cookies.set("step", step)
    again = await submit(client, "/login/passkey", page="/login", passkey=answer)
    assert again.status_code == 422


async def test_an_answer_to_another_question_or_too_late_is_refused(
    client: httpx.AsyncClient, device: Device, hand: Hand
) -> None:
    options = (await ask(client, "/login/passkey/options", "/login")).json()
    other = {**options, "challenge": to_text(bytes(32))}
    wrong = await submit(client, "/login/passkey", page="/login", passkey=json.dumps(device.get(other)))
    assert wrong.status_code == 422
    options = (await ask(client, "/login/passkey/options", "/login")).json()
    hand.turn(minutes=5)
    late = await submit(client, "/login/passkey", page="/login", passkey=json.dumps(device.get(options)))
    assert late.status_code == 422


async def test_an_answer_without_a_question_is_refused(client: httpx.AsyncClient, device: Device) -> None:
    options = {"challenge": to_text(bytes(32)), "rpId": "localhost"}
    answer = await submit(client, "/login/passkey", page="/login", passkey=json.dumps(device.get(options)))
    assert answer.status_code == 422


MALFORMED = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"id": 1}',
    '{"id": "AA", "response": {}}',
    '{"id": "é", "response": {"userHandle": "!"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"","authenticatorData":"","signature":""}}',
    "[" * 15_000,
    '{"a":' * 3_000,
    "\udcff",
    "x" * 20_001,
    "\x00",
]


async def test_nonsense_is_422_and_never_500(client: httpx.AsyncClient, hers: httpx.AsyncClient) -> None:
    answers = {}
    for answer in MALFORMED:
        text = answer.encode(errors="replace").decode()
        await ask(client, "/login/passkey/options", "/login")
        answers["to sign in", answer[:20]] = await submit(client, "/login/passkey", page="/login", passkey=text)
        await ask(hers, "/me/security/passkeys/options", NEW)
        added = await submit(hers, "/me/security/passkeys", page=NEW, label="x", passkey=text)
        answers["to add one", answer[:20]] = added
    assert {which: answer.status_code for which, answer in answers.items()} == dict.fromkeys(answers, 422)
    assert all('role="alert"' in answer.text for answer in answers.values())


ODD_OBJECT = b"\xa3cfmt\x01gattStmt\x02hauthData\x03"
BYTES = [b"", b"\xff", b"{}", b"\xa0", b"\x80" * 40, ODD_OBJECT, b"\xbf" * 900, b"\xc2\x41"]


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
async def test_odd_bytes_inside_a_new_key_are_422(hers: httpx.AsyncClient, part: str) -> None:
    for odd in BYTES:
        answer = Device().create((await ask(hers, "/me/security/passkeys/options", NEW)).json())
        answer["response"][part] = to_text(odd)
        sent = await submit(hers, "/me/security/passkeys", page=NEW, label="x", passkey=json.dumps(answer))
        assert sent.status_code == 422, odd


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
async def test_odd_bytes_inside_an_answer_are_422(client: httpx.AsyncClient, device: Device, part: str) -> None:
    for odd in BYTES[1:]:
        answer = device.get((await ask(client, "/login/passkey/options", "/login")).json())
        answer["response"][part] = to_text(odd)
        sent = await submit(client, "/login/passkey", page="/login", passkey=json.dumps(answer))
        assert sent.status_code == 422, odd


@pytest.mark.parametrize("changes", [{"origin": "http://evil.example"}, {"flags": PRESENT}, {"flags": VERIFIED}])
async def test_a_new_key_from_elsewhere_or_unverified_is_refused(
    hers: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    answer = await add_passkey(hers, Device(**changes))
    assert answer.status_code == 422
    assert "could not be used" in answer.text


async def test_one_key_is_registered_once_whoever_has_it(
    hers: httpx.AsyncClient, device: Device, client: httpx.AsyncClient
) -> None:
    await sign_in(client, await somebody(Role.VOLUNTEER, f"twin{next(_numbers)}@example.org"))
    again = await add_passkey(client, device)
    assert again.status_code == 422
    assert "set up already" in again.text


async def test_nobody_answers_the_question_that_another_was_asked(
    hers: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    await sign_in(client, await somebody(Role.VOLUNTEER, f"mallory{next(_numbers)}@example.org"))
    options = (await ask(client, "/me/security/passkeys/options", NEW)).json()
    hers.cookies.set("step", client.cookies["step"])
    planted = await submit(
        hers, "/me/security/passkeys", page=NEW, label="x", passkey=json.dumps(Device().create(options))
    )
    assert planted.status_code == 422


async def test_after_the_password_only_her_own_passkey_will_do(
    client: httpx.AsyncClient, device: Device, vera: Someone, hand: Hand
) -> None:
    other, foreign = await somebody(Role.VOLUNTEER, f"eve{next(_numbers)}@example.org"), Device()
    async with browser(NAMED, now=hand) as theirs:
        await sign_in(theirs, other)
        await add_passkey(theirs, foreign)
    await submit(client, "/login", email=vera.email, password=PASSWORD)
    way = {"path": "/login/second/passkey", "page": "/login/second"}
    assert (await use_passkey(client, foreign, **way)).status_code == 422
    assert (await use_passkey(client, device, **way)).status_code == 303
    assert "Vera" in (await client.get("/me")).text


async def test_a_question_after_the_password_is_used_up_by_a_wrong_answer(
    client: httpx.AsyncClient, device: Device, vera: Someone
) -> None:
    await submit(client, "/login", email=vera.email, password=PASSWORD)
    options = (await ask(client, "/login/second/passkey/options", "/login/second")).json()
    await submit(client, "/login/second/passkey", page="/login/second", passkey="{}")
    late = await submit(client, "/login/second/passkey", page="/login/second", passkey=json.dumps(device.get(options)))
    assert late.status_code == 422


async def test_a_suspended_persons_passkey_opens_nothing(
    client: httpx.AsyncClient, device: Device, vera: Someone, hand: Hand
) -> None:
    async with browser(now=hand) as office:
        await sign_in(office, await somebody(Role.ADMIN, f"chief{next(_numbers)}@example.org"))
        await submit(office, f"/admin/people/{vera.id}/suspend", page="/admin/people")
    assert (await use_passkey(client, device)).status_code == 422


async def test_a_removed_passkey_opens_nothing_and_ends_other_sessions(
    hers: httpx.AsyncClient, client: httpx.AsyncClient, device: Device
) -> None:
    await use_passkey(client, device)
    await make_codes(hers)
    passkey_id = (await hers.get("/me/security")).text.split("/passkeys/")[1].split("/remove")[0]
    await submit(hers, f"/me/security/passkeys/{passkey_id}/remove", page="/me/security")
    assert (await client.get("/me")).status_code == 303
    assert (await use_passkey(client, device)).status_code == 422
    assert "ecovery codes" not in (await hers.get("/me/security")).text


async def test_nobody_removes_another_ones_passkey(
    hers: httpx.AsyncClient, client: httpx.AsyncClient, device: Device
) -> None:
    passkey_id = (await hers.get("/me/security")).text.split("/passkeys/")[1].split("/remove")[0]
    await sign_in(client, await somebody(Role.ADMIN, f"nosy{next(_numbers)}@example.org"))
    gone = await submit(client, f"/me/security/passkeys/{passkey_id}/remove", page="/me/security")
    assert gone.status_code == 404
    assert "My phone" in (await hers.get("/me/security")).text


async def test_where_the_site_has_no_name_no_passkey_is_offered(vera: Someone) -> None:
    async with browser(Settings()) as client:
        assert "data-passkey" not in (await client.get("/login")).text
        await sign_in(client, vera)
        assert (await client.get(NEW)).headers["location"] == "/me/security"

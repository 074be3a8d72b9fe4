"""Requests that no browser sends: each is answered for what it is, none with a fault of ours."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar.serialization import encode_json
from tests.app_kit import CSRF, PASSWORD, browser, sign_in, somebody

from teamhope.accounts import service as accounts
from teamhope.app import LARGEST_BODY
from teamhope.kit import clock
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
FORM = "application/x-www-form-urlencoded"
FORM_HEADERS = {"content-type": FORM}


@pytest.fixture(scope="module")
async def signed_in(db: object) -> tuple[httpx.Cookies, str]:
    """A coordinator's cookies, and the token of her forms."""
    async with browser() as client:
        await sign_in(client, await somebody(Role.COORDINATOR, "odd@example.org"))
        token = CSRF.search((await client.get("/help")).text)
        assert token
        return client.cookies, token[1]


@pytest.fixture(scope="module")
async def visits(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.fixture
def client(visits: httpx.AsyncClient, signed_in: tuple[httpx.Cookies, str]) -> httpx.AsyncClient:
    """As signed in as before the former odd request."""
    visits.cookies, visits.headers["x-csrftoken"] = httpx.Cookies(signed_in[0]), signed_in[1]
    return visits


@pytest.fixture(scope="module")
async def program(db: object) -> AsyncIterator[httpx.AsyncClient]:
    holder = await somebody(Role.COORDINATOR, "program@example.org")
    token = await accounts.create_token(Actor(Role.COMMAND, name="tests"), "odd", holder.id, clock.now())
    async with browser() as client:
        client.headers.update({"authorization": f"Bearer {token}", "idempotency-key": "odd"})
        yield client


@pytest.mark.parametrize(
    "path", ["/static/%00", "/static/css/app.css%00", "/static/" + "a" * 5000, "/static/" + "a/" * 3000, "/static/%ff"]
)
async def test_a_name_no_file_system_could_hold_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/static/css/app.css", "/static/img/usa-icons/error.svg"])
async def test_a_built_file_is_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/login", "GET, POST"), ("GET", "/logout", "POST"), ("DELETE", "/api/v1/requests", "POST")],
)
async def test_a_method_that_is_refused_comes_with_those_that_are_not(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_program_that_must_sign_in_is_told_how(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/requests", json={})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/requests/%ff",
        "/requests/%ed%a0%80",
        "/families?page=99999999999999999999",
        "/families?page=%00",
        "/requests?status=%ff%fe&status=ready",
        "/reports?year=%00",
        "/reports/%00",
        "/reports/9999999999",
        "/calls?after=9223372036854775808&month=9999-99",
        "/schedule?week=9999-12-31",
        "/schedule?week=0001-01-01",
        "/help?family=%ed%a0%80",
        "/login?next=/%0d%0aset-cookie:%20a=b",
        "/?done=%00&done=saved",
        "//families//",
        "/?" + "a=b&" * 2000,
    ],
)
async def test_odd_addresses(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code < 500
    assert "set-cookie: a" not in str(answer.headers)


@pytest.mark.parametrize(
    "body",
    [
        b"email=%00&password=%00",
        b"email=a&email=b&password=x",
        b"email=%ff&password=%ed%a0%80",
        b"\xff\xfe\x00=%",
        b"%%%&&&==;",
        b"__proto__=1&email[]=2&email[x]=3",
        b"email=" + b"a" * 500_000,
        b"&".join(b"a%d=1" % number for number in range(5_000)),
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
@pytest.mark.parametrize("path", ["/login", "/help", "/families/search", "/requests/new"])
async def test_odd_forms(client: httpx.AsyncClient, path: str, body: bytes) -> None:
    assert (await client.post(path, content=body, headers=FORM_HEADERS)).status_code in {200, 400, 403, 422}


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "///",
        "text/plain",
        f"{FORM}; charset=utf-16",
        f"{FORM}; charset=nope",
        f"{FORM}; charset=base64",
        f'{FORM}; charset="',
        f"{FORM}, application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json; charset=utf-16",
        "application/msgpack",
    ],
)
async def test_odd_content_types(client: httpx.AsyncClient, program: httpx.AsyncClient, kind: str) -> None:
    headers = {"content-type": kind}
    page = await client.post("/help", content=b"level=routine&a=\xff", headers=headers)
    answer = await program.post("/api/v1/requests", content=b'{"a": "\xff"}', headers=headers)
    assert page.status_code in {403, 415, 422}
    assert answer.status_code in {400, 415, 422}


async def test_a_body_that_is_no_form_is_not_a_call_for_help(client: httpx.AsyncClient) -> None:
    answer = await client.post("/help", content=b'{"level": "routine"}', headers={"content-type": "application/json"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 100_000,
        b'{"contact": {"first_name": "\\ud800"}}',
        b'{"contact": {"first_name": "\\u0000"}}',
        b'{"a": "\x00"}',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"1e999",
        b"NaN",
        b"",
        b"{}{}",
        b'{"a": 1, "a": 2}',
        encode_json({"a": 2**63}),
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
@pytest.mark.parametrize("path", ["/api/v1/requests", "/api/v1/calls"])
async def test_odd_json(program: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await program.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["/login", "/api/v1/requests", "/nowhere"])
@pytest.mark.parametrize("stated", [True, False], ids=["length", "chunks"])
async def test_a_body_that_is_too_large_is_refused_however_it_comes(
    client: httpx.AsyncClient, program: httpx.AsyncClient, path: str, stated: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 50_000 + 1):
            yield b"a" * 50_000

    sender = program if path.startswith("/api/") else client
    kind = "application/json" if path.startswith("/api/") else FORM
    content = b"a" * (LARGEST_BODY + 1) if stated else chunks()
    answer = await sender.post(path, content=content, headers={"content-type": kind})
    assert answer.status_code == (404 if path == "/nowhere" else 413)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accept-language", b"\xff\xfe"),
        ("accept-language", b"en;q=nope, es;q=9e999, *;q=nan"),
        ("accept-language", b"a-" * 5_000),
        ("accept", b"\xff"),
        ("cookie", b"language=\xff; session=\xff; form=\xff"),
        ("cookie", b'session="\\377\\000"; =;;='),
        ("cookie", b"a=b; " * 5_000),
        ("hx-request", b"\xff"),
        ("authorization", b"Bearer \xff"),
        ("range", b"bytes=5-1"),
        ("range", b"bytes=0-99999999999999999999999"),
        ("if-modified-since", b"nope"),
        ("x-csrftoken", b"\xff"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/follow-ups", "/static/favicon.svg"])
async def test_odd_headers(client: httpx.AsyncClient, path: str, name: str, value: bytes) -> None:
    assert (await client.get(path, headers=[(name.encode(), value)])).status_code < 500


@pytest.mark.parametrize("path", ["/login", "/help", "/logout", "/language"])
@pytest.mark.parametrize("oddity", ["é", "\x00", "0" * 5_000, ""])
async def test_a_token_that_is_almost_right_is_a_forged_form(client: httpx.AsyncClient, path: str, oddity: str) -> None:
    right = client.headers["x-csrftoken"]
    wrong = (right + oddity if oddity else right[:-1]).encode()
    assert re.fullmatch("[0-9a-f]+", right)
    answer = await client.post(path, data={"a": "b"}, headers=[(b"x-csrftoken", wrong)])
    assert answer.status_code == 403


async def test_a_cookie_of_a_former_key_is_replaced_so_that_she_can_sign_in(db: object) -> None:
    await somebody(Role.COORDINATOR, "returns@example.org")
    async with browser() as client:
        client.cookies.set("form", "0" * 128)
        shown = CSRF.search((await client.get("/login")).text)
        assert shown
        client.cookies.delete("form", domain="")
        form = {"_csrf_token": shown[1], "email": "returns@example.org", "password": PASSWORD}
        assert (await client.post("/login", data=form)).status_code == 303


async def test_a_cookie_of_ours_is_kept_so_that_two_tabs_do_not_disturb_each_other(client: httpx.AsyncClient) -> None:
    answer = await client.get("/help")
    assert "set-cookie" not in answer.headers
    assert client.headers["x-csrftoken"] in answer.text


async def test_a_built_file_sets_no_cookie(db: object) -> None:
    async with browser() as client:
        assert "set-cookie" not in (await client.get("/static/favicon.svg")).headers

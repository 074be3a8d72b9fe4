"""What a visitor reads when something is wrong: in her language, with every protection on the answer."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from litestar import get
from tests.app_kit import browser, sign_in, somebody, submit

from teamhope.accounts.policy import public
from teamhope.kit import database
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.kit.web import HEADERS
from teamhope.vocabulary.people import Actor, Role

NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nothing"
SPANISH = {"accept-language": "es-MX,es;q=0.9"}


@get("/defect", opt=public(), sync_to_thread=False)
def defect() -> None:
    """A route with a defect that nobody thought of."""
    raise ValueError("Maria Example, 202-555-0100")


@get("/hole", opt=public())
async def hole() -> None:
    """A use case that tries what is not the actor's to write; the second wall holds."""
    async with acting_as(Actor(Role.LEADERSHIP, person_id=uuid4())):
        await connection().execute("insert into team (id, name) values (gen_random_uuid(), 'Ours')")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(more_routes=(defect, hole)) as client:
        client.headers.update(SPANISH)
        yield client


async def asked(client: httpx.AsyncClient, path: str, method: str = "GET", **more: object) -> httpx.Response:
    """As a server asks: in a task of its own, which leaves no language behind for the next."""
    return await asyncio.create_task(client.request(method, path, **more))


ANSWERS = [
    ("GET", "/login", 200),
    ("GET", "/me", 303),
    ("GET", "/leave", 303),
    ("GET", "/nowhere", 404),
    ("POST", "/login", 403),
    ("PUT", "/login", 405),
    ("GET", "/defect", 500),
    ("GET", "/hole", 404),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/static/css/app.css", 200),
    ("GET", "/api/v1/nowhere", 404),
    ("POST", "/api/v1/requests", 401),
    ("GET", "/schema/openapi.json", 401),
    ("GET", "/metrics", 404),
    ("GET", "/livez", 200),
    ("POST", "/hooks/nowhere", 404),
]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await asked(client, path, method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == (
        "no-store" if "app.css" not in path else "public, max-age=31536000, immutable"
    )
    assert "Example" not in answer.text


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("path", ["/nowhere", "/defect", "/static/nothing.css"])
async def test_an_error_page_is_in_her_language(client: httpx.AsyncClient, path: str) -> None:
    assert '<html lang="es' in (await asked(client, path)).text


@pytest.mark.usefixtures("db")
async def test_whoever_is_signed_in_keeps_her_tabs_when_something_went_wrong(client: httpx.AsyncClient) -> None:
    await sign_in(client, await somebody(Role.ADMIN, "err@example.org"))
    assert "/admin/people" in (await asked(client, "/defect")).text


@pytest.mark.usefixtures("db")
async def test_a_page_never_names_a_field_as_the_program_does(client: httpx.AsyncClient) -> None:
    answer = await submit(client, "/language", page="/login", locale="xx", extra="1")
    assert answer.status_code == 422
    assert not re.search(r"locale</strong>|extra</strong>", answer.text)


async def test_without_a_database_pages_and_api_say_so_in_her_language(client: httpx.AsyncClient) -> None:
    async with database.pool_of(NOWHERE):
        page = await asked(client, "/me", headers={"cookie": "session=x"})
        answer = await asked(client, "/api/v1/reports/2026", headers={"authorization": "Bearer x"})
    assert (page.status_code, answer.status_code) == (503, 503)
    assert page.headers["retry-after"] == answer.headers["retry-after"]
    assert '<html lang="es' in page.text
    assert answer.json()["code"] == "unavailable"
    assert "inténtelo" in answer.json()["detail"].lower()


async def test_she_can_leave_without_a_database(client: httpx.AsyncClient) -> None:
    async with database.pool_of(NOWHERE):
        answer = await asked(client, "/leave", headers={"cookie": "session=x"})
    assert answer.headers["location"] == "https://www.weather.gov/"
    assert answer.headers["clear-site-data"]


async def test_she_can_leave_while_the_database_hangs(client: httpx.AsyncClient) -> None:
    gave_up = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        gave_up.set()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        async with database.pool_of(NOWHERE.replace(":1/", f":{port}/")), asyncio.timeout(3):
            answer = await asked(client, "/leave", headers={"cookie": "session=x"})
        await asyncio.wait_for(gave_up.wait(), 10)
    assert answer.status_code == 303


async def test_a_password_that_is_being_changed_is_trouble_not_a_defect(
    client: httpx.AsyncClient, fresh_database: Addresses
) -> None:
    async with database.pool_of(fresh_database.application.replace("teamhope_app:", "teamhope_app:no")):
        assert (await asked(client, "/me", headers={"cookie": "session=x"})).status_code == 503
        assert (await asked(client, "/readyz")).json() == {"status": "database_unavailable"}

"""Requests that no browser sends: each is answered for what it is, none with a fault of ours."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.app_kit import browser

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(scope="module")
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/static/%00", "/static/css/app.css%00", "/static/" + "a" * 5000, "/static/" + "a/" * 3000, "/static/%ff"]
)
async def test_a_name_no_file_system_could_hold_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/static/css/app.css", "/static/img/usa-icons/error.svg"])
async def test_a_built_file_is_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200

"""One Chromium for every browser test; one running site for each module that asks for it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser
from tests.browser.page_kit import launch
from tests.browser.site import Site, served

from teamhope.kit.embedded_roles import Addresses


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with launch() as running:
        yield running


@pytest.fixture(scope="module")
async def application(db: Addresses) -> AsyncIterator[Site]:
    async with served() as site:
        yield site

"""The fake provider, which asks and reports to the hooks of the real application; both served over loopback."""

from collections.abc import AsyncIterator

import pytest
from tests.slices.telephone.kit import NOW, SETTINGS, clear
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.app import create_app
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake, create_fake, serve


@pytest.fixture(scope="module")
async def served(db: Addresses) -> AsyncIterator[tuple[Fake, str]]:
    async with serve(create_app(SETTINGS, now=lambda: NOW)) as hooks:
        fake = create_fake(ACCOUNT, TOKEN, PUBLIC, deliver_to=hooks)
        async with serve(fake.app) as provider:
            yield fake, provider


@pytest.fixture
async def fake(served: tuple[Fake, str]) -> AsyncIterator[Fake]:
    yield served[0]
    served[0].state.reset()
    await clear()


@pytest.fixture
async def telephone(fake: Fake, served: tuple[Fake, str]) -> AsyncIterator[Telephone]:
    async with connect(ACCOUNT, TOKEN, NUMBER, served[1], PUBLIC) as telephone:
        yield telephone

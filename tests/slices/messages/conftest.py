"""The fake provider, which reports to the hooks of the real application; both served over loopback."""

from collections.abc import AsyncIterator

import pytest
from tests.slices.messages.kit import NOW, clear
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.app import create_app
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake, create_fake, serve

SETTINGS = Settings(
    public_url=PUBLIC, twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_number=NUMBER, database_url="unused"
)


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
def provider(fake: Fake, served: tuple[Fake, str]) -> str:
    return served[1]


@pytest.fixture
async def telephone(provider: str) -> AsyncIterator[Telephone]:
    async with connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC) as telephone:
        yield telephone

"""The real client against the fake provider, both in this process, over loopback."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN, Heard, webhook
from tests.slices.telephony.programme import Programme, programme_with_telephone

from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake, create_fake, serve


@dataclass(frozen=True)
class Exchange:
    fake: Fake
    heard: Heard
    provider: str
    hooks: str


@pytest.fixture(scope="module")
async def served() -> AsyncIterator[Exchange]:
    heard = Heard()
    async with serve(webhook(heard)) as hooks:
        fake = create_fake(ACCOUNT, TOKEN, PUBLIC, deliver_to=hooks)
        async with serve(fake.app) as provider:
            yield Exchange(fake, heard, provider, hooks)


@pytest.fixture
async def exchange(served: Exchange) -> AsyncIterator[Exchange]:
    yield served
    served.fake.state.reset()
    served.heard.reset()


@pytest.fixture
def fake(exchange: Exchange) -> Fake:
    return exchange.fake


@pytest.fixture
def heard(exchange: Exchange) -> Heard:
    return exchange.heard


@pytest.fixture
def provider(exchange: Exchange) -> str:
    return exchange.provider


@pytest.fixture
def hooks(exchange: Exchange) -> str:
    return exchange.hooks


@pytest.fixture
async def telephone(provider: str) -> AsyncIterator[Telephone]:
    async with connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC) as telephone:
        yield telephone


@pytest.fixture(scope="module")
async def called() -> AsyncIterator[Programme]:
    async with programme_with_telephone() as programme:
        yield programme


@pytest.fixture
async def programme(called: Programme) -> AsyncIterator[Programme]:
    yield called
    called.forget()
    assert called.forged == 0

"""How a command reaches the data: the deployment's settings, its keys in use, and the pool open for one use case."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.deployment import Deployment, deployed
from teamhope.kit.database import pool_of
from teamhope.settings import Settings

Answer = TypeVar("Answer")


def act(use_case: Callable[[Settings], Awaitable[Answer]]) -> Answer:
    """Runs it as the application's database user: row-level security holds for commands too."""
    with deployed(configuration.load()) as place:
        compose(place.settings)
        return asyncio.run(_in_pool(place, use_case))


async def _in_pool(place: Deployment, use_case: Callable[[Settings], Awaitable[Answer]]) -> Answer:
    async with pool_of(place.database_url, most=2):
        return await use_case(place.settings)

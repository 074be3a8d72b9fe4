"""What the tests of calls share: a promised call that is due, its volunteer at the browser, and looking at rows."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit.database import acting_as, connection
from teamhope.vocabulary.calls import OUTCOMES, Outcome

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)  # a Tuesday: 11:30 AM in Denver, 12:30 PM in Chicago
TOMORROW_EVENING = {"callback_date": "2026-11-25", "callback_time": "18:00"}
HIDDEN = re.compile(r'name="(key|draft_version)" value="([^"]*)"')


async def due(now: datetime = NOW, volunteer: dict[str, Any] | None = None, **family: Any) -> world.AFollowUp:
    """A call of an introduced family in Denver that is due now, with a volunteer in Chicago who can sign in."""
    request = await world.family_request(**({"status": "matched", "now": now} | family))
    who = await world.volunteer(password=PASSWORD, now=now, **(volunteer or {}))
    return await world.follow_up(await world.match(request, who, now=now), now, status="due", now=now)


@asynccontextmanager
async def at_the_browser(who: Any, now: datetime = NOW) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: now) as client:
        await sign_in(client, who)
        yield client


async def fill_in(client: httpx.AsyncClient, it: world.AFollowUp, **fields: object) -> httpx.Response:
    """The log form as a browser sends it; `fields` are what the person chose or typed."""
    path = f"/calls/{it.id}/log"
    form = await client.get(path)
    assert form.status_code == 200, form.text
    return await submit(client, path, **(dict(HIDDEN.findall(form.text)) | fields))


def shortest(outcome: Outcome) -> dict[str, object]:
    """What the form must hold for an outcome."""
    rule = OUTCOMES[outcome]
    who = {"answered_by": "unknown"} if rule.asks_who else {}
    return {"outcome": outcome.value, **who, **(TOMORROW_EVENING if rule.asks_time else {})}


async def rows(sql: str, *values: object) -> list[Any]:
    async with acting_as(TESTS):
        found: list[Any] = await connection().fetch(sql, *values)
        return found


async def calls_of(it: world.AFollowUp) -> list[Any]:
    return await rows("select * from call where match = $1 order by logged_at", it.match.id)


async def counted(it: world.AFollowUp) -> list[Any]:
    """What leadership's figures are made of."""
    return await rows("select * from counted_call where family = $1", it.match.request.family_id)

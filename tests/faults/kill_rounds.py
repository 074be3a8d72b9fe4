"""Rounds of kill -9 over web, workers and backends of the database, while calls are logged and others fall due."""

import asyncio
import os
import signal
import socket
import time
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
from tests import world
from tests.app_kit import TESTS
from tests.faults.crash_points import OF_WEB, OF_WORKERS
from tests.faults.kill_kit import PATIENCE, Due, Supervised, spread
from tests.slices.messages.kit import fetch

from teamhope.accounts import service as accounts
from teamhope.kit import clock
from teamhope.kit.embedded_postgres import Server

BURST: Final = 8  # calls that are being logged at a time
BATCH_SECONDS: Final = 1.0
KEYS: Final = {
    "TEAMHOPE_SECRET_KEY": "s" * 32,
    "TEAMHOPE_ENCRYPTION_KEYS": b64encode(b"e" * 32).decode(),
    "TEAMHOPE_LOOKUP_KEY": b64encode(b"l" * 32).decode(),
}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def web_on(port: int, database_url: str, *, forked: bool = False, **settings: str) -> Supervised:
    more = {f"TEAMHOPE_{name.upper()}": text for name, text in settings.items()}
    environment = {**KEYS, "TEAMHOPE_DATABASE_URL": database_url, "TEAMHOPE_LOG_LEVEL": "ERROR", **more}
    return Supervised("tests.faults.web_process", ("--port", str(port)), environment, forked)


@dataclass
class Service:
    """What is under attack. `away`: seconds that each kind of kill put it out of service; `logged`: call ids by key."""

    server: Server
    database: str
    port: int
    web: Supervised
    workers: Sequence[Supervised]
    chance: Random
    kills: Counter[str] = field(default_factory=Counter)
    away: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    logged: dict[str, str] = field(default_factory=dict)
    database_is_ours: asyncio.Lock = field(default_factory=asyncio.Lock)
    fed: int = 0
    all_fed: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def is_back(self) -> None:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=self.address) as client:
            while not await _answers(client):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.02)


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


async def kill_until(service: Service, kills: int) -> None:
    """Of any kind, one after the other, until there were `kills`."""
    while service.kills.total() < kills:
        attack = service.chance.choice((kill_a_worker, kill_the_web, *[kill_a_backend] * 3))
        await attack(service)


async def kill_a_worker(service: Service) -> None:
    """At any moment; the one that comes in its place dies at a named point."""
    victim, point = service.chance.choice(service.workers), service.chance.choice(sorted(OF_WORKERS))
    service.kills["worker at a random moment"] += 1
    if service.all_fed:  # it would come to no point any more
        await victim.kill()
        return
    victim.next_crash = {"CRASH_AT": point, "CRASH_AFTER": str(service.chance.randrange(4))}
    died = len(victim.deaths)
    await victim.kill()
    await victim.dies(died + 2)
    service.kills[f"worker when {point}"] += 1


async def kill_the_web(service: Service) -> None:
    """While calls are logged, at any moment; the one that comes in its place dies at a named point."""
    point = service.chance.choice(sorted(OF_WEB))
    service.web.next_crash = {"CRASH_AT": point, "CRASH_AFTER": str(service.chance.randrange(BURST - 2))}
    first = await calls_being_logged(service)
    await asyncio.sleep(service.chance.uniform(0, 0.4))
    await service.web.kill()
    second = await calls_being_logged(service)
    await service.web.dies(len(service.web.deaths) + 1)
    await service.is_back()
    service.away["web"].append(time.monotonic() - service.web.deaths[-1])
    await asyncio.gather(*first, *second)
    service.kills["web at a random moment"] += 1
    service.kills[f"web when {point}"] += 1


BACKENDS: Final = "select pid from pg_stat_activity where datname = $1 and application_name like 'teamhope%'"


async def kill_a_backend(service: Service) -> None:
    """While calls are logged. PostgreSQL then ends all of them, and recovers."""
    calls = await calls_being_logged(service)
    async with service.database_is_ours:
        await asyncio.sleep(service.chance.uniform(0, 0.4))
        superuser = await asyncpg.connect(service.server.superuser_dsn)
        pids = [row["pid"] for row in await superuser.fetch(BACKENDS, service.database)]
        began = time.monotonic()
        os.kill(service.chance.choice(pids), signal.SIGKILL)
        while not superuser.is_closed():  # noqa: ASYNC110 - the server closes it
            await asyncio.sleep(0.002)
        await service.is_back()
        service.away["database"].append(time.monotonic() - began)
    await asyncio.gather(*calls)
    service.kills["backend of the database"] += 1


# Calls that are logged meanwhile --------------------------------------------------------------------------------------


async def calls_being_logged(service: Service) -> list[asyncio.Task[None]]:
    """BURST calls of one volunteer, each sent until it is answered, and once more."""
    now = clock.now()
    async with service.database_is_ours:
        who = await world.volunteer(now=now)
        matches = [await world.match(await world.family_request(status="matched", now=now), who) for _ in range(BURST)]
        due = [await world.follow_up(of, now, status="due", now=now) for of in matches]
        token = await accounts.create_token(TESTS, "tests", who.person_id, now)
    body = {"direction": "outbound", "channel": "voice", "started_at": now.isoformat(), "language": "en"}
    return [
        asyncio.create_task(_log(service, token, body | {"follow_up_id": str(each.id)} | outcome))
        for each, outcome in zip(due, [REACHED, NOBODY] * (BURST // 2), strict=True)
    ]


REACHED: Final[dict[str, object]] = {"outcome": "reached", "talk_minutes": 5}
NOBODY: Final[dict[str, object]] = {"outcome": "no_answer"}


async def _log(service: Service, token: str, body: dict[str, Any]) -> None:
    key = str(uuid4())
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
    async with httpx.AsyncClient(base_url=service.address, headers=headers, timeout=30) as client:
        service.logged[key] = await _until_answered(client, body)
        assert await _until_answered(client, body) == service.logged[key], "sent again, it was another call"


async def _until_answered(client: httpx.AsyncClient, body: dict[str, Any]) -> str:
    while True:
        try:
            answer = await client.post("/api/v1/calls", json=body)
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code != 503:
            assert answer.status_code == 201, (answer.status_code, answer.text)
            return str(answer.json()["call_id"])
        await asyncio.sleep(0.1)


async def check_logged(service: Service) -> None:
    """Every call that was answered for is there, and no other."""
    rows = await fetch("select id from call")
    assert len(rows) == len(service.logged)
    assert {str(row["id"]) for row in rows} == set(service.logged.values())


# What falls due meanwhile ---------------------------------------------------------------------------------------------


@asynccontextmanager
async def feeding(service: Service, due: Due, a_second: int) -> AsyncIterator[None]:
    """While the block lasts some fall due in each second."""
    enough = asyncio.Event()
    task = asyncio.create_task(_feed(service, due, a_second, enough))
    try:
        yield
    finally:
        enough.set()
        await task


async def _feed(service: Service, due: Due, a_second: int, enough: asyncio.Event) -> None:
    while service.fed < len(due.people) and not enough.is_set():
        async with service.database_is_ours:
            portion = due.part(service.fed, service.fed + a_second)
            await spread(portion, clock.now(), BATCH_SECONDS)
            service.fed += len(portion.people)
        await asyncio.sleep(BATCH_SECONDS)
    service.all_fed = True

"""`teamhope audit verify` as a terminal runs it: what it says, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest
from click.testing import CliRunner, Result

from teamhope import cli_audit
from teamhope.audit import service
from teamhope.audit.service_chain import Proof, seal_waiting
from teamhope.cli_audit import NAMED, audit
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.vocabulary.people import Actor, Role

CORA = Actor(Role.COORDINATOR, uuid4())


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(db.owner)
    await connection.execute("delete from audit_event; delete from audit_unsealed; delete from audit_seal")
    yield connection
    await connection.close()


@pytest.fixture
async def verify(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[Result]]:
    """On the pool of this test."""
    loop = asyncio.get_running_loop()

    async def prove(use_case: Callable[[Settings], Awaitable[Proof]]) -> Proof:
        return await use_case(Settings())

    monkeypatch.setattr(
        cli_audit, "act", lambda use_case: asyncio.run_coroutine_threadsafe(prove(use_case), loop).result()
    )
    return lambda: asyncio.to_thread(CliRunner().invoke, audit, ["verify"])


async def write(count: int) -> None:
    async with acting_as(CORA):
        for _ in range(count):
            await service.record(CORA, "searched_families", ("family", None), clock.now())


async def test_with_nothing_written_all_is_well(
    owner: asyncpg.Connection, verify: Callable[[], Awaitable[Result]]
) -> None:
    result = await verify()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == ["Seals         0", "Rows sealed   0", "Rows waiting  0", "All is well."]


async def test_it_tells_what_is_sealed_and_what_waits(
    owner: asyncpg.Connection, verify: Callable[[], Awaitable[Result]]
) -> None:
    await write(3)
    await seal_waiting(clock.now())
    await write(2)
    result = await verify()
    assert result.exit_code == 0
    assert "Rows sealed   3" in result.stdout
    assert "Rows waiting  2, the oldest since" in result.stdout
    seal = await owner.fetchval("select encode(hmac, 'hex') from audit_seal")
    assert f"Last seal     1 {seal[:16]}" in result.stdout


async def test_it_names_what_was_done_and_fails(
    owner: asyncpg.Connection, verify: Callable[[], Awaitable[Result]]
) -> None:
    await write(3)
    await seal_waiting(clock.now())
    changed, deleted = await owner.fetchval("select events[1:2] from audit_seal")
    await owner.execute("update audit_event set act = 'nothing' where id = $1", changed)
    await owner.execute("delete from audit_event where id = $1", deleted)
    result = await verify()
    assert result.exit_code == 1
    assert f"Row {changed} was changed" in result.stderr
    assert f"Row {deleted} was deleted." in result.stderr
    assert "Faults        2" in result.stdout
    assert "All is well" not in result.output


async def test_of_very_many_it_names_some_and_counts_the_rest(
    owner: asyncpg.Connection, verify: Callable[[], Awaitable[Result]]
) -> None:
    await write(NAMED + 5)
    await seal_waiting(clock.now())
    await owner.execute("delete from audit_event")
    result = await verify()
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == NAMED + 1
    assert "And 5 more like it: row_deleted." in result.stderr

"""The only way to the database: scope, savepoints, and connections that come back."""

import asyncio
from contextvars import Context

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionHolder

from teamhope.kit import database
from teamhope.kit.database import ENGINE, UNAVAILABLE, OutsideTransaction, UnsafeDatabaseUser, acting_as, connection
from teamhope.kit.embedded_postgres import Server
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.accounts import Team
from teamhope.vocabulary.people import WORKER, Actor, Role, command

DEMO = command("tests")


async def test_a_query_outside_acting_as_raises(db: Addresses) -> None:
    with pytest.raises(OutsideTransaction):
        await Team.select()
    with pytest.raises(OutsideTransaction):
        connection()


async def test_nobody_sees_nothing(db: Addresses) -> None:
    async with acting_as(DEMO):
        await Team.insert(Team(name="Seen"))
    async with ENGINE.transaction():
        assert await Team.count() == 0


async def test_row_security_sees_the_actor_and_forgets_her(db: Addresses) -> None:
    async with acting_as(WORKER):
        assert await connection().fetchval("select actor_role()") == "worker"
    async with ENGINE.transaction():
        assert not await connection().fetchval("select actor_role()")


async def test_a_nested_block_is_a_savepoint_and_gives_the_actor_back(db: Addresses) -> None:
    async with acting_as(DEMO):
        await Team.insert(Team(name="Outer"))
        with pytest.raises(ValueError, match="inner"):
            async with acting_as(DEMO):
                await Team.insert(Team(name="Inner"))
                raise ValueError("inner")
        async with acting_as(Actor(Role.ADMIN)):
            assert await connection().fetchval("select actor_role()") == "admin"
        assert await connection().fetchval("select actor_role()") == "command"
    async with acting_as(DEMO):
        names = {row["name"] for row in await Team.select(Team.name)}
    assert "Outer" in names
    assert "Inner" not in names


async def test_a_failing_commit_gives_the_connection_back(fresh_database: Addresses, postgres: Server) -> None:
    owner = await asyncpg.connect(fresh_database.owner)
    await owner.execute("""
        create table pair (id int primary key, other int references pair deferrable initially deferred);
        grant insert on pair to teamhope_app;
    """)
    async with database.pool_of(fresh_database.application, most=2):
        for _ in range(5):
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                async with acting_as(DEMO):
                    await connection().execute("insert into pair values (1, 2)")
            assert ENGINE.current_transaction.get() is None
        async with acting_as(DEMO):
            assert await Team.count() >= 0
    await owner.execute("drop table pair")
    await owner.close()


@pytest.mark.parametrize("who", ["superuser", "owner"])
async def test_a_user_who_could_bypass_row_security_is_refused(
    fresh_database: Addresses, postgres: Server, who: str
) -> None:
    dsn = postgres.superuser_dsn if who == "superuser" else fresh_database.owner
    async with database.pool_of(dsn):
        with pytest.raises(UnsafeDatabaseUser, match="TEAMHOPE_DATABASE_URL"):
            async with acting_as(WORKER):
                await Team.count()


async def test_statements_and_locks_have_a_limit(db: Addresses) -> None:
    async with acting_as(WORKER):
        assert await connection().fetchval("show statement_timeout") == "10s"
        assert await connection().fetchval("show lock_timeout") == "4s"


async def test_a_connection_that_ends_on_its_way_back_is_no_error_of_what_was_committed(
    db: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backend is killed just then: the pool has the connection back before it is given."""
    give_back = PoolConnectionHolder.release

    async def too_late(holder: PoolConnectionHolder, within: float | None) -> None:
        holder.terminate()
        await give_back(holder, within)

    with monkeypatch.context() as patch:
        patch.setattr(PoolConnectionHolder, "release", too_late)
        async with acting_as(DEMO):
            await Team.insert(Team(name="Kept"))
    async with acting_as(DEMO):
        assert await Team.exists().where(Team.name == "Kept")


async def test_a_cancelled_request_keeps_nothing_and_gives_its_connection_back(fresh_database: Addresses) -> None:
    async def interrupted() -> None:
        async with acting_as(DEMO):
            await Team.insert(Team(name="Half"))
            await connection().execute("select pg_sleep(30)")

    async with database.pool_of(fresh_database.application, most=1):
        request = asyncio.create_task(interrupted())
        await asyncio.sleep(0.3)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        async with acting_as(DEMO):
            assert not await Team.exists().where(Team.name == "Half")


async def test_a_connection_that_breaks_inside_is_trouble_and_is_replaced(
    fresh_database: Addresses, postgres: Server
) -> None:
    superuser = await asyncpg.connect(postgres.superuser_dsn)
    async with database.pool_of(fresh_database.application, most=1):
        with pytest.raises(UNAVAILABLE):
            async with acting_as(DEMO):
                await superuser.execute("select pg_terminate_backend($1)", connection().get_server_pid())
                await Team.count()
        async with acting_as(DEMO):
            assert await Team.count() >= 0
    await superuser.close()


async def test_no_free_connection_is_trouble_after_a_while(
    fresh_database: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ACQUIRE_SECONDS", 0.2)

    async def wait_in_vain() -> None:
        with pytest.raises(UNAVAILABLE):
            async with acting_as(DEMO):
                await Team.count()

    async with database.pool_of(fresh_database.application, most=1):
        async with acting_as(DEMO):
            await asyncio.create_task(wait_in_vain(), context=Context())
        async with acting_as(DEMO):
            assert await Team.count() >= 0

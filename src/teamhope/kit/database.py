"""The only way to the database: one transaction for one actor, whom row-level security sees."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar
from uuid import UUID

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from teamhope.kit import crypto

CLOSE_SECONDS = 1.5  # a process that was asked to stop does not wait longer for a database that is silent
ACQUIRE_SECONDS = 5  # a request must not queue longer for a connection (security.md §3, fault 7)
SESSION_SETTINGS = {
    "timezone": "UTC",
    "application_name": "teamhope",
    "statement_timeout": "10s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "30s",
}
NAMED_KEYS = 6  # PostgreSQL cuts the name of an application after 63 bytes
# What a database in trouble raises; the web answers 503, the worker waits and tries again.
UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidAuthorizationSpecificationError,  # its password is being changed
    asyncpg.InvalidCatalogNameError,  # it is being restored
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.CannotConnectNowError,
)
# What row-level security, a grant or a trigger raises when a write is not the actor's to make.
ROW_REFUSED = asyncpg.InsufficientPrivilegeError


class OutsideTransaction(RuntimeError):
    """A query was tried outside acting_as."""


class UnsafeDatabaseUser(RuntimeError):
    """The application's database user could bypass row-level security."""


class Identity(Protocol):
    """Whom the row policies see. `role` is never empty."""

    @property
    def role(self) -> str: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def volunteer_id(self) -> UUID | None: ...
    @property
    def team_id(self) -> UUID | None: ...
    @property
    def opening_id(self) -> UUID | None: ...


Work = TypeVar("Work", bound=Callable[[], Awaitable[None]])


class Transaction(PostgresTransaction):
    """Piccolo's transaction, but nested it is a savepoint, and its connection goes back however COMMIT ends."""

    _savepoint: asyncpg.transaction.Transaction | None = None

    def __init__(self, engine: "Engine", allow_nested: bool) -> None:
        super().__init__(engine=engine, allow_nested=allow_nested)
        self.before_commit: dict[Callable[[], Any], Callable[[], Awaitable[None]]] = {}

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            self._savepoint = self._parent.connection.transaction()
            await self._savepoint.start()
            return self._parent
        self.connection = await self.get_connection()
        self.transaction = self.connection.transaction()
        try:
            await self.begin()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def get_connection(self) -> Any:
        if self.engine.pool is None:
            raise OutsideTransaction("No connection pool is open.")
        return await self.engine.pool.acquire(timeout=ACQUIRE_SECONDS)

    async def _give_back(self) -> None:
        if self.engine.pool is not None:
            with suppress(asyncpg.InternalClientError):  # the server ended it on its way back, and the pool knows
                await asyncio.shield(self.engine.pool.release(self.connection))

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if self._savepoint is not None:
            await (self._savepoint.rollback() if error else self._savepoint.commit())
            return False
        try:
            await (self.rollback() if error else self.commit())
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False


class Engine(PostgresEngine):
    """Piccolo's engine without its habit of opening a connection for a query outside any transaction."""

    def transaction(self, allow_nested: bool = True) -> Transaction:
        return Transaction(engine=self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        """At import there is no server to ask; `teamhope check` asks."""

    async def _run_in_pool(self, query: str, *_: Any) -> Any:
        raise OutsideTransaction(query)

    async def _run_in_new_connection(self, query: str, *_: Any) -> Any:
        raise OutsideTransaction(query)


ENGINE = Engine(config={})
_acting: ContextVar[tuple[Identity, ...]] = ContextVar("acting", default=())


@asynccontextmanager
async def pool_of(dsn: str, *, most: int = 10, guarded: bool = True) -> AsyncIterator[None]:
    """The pool that acting_as takes its connections from, for the length of the block.

    It opens no connection yet: a database that is down shows at the first transaction, not at the start. `guarded`:
    a new connection is refused when its user could bypass row-level security.
    """
    former = ENGINE.pool
    ENGINE.pool = await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=most,
        timeout=ACQUIRE_SECONDS,
        server_settings={**SESSION_SETTINGS, "application_name": _application_name()},
        init=refuse_unsafe_user if guarded else None,
    )
    try:
        yield
    finally:
        pool, ENGINE.pool = ENGINE.pool, former
        with suppress(TimeoutError):  # what is left then is cut off
            async with asyncio.timeout(CLOSE_SECONDS):
                await pool.close()


def _application_name() -> str:
    """Ours, and which keys this process has: before values are written under a new key, everybody must have it."""
    return " ".join((SESSION_SETTINGS["application_name"], *crypto.ids_in_use()[:NAMED_KEYS]))


UNSAFE_USER = """
    select r.rolsuper or r.rolbypassrls
        or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                   where n.nspname = 'public' and pg_has_role(c.relowner, 'member'))
    from pg_roles r where r.rolname = current_user
"""


async def refuse_unsafe_user(connection: Any) -> None:
    """Raises UnsafeDatabaseUser for a superuser, a BYPASSRLS user, or an owner of the tables."""
    if await connection.fetchval(UNSAFE_USER):
        raise UnsafeDatabaseUser(
            "TEAMHOPE_DATABASE_URL names a database user who can bypass row-level security. "
            "Give a plain user that owns no table (docs/how-to/install.md)."
        )


def _settings_of(identity: Identity) -> dict[str, str]:
    ids = {
        "person": identity.person_id,
        "volunteer": identity.volunteer_id,
        "team": identity.team_id,
        "opening": identity.opening_id,
    }
    return {"actor.role": identity.role, **{f"actor.{name}": str(value or "") for name, value in ids.items()}}


async def _tell_row_security(connection: Any, settings: Mapping[str, str]) -> None:
    pairs = ", ".join(f"set_config(${2 * i + 1}, ${2 * i + 2}, true)" for i in range(len(settings)))
    await connection.execute(f"select {pairs}", *(part for pair in settings.items() for part in pair))


@asynccontextmanager
async def acting_as(actor: Identity) -> AsyncIterator[None]:
    """One transaction in which row-level security sees `actor`; nested, a savepoint that gives way to the former actor.

    Raises whatever the block raises, after rolling back; UNAVAILABLE errors when the database is in trouble.
    No concurrency inside: one connection serves one statement at a time.
    """
    former = acting()
    async with ENGINE.transaction() as transaction:
        await _tell_row_security(transaction.connection, _settings_of(actor))
        token = _acting.set((*former, actor))
        try:
            yield
            if former:
                await _tell_row_security(transaction.connection, _settings_of(former[-1]))
            else:
                await _finish(transaction)
        finally:
            _acting.reset(token)


async def _finish(transaction: Any) -> None:
    for work in transaction.before_commit.values():
        await work()


def acting() -> tuple[Identity, ...]:
    """For whom the transaction under way is, the innermost last; nobody outside a transaction."""
    return _acting.get() if ENGINE.current_transaction.get() else ()


def before_commit(kind: Callable[[], Work]) -> Work:
    """This transaction's one `kind()`, awaited as its actor just before COMMIT: if it fails, nothing was done.

    Raises OutsideTransaction.
    """
    transaction: Any = ENGINE.current_transaction.get()
    if transaction is None:
        raise OutsideTransaction("before_commit()")
    works: dict[Callable[[], Work], Work] = transaction.before_commit
    if kind not in works:
        works[kind] = kind()
    return works[kind]


async def take_time() -> None:
    """To the end of the transaction a statement may last: years of rows take longer than a page may."""
    await connection().execute("set local statement_timeout = 0")


async def need_not_last() -> None:
    """The end of the transaction waits for no disk: for what is rightly forgotten when the server dies, as a lease."""
    await connection().execute("set local synchronous_commit = off")


def connection() -> Any:
    """The asyncpg connection of the transaction under way, for what Piccolo cannot say. Raises OutsideTransaction."""
    transaction = ENGINE.current_transaction.get()
    if transaction is None:
        raise OutsideTransaction("connection()")
    return transaction.connection

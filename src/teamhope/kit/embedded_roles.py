"""The two users of an embedded server: one owns the tables and migrates, one serves people and owns nothing."""

import hmac
from dataclasses import dataclass, field

import asyncpg

from teamhope.kit.embedded_postgres import Server

OWNER = "teamhope_owner"
APPLICATION = "teamhope_app"
LOCK = 7_346_242  # any number, the same in every release


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of one database, as each of its two users reaches it."""

    owner: str = field(repr=False)
    application: str = field(repr=False)


def addresses(server: Server, database: str) -> Addresses:
    return Addresses(
        owner=server.dsn(OWNER, _password_of(OWNER, server), database),
        application=server.dsn(APPLICATION, _password_of(APPLICATION, server), database),
    )


def _password_of(role: str, server: Server) -> str:
    return hmac.digest(server.superuser_password.encode(), role.encode(), "sha256").hex()


async def prepare(server: Server, database: str) -> Addresses:
    """Makes what is missing of roles and database; the same after any number of calls."""
    superuser = await asyncpg.connect(server.superuser_dsn)
    try:
        await superuser.execute(f"select pg_advisory_lock({LOCK})")  # held until we disconnect: two may start at once
        for role in (OWNER, APPLICATION):
            await _make_role(superuser, role, _password_of(role, server))
        if not await superuser.fetchval("select exists (select from pg_database where datname = $1)", database):
            await superuser.execute(f'create database "{database}" owner {OWNER}')
            await superuser.execute(f'revoke all on database "{database}" from public')
            await superuser.execute(f'grant connect on database "{database}" to {APPLICATION}')
    finally:
        await superuser.close()
    return addresses(server, database)


async def _make_role(superuser: asyncpg.Connection, role: str, password: str) -> None:
    if not await superuser.fetchval("select exists (select from pg_roles where rolname = $1)", role):
        await superuser.execute(f"create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole")
    await superuser.execute(f"alter role {role} password '{password}'")

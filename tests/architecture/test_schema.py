"""The migrations make the tables that the code believes in, as kept in schema.sql, and no row lies open."""

import asyncpg
import pytest
from piccolo.conf.apps import AppRegistry
from tests.architecture.golden_schema import GOLDEN, dumped

from teamhope.kit.embedded_roles import Addresses

OF_PICCOLO = {"migration"}
COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
           a.attidentity <> '' or a.attgenerated <> ''
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
"""
OPEN_TABLES = """
    select c.relname from pg_class c
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and (not c.relrowsecurity or not exists (select from pg_policy p where p.polrelid = c.oid))
    order by 1
"""
TYPES = {
    "BYTEA": "bytea",
    "TIMESTAMPTZ": "timestamp with time zone",
    "TIME": "time without time zone",
}


@pytest.fixture
async def owner(fresh_database: Addresses) -> asyncpg.Connection:
    connection = await asyncpg.connect(fresh_database.owner)
    yield connection
    await connection.close()


def believed() -> dict[tuple[str, str], tuple[str, bool]]:
    """(table, column) -> type and whether it may be empty, as the Piccolo tables say."""
    tables = AppRegistry(apps=["teamhope.piccolo_app"]).get_table_classes("teamhope")
    return {
        (table._meta.tablename, column._meta.db_column_name): (
            TYPES.get(column.column_type, column.column_type.lower()),
            column._meta.params["null"],
        )
        for table in tables
        for column in table._meta.columns
    }


async def test_the_migrations_make_the_tables_that_the_code_believes_in(owner: asyncpg.Connection) -> None:
    rows = [tuple(row) for row in await owner.fetch(COLUMNS)]
    code = believed()
    made_by_the_database = {(table, column) for table, column, _, _, automatic in rows if automatic}
    there = {
        (table, column): (kind, may_be_empty)
        for table, column, kind, may_be_empty, _ in rows
        if table not in OF_PICCOLO and (table, column) not in made_by_the_database - set(code)
    }
    assert there == code


async def test_the_schema_is_the_one_that_was_reviewed(fresh_database: Addresses) -> None:
    assert dumped(fresh_database.owner) == GOLDEN.read_text(), "Look at the difference, then run: make schema"


async def test_every_table_has_row_level_security_with_a_policy(owner: asyncpg.Connection) -> None:
    assert {row[0] for row in await owner.fetch(OPEN_TABLES)} == OF_PICCOLO


async def test_a_table_without_it_would_be_seen(owner: asyncpg.Connection) -> None:
    planted = (
        "create table diary (id uuid)",
        "create table ledger (id uuid)",
        "alter table ledger enable row level security",
    )
    async with owner.transaction():
        await owner.execute("; ".join(planted))
        assert {row[0] for row in await owner.fetch(OPEN_TABLES)} == OF_PICCOLO | {"diary", "ledger"}
        await owner.execute("drop table diary, ledger")

"""Bringing the database to the schema of this release: all pending migrations, or none."""

import io
from contextlib import redirect_stdout
from pathlib import Path

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration

from teamhope.kit.database import ENGINE, pool_of, take_time

APP = "teamhope"
FOLDER = Path(__file__).parent.parent / "piccolo_migrations"
LOCK = 7_346_241  # any number, the same in every release: two upgrades at once wait for each other


class UpgradeFailed(RuntimeError):
    """The database is as it was before."""


def known() -> tuple[str, ...]:
    """The migrations of this release, oldest first."""
    return tuple(sorted(path.stem for path in FOLDER.glob("[0-9]*.py")))


async def pending() -> tuple[str, ...]:
    """What this release knows and the database does not have. Inside acting_as."""
    ran = set(await Migration.get_migrations_which_ran(app_name=APP)) if await Migration.table_exists() else set()
    return tuple(name for name in known() if name not in ran)


async def upgrade(owner_dsn: str) -> tuple[str, ...]:
    """Runs what is pending in one transaction, as the owner; returns their names. Raises UpgradeFailed."""
    async with pool_of(owner_dsn, most=1, guarded=False), ENGINE.transaction() as transaction:
        await take_time()
        await transaction.connection.execute(f"select pg_advisory_xact_lock({LOCK})")
        todo = await pending()
        said = io.StringIO()
        try:
            with redirect_stdout(said):
                result = await run_forwards(app_name=APP, migration_id="all")
        except asyncpg.PostgresError as problem:
            raise UpgradeFailed(f"Nothing was upgraded: {problem.args[0]}.") from problem
        if not result.success:
            raise UpgradeFailed(said.getvalue())
    return todo

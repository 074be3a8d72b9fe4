"""The schema, step by step: each an SQL file and what Piccolo's runner needs of it (docs/decisions/0003)."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder
from piccolo.engine.postgres import PostgresEngine

VERSION = "1.38.0"  # of Piccolo, when the first was written


def sql_of(migration: str, description: str) -> MigrationManager:
    """Runs `migration`.sql in the runner's transaction."""
    manager = MigrationManager(migration_id=migration, app_name="teamhope", description=description)

    async def run() -> None:
        engine = engine_finder()
        assert isinstance(engine, PostgresEngine)
        transaction = engine.current_transaction.get()
        assert transaction is not None
        await transaction.connection.execute(Path(__file__).with_name(f"{migration}.sql").read_text())

    manager.add_raw(run)
    return manager

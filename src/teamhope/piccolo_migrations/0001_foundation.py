"""Every table of the first release, with its row-level security."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder
from piccolo.engine.postgres import PostgresEngine

ID = "0001_foundation"
VERSION = "1.38.0"
DESCRIPTION = __doc__


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="teamhope", description=DESCRIPTION)

    async def run() -> None:
        engine = engine_finder()
        assert isinstance(engine, PostgresEngine)
        transaction = engine.current_transaction.get()
        assert transaction is not None
        await transaction.connection.execute(Path(__file__).with_suffix(".sql").read_text())

    manager.add_raw(run)
    return manager

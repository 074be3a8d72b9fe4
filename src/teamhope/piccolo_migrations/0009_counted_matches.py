"""A match is counted by what it stored when it was written."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from teamhope.piccolo_migrations import VERSION as VERSION
from teamhope.piccolo_migrations import sql_of

ID = "0009_counted_matches"
DESCRIPTION = __doc__


async def forwards() -> MigrationManager:
    return sql_of(ID, DESCRIPTION)

"""Where the provider's list of calls and our rows differ, and how many calls of each day were logged in time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from teamhope.piccolo_migrations import VERSION as VERSION
from teamhope.piccolo_migrations import sql_of

ID = "0020_reconciliation"
DESCRIPTION = __doc__


async def forwards() -> MigrationManager:
    return sql_of(ID, DESCRIPTION)

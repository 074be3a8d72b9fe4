"""Who must not be matched because they may know each other, which days are hard for a family, and the child's gender."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from teamhope.piccolo_migrations import VERSION as VERSION
from teamhope.piccolo_migrations import sql_of

ID = "0006_kept_apart"
DESCRIPTION = __doc__


async def forwards() -> MigrationManager:
    return sql_of(ID, DESCRIPTION)

"""What goes from one volunteer to the next, and each day's prepared proposal."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from teamhope.piccolo_migrations import VERSION as VERSION
from teamhope.piccolo_migrations import sql_of

ID = "0008_hand_over"
DESCRIPTION = __doc__


async def forwards() -> MigrationManager:
    return sql_of(ID, DESCRIPTION)

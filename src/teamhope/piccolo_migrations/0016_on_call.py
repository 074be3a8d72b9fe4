"""Who is on call and when, the number that is rung where nobody is, and every step of a call for help."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from teamhope.piccolo_migrations import VERSION as VERSION
from teamhope.piccolo_migrations import sql_of

ID = "0016_on_call"
DESCRIPTION = __doc__


async def forwards() -> MigrationManager:
    return sql_of(ID, DESCRIPTION)

"""Is the process alive, can it serve, and its figures: without a name or an id in any of them."""

import hmac
import math
from datetime import timedelta
from typing import Any, Final

from asyncpg import PostgresError
from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from teamhope.accounts.policy import public
from teamhope.kit import clock, migrations
from teamhope.kit.database import UNAVAILABLE, UnsafeDatabaseUser, acting_as
from teamhope.operations.queries import latest_heartbeat, restore_unfinished
from teamhope.operations.service import backup_standing
from teamhope.settings import Settings
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import DOORKEEPER

HEARTBEAT_IS_OLD: Final = timedelta(minutes=2)
BACKUP_AGE: Final = Gauge("teamhope_backup_age_seconds", "Since the data that the last good backup holds.")


@get("/livez", opt=public(), include_in_schema=False, sync_to_thread=False)
def livez() -> dict[str, str]:
    return {"status": "alive"}


@get("/readyz", opt=public(), include_in_schema=False)
async def readyz() -> Response[dict[str, str]]:
    """200 when the database answers with this release's schema and a worker was seen; else 503 and what is wrong."""
    state = await _state()
    return Response({"status": state}, status_code=200 if state == "ready" else 503)


async def _state() -> str:
    try:
        async with acting_as(DOORKEEPER):
            if await migrations.pending():
                return "migrations_pending"
            if await restore_unfinished():
                return "restore_unfinished"
            seen_at = await latest_heartbeat()
    except UnsafeDatabaseUser:
        return "unsafe_database_user"
    except (*UNAVAILABLE, PostgresError):
        return "database_unavailable"
    late = seen_at is None or clock.now() - seen_at > HEARTBEAT_IS_OLD
    return "worker_missing" if late else "ready"


@get("/metrics", opt=public(), include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    settings: Settings = request.app.state.settings
    given = request.headers.get("authorization", "").encode(errors="replace")
    if not settings.metrics_token or not hmac.compare_digest(given, f"Bearer {settings.metrics_token}".encode()):
        raise NotFound
    BACKUP_AGE.set(await _backup_age())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _backup_age() -> float:
    """Seconds; not a number where there is none, or nobody can tell."""
    try:
        last = (await backup_standing(DOORKEEPER, clock.now())).last
    except (*UNAVAILABLE, PostgresError):
        return math.nan
    return (clock.now() - last.made_at).total_seconds() if last else math.nan

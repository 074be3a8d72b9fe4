"""Rows of minutes that volunteers gave besides calls."""

from datetime import datetime
from uuid import UUID, uuid4

from teamhope.tables.volunteers import Activity as Row
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ActivityKind
from teamhope.volunteers.rules_activities import Activity, Entry


async def insert_activity(volunteer_id: UUID, activity: Activity, recorded_by: UUID | None, now: datetime) -> UUID:
    id_ = uuid4()
    await Row.insert(
        Row(
            id=id_,
            volunteer=volunteer_id,
            kind=activity.kind,
            happened_on=activity.happened_on,
            minutes=activity.minutes,
            recorded_by=recorded_by,
            recorded_at=now,
        )
    )
    return id_


async def list_entries(volunteer_id: UUID) -> list[Entry]:
    """All that counts, the latest day first."""
    hers = (Row.volunteer == volunteer_id) & Row.voided_at.is_null()
    rows = await Row.select().where(hers).order_by(Row.happened_on, Row.recorded_at, Row.id, ascending=False)
    return [
        Entry(
            row["id"],
            Activity(ActivityKind(row["kind"]), row["happened_on"], row["minutes"]),
            row["recorded_by"],
            row["recorded_at"],
        )
        for row in rows
    ]


async def void_activity(volunteer_id: UUID, activity_id: UUID, voided_by: UUID | None, now: datetime) -> None:
    """Raises NotFound unless it counts, is hers, and the actor may void it."""
    hers = (Row.id == activity_id) & (Row.volunteer == volunteer_id) & Row.voided_at.is_null()
    if not await Row.update({Row.voided_at: now, Row.voided_by: voided_by}).where(hers).returning(Row.id):
        raise NotFound("activity")

"""Use cases of minutes given besides calls: by the volunteer herself, or by whoever looks after her."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.people import Actor
from teamhope.volunteers import queries_activities as queries
from teamhope.volunteers import queries_lived
from teamhope.volunteers.rules_activities import Activity, problems_of
from teamhope.volunteers.service import load_profile


async def record_activity(actor: Actor, volunteer_id: UUID, activity: Activity, now: datetime) -> UUID:
    """Raises Invalid, NotFound for whoever may not change her."""
    async with acting_as(actor):
        await queries_lived.lock_volunteer(volunteer_id)
        profile = await load_profile(actor, volunteer_id)
        problems = list(problems_of(activity, now.astimezone(profile.zone).date()))
        if problems:
            raise Invalid(problems)
        activity_id = await queries.insert_activity(volunteer_id, activity, actor.person_id, now)
        await audit.record(actor, "recorded_activity", ("activity", activity_id), now, reason=activity.kind)
    return activity_id


async def void_activity(actor: Actor, volunteer_id: UUID, activity_id: UUID, now: datetime) -> None:
    """It counts no more, and stays on record. Raises NotFound; Refused `own_entries_only` for what staff entered."""
    async with acting_as(actor):
        entries = {each.id: each for each in await queries.list_entries(volunteer_id)}
        oneself = actor.volunteer_id == volunteer_id
        if oneself and activity_id in entries and entries[activity_id].recorded_by != actor.person_id:
            raise Refused("own_entries_only")
        await queries.void_activity(volunteer_id, activity_id, actor.person_id, now)
        await audit.record(actor, "voided_activity", ("activity", activity_id), now)

"""Credentials that end: coordinators are told in time; then she is suspended, and somebody asked for her families."""

from datetime import date, datetime
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_snapshot
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import TaskKind
from teamhope.volunteers import service as volunteers
from teamhope.volunteers import service_credentials as credentials
from teamhope.volunteers.rules_credentials import WATCHED, ending


async def watch_credentials(now: datetime) -> int:
    """One pass: how many volunteers somebody was told about. Each step is told once, each in a transaction.

    Days are the organisation's: a credential of today holds through its midnight.
    """
    async with acting_as(WORKER):
        on = await queries_snapshot.organisation_date(now)
        profiles = await volunteers.load_profiles(WORKER)
    soon = [each.id for each in profiles if each.status in WATCHED and ending(each.credentials, on)]
    return sum([await _tell(volunteer_id, on, now) for volunteer_id in soon])


async def _tell(volunteer_id: UUID, on: date, now: datetime) -> bool:
    async with acting_as(WORKER):
        await queries_snapshot.lock_volunteer(volunteer_id)
        profile = await volunteers.load_profile(WORKER, volunteer_id)
        ends = ending(profile.credentials, on)
        if ends is None or profile.status not in WATCHED:
            return False
        if ends.is_over:
            await _suspend(volunteer_id, now)
        about = About(volunteer=volunteer_id, detail=ends.code)
        if await tasks.was_opened(about, ends.until):
            return ends.is_over
        await tasks.open_task(WORKER, TaskKind.OTHER, now, about, due_on=ends.until)
    return True


async def _suspend(volunteer_id: UUID, now: datetime) -> None:
    """Whoever is suspended is not watched: so it happens once, and again if she is set active unrenewed."""
    await credentials.suspend(WORKER, volunteer_id, now)
    for family_id in await queries.families_of(volunteer_id):
        about = About(family=family_id, volunteer=volunteer_id, detail="volunteer_suspended")
        await tasks.open_task(WORKER, TaskKind.OTHER, now, about)

"""Cover persons of a promised call: who may be asked in the volunteer's place, and who may no more."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import service_on_call
from teamhope.families import service_contact
from teamhope.followups import queries_cover
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.queries_cover import Cover
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import TaskKind

UNCOVERED: Final = "promise_uncovered"  # the task of whoever is on call
# Whether the rules of a match allow it: of which match, which volunteer, and when. The slice above knows them.
Fits = Callable[[UUID, UUID, datetime], Awaitable[bool]]


async def find_cover(match_id: UUID, now: datetime) -> Cover | None:
    """Of whom the family has agreed to hear, and agrees still, if she can call. Never a new voice without consent."""
    async with acting_as(WORKER):
        cover = await queries_cover.find_able_cover(match_id, now)
        if cover is None:
            return None
        agreed = (await service_contact.contact_facts(cover.contact_id, match_id, now)).consents
    return cover if ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER in agreed else None


async def may_call(volunteer_id: UUID, follow_up: FollowUpFacts, now: datetime) -> bool:
    """Whether she is asked to make this call, and what allowed it holds still."""
    if not await queries_cover.is_asked_for(volunteer_id, follow_up.id, now):
        return False
    cover = await find_cover(follow_up.match_id, now)
    return cover is not None and cover.volunteer_id == volunteer_id


async def find_fitting(match_id: UUID, fits: Fits, now: datetime) -> Cover | None:
    """As find_cover, if no rule of a match has come to speak against her since the family agreed."""
    cover = await find_cover(match_id, now)
    return cover if cover and await fits(match_id, cover.volunteer_id, now) else None


async def withdraw(fits: Fits, now: datetime) -> None:
    """Whoever is asked and could not be asked any more is asked no longer: whoever is on call is, in her place."""
    async with acting_as(WORKER):
        for asked in await queries_cover.claim_asked():
            cover = await find_fitting(asked.follow_up.match_id, fits, now)
            if cover is None or cover.id != asked.cover_id:
                await queries_cover.end_cover_call(asked.id, now)
                await audit.record(WORKER, "ended_cover_call", ("cover_call", asked.id), now)
                await ask_on_call(asked.follow_up, now)


async def ask_on_call(follow_up: FollowUpFacts, now: datetime) -> None:
    """A task of the first of them, of every coordinator while nobody is."""
    on_call = [shift.person for shift in await service_on_call.who_is_on_call(now)]
    about = About(family=follow_up.family_id, volunteer=follow_up.volunteer_id, detail=UNCOVERED)
    await tasks.open_task(WORKER, TaskKind.OTHER, now, about, next(iter(on_call), None), due_on=now.date())

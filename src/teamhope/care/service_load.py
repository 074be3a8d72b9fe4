"""How much a volunteer carries, over all her families: those of other teams count, whom the asker may not see."""

from datetime import datetime
from uuid import UUID

from teamhope.care import queries_load, rules
from teamhope.care.queries_load import Carried
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER


async def load_carried(now: datetime, volunteer_id: UUID | None = None) -> dict[UUID, Carried]:
    """Of one volunteer or of all; emotional loads of the time that counts as lately."""
    async with acting_as(WORKER):
        return await queries_load.load_carried(volunteer_id, now - rules.LATELY, now)


async def fills_her_week(volunteer_id: UUID, at: datetime, but_follow_up: UUID) -> bool:
    """Whether the promised call `but_follow_up`, put at this instant, would be more than the most in her week."""
    async with acting_as(WORKER):
        calls, most = (await queries_load.list_weeks(at, volunteer_id, but_follow_up))[volunteer_id]
    return rules.is_too_much(calls + 1, most)


async def overfull_weeks(at: datetime) -> frozenset[UUID]:
    """The volunteers who have more calls than the most in their week that holds `at`."""
    async with acting_as(WORKER):
        weeks = await queries_load.list_weeks(at)
    return frozenset(volunteer for volunteer, (calls, most) in weeks.items() if rules.is_too_much(calls, most))

"""Use cases of single days: on one date a volunteer has other hours than every week, or none."""

from datetime import date, datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import Window
from teamhope.vocabulary.people import Actor
from teamhope.volunteers import queries_days as queries
from teamhope.volunteers.rules_days import problems_of_day
from teamhope.volunteers.service import load_profile


async def set_other_hours(
    actor: Actor, volunteer_id: UUID, day: date, windows: tuple[Window, ...], now: datetime
) -> None:
    """`day` and `windows` in her own zone; none: she is not free. No reason is asked, what was said before is replaced.

    Calls that are promised for that day stay until somebody moves them; the week's list names them. Raises Invalid,
    NotFound.
    """
    async with acting_as(actor):
        profile = await load_profile(actor, volunteer_id)
        problems = list(problems_of_day(day, windows, now.astimezone(profile.zone).date()))
        if problems:
            raise Invalid(problems)
        other_day_id = await queries.put_other_day(volunteer_id, day, windows)
        await audit.record(actor, "set_other_hours", ("other_hours", other_day_id), now)


async def forget_other_hours(actor: Actor, volunteer_id: UUID, other_day_id: UUID, now: datetime) -> None:
    """That day is as its weekday again. Raises NotFound."""
    async with acting_as(actor):
        await queries.delete_other_day(volunteer_id, other_day_id)
        await audit.record(actor, "forgot_other_hours", ("other_hours", other_day_id), now)

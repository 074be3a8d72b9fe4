"""Which days of the year are hard for a family."""

from datetime import date, datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries_contact, queries_dates
from teamhope.families.forms_dates import DateForm
from teamhope.families.queries_dates import DateView
from teamhope.families.rules_dates import MOST_DATES, next_near
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor


async def show_dates(actor: Actor, family_id: UUID) -> list[DateView]:
    """In the order of the year. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await queries_contact.see_family(family_id)
        return await queries_dates.list_dates(family_id)


async def near_day(actor: Actor, family_id: UUID, now: datetime) -> tuple[date, bool] | None:
    """The next hard day if it is near, and whether the family asked to be called then; on the family's calendar."""
    async with acting_as(actor):
        today = await queries_contact.today_of(family_id, now)
        return next_near(await queries_dates.load_days(family_id), today)


async def add(actor: Actor, family_id: UUID, new: DateForm, now: datetime) -> None:
    """Raises Invalid for more than MOST_DATES and for one that is there already; NotFound outside the scope."""
    async with acting_as(actor):
        await queries_dates.lock_family(family_id)
        there = await queries_dates.list_dates(family_id)
        free = sorted(set(range(1, MOST_DATES + 1)) - {each.place for each in there})
        if not free:
            raise Invalid.field("kind", "too_many_dates", most=MOST_DATES)
        if any((each.kind, each.day.month, each.day.day) == (new.kind, new.month, new.day) for each in there):
            raise Invalid.field("day", "date_known")
        date_id = await queries_dates.insert_date(family_id, free[0], new, now)
        await audit.record(actor, "added_sensitive_date", ("sensitive_date", date_id), now)


async def remove(actor: Actor, family_id: UUID, date_id: UUID, now: datetime) -> None:
    """Raises NotFound."""
    async with acting_as(actor):
        await queries_dates.delete_date(family_id, date_id)
        await audit.record(actor, "removed_sensitive_date", ("sensitive_date", date_id), now)

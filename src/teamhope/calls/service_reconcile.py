"""Comparing our log with the provider's list of calls, by night; and what coordinators see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.audit import service as audit
from teamhope.calls import queries_reconcile as queries
from teamhope.calls import rules_reconcile as rules
from teamhope.calls.queries_reconcile import Shown
from teamhope.calls.rules_reconcile import Completeness
from teamhope.families.rules_hours import to_instant
from teamhope.kit.database import acting_as
from teamhope.telephony.client import Telephone
from teamhope.telephony.outcomes import LONGEST_CALL, Listed, Unknown
from teamhope.telephony.voice_list import list_calls
from teamhope.vocabulary.people import WORKER, Actor

DAYS_SHOWN: Final = 28


class ListUnavailable(Exception):
    """The provider did not give its list; it is asked again later."""


async def reconcile(telephone: Telephone | None, now: datetime) -> int:
    """One pass over the days of the organisation that are not compared yet; how many were now. Twice does no harm.

    A day is compared once each of its calls has had a day to be logged. Raises ListUnavailable.
    """
    if telephone is None:
        return 0
    days, zone = await _days_to_compare(now)
    for day in days:
        await _compare(telephone, day, zone, now)
    return len(days)


async def _days_to_compare(now: datetime) -> tuple[list[date], ZoneInfo]:
    async with acting_as(WORKER):
        zone = await queries.find_zone()
        if zone is None:
            return [], ZoneInfo("UTC")
        last = now.astimezone(zone).date() - timedelta(days=rules.DAYS_BACK)
        return await queries.list_days_to_compare(last - timedelta(days=rules.CATCHES_UP - 1), last), zone


async def _compare(telephone: Telephone, day: date, zone: ZoneInfo, now: datetime) -> None:
    start, end = (to_instant(each, time(), zone) for each in (day, day + timedelta(days=1)))
    around = await list_calls(telephone, start - LONGEST_CALL, end + LONGEST_CALL)  # a log may begin on the day before
    if isinstance(around, Unknown):
        raise ListUnavailable(around.reason)
    of_day = [listed for listed in around if start <= listed.started_at < end]
    async with acting_as(WORKER):
        await _keep(day, of_day, around, await queries.list_logged(start, end), now)


async def _keep(
    day: date, of_day: Sequence[Listed], around: Sequence[Listed], logged: Sequence[rules.Logged], now: datetime
) -> None:
    carried = await queries.load_carried([listed.sid for listed in of_day])
    if await queries.insert_compared_day(day, rules.completeness(of_day, carried), now):
        found = rules.compare(of_day, around, carried, logged)
        await queries.insert_differences(found, now)
        await audit.record(WORKER, "compared_calls", ("compared_day", None), now, reason=f"found_{len(found)}")


# What coordinators see ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lists:
    """Open differences in the actor's scope, the earliest first; completeness by day, the newest first."""

    open: Sequence[Shown]
    days: Sequence[tuple[date, Completeness]]


async def look(actor: Actor) -> Lists:
    async with acting_as(actor):
        return Lists(await queries.list_open(), await queries.latest_days(DAYS_SHOWN))


async def settle(actor: Actor, difference_id: UUID, now: datetime) -> None:
    """Somebody looked into it: nothing is to change. Raises NotFound for a settled one, and outside the scope."""
    async with acting_as(actor):
        await queries.settle(difference_id, actor.person_id, now)
        await audit.record(actor, "settled_difference", ("call_difference", difference_id), now)

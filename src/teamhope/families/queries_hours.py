"""When volunteers may be asked to call: their week, days with other hours, time away."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from teamhope.families.rules_hours import Hours, volunteer_hours
from teamhope.tables.volunteers import OtherHours, TimeAway, Volunteer
from teamhope.vocabulary.families import Window


async def load_hours(volunteer_ids: Collection[UUID]) -> dict[UUID, Hours]:
    """Of those of them whom the actor may see."""
    ids = list(volunteer_ids)
    if not ids:
        return {}
    columns = (Volunteer.id, Volunteer.availability, Volunteer.person.timezone.as_alias("zone"))
    rows = await Volunteer.select(*columns).where(Volunteer.id.is_in(ids))
    days_off, other_days = await _days_off(ids), await OtherHours.by_day(ids)
    return {row["id"]: _hours(row, frozenset(days_off[row["id"]]), other_days[row["id"]]) for row in rows}


def _hours(row: Mapping[str, Any], days_off: frozenset[date], other_days: Mapping[date, tuple[Window, ...]]) -> Hours:
    windows = msgspec.json.decode(row["availability"], type=tuple[Window, ...])
    return volunteer_hours(ZoneInfo(row["zone"]), windows, days_off, other_days)


async def _days_off(ids: list[UUID]) -> defaultdict[UUID, set[date]]:
    found: defaultdict[UUID, set[date]] = defaultdict(set)
    for row in await TimeAway.select().where(TimeAway.volunteer.is_in(ids)):
        days = range((row["last_on"] - row["first_on"]).days + 1)
        found[row["volunteer"]].update(row["first_on"] + timedelta(days=day) for day in days)
    return found

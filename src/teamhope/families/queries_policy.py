"""Rows of what the programme decided about reaching families, and the federal holidays of the United States."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cache
from typing import Any, Final

import holidays
import msgspec

from teamhope.families.rules_policy import (
    BUILT_IN_POLICY,
    DAYS_OF,
    FEDERAL_YEARS,
    ContactPolicy,
    KeptDays,
    free_days,
    week_of,
)
from teamhope.kit.database import connection

NEWEST: Final = "select * from cadence_settings order by version desc limit 1"


async def load_policy() -> ContactPolicy:
    """Of the newest version; what is built in where nobody has decided."""
    row = await connection().fetchrow(NEWEST)
    return BUILT_IN_POLICY if row is None else policy_of(row)


def policy_of(row: Mapping[str, Any]) -> ContactPolicy:
    return ContactPolicy(
        windows=week_of({name: _span(row, name) for name in DAYS_OF}),
        gap=timedelta(hours=row["gap_hours"]),
        calls_a_week=row["calls_a_week"],
        first_calls_a_week=row["first_calls_a_week"],
        between_voicemails=timedelta(hours=row["voicemail_hours"]),
        days=msgspec.json.decode(row["days"], type=KeptDays),
    )


def _span(row: Mapping[str, Any], name: str) -> tuple[time, time] | None:
    start, end = row[f"{name}_from"], row[f"{name}_until"]
    return None if start is None else (start, end)


def days_without_calls(days: KeptDays, today: date) -> frozenset[date]:
    """No routine calls then, from last year's first day to next year's last (domain.md §2.3 (5))."""
    return free_days(days, federal_holidays(today.year), today)


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Observed days included: both July 3 and July 4, 2026."""
    return frozenset(holidays.country_holidays("US", years=[year + n for n in FEDERAL_YEARS]))

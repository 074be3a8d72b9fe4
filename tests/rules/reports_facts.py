"""A year of counts for the tests of reports."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from teamhope.reports.rules import MonthCounts, YearCounts
from teamhope.reports.suppression import Tally

NOBODY = Tally(0, 0)


def counted_months(year: int, months: Mapping[int, tuple[Tally, Tally, int]]) -> tuple[MonthCounts, ...]:
    """Twelve months: (attempts, conversations, families served) of some, nothing in the others."""
    return tuple(MonthCounts(date(year, month, 1), *months.get(month, (NOBODY, NOBODY, 0))) for month in range(1, 13))


def counted_year() -> YearCounts:
    even = {month: (Tally(2_600, 800), Tally(1_200, 700), 720) for month in range(1, 12)}
    return YearCounts(
        year=2021,
        timezone="America/New_York",
        as_of=datetime(2022, 1, 5, 14, tzinfo=UTC),
        attempts=Tally(31_045, 2_900),
        conversations=Tally(14_850, 2_600),
        inbound_conversations=Tally(900, 400),
        voicemails=Tally(8_400, 1_800),
        connected=Tally(17_000, 2_700),
        families_served=2_610,
        families_mental_health=2_249,
        talk_seconds=4_000 * 3_600 + 1_000,
        loads=(*[98] * 75, *[100] * 75),
        faon_members=300,
        matches=(),
        promises=(),
        months=counted_months(2021, {**even, 12: (Tally(2_445, 800), Tally(1_650, 700), 720)}),
    )

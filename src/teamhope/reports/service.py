"""The yearly report as one use case; pages, API, downloads and commands all show its result."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from teamhope.calls.rules import counted_on
from teamhope.kit.database import acting_as
from teamhope.referrals.rules import MemberFacts, counts_as_member, faon_standing
from teamhope.reports import queries, rules
from teamhope.reports.queries import CallCounts, Period
from teamhope.reports.rules import MonthCounts, Report, YearCounts
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor

FIRST_YEAR: Final = 1990  # nothing the programme did is older


def current_year(now: datetime, zone: ZoneInfo) -> int:
    return counted_on(now, zone).year


async def yearly_report(actor: Actor, year: int, now: datetime, zone: ZoneInfo) -> Report:
    """What is on file of a year at `now`, with the year before beside it unless that has neither call nor service.

    `zone` is the one by whose days calls were counted when they were logged. Raises Invalid for a year before 1990 or
    after the next one.
    """
    refuse_far_years(year, now, zone)
    first, end = date(year - 1, 1, 1), date(year + 1, 1, 1)
    async with acting_as(actor):
        calls = await queries.count_calls(first, end)
        supported = await queries.count_supported_families(first, end)
        members = await queries.list_members()

    def counts_of(wanted: int) -> YearCounts:
        on = rules.members_counted_on(wanted, now, zone)
        return _year_counts(wanted, calls, supported.get(wanted, 0), _in_good_standing(members, on), (now, zone))

    has_previous = (year - 1, None) in calls or year - 1 in supported
    return rules.yearly_report(counts_of(year), counts_of(year - 1) if has_previous else None)


def refuse_far_years(year: int, now: datetime, zone: ZoneInfo) -> None:
    last = current_year(now, zone) + 1
    if not FIRST_YEAR <= year <= last:
        raise Invalid.field("year", "year_out_of_range", first=str(FIRST_YEAR), last=str(last))


def _year_counts(
    year: int, calls: Mapping[Period, CallCounts], supported: int, members: int, at: tuple[datetime, ZoneInfo]
) -> YearCounts:
    now, zone = at
    of_year = calls.get((year, None), CallCounts())
    return YearCounts(
        year=year,
        timezone=zone.key,
        as_of=now,
        attempts=of_year.attempts,
        conversations=of_year.conversations,
        inbound_conversations=of_year.inbound,
        voicemails=of_year.voicemails,
        connected=of_year.connected,
        families_served=of_year.families_served,
        families_mental_health=supported,
        talk_seconds=of_year.talk_seconds,
        volunteers_who_called=of_year.volunteers,
        faon_members=members,
        months=tuple(_month(date(year, month, 1), calls) for month in range(1, 13)),
    )


def _month(month: date, calls: Mapping[Period, CallCounts]) -> MonthCounts:
    counts = calls.get((month.year, month.month), CallCounts())
    return MonthCounts(month, counts.attempts, counts.conversations, counts.families_served)


def _in_good_standing(members: Sequence[MemberFacts], on: date) -> int:
    return sum(counts_as_member(faon_standing(member, on)) for member in members)

"""The yearly report as one use case; pages, API, downloads and commands all show its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from teamhope.calls.rules import counted_on
from teamhope.calls.rules_reconcile import NONE_PLACED, Completeness
from teamhope.kit.database import acting_as
from teamhope.referrals.rules import MemberFacts, counts_as_member, faon_standing
from teamhope.reports import queries, rules
from teamhope.reports.queries import CallCounts, Period
from teamhope.reports.rules import MonthCounts, Report, YearCounts
from teamhope.reports.rules_matches import CountedMatch
from teamhope.reports.rules_promises import CountedPromise
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor

FIRST_YEAR: Final = 1990  # nothing the programme did is older


def current_year(now: datetime, zone: ZoneInfo) -> int:
    return counted_on(now, zone).year


async def yearly_report(actor: Actor, year: int, now: datetime, zone: ZoneInfo) -> Report:
    """What is on file of a year at `now`, with the year before beside it unless nothing was counted in that.

    `zone` is the one by whose days calls were counted when they were logged. Raises Invalid for a year before 1990 or
    after the next one.
    """
    refuse_far_years(year, now, zone)
    async with acting_as(actor):
        found = await _find(date(year - 1, 1, 1), date(year + 1, 1, 1))
    previous = _year_counts(found, year - 1, now, zone) if found.has_any(year - 1) else None
    return rules.yearly_report(_year_counts(found, year, now, zone), previous)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was counted in two years; `members`: everybody who ever joined."""

    calls: Mapping[Period, CallCounts]
    supported: Mapping[int, int]
    members: Sequence[MemberFacts]
    matches: tuple[CountedMatch, ...]
    promises: tuple[CountedPromise, ...]
    placed: Mapping[int, Completeness]

    def has_any(self, year: int) -> bool:
        in_year = (match.offered_on.year == year for match in self.matches)
        return (year, None) in self.calls or year in self.supported or any(in_year)


async def _find(first: date, end: date) -> _Found:
    return _Found(
        calls=await queries.count_calls(first, end),
        supported=await queries.count_supported_families(first, end),
        members=await queries.list_members(),
        matches=await queries.list_matches(first, end),
        promises=await queries.list_promises(first, end),
        placed=await queries.count_placed(first, end),
    )


def refuse_far_years(year: int, now: datetime, zone: ZoneInfo) -> None:
    last = current_year(now, zone) + 1
    if not FIRST_YEAR <= year <= last:
        raise Invalid.field("year", "year_out_of_range", first=str(FIRST_YEAR), last=str(last))


def _year_counts(found: _Found, year: int, now: datetime, zone: ZoneInfo) -> YearCounts:
    of_year = found.calls.get((year, None), CallCounts())
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
        families_mental_health=found.supported.get(year, 0),
        talk_seconds=of_year.talk_seconds,
        loads=of_year.loads,
        placed=found.placed.get(year, NONE_PLACED),
        faon_members=_in_good_standing(found.members, rules.members_counted_on(year, now, zone)),
        matches=found.matches,
        promises=found.promises,
        months=tuple(_month(date(year, month, 1), found.calls) for month in range(1, 13)),
    )


def _month(month: date, calls: Mapping[Period, CallCounts]) -> MonthCounts:
    counts = calls.get((month.year, month.month), CallCounts())
    return MonthCounts(month, counts.attempts, counts.conversations, counts.families_served)


def _in_good_standing(members: Sequence[MemberFacts], on: date) -> int:
    return sum(counts_as_member(faon_standing(member, on)) for member in members)

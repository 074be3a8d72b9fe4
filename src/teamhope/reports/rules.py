"""The yearly report: which counts become which figures, what of them may be shown, and where a year begins and ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from teamhope.calls.rules import counted_on
from teamhope.calls.rules_reconcile import NONE_PLACED, Completeness
from teamhope.reports.definitions import DEFINITIONS, Definition, FigureId
from teamhope.reports.rules_cells import (
    HIDDEN,
    Cell,
    gini_of,
    median_of,
    of_families,
    of_tally,
    share_of,
    unless_hidden,
)
from teamhope.reports.rules_matches import CountedMatch, LanguageRow, by_language, match_figures
from teamhope.reports.rules_promises import CountedPromise, promise_figures
from teamhope.reports.suppression import Tally, hidden_in_line

MAX_TALK_SECONDS: Final = 6 * 3600  # of one call; longer ones are flagged and counted as this (domain.md §5, C1)


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """One calendar month in the report's zone. `families_served` had a conversation in either direction."""

    month: date  # its first day
    attempts: Tally
    conversations: Tally  # outbound
    families_served: int


@dataclass(frozen=True, slots=True)
class YearCounts:
    """What the tables hold of one report year, in the definitions' order; void, corrected and test rows left out.

    A tally's families are distinct over the whole year. The months are twelve, January first; their attempts and
    conversations add up to the year's, their families do not. `talk_seconds` is capped per call. `loads`: outbound
    conversations of each volunteer who called. `matches` and `promises` may hold those of other years too.
    """

    year: int
    timezone: str  # IANA
    as_of: datetime
    attempts: Tally
    conversations: Tally
    inbound_conversations: Tally
    voicemails: Tally
    connected: Tally
    families_served: int
    families_mental_health: int
    talk_seconds: int
    loads: tuple[int, ...]
    faon_members: int  # on members_counted_on(…)
    matches: tuple[CountedMatch, ...]
    promises: tuple[CountedPromise, ...]
    months: tuple[MonthCounts, ...]
    placed: Completeness = NONE_PLACED  # by the telephone company's list


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the year; `before` is last year's, None where that year has no counts."""

    definition: Definition
    cell: Cell
    before: Cell | None


MonthCells = Mapping[FigureId, Cell]  # A1, A2 and B1, in this order


@dataclass(frozen=True, slots=True)
class MonthRow:
    month: date
    shown: MonthCells
    before: MonthCells | None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures in the definitions' order, months January first, languages by their code."""

    year: int
    timezone: str
    as_of: datetime
    members_on: date  # the day of which K1 speaks
    figures: tuple[Figure, ...]
    months: tuple[MonthRow, ...]
    languages: tuple[LanguageRow, ...]

    def __getitem__(self, figure: FigureId) -> Figure:
        return next(found for found in self.figures if found.definition.id is figure)


def year_bounds(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC instants [start, end) of a calendar year in the report's zone. Source: domain.md §5."""
    return _midnight(date(year, 1, 1), zone), _midnight(date(year + 1, 1, 1), zone)


def members_counted_on(year: int, as_of: datetime, zone: ZoneInfo) -> date:
    """The day on which FAON members of a year are counted: its last, or the day of the report if that is earlier."""
    return min(date(year, 12, 31), counted_on(as_of, zone))


def headline(value: int) -> tuple[Literal["over", "exactly"], int]:
    """The whole thousands that the value is strictly over, ("over", 31000); else ("exactly", the value itself).

    Source: domain.md §5, By the Numbers.
    """
    thousands = value // 1000 * 1000
    return ("over", thousands) if 0 < thousands < value else ("exactly", value)


def yearly_report(counts: YearCounts, previous: YearCounts | None) -> Report:
    """The report of a year, with the year before beside it; each year is hidden as its own report hides it.

    A count is hidden if 1 to 4 families contribute to it; a month also where its hidden neighbour would follow from the
    year, a figure also where a hidden one would follow from it. Members and volunteers are never hidden: they are not
    families. Families by month do not add up, so hiding one protects it. Source: domain.md §4.6, §5.
    """
    before = _figures(previous) if previous else {}
    months_before = _months(previous) if previous else (None,) * len(counts.months)
    zone = ZoneInfo(counts.timezone)
    shown = _figures(counts)
    return Report(
        counts.year,
        counts.timezone,
        counts.as_of,
        members_counted_on(counts.year, counts.as_of, zone),
        tuple(Figure(found, shown[found.id], before.get(found.id)) for found in DEFINITIONS),
        tuple(
            MonthRow(month.month, cells, last_year)
            for month, cells, last_year in zip(counts.months, _months(counts), months_before, strict=True)
        ),
        by_language(counts.matches, counts.year),
    )


def _figures(counts: YearCounts) -> Mapping[FigureId, Cell]:
    calls = _by_month(counts, lambda month: month.attempts, counts.attempts)[-1]
    conversations = _by_month(counts, lambda month: month.conversations, counts.conversations)[-1]
    inbound, served = of_tally(counts.inbound_conversations), of_families(counts.families_served)
    return {
        FigureId.A1: calls,
        FigureId.A2: conversations,
        FigureId.A2I: inbound,
        FigureId.A3: of_tally(counts.voicemails),
        FigureId.A4: of_tally(counts.connected),
        FigureId.A5: unless_hidden(share_of(counts.conversations.count, counts.attempts.count), calls, conversations),
        FigureId.A7: unless_hidden(Cell(counts.attempts.count + counts.inbound_conversations.count), calls, inbound),
        FigureId.B1: served,
        FigureId.B5: of_families(counts.families_mental_health),
        FigureId.C1: unless_hidden(Cell(round(counts.talk_seconds / 3600, 1)), served),
        FigureId.F1: Cell(len(counts.loads)),
        **{figure: unless_hidden(cell, conversations) for figure, cell in _load_figures(counts.loads).items()},
        **match_figures(counts.matches, counts.year),
        **promise_figures(counts.promises, counts.year),
        FigureId.J1: unless_hidden(share_of(counts.placed.logged_in_time, counts.placed.placed), calls),
        FigureId.K1: Cell(counts.faon_members),
    }


def _load_figures(loads: Sequence[int]) -> Mapping[FigureId, Cell]:
    """Few volunteers' loads give their total away: they are hidden where it is. Source: domain.md §5, F3."""
    gini = gini_of(loads)
    return {
        FigureId.F3: Cell(median_of(loads)),
        FigureId.F3_MOST: Cell(max(loads, default=None)),
        FigureId.F3_GINI: Cell(None if gini is None else round(gini, 2)),
    }


def _months(counts: YearCounts) -> tuple[MonthCells, ...]:
    calls = _by_month(counts, lambda month: month.attempts, counts.attempts)[:-1]
    conversations = _by_month(counts, lambda month: month.conversations, counts.conversations)[:-1]
    families = [of_families(month.families_served) for month in counts.months]
    return tuple(
        {FigureId.A1: made, FigureId.A2: talked, FigureId.B1: served}
        for made, talked, served in zip(calls, conversations, families, strict=True)
    )


def _by_month(counts: YearCounts, of: Callable[[MonthCounts], Tally], year: Tally) -> Sequence[Cell]:
    """The months' cells, then the year's."""
    months = [of(month) for month in counts.months]
    hidden = hidden_in_line(months, year)
    return [HIDDEN if place in hidden else Cell(tally.count) for place, tally in enumerate((*months, year))]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

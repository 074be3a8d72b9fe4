"""Offers and matches of a year: how many were accepted, how long families waited by language, and what is hidden."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from teamhope.reports.definitions import FigureId
from teamhope.reports.rules_cells import HIDDEN, Cell, median_of, of_tally, share_of, split_share, unless_hidden
from teamhope.reports.suppression import Tally, hidden_in_table

IN_TIME_MINUTES: Final = 48 * 60  # domain.md §5, D3
IN_TIME, LATER, ALL = 0, 1, 2  # the columns of what a language's matches are counted into


@dataclass(frozen=True, slots=True)
class CountedMatch:
    """An offer, and the match it became if she said yes; dates in the report's zone.

    `wait_minutes`: from when the request was ready to the yes; None where nobody knows. `concordant`: both lived
    through the same kind of experience. `rematch`: its request had a volunteer before. `language`: the family's.
    """

    family: UUID  # what counts as one
    offered_on: date
    accepted_on: date | None
    wait_minutes: int | None
    language: str | None
    concordant: bool
    rematch: bool


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """`language` None: nobody said. `matches`: how many; `hours`: their median, D3; `in_time`: D3i."""

    language: str | None
    matches: Cell
    hours: Cell
    in_time: Cell

    @property
    def cells(self) -> tuple[Cell, Cell, Cell]:
        return self.matches, self.hours, self.in_time


def match_figures(matches: Iterable[CountedMatch], year: int) -> Mapping[FigureId, Cell]:
    """An offer counts in the year in which it was made, a match in that of the yes. Source: domain.md §5, D3 and G."""
    matches = list(matches)
    offered = [match for match in matches if match.offered_on.year == year]
    accepted = _accepted(matches, year)
    total = _language_rows(accepted)[-1]
    shares = {
        FigureId.G1: _share(offered, lambda match: match.accepted_on is not None),
        FigureId.G2: _share(accepted, lambda match: match.rematch),
        FigureId.G5: _share(accepted, lambda match: match.concordant),
    }
    # They say how many were accepted: where a language or those whose wait nobody knows would follow, they are hidden.
    unknown = of_tally(_tally([match for match in accepted if match.wait_minutes is None]))
    shown = {figure: unless_hidden(share, total.matches, unknown) for figure, share in shares.items()}
    return {FigureId.D3: total.hours, FigureId.D3_IN_TIME: total.in_time, **shown}


def by_language(matches: Iterable[CountedMatch], year: int) -> tuple[LanguageRow, ...]:
    """Time to match for each language, by its code, unknown last; hidden so that nothing follows from the year."""
    return tuple(_language_rows(_accepted(matches, year))[:-1])


def _accepted(matches: Iterable[CountedMatch], year: int) -> list[CountedMatch]:
    return [match for match in matches if match.accepted_on is not None and match.accepted_on.year == year]


def _language_rows(accepted: Sequence[CountedMatch]) -> list[LanguageRow]:
    """The last is that of all languages together."""
    known = [match for match in accepted if match.wait_minutes is not None]
    languages = sorted({match.language for match in known}, key=lambda code: (code is None, code))
    groups = [*((code, [match for match in known if match.language == code]) for code in languages), (None, known)]
    table = [_columns(group) for _, group in groups]
    hidden = hidden_in_table(table)
    return [
        _row(code, group, [HIDDEN if (n, column) in hidden else Cell(tally.count) for column, tally in enumerate(row)])
        for n, ((code, group), row) in enumerate(zip(groups, table, strict=True))
    ]


def _columns(group: Sequence[CountedMatch]) -> list[Tally]:
    """IN_TIME, LATER, ALL."""
    in_time = [match for match in group if _waited(match) <= IN_TIME_MINUTES]
    later = [match for match in group if _waited(match) > IN_TIME_MINUTES]
    return [_tally(in_time), _tally(later), _tally(group)]


def _row(language: str | None, group: Sequence[CountedMatch], cells: Sequence[Cell]) -> LanguageRow:
    minutes = median_of([_waited(match) for match in group])
    hours = Cell(None if minutes is None else round(minutes / 60, 1))
    in_time = share_of(_columns(group)[IN_TIME].count, len(group))
    return LanguageRow(language, cells[ALL], unless_hidden(hours, cells[ALL]), unless_hidden(in_time, *cells))


def _waited(match: CountedMatch) -> int:
    return match.wait_minutes or 0


def _share(matches: Sequence[CountedMatch], is_part: Callable[[CountedMatch], bool]) -> Cell:
    part, rest = [m for m in matches if is_part(m)], [m for m in matches if not is_part(m)]
    return split_share(_tally(part), _tally(rest))


def _tally(matches: Sequence[CountedMatch]) -> Tally:
    return Tally(len(matches), len({match.family for match in matches}))

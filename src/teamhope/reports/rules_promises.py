"""Promises of a year: how many were kept, on time and missed, and what of that is hidden."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from teamhope.reports.definitions import FigureId
from teamhope.reports.rules_cells import HIDDEN, Cell, of_tally, split_share, unless_hidden
from teamhope.reports.suppression import Tally, hidden_in_line

STATES = ("kept", "late", "missed")
ALL = len(STATES)  # the place of their total


@dataclass(frozen=True, slots=True)
class CountedPromise:
    """One that was due; its date in the report's zone. `on_time` None: not decided yet, or the family moved it."""

    family: UUID  # what counts as one
    promised_on: date
    became: str  # kept, late or missed
    on_time: bool | None


def promise_figures(promises: Iterable[CountedPromise], year: int) -> Mapping[FigureId, Cell]:
    """A promise counts in the year for which it was made. Source: domain.md §5, E0, E1, E3.

    Kept, late and missed add up to all that were due: none of them is shown if a hidden one would follow from it.
    """
    due = [promise for promise in promises if promise.promised_on.year == year]
    parts = [[promise for promise in due if promise.became == became] for became in STATES]
    hidden = hidden_in_line([_tally(part) for part in parts], _tally(due))
    kept, _, missed = (
        HIDDEN if {place, ALL} & hidden else _share(due, partial(_has_become, became))
        for place, became in enumerate(STATES)
    )
    decided = [promise for promise in due if promise.on_time is not None]
    others = of_tally(_tally([promise for promise in due if promise.on_time is None]))
    on_time = unless_hidden(_share(decided, lambda promise: promise.on_time is True), others)
    return {FigureId.E0: kept, FigureId.E1: on_time, FigureId.E3: missed}


def _has_become(became: str, promise: CountedPromise) -> bool:
    return promise.became == became


def _share(promises: Sequence[CountedPromise], is_part: Callable[[CountedPromise], bool]) -> Cell:
    part, rest = [p for p in promises if is_part(p)], [p for p in promises if not is_part(p)]
    return split_share(_tally(part), _tally(rest))


def _tally(promises: Sequence[CountedPromise]) -> Tally:
    return Tally(len(promises), len({promise.family for promise in promises}))

"""A number as a report shows it, and when it is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from teamhope.reports.suppression import Tally, is_small


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is None if hidden, or if there is nothing to divide by. A share is a share `of` so many."""

    value: int | float | None
    suppressed: bool = False
    of: int | None = None


HIDDEN: Final = Cell(None, suppressed=True)


def of_tally(tally: Tally) -> Cell:
    return HIDDEN if is_small(tally.families) else Cell(tally.count)


def of_families(families: int) -> Cell:
    return of_tally(Tally(families, families))


def share_of(part: int, whole: int) -> Cell:
    return Cell(round(part / whole, 4), of=whole) if whole else Cell(None)


def split_share(part: Tally, rest: Tally) -> Cell:
    """The share that `part` has of both. Whoever knows it and of how many knows the rest too: both must be many."""
    return (
        HIDDEN if is_small(part.families) or is_small(rest.families) else share_of(part.count, part.count + rest.count)
    )


def unless_hidden(cell: Cell, *parts: Cell) -> Cell:
    return HIDDEN if any(part.suppressed for part in parts) else cell


def median_of(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def gini_of(values: Sequence[int]) -> float | None:
    """0 where all have as much, near 1 where one has nearly all; None where there is nothing."""
    total, many = sum(values), len(values)
    if not total:
        return None
    ranked = sum(rank * value for rank, value in enumerate(sorted(values), start=1))
    return 2 * ranked / (many * total) - (many + 1) / many

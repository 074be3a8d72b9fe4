"""Which counts of a table are hidden, so that no small group of families is seen or worked out from the totals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

FEWEST_FAMILIES = 5  # a count that fewer families contribute to is hidden (domain.md §4.6)

Line = tuple[str, int]  # a row or a column: its cells add up to its total
Key = tuple[int, int]  # row and column of a cell


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something, and how many distinct families contribute to it."""

    count: int
    families: int


def is_small(families: int) -> bool:
    """Nobody is shown as 0: that tells nothing of anybody."""
    return 0 < families < FEWEST_FAMILIES


def hidden_in_line(cells: Sequence[Tally], total: Tally) -> frozenset[int]:
    """Positions to hide among `cells` that add up to `total`; the total's own position is len(cells).

    As hidden_in_table, for one equation: never exactly one position is hidden.
    """
    tallies = {(0, position): tally for position, tally in enumerate((*cells, total))}
    # One equation alone: any two of its cells make a ring.
    hidden = _hidden(tallies, dict.fromkeys(tallies, (("row", 0), ("free", 0))))
    return frozenset(position for _, position in hidden)


def hidden_in_table(table: Sequence[Sequence[Tally]]) -> frozenset[Key]:
    """(row, column) of every cell to hide. The last row and the last column are the totals, all of them published.

    Cells of 1 to 4 families are hidden, totals too; cells of nobody never. Then further cells, those of the lowest
    counts that do, until no hidden count follows from what is shown. Ties: the upper, then the left cell.

    Each count is a term of one row's and of one column's equation. The equations leave a hidden count open exactly
    when it lies on a ring of hidden cells, walked alternately along rows and columns; two hidden cells in each line are
    not enough. Not covered: bounds from counts being whole and positive, which may be narrow where counts are low, and
    comparing tables that overlap.
    """
    tallies = {(row, column): tally for row, cells in enumerate(table) for column, tally in enumerate(cells)}
    return _hidden(tallies, {(row, column): (("row", row), ("column", column)) for row, column in tallies})


def _hidden(tallies: Mapping[Key, Tally], ends: Mapping[Key, tuple[Line, Line]]) -> frozenset[Key]:
    can_hide = {key: tally.count for key, tally in tallies.items() if tally.families}
    small = [key for key in can_hide if is_small(tallies[key].families)]
    hidden = set(small)
    for key in sorted(small, key=lambda key: (can_hide[key], key)):
        costs = {other: 0 if other in hidden else count for other, count in can_hide.items() if other != key}
        hidden.update(_cheapest_way(*ends[key], costs, ends))
    return frozenset(hidden)


def _cheapest_way(
    start: Line, goal: Line, costs: Mapping[Key, int], ends: Mapping[Key, tuple[Line, Line]]
) -> Iterable[Key]:
    """The cells of the cheapest walk between two lines (Dijkstra); ties: fewer cells, then their order.

    There always is one: a cell that somebody contributes to makes a ring with its row's, its column's and the grand
    total.
    """
    crossing: dict[Line, list[tuple[Line, Key]]] = defaultdict(list)
    for key in costs:
        for here, there in (ends[key], ends[key][::-1]):
            crossing[here].append((there, key))
    reached: set[Line] = set()
    walks: list[tuple[int, int, tuple[Key, ...], Line]] = [(0, 0, (), start)]
    while walks:
        cost, steps, walk, line = heappop(walks)
        if line == goal:
            return walk
        if line not in reached:
            reached.add(line)
            for there, key in crossing[line]:
                heappush(walks, (cost + costs[key], steps + 1, (*walk, key), there))
    raise ValueError("a total has no contributors although one of its cells does")

"""The cheapest way to give requests places of volunteers: each gets one place, or waits at a cost of its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Numbers = NDArray[np.int64]
Column = NDArray[np.integer[Any]]  # of any width: sums are made in 64 bits

WAITS = -1  # instead of a place
LOAD_COST = 60  # of 1000 points of fit: six of a hundred (λ of domain.md §3.4)
FAMILY = 100  # what a family weighs; strain is told in hundredths of one
EXACT = 2**53  # float64 holds every whole number up to here
NEAREST = 16  # pairs per request that are looked at first, those that cost little more than its cheapest
_NONE = np.iinfo(np.int64).max  # dearer than anything


@dataclass(frozen=True, slots=True)
class Pairs:
    """Who may accompany whom, and at what cost: one entry per pair, none twice, each of a volunteer with a place."""

    request: Numbers
    volunteer: Numbers
    cost: Numbers

    def take(self, rows: Numbers) -> "Pairs":
        return Pairs(self.request[rows], self.volunteer[rows], self.cost[rows])


@dataclass(frozen=True, slots=True)
class Places:
    """Free places side by side, those of each volunteer from `first[v]` on; none is cheaper than the one before it."""

    owner: Numbers
    first: Numbers
    cost: Numbers


@dataclass(frozen=True, slots=True)
class _Edges:
    """One entry per request and place that could be its."""

    request: Numbers
    place: Numbers
    cost: Numbers


def weighed(load: Column, strain: Column) -> Numbers:
    """What each volunteer carries in hundredths of a family: her families, and how hard her calls were lately."""
    return FAMILY * load.astype(np.int64) + strain


def free_places(pairs: Pairs, load: Column, strain: Column, capacity: Column, unit: int) -> Places:
    """The free places of each volunteer; no more of one than there are requests that could use them.

    A place costs LOAD_COST * (what she carries by then, in families) / capacity, rounded down and LOAD_COST at most,
    each point of it `unit`.
    """
    wanted = np.bincount(pairs.volunteer, minlength=len(load))
    free = np.clip(capacity - load, 0, wanted)
    owner, first = np.repeat(np.arange(len(free)), free), np.cumsum(free) - free
    carried = weighed(load[owner] + np.arange(len(owner)) - first[owner], strain[owner])
    cost = np.minimum(LOAD_COST * carried // (FAMILY * capacity[owner].astype(np.int64)), LOAD_COST)
    return Places(owner, first, cost * unit)


def cheapest(pairs: Pairs, places: Places, waiting: Numbers) -> Numbers:
    """Per request its place, or WAITS, so that pairs, places and waiting (`waiting[r]`) cost least together.

    Costs are whole numbers from 1 to EXACT / 4. Each request can wait, so the search holds no number above four times
    the greatest cost: float64 is exact. Ties: as the search meets them, the same for the same input.
    """
    requests, looked_at = len(waiting), NEAREST * len(waiting)
    nearest = pairs.cost + places.cost[places.first[pairs.volunteer]]
    more = nearest - _least(pairs.request, nearest, requests)[pairs.request]
    kept = _smallest(more, looked_at)
    while True:
        edges = _edges(pairs.take(np.flatnonzero(kept)), places)
        place = _solve(edges, waiting)
        passed_over = _least(pairs.request, np.where(kept, _NONE, nearest), requests)
        unsure = passed_over < _still_free(edges, place, requests)
        if not unsure.any():
            return place
        looked_at *= 4
        kept |= _smallest(more, looked_at) & unsure[pairs.request]


def _smallest(numbers: Numbers, count: int) -> NDArray[np.bool_]:
    """Which are among the smallest: `count`, and those equal to the next."""
    if count >= len(numbers):
        return np.ones(len(numbers), np.bool_)
    smallest: NDArray[np.bool_] = numbers <= np.partition(numbers, count)[count]
    return smallest


# A pair that was left out cannot improve the answer if it costs its request no less than a place that the request could
# have and nobody took: in the dual of the problem such a place has price 0, and no place has a price below 0.


def _still_free(edges: _Edges, place: Numbers, requests: int) -> Numbers:
    """Per request, the cost of the cheapest place that it could have and nobody took."""
    free = ~np.isin(edges.place, place)
    return _least(edges.request[free], edges.cost[free], requests)


def _least(request: Numbers, cost: Numbers, requests: int) -> Numbers:
    least = np.full(requests, _NONE)
    np.minimum.at(least, request, cost)
    return least


def _edges(pairs: Pairs, places: Places) -> _Edges:
    free = np.bincount(places.owner, minlength=len(places.first))[pairs.volunteer]
    pair = np.repeat(np.arange(len(free)), free)
    place = np.arange(len(pair)) + (places.first[pairs.volunteer] - np.cumsum(free) + free)[pair]
    return _Edges(pairs.request[pair], place, pairs.cost[pair] + places.cost[place])


def _solve(edges: _Edges, waiting: Numbers) -> Numbers:
    requests = np.arange(len(waiting))
    wanted = np.flatnonzero(np.bincount(edges.place))  # the search takes time for each column, wanted or not
    column_of = np.zeros(wanted.max(initial=0) + 1, np.int64)
    column_of[wanted] = np.arange(len(wanted))
    rows = np.concatenate([edges.request, requests])
    columns = np.concatenate([column_of[edges.place], len(wanted) + requests])
    costs = np.concatenate([edges.cost, waiting]).astype(np.float64)
    graph = coo_array((costs, (rows, columns)), shape=(len(requests), len(wanted) + len(requests)))
    _, column = min_weight_full_bipartite_matching(graph.tocsr())
    place: Numbers = np.append(wanted, np.full(len(requests), WAITS))[column]
    return place

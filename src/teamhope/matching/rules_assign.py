"""Who accompanies whom if the whole waiting list is looked at together, and what one choice costs the others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from teamhope.matching.rules_places import EXACT, LOAD_COST, WAITS, Numbers, Pairs, cheapest, free_places, weighed
from teamhope.matching.rules_waiting import BEST_FIT, WAITING, Pair, Problem, among, pinned_volunteers, without_pins


@dataclass(frozen=True, slots=True)
class Assignment:
    """Per request, the number of its volunteer and how well she fits; WAITING where it has none."""

    volunteer: Numbers
    fit: Numbers


@dataclass(frozen=True, slots=True)
class Worse:
    """A request that gets another volunteer, who fits less."""

    request: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Price:
    """What a choice costs the other requests: `lost` are those that wait now. Both are in the requests' order."""

    lost: tuple[int, ...]
    worse: tuple[Worse, ...]


@dataclass(frozen=True, slots=True)
class _Ties:
    """Of equally good answers the least sum of these is taken: of a pair if it is chosen, of a request if it waits."""

    pairs: Numbers
    waiting: Numbers


def assign(problem: Problem, pinned: Iterable[Pair] = (), forbidden: Iterable[Pair] = ()) -> Assignment:
    """The best for everyone: the least waiting weight without a volunteer, then the most fit less what loads cost.

    A volunteer's next family costs LOAD_COST * (what she carries by then) / capacity, rounded down and LOAD_COST at
    most; she carries her families and her strain. Pinned pairs are in the answer, each in one of her free places;
    forbidden pairs are not. The order of input changes nothing.
    Ties: volunteers stand in line by what they carry, the least first, longer since the last match (never: longest),
    order, and requests by theirs; the sum of the chosen volunteers' places in line, and of the requests behind each
    that waits, is least. (Where numbers would grow too large for that, neighbours in line count as equal.) What is
    still equal is taken as the search meets it, always the same. Source: domain.md §3.4.

    Raises:
        ValueError: a pin that is no feasible pair or is forbidden, that is the second of its request, or for which the
            volunteer has no place left.
        OverflowError: requests so many, or weights so large, that float64 does not hold the costs exactly.
    """
    line, behind = _inverse(_in_line(problem)), _inverse(np.argsort(problem.request_order)[::-1])
    return _assign(problem, pinned, forbidden, _Ties(line[problem.volunteer], behind))


def price(
    problem: Problem,
    pair: Pair,
    pinned: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    before: Assignment | None = None,
) -> tuple[Price, Assignment]:
    """What it costs the others to choose this pair: everybody's best without it beside the best with it; and that one.

    Of equally good answers with it, one with the fewest new pairs counts. `before`: the best without it; else what
    `assign` gives for the same pins and forbidden pairs. Raises what `assign` raises.
    """
    pinned, forbidden = list(pinned), list(forbidden)
    before = before or assign(problem, pinned, forbidden)
    new = (before.volunteer[problem.request] != problem.volunteer).astype(np.int64)
    after = _assign(problem, [*pinned, pair], forbidden, _Ties(new, np.zeros_like(before.volunteer)))
    others = [int(other) for other in np.argsort(problem.request_order) if other != pair[0]]
    fits = [Worse(other, int(before.fit[other]), int(after.fit[other])) for other in others]
    lost = tuple(each.request for each in fits if each.before != WAITING and each.after == WAITING)
    return Price(lost, tuple(each for each in fits if each.before > each.after != WAITING)), after


def _assign(problem: Problem, pinned: Iterable[Pair], forbidden: Iterable[Pair], ties: _Ties) -> Assignment:
    allowed = ~among(problem, list(forbidden))
    volunteer = pinned_volunteers(problem, list(dict.fromkeys(pinned)), allowed)
    rest, open_ = without_pins(problem, volunteer, allowed)
    volunteer = np.where(volunteer == WAITING, _best(rest, _Ties(ties.pairs[open_], ties.waiting)), volunteer)
    chosen = np.flatnonzero(volunteer[problem.request] == problem.volunteer)
    fit = np.full(len(volunteer), WAITING, np.int64)
    fit[problem.request[chosen]] = problem.fit[chosen]
    return Assignment(volunteer, fit)


def _best(problem: Problem, ties: _Ties) -> Numbers:
    """Per request its volunteer, or WAITING. The search is given both in an order of their own, not as numbered.

    It has the heaviest requests first: where places are scarce that saves most of its time, for the light give way.
    """
    requests = np.lexsort((problem.request_order, -problem.waiting.astype(np.int64)))
    volunteers = _in_line(problem)
    cost, waiting, unit = _costs(problem, ties)
    pairs = Pairs(_inverse(requests)[problem.request], _inverse(volunteers)[problem.volunteer], cost)
    load, strain, capacity = (each[volunteers] for each in (problem.load, problem.strain, problem.capacity))
    places = free_places(pairs, load, strain, capacity, unit)
    place = cheapest(pairs, places, waiting[requests])
    given, best = place != WAITS, np.full(len(requests), WAITING, np.int64)
    best[requests[given]] = volunteers[places.owner[place[given]]]
    return best


def _costs(problem: Problem, ties: _Ties) -> tuple[Numbers, Numbers, int]:
    """What each pair costs, what each request's waiting costs, and how much a point of fit is in these costs.

    Any sum of ties counts less than a point, waiting more than any sum of fits and loads (B of domain.md §3.4). The
    search takes a cost of 0 for no pair: so the best pair costs a point.
    """
    requests = max(len(problem.waiting), 1)
    weight = (BEST_FIT + LOAD_COST) * (requests + 1) + 1
    levels = EXACT // (4 * (BEST_FIT + 2 + weight * int(problem.waiting.max(initial=0))) * requests)
    if not levels:
        raise OverflowError(f"{requests} requests with such waiting weights are too many to be exact")
    largest = int(max(ties.pairs.max(initial=0), ties.waiting.max(initial=0)))
    coarse = largest // levels + 1
    unit = requests * (largest // coarse) + 1
    cost = (BEST_FIT + 1) * unit - problem.fit.astype(np.int64) * unit + ties.pairs // coarse
    waiting = BEST_FIT + 1 + weight * problem.waiting.astype(np.int64)
    return cost, waiting * unit + ties.waiting // coarse, unit


def _in_line(problem: Problem) -> Numbers:
    return np.lexsort((problem.order, problem.last_matched, weighed(problem.load, problem.strain)))


def _inverse(order: Numbers) -> Numbers:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place

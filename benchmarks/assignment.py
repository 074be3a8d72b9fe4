"""The whole waiting list at once beside one greedy pass: time, memory, who is matched and how well. One JSON line each.

The greedy pass serves the requests in the order of their waiting weight, each with the best volunteer who is left.
"""

import tracemalloc
from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.kit import tell
from teamhope.matching.rules_assign import assign, price
from teamhope.matching.rules_places import LOAD_COST
from teamhope.matching.rules_waiting import WAITING, Problem

SIZES = ((50, 500), (500, 5_000), (500, 150))  # requests and volunteers; in the last, places are scarce
FEASIBLE = 0.08  # of all pairs
CAPACITY, MOST_LOAD = 3, 2
KINDS = np.array([8, 6, 6])  # case types, trajectories, relations: how many there are, and what they weigh of 68
WEIGHTS = np.array([30, 15, 15])
RUNS = 15

Volunteers = NDArray[np.int64]


def problem(requests: int, volunteers: int) -> Problem:
    """Fits as matching counts them, so many are equal; the same each time."""
    chance = np.random.default_rng(requests + volunteers)
    request, volunteer = np.nonzero(chance.random((requests, volunteers)) < FEASIBLE)
    asked, lived = chance.integers(0, KINDS, (requests, 3)), chance.integers(0, KINDS, (volunteers, 3))
    alike = (asked[request] == lived[volunteer]) @ WEIGHTS * 1000
    other = 8 * chance.integers(0, 1001, len(request))  # hours and languages
    return Problem(
        request=request,
        volunteer=volunteer,
        fit=(alike + other) // 68,
        waiting=chance.choice([10, 20, 30], requests, p=[0.7, 0.2, 0.1]) + chance.integers(0, 60, requests),
        request_order=np.arange(requests),
        load=chance.integers(0, MOST_LOAD + 1, volunteers),
        strain=np.zeros(volunteers, np.int64),
        capacity=np.full(volunteers, CAPACITY),
        last_matched=chance.integers(0, 365, volunteers),
        order=np.arange(volunteers),
    )


def greedy(of: Problem) -> Volunteers:
    """One pass, in numpy too. The pairs of a request stand together, as they are made."""
    ends = np.searchsorted(of.request, np.arange(len(of.waiting) + 1))
    load, found = of.load.copy(), np.full(len(of.waiting), WAITING)
    for request in np.argsort(-of.waiting, kind="stable"):
        hers = slice(ends[request], ends[request + 1])
        volunteers = of.volunteer[hers]
        worth = of.fit[hers] - LOAD_COST * load[volunteers] // CAPACITY
        worth[load[volunteers] >= CAPACITY] = -LOAD_COST - 1
        if len(worth) and worth[best := worth.argmax()] > -LOAD_COST - 1:
            found[request] = volunteers[best]
            load[volunteers[best]] += 1
    return found


def seconds(*ways: Callable[[], object]) -> list[float]:
    """The median of each, measured in turn."""
    taken: list[list[float]] = [[] for _ in ways]
    for run in range(RUNS + 1):
        for way, figures in zip(ways, taken, strict=True):
            start = perf_counter()
            way()
            if run:
                figures.append(perf_counter() - start)
    return [median(figures) for figures in taken]


def peak_mb(way: Callable[[], object]) -> float:
    tracemalloc.start()
    way()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(peak / 1e6, 2)


def quality(of: Problem, found: Volunteers) -> dict[str, int]:
    chosen = found[of.request] == of.volunteer
    new = np.bincount(found[found != WAITING], minlength=len(of.load))
    loads = sum(LOAD_COST * families // CAPACITY
                for load, more in zip(of.load.tolist(), new.tolist(), strict=True)
                for families in range(load, load + more))  # fmt: skip
    fit = int(of.fit[chosen].sum())
    return {
        "matched": int((found != WAITING).sum()),
        "weight_left": int(of.waiting[found == WAITING].sum()),
        "fit": fit,
        "fit_less_loads": fit - loads,
    }


def measure(requests: int, volunteers: int) -> None:
    given = problem(requests, volunteers)
    best, pair = assign(given), a_free_pair(given)
    ways: dict[str, Callable[[], object]] = {
        "greedy": lambda: greedy(given),
        "best for everyone": lambda: assign(given),
        "price of a choice": lambda: price(given, pair, before=best),
    }
    taken = dict(zip(ways, seconds(*ways.values()), strict=True))
    size = {"requests": requests, "volunteers": volunteers}
    for way, found in (("greedy", greedy(given)), ("best for everyone", best.volunteer)):
        figures = {"ms": round(taken[way] * 1000, 2), "peak_mb": peak_mb(ways[way]), **quality(given, found)}
        tell(benchmark="assignment", way=way, **size, pairs=len(given.request), **figures)
    ratios = {f"{way} / greedy": round(taken[way] / taken["greedy"], 2) for way in ways if way != "greedy"}
    tell(benchmark="assignment_ratio", **size, **ratios)


def a_free_pair(of: Problem) -> tuple[int, int]:
    free = np.flatnonzero(of.load[of.volunteer] < CAPACITY)[0]
    return int(of.request[free]), int(of.volunteer[free])


if __name__ == "__main__":
    for sizes in SIZES:
        measure(*sizes)

"""The waiting list and its volunteers as one problem: what each request weighs, and what pins leave to decide."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_places import Column, Numbers
from teamhope.vocabulary.families import Urgency

Pair = tuple[int, int]  # (request, volunteer)

WAITING = -1  # instead of a volunteer or a fit: nobody yet
BEST_FIT = 1000
HEAR_WITHIN: Final = timedelta(days=7)  # a family that waits hears from us as often as that, at least
WEIGHT = {Urgency.ROUTINE: 10, Urgency.PRIORITY: 20, Urgency.URGENT: 30}  # on the first day (domain.md §3.4)


@dataclass(frozen=True, slots=True)
class Problem:
    """A waiting list and its volunteers, each numbered from 0 in any order.

    `request`, `volunteer`, `fit` (0 to BEST_FIT) have one entry per feasible pair; no pair comes twice. `waiting` is
    the weight of each request, 1 or more, and `request_order` its place among all. `load`, `strain`, `capacity`,
    `last_matched` and `order` are the volunteers', as in Offers. No two requests have the same place, and no two
    volunteers.
    """

    request: Column
    volunteer: Column
    fit: Column
    waiting: Column
    request_order: Column
    load: Column
    strain: Column
    capacity: Column
    last_matched: Column
    order: Column


def waiting_weight(urgency: Urgency, days: int) -> int:
    """How much it counts that a request waits: 10, 20 more if urgent or 10 if priority, 1 more for each whole day.

    Source: domain.md §3.4. A request of a day to come counts as today's.
    """
    return WEIGHT[urgency] + max(days, 0)


def among(problem: Problem, pairs: list[Pair]) -> NDArray[np.bool_]:
    """Which of the problem's pairs are among these."""
    if not pairs:
        return np.zeros(len(problem.request), np.bool_)
    volunteers = len(problem.load)
    known = [request * volunteers + hers for request, hers in pairs if 0 <= hers < volunteers]
    return np.isin(problem.request.astype(np.int64) * volunteers + problem.volunteer, np.array(known, np.int64))


def pinned_volunteers(problem: Problem, pins: list[Pair], allowed: NDArray[np.bool_]) -> Numbers:
    """The volunteer of each pinned request. Raises ValueError where a pin cannot be kept."""
    found = np.flatnonzero(among(problem, pins) & allowed)
    feasible = set(zip(problem.request[found].tolist(), problem.volunteer[found].tolist(), strict=True))
    left = problem.capacity.astype(np.int64) - problem.load
    given = np.full(len(problem.waiting), WAITING, np.int64)
    for request, volunteer in pins:
        name = f"request {request} with volunteer {volunteer}"
        if (request, volunteer) not in feasible:
            raise ValueError(f"{name} cannot be pinned: the pair is not feasible, or forbidden")
        if given[request] != WAITING:
            raise ValueError(f"{name} cannot be pinned: the request has another pin")
        if left[volunteer] <= 0:
            raise ValueError(f"{name} cannot be pinned: she has no place left")
        given[request] = volunteer
        left[volunteer] -= 1
    return given


def keepable(problem: Problem, pins: list[Pair], forbidden: list[Pair]) -> list[Pair]:
    """Those of the pins, each a feasible pair, that can be kept together; of two that cannot, the first."""
    left = (problem.capacity.astype(np.int64) - problem.load).tolist()
    kept: dict[int, Pair] = {}
    for request, volunteer in pins:
        if request not in kept and (request, volunteer) not in forbidden and left[volunteer] > 0:
            kept[request] = (request, volunteer)
            left[volunteer] -= 1
    return list(kept.values())


def without_pins(problem: Problem, given: Numbers, allowed: NDArray[np.bool_]) -> tuple[Problem, Numbers]:
    """The problem that pins leave, and which of its pairs that has: none of a pinned request or without a place."""
    waiting = given == WAITING
    load = problem.load + np.bincount(given[~waiting], minlength=len(problem.load))
    pairs = np.flatnonzero(allowed & waiting[problem.request] & (load < problem.capacity)[problem.volunteer])
    request, volunteer, fit = problem.request[pairs], problem.volunteer[pairs], problem.fit[pairs]
    return replace(problem, request=request, volunteer=volunteer, fit=fit, load=load), pairs

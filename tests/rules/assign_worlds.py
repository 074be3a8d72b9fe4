"""Waiting lists with volunteers, and a second, plain reading of domain.md §3.4: what an answer is worth; the best."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st
from tests.rules.min_cost_flow import Edge, Network

from teamhope.matching.rules_assign import Assignment
from teamhope.matching.rules_waiting import WAITING, Problem

Pair = tuple[int, int]
Answer = tuple[int, ...]  # per request its volunteer, or WAITING
Value = tuple[int, int, int]  # waiting weight left, points lost, places in line: the least is best


@dataclass(frozen=True)
class World:
    """Requests and volunteers, numbered in their order. `last_matched` is -1 for never; `strain` in hundredths."""

    fits: dict[Pair, int]
    waiting: tuple[int, ...]
    load: tuple[int, ...]
    capacity: tuple[int, ...]
    last_matched: tuple[int, ...]
    strain: tuple[int, ...] = ()

    def strain_of(self, volunteer: int) -> int:
        return self.strain[volunteer] if self.strain else 0

    def options(self, request: int) -> list[int]:
        return [volunteer for r, volunteer in self.fits if r == request]

    def place_costs(self, volunteer: int) -> list[int]:
        """Of her free places, the next first."""
        capacity = self.capacity[volunteer]
        hundredths = [100 * n + self.strain_of(volunteer) for n in range(self.load[volunteer], capacity)]
        return [min(60, 60 * carried // (100 * capacity)) for carried in hundredths]

    def line(self) -> list[int]:
        """Each volunteer's place in the line of those who fit equally well."""
        carried = [100 * load + self.strain_of(v) for v, load in enumerate(self.load)]
        people = sorted(range(len(self.load)), key=lambda v: (carried[v], self.last_matched[v], v))
        return [people.index(volunteer) for volunteer in range(len(people))]

    def without(self, pairs: list[Pair]) -> "World":
        return replace(self, fits={pair: fit for pair, fit in self.fits.items() if pair not in pairs})


def problem_of(world: World, dtype: Any = np.int64) -> Problem:
    return Problem(
        request=np.array([request for request, _ in world.fits], dtype),
        volunteer=np.array([volunteer for _, volunteer in world.fits], dtype),
        fit=np.array(list(world.fits.values()), dtype),
        waiting=np.array(world.waiting, dtype),
        request_order=np.arange(len(world.waiting), dtype=dtype),
        load=np.array(world.load, dtype),
        strain=np.array([world.strain_of(v) for v in range(len(world.load))], dtype),
        capacity=np.array(world.capacity, dtype),
        last_matched=np.array(world.last_matched, dtype),
        order=np.arange(len(world.load), dtype=dtype),
    )


def answer_of(assignment: Assignment) -> Answer:
    return tuple(assignment.volunteer.tolist())


def value(world: World, answer: Answer) -> Value:
    """Fails on a pair that is not feasible, and on a volunteer with more families than places."""
    matched = [(request, volunteer) for request, volunteer in enumerate(answer) if volunteer != WAITING]
    fit = sum(world.fits[pair] for pair in matched)
    loads = 0
    for volunteer in range(len(world.load)):
        new, costs = answer.count(volunteer), world.place_costs(volunteer)
        assert new <= len(costs)
        loads += sum(costs[:new])
    line = world.line()
    waits = sum(weight for weight, volunteer in zip(world.waiting, answer, strict=True) if volunteer == WAITING)
    behind = sum(len(answer) - 1 - request for request, volunteer in enumerate(answer) if volunteer == WAITING)
    return waits, loads - fit, behind + sum(line[volunteer] for _, volunteer in matched)


def all_answers(world: World, pinned: tuple[Pair, ...] = ()) -> Iterator[Answer]:
    pins = dict(pinned)
    room = [max(capacity - load, 0) for load, capacity in zip(world.load, world.capacity, strict=True)]
    options = [
        [pins[request]] if request in pins else [WAITING, *world.options(request)]
        for request in range(len(world.waiting))
    ]

    def further(so_far: Answer) -> Iterator[Answer]:
        if len(so_far) == len(options):
            yield so_far
            return
        for volunteer in options[len(so_far)]:
            if volunteer == WAITING or so_far.count(volunteer) < room[volunteer]:
                yield from further((*so_far, volunteer))

    return further(())


def best_by_trying_all(world: World, pinned: tuple[Pair, ...] = ()) -> Value:
    return min(value(world, answer) for answer in all_answers(world, pinned))


def best_by_flow(world: World) -> Value:
    """One unit per request: through a volunteer and one of her places, or past them at the cost of waiting."""
    requests, volunteers = len(world.waiting), len(world.load)
    lines, points = 1 + requests * (requests + volunteers), 1 + 1060 * requests
    network, line = Network(), world.line()
    pairs: dict[Pair, Edge] = {}
    for request, weight in enumerate(world.waiting):
        network.add("source", ("request", request), 1, 0)
        network.add(("request", request), "sink", 1, weight * points * lines + requests - 1 - request)
    for (request, volunteer), fit in world.fits.items():
        cost = line[volunteer] - fit * lines
        pairs[request, volunteer] = network.add(("request", request), ("volunteer", volunteer), 1, cost)
    for volunteer in range(volunteers):
        for cost in world.place_costs(volunteer):
            network.add(("volunteer", volunteer), "sink", 1, cost * lines)
    for _ in range(requests):
        network.send_one("source", "sink")
    chosen = dict(pair for pair, edge in pairs.items() if not edge.room)
    return value(world, tuple(chosen.get(request, WAITING) for request in range(requests)))


@st.composite
def small_worlds(draw: st.DrawFn, largest: int = 4) -> World:
    """Few different numbers, so that ties are frequent; loads may be above capacities."""
    requests, volunteers = draw(st.integers(0, largest)), draw(st.integers(0, largest))
    fit = st.none() | st.sampled_from([0, 500, 520, 1000]) | st.integers(0, 1000)
    cells = draw(st.lists(fit, min_size=requests * volunteers, max_size=requests * volunteers))
    pairs = [(request, volunteer) for request in range(requests) for volunteer in range(volunteers)]

    def column(of: st.SearchStrategy[int], length: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(of, min_size=length, max_size=length)))

    return World(
        fits={pair: fit for pair, fit in zip(pairs, cells, strict=True) if fit is not None},
        waiting=column(st.sampled_from([10, 11, 30]) | st.integers(10, 400), requests),
        load=column(st.integers(0, 3), volunteers),
        capacity=column(st.integers(0, 4), volunteers),
        last_matched=column(st.integers(-1, 2), volunteers),
        strain=column(st.sampled_from([0, 0, 30, 100, 370]), volunteers),
    )


def random_world(chance: Random, requests: int, volunteers: int) -> World:
    """As a programme could have it, or with so many ties, so few places or so many pairs as none has."""
    fits = chance.choice([range(1001), range(0, 1001, 250), range(700, 705)])
    density, places = chance.choice([0.08, 0.3, 0.7]), chance.choice([1, 3, 6])
    return World(
        fits={
            (r, v): chance.choice(fits) for r in range(requests) for v in range(volunteers) if chance.random() < density
        },
        waiting=tuple(chance.choice([10, 20, 30]) + chance.choice([0, chance.randrange(90)]) for _ in range(requests)),
        load=tuple(chance.randrange(3) for _ in range(volunteers)),
        capacity=tuple(chance.randint(0, places) for _ in range(volunteers)),
        last_matched=tuple(chance.choice([-1, chance.randrange(30)]) for _ in range(volunteers)),
        strain=tuple(chance.choice([0, 10 * chance.randrange(40)]) for _ in range(volunteers)),
    )

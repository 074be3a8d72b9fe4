"""Best for everyone on thousands of random waiting lists: no answer is better, the cheapest flow is worth the same."""

import secrets
from collections.abc import Callable
from random import Random

import pytest
from tests.rules.assign_worlds import (
    Value,
    World,
    answer_of,
    best_by_flow,
    best_by_trying_all,
    problem_of,
    random_world,
    value,
)

from teamhope.matching import rules_places
from teamhope.matching.rules_assign import assign

pytestmark = pytest.mark.timeout(1800)

# Waiting lists that are compared: every answer is tried, or the cheapest flow is found.
SMALL = [pytest.param(100, id="short"), pytest.param(20_000, id="long", marks=pytest.mark.campaign)]
LARGE = [pytest.param(3, id="short"), pytest.param(300, id="long", marks=pytest.mark.campaign)]


@pytest.fixture
def chance() -> Random:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    return Random(seed)


def compare(worlds: list[World], best: Callable[[World], Value], monkeypatch: pytest.MonkeyPatch) -> str:
    """Each with all pairs looked at from the start, and with few."""
    left_over = 0
    for world in worlds:
        expected = best(world)
        left_over += expected[0] > 0
        for nearest in (1, 4, 32):
            monkeypatch.setattr(rules_places, "NEAREST", nearest)
            assert value(world, answer_of(assign(problem_of(world)))) == expected, world
    return f"{len(worlds)} waiting lists, {left_over} of them with somebody left over: all worth as much"


@pytest.mark.parametrize("worlds", SMALL)
def test_none_of_all_answers_is_better(chance: Random, monkeypatch: pytest.MonkeyPatch, worlds: int) -> None:
    made = [random_world(chance, chance.randint(0, 6), chance.randint(0, 6)) for _ in range(worlds)]
    print("trying all:", compare(made, best_by_trying_all, monkeypatch))


@pytest.mark.parametrize("worlds", LARGE)
def test_the_cheapest_flow_is_worth_the_same(chance: Random, monkeypatch: pytest.MonkeyPatch, worlds: int) -> None:
    made = [random_world(chance, chance.randint(20, 80), chance.randint(20, 60)) for _ in range(worlds)]
    print("min-cost flow:", compare(made, best_by_flow, monkeypatch))

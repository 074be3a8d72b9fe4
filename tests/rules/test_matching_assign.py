"""Best for everyone: against trying every answer and a min-cost flow; pins, forbidden pairs, what a choice costs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_bipartite_matching, min_weight_full_bipartite_matching
from tests.rules.assign_worlds import (
    Answer,
    Pair,
    Value,
    World,
    all_answers,
    answer_of,
    best_by_flow,
    best_by_trying_all,
    problem_of,
    random_world,
    small_worlds,
    value,
)

from teamhope.matching import rules_places
from teamhope.matching.rules_assign import Price, Worse, assign, price
from teamhope.matching.rules_waiting import WAITING, Problem, keepable, waiting_weight
from teamhope.vocabulary.families import Urgency

chances = st.randoms(use_true_random=False)


@pytest.fixture(scope="module", params=[32, 1], ids=["all at once", "few pairs first"], autouse=True)
def nearest(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules_places, "NEAREST", request.param)
        yield


def best(world: World, pinned: tuple[Pair, ...] = (), forbidden: tuple[Pair, ...] = ()) -> Answer:
    return answer_of(assign(problem_of(world), pinned, forbidden))


def world(fits: dict[Pair, int], *volunteers: tuple[int, int], weights: tuple[int, ...] = (), **more: Any) -> World:
    """Volunteers as (load, capacity), never matched; requests that wait since today."""
    requests = 1 + max(request for request, _ in fits)
    load, capacity = zip(*volunteers, strict=True)
    return World(fits, weights or (10,) * requests, load, capacity, more.get("last_matched", (-1,) * len(load)))


# --- the best ---------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(small_worlds())
def test_none_of_all_answers_is_better(any_world: World) -> None:
    assert value(any_world, best(any_world)) == best_by_trying_all(any_world)


@settings(max_examples=100, deadline=None)
@given(small_worlds())
def test_the_flow_that_it_is_measured_by_finds_the_best(any_world: World) -> None:
    assert best_by_flow(any_world) == best_by_trying_all(any_world)


@settings(max_examples=25, deadline=None)
@given(chances, st.integers(5, 25), st.integers(5, 25))
def test_it_is_worth_what_the_cheapest_flow_is(chance: Random, requests: int, volunteers: int) -> None:
    any_world = random_world(chance, requests, volunteers)
    assert value(any_world, best(any_world)) == best_by_flow(any_world)


@settings(max_examples=50, deadline=None)
@given(chances, st.integers(1, 20), st.integers(1, 20))
def test_as_many_are_matched_as_can_be(chance: Random, requests: int, volunteers: int) -> None:
    any_world = random_world(chance, requests, volunteers)
    assert len(best(any_world)) - best(any_world).count(WAITING) == most_matched(any_world)


def most_matched(of: World) -> int:
    owners = [volunteer for volunteer in range(len(of.load)) for _ in of.place_costs(volunteer)]
    cells = [
        (request, place) for request, volunteer in of.fits for place, hers in enumerate(owners) if hers == volunteer
    ]
    rows, columns = np.array(cells, np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(cells)), (rows, columns)), shape=(len(of.waiting), len(owners)))
    return int((maximum_bipartite_matching(graph.tocsr(), perm_type="column") >= 0).sum())


@settings(max_examples=50, deadline=None)
@given(chances, st.integers(1, 15), st.integers(1, 15))
def test_more_places_never_match_fewer(chance: Random, requests: int, volunteers: int) -> None:
    any_world = random_world(chance, requests, volunteers)
    more = replace(any_world, capacity=tuple(capacity + chance.randrange(3) for capacity in any_world.capacity))
    assert best(more).count(WAITING) <= best(any_world).count(WAITING)


@settings(max_examples=50, deadline=None)
@given(chances, st.integers(1, 15), st.integers(1, 15))
def test_only_feasible_pairs_and_no_more_than_she_has_places(chance: Random, requests: int, volunteers: int) -> None:
    any_world = random_world(chance, requests, volunteers)
    found = assign(problem_of(any_world))
    fits = [any_world.fits.get((r, v)) for r, v in enumerate(answer_of(found)) if v != WAITING]
    assert fits == [fit for fit in found.fit.tolist() if fit != WAITING]
    assert np.array_equal(found.fit == WAITING, found.volunteer == WAITING)
    for volunteer, families in Counter(answer_of(found)).items():
        assert volunteer == WAITING or any_world.load[volunteer] + families <= any_world.capacity[volunteer]


@settings(max_examples=100, deadline=None)
@given(chances, st.integers(1, 12), st.integers(1, 12))
def test_the_order_of_input_changes_nothing(chance: Random, requests: int, volunteers: int) -> None:
    problem = problem_of(random_world(chance, requests, volunteers))
    other, number_of_request, number_of_volunteer = shuffled(problem, chance)
    found, again = assign(problem), assign(other)
    back = np.append(np.argsort(number_of_volunteer), WAITING)
    assert back[again.volunteer[number_of_request]].tolist() == found.volunteer.tolist()
    assert again.fit[number_of_request].tolist() == found.fit.tolist()


def shuffled(problem: Problem, chance: Random) -> tuple[Problem, Any, Any]:
    """The same, numbered otherwise and with its pairs in another order; and the new numbers."""
    requests, volunteers, pairs = (
        np.array(chance.sample(range(n), n), np.int64)
        for n in (len(problem.waiting), len(problem.load), len(problem.request))
    )
    of_request, of_volunteer = np.argsort(requests), np.argsort(volunteers)
    other = Problem(
        request=of_request[problem.request[pairs]],
        volunteer=of_volunteer[problem.volunteer[pairs]],
        fit=problem.fit[pairs],
        waiting=problem.waiting[requests],
        request_order=problem.request_order[requests],
        load=problem.load[volunteers],
        strain=problem.strain[volunteers],
        capacity=problem.capacity[volunteers],
        last_matched=problem.last_matched[volunteers],
        order=problem.order[volunteers],
    )
    return other, of_request, of_volunteer


@given(small_worlds())
def test_columns_may_be_narrow(any_world: World) -> None:
    assert answer_of(assign(problem_of(any_world, np.int16))) == best(any_world)


def test_narrow_columns_do_not_overflow() -> None:
    """A pair's number and its cost are both above what 16 bits hold."""
    fits = {(199, 299): 0, (199, 298): 1, (199, 297): 2}
    problem = problem_of(world(fits, *[(0, 1)] * 300), np.int16)
    assert assign(problem, forbidden=[(199, 297)]).volunteer[199] == 298


def test_of_many_pairs_few_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are volunteers in plenty; the answer is no worse for it."""
    chance, searched = Random(1), []
    fits = {(request, volunteer): chance.randrange(1001) for request in range(20) for volunteer in range(200)}
    any_world = world(fits, *[(0, 1)] * 200)

    def search(graph: Any) -> Any:
        searched.append(graph.nnz)
        return min_weight_full_bipartite_matching(graph)

    monkeypatch.setattr(rules_places, "min_weight_full_bipartite_matching", search)
    assert value(any_world, best(any_world)) == best_by_flow(any_world)
    assert 20 < sum(searched) < len(fits) / 4


# --- what that means --------------------------------------------------------------------------------------------------


def test_nobody_is_left_over_who_could_be_matched() -> None:
    assert best(world({(0, 0): 1000, (0, 1): 100, (1, 0): 900}, (0, 1), (0, 1))) == (1, 0)


def test_the_urgent_go_first_though_they_fit_less() -> None:
    weights = (waiting_weight(Urgency.ROUTINE, 19), waiting_weight(Urgency.URGENT, 0))
    assert best(world({(0, 0): 1000, (1, 0): 0}, (0, 1), weights=weights)) == (WAITING, 0)


def test_the_long_waiting_outweigh_the_urgent() -> None:
    weights = (waiting_weight(Urgency.ROUTINE, 21), waiting_weight(Urgency.URGENT, 0))
    assert best(world({(0, 0): 0, (1, 0): 1000}, (0, 1), weights=weights)) == (0, WAITING)


@pytest.mark.parametrize(("fit", "chosen"), [(939, 0), (941, 1)])
def test_a_family_more_costs_up_to_six_points_of_fit(fit: int, chosen: int) -> None:
    """With 59 of 60 places taken the next one costs 59 of 1000, with none taken nothing."""
    assert best(world({(0, 0): 999, (0, 1): fit}, (59, 60), (0, 60))) == (chosen,)


def test_two_families_who_fit_equally_go_to_two_volunteers() -> None:
    equal = {(request, volunteer): 800 for request in range(2) for volunteer in range(2)}
    assert sorted(best(world(equal, (0, 3), (0, 3)))) == [0, 1]


@pytest.mark.parametrize(
    ("loads", "last_matched", "chosen"),
    [
        (((1, 3), (2, 6)), (-1, -1), 0),  # both next places cost 20
        (((2, 6), (1, 3)), (-1, -1), 1),
        (((1, 3), (1, 3)), (7, 6), 1),
        (((1, 3), (1, 3)), (7, -1), 1),
        (((1, 3), (1, 3)), (7, 7), 0),
    ],
    ids=["load", "load, other order", "longer since", "never", "order"],
)
def test_ties(loads: tuple[Pair, Pair], last_matched: tuple[int, int], chosen: int) -> None:
    assert best(world({(0, 0): 500, (0, 1): 500}, *loads, last_matched=last_matched)) == (chosen,)


def test_one_point_of_fit_outweighs_all_ties() -> None:
    fits = {(request, volunteer): 500 for request in range(3) for volunteer in range(6)}
    assert best(world(fits | {(0, 5): 501}, *[(0, 1)] * 6))[0] == 5


def test_of_two_alike_the_first_request_is_matched() -> None:
    problem = problem_of(world({(0, 0): 500, (1, 0): 500}, (0, 1)))
    assert answer_of(assign(problem)) == (0, WAITING)
    assert answer_of(assign(replace(problem, request_order=np.array([1, 0])))) == (WAITING, 0)


@pytest.mark.parametrize(
    ("urgency", "days", "weight"),
    [
        (Urgency.ROUTINE, 0, 10),
        (Urgency.PRIORITY, 0, 20),
        (Urgency.URGENT, 0, 30),
        (Urgency.ROUTINE, 5, 15),
        (Urgency.URGENT, 5, 35),
        (Urgency.ROUTINE, -1, 10),
    ],
)
def test_what_waiting_weighs(urgency: Urgency, days: int, weight: int) -> None:
    assert waiting_weight(urgency, days) == weight


def test_without_requests_or_volunteers_or_places() -> None:
    nothing = World({}, (), (), (), ())
    assert best(nothing) == ()
    assert best(replace(nothing, waiting=(10, 20))) == (WAITING, WAITING)
    assert best(replace(nothing, load=(1,), capacity=(3,), last_matched=(-1,))) == ()
    assert best(world({(0, 0): 1000}, (3, 3))) == (WAITING,)
    assert best(world({(0, 0): 1000}, (4, 3))) == (WAITING,)


def test_costs_that_float64_does_not_hold_are_refused() -> None:
    largest = 2**53 // (4 * 2121)  # one request: B is (1000 + 60) * 2 + 1
    pair = world({(0, 0): 1000}, (0, 1), weights=(largest - 1,))
    assert best(pair) == (0,)
    with pytest.raises(OverflowError, match="exact"):
        best(replace(pair, waiting=(largest + 1,)))


@settings(max_examples=50, deadline=None)
@given(small_worlds(), st.integers(1, 3))
def test_near_that_limit_only_ties_are_coarser(any_world: World, levels: int) -> None:
    requests = max(len(any_world.waiting), 1)
    heaviest = 2**53 // (4 * (1060 * (requests + 1) + 1) * requests * levels) - 1
    heavy = replace(any_world, waiting=tuple(heaviest - weight for weight in any_world.waiting))
    assert value(heavy, best(heavy))[:2] == best_by_trying_all(heavy)[:2]


def test_near_that_limit_a_long_line_makes_no_number_too_large() -> None:
    pair = world({(0, 4998): 499, (0, 4999): 500}, *[(0, 1)] * 5000, weights=(2**53 // (4 * 2121) - 1,))
    assert best(pair) == (4999,)


# --- pins and forbidden pairs -----------------------------------------------------------------------------------------


def some_pins(of: World, chance: Random) -> tuple[Pair, ...]:
    """As many as chance has it, one per request at most, none above her places."""
    pins: dict[int, int] = {}
    for request, volunteer in chance.sample(list(of.fits), len(of.fits)):
        room = len(of.place_costs(volunteer)) > list(pins.values()).count(volunteer)
        if room and request not in pins and chance.random() < 0.4:
            pins[request] = volunteer
    return tuple(pins.items())


@settings(max_examples=100, deadline=None)
@given(small_worlds(), chances)
def test_pinned_pairs_are_kept_and_the_rest_is_best(any_world: World, chance: Random) -> None:
    pins = some_pins(any_world, chance)
    found = best(any_world, pinned=pins)
    assert all(found[request] == volunteer for request, volunteer in pins)
    assert value(any_world, found) == best_by_trying_all(any_world, pins)


@settings(max_examples=100, deadline=None)
@given(small_worlds(), chances)
def test_forbidden_pairs_are_as_if_they_were_not(any_world: World, chance: Random) -> None:
    forbidden = [pair for pair in any_world.fits if chance.random() < 0.4]
    assert best(any_world, forbidden=tuple(forbidden)) == best(any_world.without(forbidden))


def test_a_pair_that_is_none_of_the_problem_may_be_forbidden() -> None:
    """Pair (0, 1) must not be taken for (1, 0), whatever numbers pairs have inside."""
    assert best(world({(0, 0): 500, (1, 0): 500}, (0, 2)), forbidden=((0, 1), (9, 0), (0, -1))) == (0, 0)


REFUSED = world({(0, 0): 500, (1, 0): 500, (1, 1): 500, (2, 1): 400, (3, 2): 1}, (0, 1), (1, 3), (2, 2))


@pytest.mark.parametrize(
    ("pinned", "forbidden", "names"),
    [
        ([(0, 1)], [], "request 0 with volunteer 1"),
        ([(0, 3)], [], "request 0 with volunteer 3"),  # not the pair (1, 0)
        ([(7, 0)], [], "request 7 with volunteer 0"),
        ([(-1, 2)], [], "request -1 with volunteer 2"),
        ([(1, 1), (0, 0)], [(0, 0)], "request 0 with volunteer 0"),
        ([(1, 0), (1, 1)], [], "request 1 with volunteer 1.*another pin"),
        ([(0, 0), (1, 0)], [], "request 1 with volunteer 0.*no place"),
        ([(3, 2)], [], "request 3 with volunteer 2.*no place"),
    ],
)
def test_a_pin_that_cannot_be_kept_is_named(pinned: list[Pair], forbidden: list[Pair], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        assign(problem_of(REFUSED), pinned, forbidden)


@settings(deadline=None)
@given(small_worlds(), chances)
def test_what_is_keepable_can_be_pinned_and_nothing_more(any_world: World, chance: Random) -> None:
    problem, pairs = problem_of(any_world), sorted(any_world.fits)
    wanted = chance.sample(pairs, chance.randint(0, len(pairs)))
    forbidden = chance.sample(pairs, chance.randint(0, len(pairs) // 2))
    kept = keepable(problem, wanted, forbidden)
    answer = answer_of(assign(problem, kept, forbidden))
    assert all(answer[request] == volunteer for request, volunteer in kept)
    for dropped in set(wanted) - set(kept):
        with pytest.raises(ValueError, match="cannot be pinned"):
            assign(problem, [*kept, dropped], forbidden)


def test_the_same_pin_twice_is_one() -> None:
    assert best(REFUSED, pinned=((0, 0), (0, 0))) == (0, 1, 1, WAITING)


# --- what a choice costs ----------------------------------------------------------------------------------------------


def cost(problem: Problem, pair: Pair, pinned: tuple[Pair, ...] | list[Pair] = (), **more: Any) -> Price:
    return price(problem, pair, pinned, **more)[0]


def test_a_choice_that_is_the_best_anyway_costs_nothing() -> None:
    any_world = world({(0, 0): 900, (0, 1): 800, (1, 0): 850, (1, 1): 300}, (0, 1), (0, 1))
    assert best(any_world) == (1, 0)
    assert cost(problem_of(any_world), (0, 1)) == Price((), ())


def test_who_gets_somebody_who_fits_less_is_told_with_both_fits() -> None:
    any_world = world({(0, 0): 900, (0, 1): 800, (1, 0): 850, (1, 1): 300}, (0, 1), (0, 1))
    assert cost(problem_of(any_world), (0, 0)) == Price((), (Worse(1, 850, 300),))


def test_who_waits_then_is_told() -> None:
    any_world = world({(0, 0): 900, (0, 1): 800, (1, 0): 850, (2, 1): 700}, (0, 1), (0, 1), weights=(10, 20, 20))
    assert best(any_world) == (WAITING, 0, 1)
    assert cost(problem_of(any_world), (0, 0)) == Price((1,), ())
    assert cost(problem_of(any_world), (0, 1)) == Price((2,), ())


def test_who_gains_by_it_is_not_told() -> None:
    any_world = world({(0, 0): 900, (0, 1): 100, (1, 0): 800, (1, 1): 700}, (0, 1), (0, 1))
    assert best(any_world) == (0, 1)
    assert cost(problem_of(any_world), (0, 1)) == Price((), ())


def test_nobody_is_moved_for_the_sake_of_a_tie() -> None:
    """With volunteer 0 free again, requests 1 and 2 could have 450 + 750 instead of 500 + 700, earlier in line."""
    fits = {(0, 0): 1000, (0, 3): 10, (1, 0): 450, (1, 1): 500, (2, 1): 750, (2, 2): 700}
    any_world = world(fits, (0, 1), (0, 1), (0, 1), (0, 1))
    assert best(any_world) == (0, 1, 2)
    assert best(any_world, pinned=((0, 3),)) == (3, 0, 1)
    assert cost(problem_of(any_world), (0, 3)) == Price((), ())


def test_everybody_is_moved_for_one_point_of_fit() -> None:
    """With volunteer 0 free again, requests 1 to 3 have 100 + 900 + 501 together instead of three times 500."""
    fits = {(0, 0): 1000, (0, 4): 10, (1, 0): 100, (1, 1): 500, (2, 1): 900, (2, 2): 500, (3, 2): 501, (3, 3): 500}
    any_world = world(fits, *[(0, 1)] * 5)
    assert best(any_world) == (0, 1, 2, 3)
    assert cost(problem_of(any_world), (0, 4)) == Price((), (Worse(1, 500, 100),))


def test_pins_and_forbidden_pairs_hold_for_the_price_too() -> None:
    any_world = world({(0, 0): 250, (0, 1): 200, (1, 0): 800, (1, 1): 700, (1, 2): 600}, (0, 1), (0, 1), (0, 1))
    assert cost(problem_of(any_world), (0, 1)) == Price((), ())
    assert cost(problem_of(any_world), (0, 1), forbidden=[(1, 0)]) == Price((), (Worse(1, 700, 600),))
    assert cost(problem_of(any_world), (0, 0), pinned=[(1, 1)]) == Price((), ())
    with pytest.raises(ValueError, match=r"request 0 with volunteer 1.*no place"):
        cost(problem_of(any_world), (0, 1), pinned=[(1, 1)])


def cost_of(of: World, before: Answer, after: Answer, chosen: int) -> Price:
    both = [(r, b, a) for r, (b, a) in enumerate(zip(before, after, strict=True)) if r != chosen and b != WAITING]
    fits = [Worse(r, of.fits[r, b], of.fits[r, a]) for r, b, a in both if a != WAITING]
    return Price(
        lost=tuple(request for request, _, hers in both if hers == WAITING),
        worse=tuple(each for each in fits if each.after < each.before),
    )


@settings(max_examples=100, deadline=None)
@given(small_worlds(largest=3), chances)
def test_the_price_is_that_of_a_best_answer_with_the_fewest_new_pairs(any_world: World, chance: Random) -> None:
    pins = some_pins(any_world, chance)[:1]
    problem, before = problem_of(any_world), assign(problem_of(any_world), pins)
    taken = dict(pins)
    for pair in any_world.fits:
        together = (*pins, pair)
        if pair[0] in taken or not any(all_answers(any_world, together)):
            continue

        def worth(answer: Answer) -> Value:
            new = [r for r, v in enumerate(answer) if v not in (WAITING, before.volunteer[r])]
            return (*value(any_world, answer)[:2], len(new))

        least = min(map(worth, all_answers(any_world, together)))
        best_ones = [answer for answer in all_answers(any_world, together) if worth(answer) == least]
        found = cost(problem, pair, pins)
        assert found in [cost_of(any_world, answer_of(before), answer, pair[0]) for answer in best_ones]
        assert found == cost(problem, pair, pins, before=before)

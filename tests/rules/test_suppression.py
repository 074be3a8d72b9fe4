"""No hidden count can be worked out: an attacker solves the published equations over random tables."""

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.reports.suppression import Tally, hidden_in_line, hidden_in_table, is_small

Contributors = list[int]  # the family of each call
Key = tuple[int, int]


def tally(calls: Contributors) -> Tally:
    return Tally(len(calls), len(set(calls)))


def with_totals(cells: Sequence[Sequence[Contributors]]) -> list[list[Contributors]]:
    rows = [[*row, [family for cell in row for family in cell]] for row in cells]
    return [*rows, [[family for cell in column for family in cell] for column in zip(*rows, strict=True)]]


def tallied(cells: Sequence[Sequence[Contributors]]) -> list[list[Tally]]:
    return [[tally(calls) for calls in row] for row in with_totals(cells)]


def equations(rows: int, columns: int) -> list[dict[Key, int]]:
    """Every row and column, totals among them: the sum of its cells minus its total is zero."""

    def sign(position: int, length: int) -> int:
        return -1 if position == length - 1 else 1

    along = [{(row, column): sign(column, columns) for column in range(columns)} for row in range(rows)]
    down = [{(row, column): sign(row, rows) for row in range(rows)} for column in range(columns)]
    return along + down


def worked_out(hidden: Iterable[Key], rows: int, columns: int) -> set[Key]:
    """The attack: a hidden count is known if its unit vector is in the row space of the equations over the hidden."""
    unknown = sorted(hidden)
    if not unknown:
        return set()
    matrix = np.array([[line.get(key, 0) for key in unknown] for line in equations(rows, columns)])
    rank = np.linalg.matrix_rank(matrix)
    units = np.eye(len(unknown))
    return {
        key
        for key, unit in zip(unknown, units, strict=True)
        if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
    }


# Mostly nobody or few families, so that small cells, empty lines and small totals all come up.
calls = st.lists(st.integers(0, 11), max_size=3) | st.lists(st.integers(0, 11), min_size=4, max_size=20)
tables = st.integers(1, 5).flatmap(
    lambda columns: st.lists(st.lists(calls, min_size=columns, max_size=columns), min_size=1, max_size=5)
)


@given(tables)
def test_an_attacker_who_solves_the_equations_recovers_nothing(cells: list[list[Contributors]]) -> None:
    table = tallied(cells)
    assert worked_out(hidden_in_table(table), len(table), len(table[0])) == set()


@given(tables)
def test_every_small_cell_is_hidden_and_no_empty_one(cells: list[list[Contributors]]) -> None:
    hidden = hidden_in_table(tallied(cells))
    for row, tallies in enumerate(tallied(cells)):
        for column, cell in enumerate(tallies):
            if is_small(cell.families):
                assert (row, column) in hidden
            if cell.count == 0:
                assert (row, column) not in hidden


@given(tables)
def test_nothing_is_hidden_where_no_cell_is_small(cells: list[list[Contributors]]) -> None:
    table = tallied([[calls * 2 + [20, 21, 22, 23, 24] for calls in row] for row in cells])
    assert hidden_in_table(table) == frozenset()


def test_the_attacker_of_this_file_recovers_a_lone_hidden_cell() -> None:
    assert worked_out({(0, 0)}, 3, 3) == {(0, 0)}


def test_two_hidden_cells_in_each_line_would_not_be_enough() -> None:
    bridge = (1, 2)  # joins two rings of four: each line has two hidden cells or more, and yet it is known
    rings = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)}
    assert worked_out(rings | {bridge}, 6, 6) == {bridge}


MANY = list(range(10)) * 3
FEW = [1, 2]


def test_the_cheapest_ring_is_chosen() -> None:
    cells = [[FEW, MANY, MANY * 2], [MANY, MANY, MANY * 2], [MANY * 2, MANY * 2, MANY * 2]]
    assert hidden_in_table(tallied(cells)) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_small_cells_that_already_protect_each_other_hide_nothing_more() -> None:
    cells = [[FEW, FEW, MANY], [FEW, FEW, MANY], [MANY, MANY, MANY]]
    assert hidden_in_table(tallied(cells)) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_ring_of_what_is_hidden_anyway_is_preferred_however_high_its_counts() -> None:
    often = FEW * 50
    cells = [[often, often, MANY], [often, often, MANY], [MANY, MANY, MANY]]
    assert hidden_in_table(tallied(cells)) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ([MANY, MANY], set()),
        ([[], MANY], set()),
        ([[1, 2, 3, 4], MANY, MANY * 2], {0, 1}),  # 4 families: hidden, and the lowest of the others with it
        ([[1, 2, 3, 4, 5], MANY], set()),  # 5 families: shown
        ([FEW, FEW, MANY], {0, 1}),
        ([FEW, [], MANY], {0, 2}),  # a month without anybody stays 0
        ([FEW, [], []], {0, 3}),  # the total is the same two families
        ([[1, 1, 1, 1, 1, 1], MANY], {0, 1}),  # six calls, but one family
        ([], set()),
    ],
)
def test_a_line_never_hides_exactly_one(cells: list[Contributors], hidden: set[int]) -> None:
    total = tally([family for calls in cells for family in calls])
    assert hidden_in_line([tally(calls) for calls in cells], total) == hidden


@given(st.lists(calls, max_size=12))
def test_in_a_line_none_or_at_least_two_are_hidden(cells: list[Contributors]) -> None:
    total = tally([family for calls in cells for family in calls])
    assert len(hidden_in_line([tally(calls) for calls in cells], total)) != 1


def test_a_total_that_denies_its_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="no contributors"):
        hidden_in_line([tally(FEW)], Tally(0, 0))

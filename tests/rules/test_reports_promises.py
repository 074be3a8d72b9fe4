"""The figures of promises over random worlds, against a recount in plain Python; and what would follow from them."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.reports.definitions import FigureId
from teamhope.reports.rules_cells import HIDDEN, Cell
from teamhope.reports.rules_promises import CountedPromise, promise_figures
from teamhope.reports.suppression import is_small

DAY = date(2021, 6, 1)
E0, E1, E3 = FigureId.E0, FigureId.E1, FigureId.E3


def many(number: int, first: int = 0, became: str = "kept", on_time: bool | None = True, on: date = DAY):
    """Each of a family of its own."""
    return [CountedPromise(UUID(int=first + n), on, became, on_time) for n in range(number)]


def test_what_was_kept_on_time_and_missed_of_all_that_were_due() -> None:
    promises = [*many(12), *many(6, 12, "late"), *many(6, 18, "missed", on_time=False)]
    shown = promise_figures(promises, 2021)
    assert shown == {E0: Cell(0.5, of=24), E1: Cell(0.75, of=24), E3: Cell(0.25, of=24)}


def test_each_counts_in_the_year_for_which_it_was_promised() -> None:
    promises = [*many(5, on=date(2020, 12, 31)), *many(5, became="missed", on_time=False, on=date(2021, 1, 1))]
    assert promise_figures(promises, 2020)[E0] == Cell(1.0, of=5)
    assert promise_figures(promises, 2021)[E0] == Cell(0.0, of=5)
    assert promise_figures(promises, 2019) == {E0: Cell(None), E1: Cell(None), E3: Cell(None)}


def test_what_the_family_moved_or_nobody_knows_yet_is_neither_on_time_nor_late() -> None:
    promises = [*many(10), *many(5, 10, on_time=None)]
    assert promise_figures(promises, 2021)[E1] == Cell(1.0, of=10)


@pytest.mark.parametrize(
    ("promises", "hidden"),
    [
        ([*many(4)], {E0, E1, E3}),
        ([*many(20), *many(3, 20, "missed", on_time=False)], {E0, E1, E3}),
        ([*many(20), *many(3, 20, "late"), *many(10, 23, "missed", on_time=False)], {E3}),
        ([*many(20), *many(6, 20, "missed", on_time=None), *many(3, 26, on_time=None)], set()),
        ([*many(20), *many(6, 20, "missed", on_time=False), *many(3, 26, on_time=None)], {E1}),
        ([*many(20), *many(3, 0, "missed", on_time=False)], {E0, E1, E3}),
    ],
)
def test_few_families_are_not_shown_and_do_not_follow(promises: list[CountedPromise], hidden: set[FigureId]) -> None:
    shown = promise_figures(promises, 2021)
    assert {figure for figure, cell in shown.items() if cell == HIDDEN} == hidden


WORLDS = st.lists(
    st.builds(
        CountedPromise,
        st.integers(0, 12).map(lambda n: UUID(int=n)),
        st.dates(date(2020, 11, 1), date(2021, 3, 1)),
        st.sampled_from(("kept", "late", "missed")),
        st.sampled_from((True, False, None)),
    ),
    max_size=60,
)


@given(WORLDS)
def test_they_say_what_a_recount_says(promises: list[CountedPromise]) -> None:
    due = [each for each in promises if each.promised_on >= date(2021, 1, 1)]
    shown = promise_figures(promises, 2021)
    for figure, whole, part in (
        (E0, due, [each for each in due if each.became == "kept"]),
        (E3, due, [each for each in due if each.became == "missed"]),
        (E1, [each for each in due if each.on_time is not None], [each for each in due if each.on_time]),
    ):
        if shown[figure] != HIDDEN and shown[figure].value is not None:
            assert shown[figure] == Cell(round(float(Fraction(len(part), len(whole))), 4), of=len(whole))


@given(WORLDS)
def test_no_small_group_follows_from_what_is_shown(promises: list[CountedPromise]) -> None:
    due = [each for each in promises if each.promised_on >= date(2021, 1, 1)]
    shown = promise_figures(promises, 2021)
    groups = {became: {each.family for each in due if each.became == became} for became in ("kept", "late", "missed")}
    if shown[E0] != HIDDEN:
        assert not is_small(len(groups["kept"]))
    if shown[E3] != HIDDEN:
        assert not is_small(len(groups["missed"]))
    if HIDDEN not in (shown[E0], shown[E3]):
        assert not is_small(len(groups["late"]))

"""The figures of matching over random worlds, against a recount in plain Python; and an attacker who solves them."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from statistics import median
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.reports.definitions import FigureId
from teamhope.reports.rules_cells import HIDDEN, Cell, gini_of, median_of
from teamhope.reports.rules_matches import CountedMatch, LanguageRow, by_language, match_figures

HOURS_48 = 48 * 60


def an_offer(family: int = 0, **columns: object) -> CountedMatch:
    """A match of 2021 for which an English-speaking family waited a day; `columns` override."""
    day = date(2021, 6, 1)
    row = {"offered_on": day, "accepted_on": day, "wait_minutes": 24 * 60, "language": "en"}
    row |= {"concordant": True, "rematch": False} | columns
    return CountedMatch(family=UUID(int=family), **row)  # type: ignore[arg-type]


def many(number: int, first: int = 0, **columns: object) -> list[CountedMatch]:
    return [an_offer(first + n, **columns) for n in range(number)]


# One thing at a time -------------------------------------------------------------------------------------------------


def test_an_offer_counts_in_its_own_year_and_a_match_in_that_of_the_yes() -> None:
    matches = many(5, offered_on=date(2020, 12, 31), accepted_on=date(2021, 1, 1))
    declined = many(5, accepted_on=None, wait_minutes=None)
    shown = match_figures([*matches, *declined], 2021)
    assert shown[FigureId.G1] == Cell(0.0, of=5)
    assert shown[FigureId.G5] == Cell(1.0, of=5)
    assert match_figures([*matches, *declined], 2020)[FigureId.G1] == Cell(1.0, of=5)


def test_48_hours_are_in_time_and_a_minute_more_is_not() -> None:
    matches = [*many(5, wait_minutes=HOURS_48), *many(15, first=5, wait_minutes=HOURS_48 + 1)]
    shown = match_figures(matches, 2021)
    assert (shown[FigureId.D3], shown[FigureId.D3_IN_TIME]) == (Cell(48.0), Cell(0.25, of=20))


def test_a_wait_that_nobody_knows_is_in_no_time() -> None:
    shown = match_figures([*many(5), *many(5, first=5, wait_minutes=None)], 2021)
    assert shown[FigureId.D3_IN_TIME] == Cell(1.0, of=5)
    assert shown[FigureId.G5] == Cell(1.0, of=10)


def test_few_whose_wait_nobody_knows_do_not_follow_from_how_many_were_accepted() -> None:
    shown = match_figures([*many(9), *many(4, first=9, wait_minutes=None)], 2021)
    assert shown[FigureId.D3_IN_TIME] == Cell(1.0, of=9)
    assert {shown[figure] for figure in (FigureId.G1, FigureId.G2, FigureId.G5)} == {HIDDEN}


def test_nothing_to_divide_by_is_not_hidden() -> None:
    assert set(match_figures([], 2021).values()) == {Cell(None)}
    assert by_language([], 2021) == ()


def test_few_families_are_not_shown_nor_the_rest_that_gives_them_away() -> None:
    shown = match_figures([*many(9), *many(4, first=9, concordant=False, rematch=True)], 2021)
    assert (shown[FigureId.G2], shown[FigureId.G5]) == (HIDDEN, HIDDEN)
    assert shown[FigureId.G1] == Cell(1.0, of=13)


def test_four_families_with_many_offers_are_still_four() -> None:
    assert match_figures(many(4) * 10, 2021)[FigureId.G1] == HIDDEN


def test_one_language_of_few_hides_another_with_its_median() -> None:
    rows = by_language([*many(20), *many(3, first=20, language="es"), *many(8, first=30, language="vi")], 2021)
    assert [row.language for row in rows] == ["en", "es", "vi"]
    assert [row.cells for row in rows[1:]] == [(HIDDEN, HIDDEN, HIDDEN)] * 2
    assert rows[0].cells == (Cell(20), Cell(24.0), Cell(1.0, of=20))


def test_a_language_that_nobody_said_is_the_last() -> None:
    rows = by_language([*many(5, language=None), *many(5, first=5, language="vi")], 2021)
    assert [row.language for row in rows] == ["vi", None]


@pytest.mark.parametrize(
    ("values", "gini"),
    [([], None), ([0, 0], None), ([7], 0), ([3, 3, 3], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)],
)
def test_gini(values: list[int], gini: float | None) -> None:
    assert gini_of(values) == gini


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
def test_gini_is_half_the_mean_difference_over_the_mean(values: list[int]) -> None:
    differences = sum(abs(a - b) for a in values for b in values)
    expected = Fraction(differences, 2 * len(values) * sum(values)) if sum(values) else None
    assert gini_of(values) == (None if expected is None else pytest.approx(float(expected)))


def test_the_median_of_nobody_is_nothing() -> None:
    assert (median_of([]), median_of([1, 2, 9]), median_of([1, 2])) == (None, 2, 1.5)


# Random years ---------------------------------------------------------------------------------------------------------

LANGUAGES = [None, "en", "es", "vi"]


def some_offer(random: Random) -> CountedMatch:
    offered_on = date(2020, 12, 1) + timedelta(days=random.randint(0, 420))
    said_yes = random.random() < 0.7
    return CountedMatch(
        family=UUID(int=random.randint(0, 30)),
        offered_on=offered_on,
        accepted_on=offered_on + timedelta(days=random.randint(0, 2)) if said_yes else None,
        wait_minutes=random.choice([None, *(random.randint(0, 2 * HOURS_48) for _ in range(9))]) if said_yes else None,
        language=random.choice(LANGUAGES),
        concordant=random.random() < 0.7,
        rematch=random.random() < 0.2,
    )


def some_year(seed: int, most: int = 200) -> list[CountedMatch]:
    random = Random(seed)
    return [some_offer(random) for _ in range(random.choice([random.randint(0, 25), random.randint(0, most)]))]


years = st.integers(0, 2**32).map(some_year)


def recount(matches: Sequence[CountedMatch]) -> dict[str, tuple[float, int] | None]:
    """Of 2021, written down again from domain.md §5: each figure and of how many; None where there is none."""
    offered = [m for m in matches if m.offered_on.year == 2021]
    accepted = [m for m in matches if m.accepted_on and m.accepted_on.year == 2021]
    waits = [m.wait_minutes for m in accepted if m.wait_minutes is not None]

    def share(part: int, whole: int) -> tuple[float, int] | None:
        return (round(part / whole, 4), whole) if whole else None

    return {
        "D3": (round(median(waits) / 60, 1), 0) if waits else None,
        "D3i": share(sum(wait <= 2880 for wait in waits), len(waits)),
        "G1": share(sum(m.accepted_on is not None for m in offered), len(offered)),
        "G2": share(sum(m.rematch for m in accepted), len(accepted)),
        "G5": share(sum(m.concordant for m in accepted), len(accepted)),
    }


@given(years)
def test_what_is_shown_is_what_a_recount_counts(matches: list[CountedMatch]) -> None:
    counted = recount(matches)
    for figure, cell in match_figures(matches, 2021).items():
        if not cell.suppressed:
            assert (None if cell.value is None else (cell.value, cell.of or 0)) == counted[figure]


@given(years)
def test_each_language_is_a_year_of_its_own(matches: list[CountedMatch]) -> None:
    for row in by_language(matches, 2021):
        alone = recount([match for match in matches if match.language == row.language])
        assert row.hours in (HIDDEN, Cell((alone["D3"] or (None,))[0]))
        assert row.in_time == HIDDEN or (row.in_time.value, row.in_time.of) == alone["D3i"]
        assert row.matches.suppressed or row.matches.value == (alone["D3i"] or (0, 0))[1]


@given(years)
def test_a_median_is_shown_only_with_the_number_behind_it(matches: list[CountedMatch]) -> None:
    assert all(row.hours.suppressed == row.matches.suppressed for row in by_language(matches, 2021))


def known(
    rows: Sequence[LanguageRow], shown: dict[FigureId, Cell], year: list[CountedMatch], nobody: set[int]
) -> list[list[int]]:
    """What a reader may write down of how many of each language were matched in time (2n) and later (2n + 1), and of
    how many nobody knows the wait (the last).

    She knows where there was nobody: a zero is never hidden.
    """
    unknowns = range(2 * len(rows) + 1)
    equations = [[int(k == zero) for k in unknowns] for zero in nobody]
    for n, row in enumerate(rows):
        if not row.matches.suppressed:
            equations.append([int(k // 2 == n) for k in unknowns])
        if not row.in_time.suppressed:
            equations.append([int(k == 2 * n) for k in unknowns])
    in_time, offers = shown[FigureId.D3_IN_TIME], shown[FigureId.G1]
    said = {shown[FigureId.G2].of, shown[FigureId.G5].of, offers.of, round((offers.value or 0) * (offers.of or 0))}
    if len(year) in said:
        equations.append([1 for _ in unknowns])
    if in_time.of is not None:
        equations.append([int(k < 2 * len(rows)) for k in unknowns])
        equations.append([int(k % 2 == 0 and k < 2 * len(rows)) for k in unknowns])
    return equations or [[0 for _ in unknowns]]


@given(st.integers(0, 2**32))
def test_an_attacker_works_out_no_small_group(seed: int) -> None:
    everything = some_year(seed, most=60)
    matches = [m for m in everything if m.accepted_on and m.accepted_on.year == 2021]
    rows, shown = by_language(matches, 2021), dict(match_figures(matches, 2021))
    groups: dict[frozenset[int], set[UUID]] = {}
    for n, row in enumerate(rows):
        group = [match for match in matches if match.language == row.language and match.wait_minutes is not None]
        groups[frozenset({2 * n})] = {m.family for m in group if (m.wait_minutes or 0) <= HOURS_48}
        groups[frozenset({2 * n + 1})] = {m.family for m in group if (m.wait_minutes or 0) > HOURS_48}
        groups[frozenset({2 * n, 2 * n + 1})] = {m.family for m in group}
    groups[frozenset({2 * len(rows)})] = {m.family for m in matches if m.wait_minutes is None}
    nobody = {next(iter(columns)) for columns, families in groups.items() if not families}
    equations = np.array(known(rows, shown, matches, nobody))
    for columns, families in groups.items():
        if 0 < len(families) < 5:
            wanted = [int(k in columns) for k in range(2 * len(rows) + 1)]
            assert np.linalg.matrix_rank(np.vstack([equations, wanted])) > np.linalg.matrix_rank(equations)

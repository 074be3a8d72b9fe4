"""Which counts become which figures, what is hidden, and where a year ends."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.reports_facts import NOBODY, counted_months, counted_year

from teamhope.calls.rules_reconcile import Completeness
from teamhope.reports.definitions import DEFINITION_OF, DEFINITIONS, FigureId
from teamhope.reports.rules import (
    HIDDEN,
    Cell,
    YearCounts,
    counted_on,
    headline,
    members_counted_on,
    year_bounds,
    yearly_report,
)
from teamhope.reports.suppression import Tally

NEW_YORK = ZoneInfo("America/New_York")


def values(counts: YearCounts) -> dict[FigureId, Cell]:
    return {figure.definition.id: figure.cell for figure in yearly_report(counts, None).figures}


def test_every_figure_has_one_definition_in_the_order_of_the_report() -> None:
    assert [figure.definition for figure in yearly_report(counted_year(), None).figures] == list(DEFINITIONS)
    assert set(DEFINITION_OF) == set(FigureId)


def test_attempts_and_conversations_are_reported_side_by_side() -> None:
    shown = {figure: cell.value for figure, cell in values(counted_year()).items()}
    assert shown == {
        "A1": 31_045,
        "A2": 14_850,
        "A2i": 900,
        "A3": 8_400,
        "A4": 17_000,
        "A5": 0.4783,
        "A7": 31_945,
        "B1": 2_610,
        "B5": 2_249,
        "C1": 4_000.3,
        "D3": None,
        "D3i": None,
        "E0": None,
        "E1": None,
        "E3": None,
        "F1": 150,
        "F3": 99,
        "F3m": 100,
        "F3g": 0.01,
        "G1": None,
        "G2": None,
        "G5": None,
        "J1": None,
        "K1": 300,
    }


def test_a_year_without_calls_shows_zeros_and_no_rate() -> None:
    empty = YearCounts(
        2021, "America/New_York", datetime(2022, 1, 5, tzinfo=UTC), *[NOBODY] * 5, 0, 0, 0, (), 0, (), (),
        counted_months(2021, {}),
    )  # fmt: skip
    shown = values(empty)
    of_nothing = {"A5", "D3", "D3i", "E0", "E1", "E3", "F3", "F3m", "F3g", "G1", "G2", "G5", "J1"}
    assert shown == {figure: Cell(None if figure in of_nothing else 0) for figure in FigureId}


def test_log_completeness_is_of_the_calls_that_the_list_has() -> None:
    assert values(replace(counted_year(), placed=Completeness(1_000, 912)))[FigureId.J1].value == 0.912


FOUR = Tally(40, 4)


@pytest.mark.parametrize(
    ("changed", "hidden"),
    [
        ({"inbound_conversations": FOUR}, {"A2i", "A7"}),  # A7 − A1 would say it
        ({"conversations": FOUR}, {"A2", "A5", "F3", "F3m", "F3g"}),  # A5 × A1 would say it, as would few loads
        ({"attempts": FOUR}, {"A1", "A5", "A7", "J1"}),
        ({"voicemails": FOUR}, {"A3"}),
        ({"connected": FOUR}, {"A4"}),
        ({"families_served": 4}, {"B1", "C1"}),
        ({"families_mental_health": 4}, {"B5"}),
        ({"families_mental_health": 5}, set()),
        ({"families_mental_health": 0}, set()),
        ({"loads": (1, 1, 2, 4), "faon_members": 4}, set()),  # they are not families
    ],
)
def test_a_figure_of_few_families_is_hidden_with_those_that_give_it_away(
    changed: dict[str, object], hidden: set[str]
) -> None:
    assert {figure for figure, cell in values(replace(counted_year(), **changed)).items() if cell == HIDDEN} == hidden


def test_a_month_of_few_families_is_hidden_with_the_lowest_other_month() -> None:
    few, low, high = Tally(9, 3), Tally(60, 20), Tally(90, 30)
    months = counted_months(2021, {1: (few, few, 3), 2: (low, low, 20), 3: (high, high, 30)})
    year = replace(counted_year(), attempts=Tally(159, 40), conversations=Tally(159, 40), months=months)
    rows = [row.shown for row in yearly_report(year, None).months]
    assert [row[FigureId.A1] for row in rows[:4]] == [HIDDEN, HIDDEN, Cell(90), Cell(0)]
    assert [row[FigureId.A2] for row in rows[:4]] == [HIDDEN, HIDDEN, Cell(90), Cell(0)]
    assert [row[FigureId.B1] for row in rows[:4]] == [HIDDEN, Cell(20), Cell(30), Cell(0)]  # months do not add up


def test_last_year_is_beside_as_its_own_report_shows_it() -> None:
    few, low, high = Tally(9, 3), Tally(60, 20), Tally(90, 30)
    months = counted_months(2020, {1: (few, few, 3), 2: (low, low, 20), 3: (high, high, 30)})
    before = replace(counted_year(), year=2020, attempts=Tally(159, 40), voicemails=FOUR, months=months)
    report, its_own = yearly_report(counted_year(), before), yearly_report(before, None)
    assert [figure.before for figure in report.figures] == [figure.cell for figure in its_own.figures]
    assert [row.before for row in report.months] == [row.shown for row in its_own.months]


def test_the_first_year_has_nothing_beside_it() -> None:
    report = yearly_report(counted_year(), None)
    assert not any(figure.before for figure in report.figures)
    assert not any(row.before for row in report.months)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (31_045, ("over", 31_000)),
        (31_001, ("over", 31_000)),
        (31_000, ("exactly", 31_000)),  # not over 31,000
        (30_999, ("over", 30_000)),
        (1_001, ("over", 1_000)),
        (1_000, ("exactly", 1_000)),
        (999, ("exactly", 999)),  # "over 0" says nothing
        (0, ("exactly", 0)),
    ],
)
def test_headline(value: int, said: tuple[str, int]) -> None:
    assert headline(value) == said


@given(st.integers(0, 10**7))
def test_a_headline_is_never_more_than_the_count(value: int) -> None:
    kind, number = headline(value)
    assert (number < value < number + 1000 and number % 1000 == 0) if kind == "over" else number == value


def test_a_call_on_new_years_eve_in_honolulu_counts_in_the_next_year() -> None:
    started_at = datetime(2021, 12, 31, 19, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert counted_on(started_at, NEW_YORK) == date(2022, 1, 1)
    start, end = year_bounds(2022, NEW_YORK)
    assert start <= started_at < end


def test_a_year_ends_where_the_next_begins() -> None:
    assert year_bounds(2021, NEW_YORK)[1] == year_bounds(2022, NEW_YORK)[0] == datetime(2022, 1, 1, 5, tzinfo=UTC)


AROUND_2020 = st.integers(1_577_664_000, 1_609_632_000)  # Unix seconds, 30 December 2019 to 3 January 2021


@given(AROUND_2020, st.timezones())
def test_the_date_and_the_bounds_agree_on_the_year(seconds: int, zone: ZoneInfo) -> None:
    started_at = datetime.fromtimestamp(seconds, UTC)
    start, end = year_bounds(2020, zone)
    assert (start <= started_at < end) == (counted_on(started_at, zone).year == 2020)


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        (datetime(2022, 3, 1, tzinfo=UTC), date(2021, 12, 31)),
        (datetime(2022, 1, 1, 2, tzinfo=UTC), date(2021, 12, 31)),  # still the 31st in New York
        (datetime(2021, 7, 1, 2, tzinfo=UTC), date(2021, 6, 30)),
    ],
)
def test_members_are_counted_on_the_last_day_or_today(as_of: datetime, day: date) -> None:
    assert members_counted_on(2021, as_of, NEW_YORK) == day
    assert yearly_report(replace(counted_year(), as_of=as_of), None).members_on == day

"""What a volunteer does not take: the days of a year, what a form shows and keeps, and how it reads."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.kit.forms import FormProblems
from teamhope.kit.i18n import use_language
from teamhope.matching.rules_facts import tables_of
from teamhope.matching.rules_snapshot import Volunteer, offers_of
from teamhope.vocabulary.programme import load_programme
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.vocabulary.year_days import YearDay, YearSpan, read_span
from teamhope.volunteers.forms_limits import CODED, NUMBERS, LimitsForm, answers_of, limits_of, names
from teamhope.volunteers.limit_words import limit_words
from teamhope.volunteers.rules_limits import (
    MOST_SPANS,
    changed,
    is_offered,
    shown,
    spans_of,
)

WORDS = load_programme()
TABLES = tables_of(WORDS)
JANUARY_1 = date(2000, 1, 1)
DAYS = st.integers(0, 365).map(lambda n: JANUARY_1 + timedelta(days=n)).map(lambda day: YearDay(day.month, day.day))
SPANS = st.builds(YearSpan, DAYS, DAYS)
CODES = st.one_of(
    st.sampled_from([("case_type", "ERU"), ("subtype", "csam"), ("trajectory", "deceased"), ("state", "WY")]),
    st.tuples(st.sampled_from(["case_type", "subtype", "state", "weather"]), st.sampled_from(["OLD", "old", "ZZ"])),
    st.tuples(st.just("dates"), st.sampled_from(["soon", "04-31/05-02", "1-1/2-2", "12-20"])),
)
LIMITS = st.frozensets(st.one_of(CODES, SPANS.map(lambda span: ("dates", span.code))), max_size=12)


@pytest.mark.parametrize(
    ("month", "day", "exists"),
    [(1, 31, True), (2, 29, True), (2, 30, False), (4, 30, True), (4, 31, False), (11, 31, False), (12, 31, True),
     (6, 0, False), (7, 32, False)],
)  # fmt: skip
def test_a_day_that_some_year_has(month: int, day: int, exists: bool) -> None:
    assert YearDay(month, day).exists() is exists


@pytest.mark.parametrize("code", ["", "12-20", "12-20/01-05/02-01", "04-31/05-02", "W01-1/W02-1", "1220/0105", "a/b"])
def test_what_is_no_span_is_not_read(code: str) -> None:
    assert read_span(code) is None


@given(SPANS)
def test_a_span_is_read_as_it_was_written(span: YearSpan) -> None:
    assert read_span(span.code) == span


@given(SPANS, DAYS)
def test_matching_reads_a_span_as_the_days_that_it_names(span: YearSpan, day: YearDay) -> None:
    inside = day >= span.first or day <= span.last if span.wraps else span.first <= day <= span.last
    limits = frozenset({("dates", span.code)})
    her = Volunteer(UUID(int=1), VolunteerStatus.ACTIVE, credentials={}, load=0, capacity=1, limits=limits)
    assert bool(offers_of([her], TABLES, day.date()).off_today[0]) is inside


@pytest.mark.parametrize(
    ("limit", "offered"),
    [
        (("case_type", "ERU"), True),
        (("case_type", "csam"), False),
        (("subtype", "csam"), True),
        (("trajectory", "deceased"), True),
        (("relation", "mother"), False),
        (("state", "PR"), True),
        (("state", "ZZ"), False),
        (("dates", "02-29/03-01"), True),
        (("dates", "02-30/03-01"), False),
        (("weather", "rain"), False),
    ],
)
def test_what_a_form_offers(limit: tuple[str, str], offered: bool) -> None:
    assert is_offered(limit, WORDS) is offered


@given(LIMITS)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(stored: frozenset[tuple[str, str]]) -> None:
    visible = shown(stored, WORDS)
    form = LimitsForm(**answers_of(visible))
    assert limits_of(form) == visible
    assert changed(stored, limits_of(form), WORDS) == stored


@given(LIMITS)
def test_an_empty_form_leaves_only_what_it_could_not_show(stored: frozenset[tuple[str, str]]) -> None:
    left = changed(stored, frozenset(), WORDS)
    assert left == stored - shown(stored, WORDS)
    assert all(not is_offered(each, WORDS) for each in left if each[0] != "dates")
    assert len(spans_of(left)) == max(0, len(spans_of(stored)) - MOST_SPANS)


def sent(**answers: object) -> dict[str, object]:
    return {**{kind: [] for kind in CODED}, **{name: None for n in NUMBERS for name in names(n)}, **answers}


@pytest.mark.parametrize(
    ("ends", "field", "code"),
    [
        ((12, 20, 1, None), "last_day_2", "dates_incomplete"),
        ((None, 20, 1, 5), "first_month_2", "dates_incomplete"),
        ((None, None, None, 5), "first_month_2", "dates_incomplete"),
        ((4, 31, 5, 2), "first_day_2", "no_such_day"),
        ((1, 1, 2, 30), "last_day_2", "no_such_day"),
    ],
)
def test_a_span_that_cannot_be_is_refused_at_its_field(ends: tuple[int | None, ...], field: str, code: str) -> None:
    with pytest.raises(FormProblems) as refused:
        LimitsForm(**sent(**dict(zip(names(2), ends, strict=True))))
    assert [problem[:2] for problem in refused.value.problems] == [(field, code)]


def test_an_impossible_day_is_named_in_the_readers_language() -> None:
    for language, month in (("en", "April"), ("es", "abril")):
        with use_language(language), pytest.raises(FormProblems) as refused:
            LimitsForm(**sent(first_month_1=4, first_day_1=31, last_month_1=5, last_day_1=1))
        assert refused.value.problems[0][2] == {"month": month, "day": 31}


@pytest.mark.parametrize(
    ("limit", "english", "spanish"),
    [
        (("state", "WY"), "Families from WY", "Familias de WY"),
        (("trajectory", "deceased"), "The child has died", "El menor falleció"),
        (("case_type", "OLD"), "OLD", "OLD"),
        (("weather", "rain"), "rain", "rain"),
        (("dates", "02-29/02-29"), "Every year on February 29", "Cada año el 29 de febrero"),
        (
            ("dates", "05-08/05-12"),
            "Every year from May 8 to May 12",
            "Cada año del 8 de mayo al 12 de mayo",
        ),
        (
            ("dates", "12-20/01-05"),
            "Every year from December 20 to January 5 of the next year",
            "Cada año del 20 de diciembre al 5 de enero del año siguiente",
        ),
        (("dates", "soon"), "soon", "soon"),
    ],
)
def test_a_limit_in_words(limit: tuple[str, str], english: str, spanish: str) -> None:
    for language, words in (("en", english), ("es", spanish)):
        with use_language(language):
            assert limit_words(frozenset({limit})) == [words]

"""What the page of a volunteer's limits may be sent: boxes for codes, and spans of each year by their four numbers."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from msgspec import Meta, defstruct

from teamhope.kit import i18n
from teamhope.kit.forms import FormProblems, Problem
from teamhope.vocabulary.programme import Code
from teamhope.vocabulary.year_days import YearDay, YearSpan
from teamhope.volunteers.rules_limits import (
    DATES,
    MOST_SPANS,
    OF_PROGRAMME,
    Limits,
    spans_of,
)

CODED: Final = (*OF_PROGRAMME, "state")
NUMBERS: Final = range(1, MOST_SPANS + 1)
ENDS: Final = ("first", "last")
Codes = Annotated[list[Code], Meta(max_length=100)]
Month = Annotated[int, Meta(ge=1, le=12)]


def _true(form: Any) -> None:
    problems = [problem for number in NUMBERS for problem in _problems(form, number)]
    if problems:
        raise FormProblems(problems)


def _problems(form: Any, number: int) -> Iterator[Problem]:
    answers = {name: getattr(form, name) for name in names(number)}
    if all(answer is None for answer in answers.values()):
        return
    missing = next((name for name, answer in answers.items() if answer is None), None)
    if missing:
        yield missing, "dates_incomplete", {}
    for end in ENDS:
        month, day = answers[f"{end}_month_{number}"], answers[f"{end}_day_{number}"]
        if month is not None and day is not None and not YearDay(month, day).exists():
            yield f"{end}_day_{number}", "no_such_day", {"month": i18n.month_names()[month - 1], "day": day}


def names(number: int) -> tuple[str, ...]:
    """The fields of one span."""
    return tuple(f"{end}_{part}_{number}" for end in ENDS for part in ("month", "day"))


_SPANS: list[tuple[str, Any, Any]] = [
    (name, (Month if "month" in name else int) | None, None) for number in NUMBERS for name in names(number)
]
# case_type, subtype, trajectory, state: codes. first_month_1, first_day_1, last_month_1, last_day_1 … last_day_4.
LimitsForm: Final = defstruct(
    "LimitsForm",
    [*((kind, Codes, []) for kind in CODED), *_SPANS],
    namespace={"__post_init__": _true},
    frozen=True,
)


def limits_of(form: Any) -> Limits:
    """What a LimitsForm asks for."""
    codes = {(kind, code) for kind in CODED for code in getattr(form, kind)}
    return frozenset(codes | {(DATES, span.code) for number in NUMBERS for span in _span(form, number)})


def _span(form: Any, number: int) -> Iterator[YearSpan]:
    first_month, first_day, last_month, last_day = (getattr(form, name) for name in names(number))
    if first_month is not None:
        yield YearSpan(YearDay(first_month, first_day), YearDay(last_month, last_day))


def answers_of(limits: Limits) -> dict[str, object]:
    """The answers that a LimitsForm shows for them; of more than MOST_SPANS spans, the first."""
    answers: dict[str, object] = {kind: sorted(code for each, code in limits if each == kind) for kind in CODED}
    for number, span in zip(NUMBERS, spans_of(limits), strict=False):
        ends = (span.first.month, span.first.day, span.last.month, span.last.day)
        answers |= dict(zip(names(number), ends, strict=True))
    return answers

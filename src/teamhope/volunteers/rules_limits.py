"""What a volunteer asked not to be given: what a form can show of it, and what stays beside it."""

from collections.abc import Iterable
from typing import Final

from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.programme import Kind, Programme
from teamhope.vocabulary.year_days import YearSpan, read_span

Limit = tuple[str, str]  # kind and code
Limits = frozenset[Limit]

OF_PROGRAMME: Final[tuple[Kind, ...]] = ("case_type", "subtype", "trajectory")
DATES: Final = "dates"
MOST_SPANS: Final = 4  # a year; who needs more takes a pause


def spans_of(limits: Iterable[Limit]) -> tuple[YearSpan, ...]:
    """In the order of the year."""
    spans = (read_span(code) for kind, code in limits if kind == DATES)
    return tuple(sorted(span for span in spans if span is not None))


def is_offered(limit: Limit, programme: Programme) -> bool:
    """Whether a form has an answer of this kind and code; of dates, any span that a year has."""
    kind, code = limit
    if kind == DATES:
        return read_span(code) is not None
    if kind == "state":
        return code in STATES
    return any(kind == known and programme.has(known, code) for known in OF_PROGRAMME)


def shown(limits: Limits, programme: Programme) -> Limits:
    """Those that a form shows: what it offers, and the first MOST_SPANS spans of the year."""
    spans = {(DATES, span.code) for span in spans_of(limits)[:MOST_SPANS]}
    return frozenset(each for each in limits if each in spans or (each[0] != DATES and is_offered(each, programme)))


def changed(stored: Limits, chosen: Limits, programme: Programme) -> Limits:
    """What holds after a form: its answers, and what it could not show, such as codes of an earlier programme file."""
    return chosen | (stored - shown(stored, programme))

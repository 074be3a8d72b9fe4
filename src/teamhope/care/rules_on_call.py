"""When somebody is on call, where nobody is inside calling hours, and what a shift that repeats comes to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.families.rules_hours import DEFAULT_WINDOWS, FAR, Hours, Span, joined, spans_on, to_instant
from teamhope.vocabulary.people import Duty, FallbackRecipient, Role

WEEK: Final = timedelta(days=7)
MOST_WEEKS: Final = 26  # half a year at once
# Whoever is on call answers: as the page of calls for help lets them (accounts/policy.py).
DUTIES: Final = {Role.COORDINATOR: Duty.SUPERVISOR, Role.ADVOCATE: Duty.ADVOCATE}
FIRST: Final = (Duty.SUPERVISOR, Duty.ADVOCATE)


@dataclass(frozen=True, slots=True)
class Shift:
    """`has_phone`: whether a number of hers is known, so that she can be rung."""

    id: UUID
    person: UUID
    name: str
    duty: Duty
    span: Span
    has_phone: bool

    def holds(self, at: datetime) -> bool:
        return self.span.start <= at < self.span.end


def on_call(shifts: Iterable[Shift], at: datetime) -> list[Shift]:
    """Whose shift holds the instant: supervisors first, then who has been on call the longest."""
    held = (shift for shift in shifts if shift.holds(at))
    return sorted(held, key=lambda each: (FIRST.index(each.duty), each.span.start, each.person))


def cover(shifts: Iterable[Span], has_fallback: bool, now: datetime) -> tuple[Span, ...] | None:
    """When calls may be promised because somebody is on call, in order; None where that limits nothing.

    A fallback number covers every hour. Without one, a roster limits as far as it is kept: what comes after its last
    shift is not known yet, and open; an installation that keeps no roster promises calls as if there were cover.
    Source: domain.md §4 (2).
    """
    spans = tuple(joined(sorted(span for span in shifts if span.end > now)))
    if has_fallback or not spans:
        return None
    return (*spans[:-1], Span(spans[-1].start, FAR))


def is_covered(covered: tuple[Span, ...] | None, at: datetime) -> bool:
    return covered is None or any(span.start <= at < span.end for span in covered)


def gaps(covered: tuple[Span, ...] | None, monday: date, zone: ZoneInfo, now: datetime) -> tuple[Span, ...]:
    """The calling hours of the week from `monday` on, in the organisation's zone, that are to come without cover.

    Calling hours are the default ones of families (domain.md §2.3); a family's own may be wider.
    """
    if covered is None:
        return ()
    hours = Hours(zone, DEFAULT_WINDOWS)
    week = (span for n in range(7) for span in spans_on(hours, monday + timedelta(days=n)) if span.end > now)
    return tuple(gap for span in week for gap in _without(Span(max(span.start, now), span.end), covered))


def _without(span: Span, covered: tuple[Span, ...]) -> Iterator[Span]:
    start = span.start
    for each in covered:
        if start < min(each.start, span.end) and each.end > span.start:
            yield Span(start, min(each.start, span.end))
        start = max(start, min(each.end, span.end))
    if start < span.end:
        yield Span(start, span.end)


def weekly(first: date, start: time, end: time, weeks: int, zone: ZoneInfo) -> tuple[Span, ...]:
    """The same wall times in `zone` on the weekday of `first`; an end not after the start is on the day after."""
    overnight = timedelta(days=int(end <= start))
    days = [first + WEEK * n for n in range(weeks)]
    return tuple(Span(to_instant(day, start, zone), to_instant(day + overnight, end, zone)) for day in days)


def may_ring_fallback(number: str | None) -> FallbackRecipient | None:
    """Leave to ring the number behind the roster, as long as there is one."""
    return FallbackRecipient(number) if number else None

"""Which hours of the week two people can both keep: weekly hours as bits, a quarter of an hour each, in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from teamhope.families.rules_hours import Hours, dates_from, shared_spans
from teamhope.vocabulary.families import Window

Quarters = NDArray[np.bool_]  # one row per person; the 672 quarters of a week, the first at Monday 00:00
Bits = NDArray[np.uint64]  # 11 words of 64 quarters; the last axis is one column per person

QUARTER = timedelta(minutes=15)  # every zone in use is a whole number of quarters from UTC
DAY = timedelta(days=1) // QUARTER
WEEK = 7 * DAY
WORDS = 11  # of 64 bits, to hold a week's 672
CALL = timedelta(minutes=45)  # the time that a call needs (domain.md §2.3)


@dataclass(frozen=True, slots=True)
class WeekBits:
    """Weekly hours of V people in UTC: open quarters, and those at which an open 45 minutes starts."""

    open: Bits
    starts: Bits


def week_bits(people: Sequence[Hours], on: date) -> WeekBits:
    """The weekly hours of these people in UTC, with the offset that each zone has at noon of the date `on`.

    A quarter is open if a window holds all of it. Days off are not looked at: the week is any week.
    """
    utc = _local_quarters(people)
    rows_of: dict[ZoneInfo, list[int]] = {}
    for row, hours in enumerate(people):
        rows_of.setdefault(hours.zone, []).append(row)
    for zone, rows in rows_of.items():
        utc[rows] = np.roll(utc[rows], -_offset_quarters(zone, on), axis=1)
    return WeekBits(open=_packed(utc), starts=_packed(_call_starts(utc)))


def _local_quarters(people: Sequence[Hours]) -> Quarters:
    edges = np.zeros((len(people), WEEK + 1), np.int8)
    for row, hours in enumerate(people):
        for window in hours.windows:
            first, end = _quarters(window)
            if first < end:
                edges[row, first] += 1
                edges[row, end] -= 1
    return np.cumsum(edges[:, :WEEK], axis=1, dtype=np.int8) > 0


def _quarters(window: Window) -> tuple[int, int]:
    midnight = window.weekday * DAY
    return midnight - (-_since_midnight(window.start) // QUARTER), midnight + _since_midnight(window.end) // QUARTER


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _offset_quarters(zone: ZoneInfo, on: date) -> int:
    return (datetime.combine(on, time(12), zone).utcoffset() or timedelta()) // QUARTER


def _call_starts(quarters: Quarters) -> Quarters:
    starts = quarters.copy()
    for later in range(1, CALL // QUARTER):
        starts &= np.roll(quarters, -later, axis=1)
    return starts


def _packed(quarters: Quarters) -> Bits:
    padded = np.zeros((len(quarters), WORDS * 8), np.uint8)
    padded[:, : WEEK // 8] = np.packbits(quarters, axis=1, bitorder="little")
    return np.ascontiguousarray(padded.view(np.uint64).T)


def shares_a_call(one: Bits, many: Bits) -> NDArray[np.bool_]:
    """Per column of `many` (`WeekBits.starts`): is there a week's 45 minutes that `one` can keep too?"""
    found = np.zeros(many.shape[1], np.bool_)
    for word in np.flatnonzero(one[:, 0]):
        found |= (many[word] & one[word, 0]) != 0
    return found


def shared_minutes(one: Bits, many: Bits) -> NDArray[np.int32]:
    """Per column of `many` (`WeekBits.open`): the minutes of a week that `one` can keep too."""
    quarters = np.zeros(many.shape[1], np.int32)
    for word in np.flatnonzero(one[:, 0]):
        quarters += np.bitwise_count(many[word] & one[word, 0])
    return quarters * np.int32(QUARTER // timedelta(minutes=1))


def first_shared_time(family: Hours, volunteer: Hours, now: datetime) -> datetime | None:
    """The first quarter of an hour from `now` on at which 45 minutes start that both can keep, in UTC.

    Exact where a clock changes, and on days off. None within families' HORIZON_DAYS.
    """
    for day in dates_from(now.astimezone(family.zone).date()):
        for span in shared_spans(family, volunteer, day):
            start = _next_quarter(max(span.start, now))
            if start + CALL <= span.end:
                return start
    return None


def _next_quarter(at: datetime) -> datetime:
    seconds = QUARTER.total_seconds()
    return datetime.fromtimestamp(ceil(at.timestamp() / seconds) * seconds, UTC)

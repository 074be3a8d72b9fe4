"""When a person may be reached: weekly windows of local wall time as instants, across changes of the clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from teamhope.vocabulary.families import Window
from teamhope.vocabulary.year_days import YearSpan

EASTERN = ZoneInfo("America/New_York")
FAR = datetime(9000, 1, 1, tzinfo=UTC)  # the end of what has none
HORIZON_DAYS = 35  # how far a search for open hours looks: a month of vacation and a few days

OUTER_BOUND = (
    time(8),
    time(21),
)  # only a family's own window widens it (domain.md §2.3, 47 CFR 64.1200(c))
DEFAULT_WINDOWS = (
    *(Window(weekday, time(9), time(20)) for weekday in range(6)),
    Window(6, time(12), time(20)),
)  # domain.md §2.3
UNKNOWN_ZONE_WINDOWS = tuple(Window(weekday, time(12), time(20)) for weekday in range(7))  # Eastern; domain.md §2.3 (7)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The instants from `start` to just before `end`; aware, UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's week in her zone. Windows in any order; touching ones count as one.

    No hours on `days_off`, nor in the spans of each year `off_each_year`. `other_days`: dates with other windows than
    their weekday's; none: no hours. A day off stays one.
    """

    zone: ZoneInfo
    windows: tuple[Window, ...]
    days_off: frozenset[date] = frozenset()
    other_days: Mapping[date, tuple[Window, ...]] = field(default_factory=dict, hash=False)
    off_each_year: tuple[YearSpan, ...] = ()

    def is_off(self, day: date) -> bool:
        return day in self.days_off or any(span.holds(day) for span in self.off_each_year)

    def on(self, day: date) -> tuple[Window, ...]:
        """The windows of one date, in order."""
        if self.is_off(day):
            return ()
        usual = (window for window in self.windows if window.weekday == day.weekday())
        return tuple(sorted(self.other_days.get(day, usual)))


def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name of a place (America/Denver); None for anything else, such as EST or Etc/GMT+5."""
    if name is None or "/" not in name or name.startswith("Etc/"):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def family_hours(
    zone: ZoneInfo | None, windows: tuple[Window, ...], default: tuple[Window, ...] = DEFAULT_WINDOWS
) -> Hours:
    """The family's own windows if it named any, which may be wider; else the default within OUTER_BOUND.

    Where the zone is unknown, 12:00-20:00 Eastern, whatever the windows. Source: domain.md §2.3 (2), (7).
    """
    if zone is None:
        return Hours(EASTERN, UNKNOWN_ZONE_WINDOWS)
    return Hours(zone, windows or within_outer_bound(default))


def volunteer_hours(
    zone: ZoneInfo,
    windows: tuple[Window, ...],
    days_off: frozenset[date] = frozenset(),
    other_days: Mapping[date, tuple[Window, ...]] = MappingProxyType({}),
) -> Hours:
    """The volunteer's own windows, or the default ones, in her zone; `days_off` are her dates away."""
    return Hours(zone, windows or DEFAULT_WINDOWS, days_off, other_days)


def within_outer_bound(windows: Iterable[Window]) -> tuple[Window, ...]:
    earliest, latest = OUTER_BOUND
    cut = (Window(each.weekday, max(each.start, earliest), min(each.end, latest)) for each in windows)
    return tuple(window for window in cut if window.start < window.end)


def to_instant(local_date: date, local_time: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; of a skipped one the first minute after the gap, of a repeated one the first.

    Source: domain.md §2.3 (6).
    """
    wall = datetime.combine(local_date, local_time.replace(fold=0))
    while not _exists(wall, zone):
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) == wall


def spans_on(hours: Hours, day: date) -> tuple[Span, ...]:
    """The open spans of one local date, in order."""
    spans = (Span(to_instant(day, w.start, hours.zone), to_instant(day, w.end, hours.zone)) for w in hours.on(day))
    return tuple(joined(span for span in spans if span.start < span.end))


def joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order of their start, those that touch as one."""
    whole: Span | None = None
    for span in spans:
        if whole is None or span.start > whole.end:
            if whole is not None:
                yield whole
            whole = span
        else:
            whole = Span(whole.start, max(whole.end, span.end))
    if whole is not None:
        yield whole


def dates_from(first: date) -> Iterator[date]:
    """`first` and the HORIZON_DAYS after it."""
    return (first + timedelta(days=days) for days in range(HORIZON_DAYS + 1))


def open_from(hours: Hours, at: datetime) -> Span | None:
    """The rest of the open span that holds `at`, or the first after it; None within HORIZON_DAYS."""
    for day in dates_from(at.astimezone(hours.zone).date()):
        for span in spans_on(hours, day):
            if span.end > at:
                return Span(max(span.start, at), span.end)
    return None


def shared_spans(first: Hours, second: Hours, day: date) -> tuple[Span, ...]:
    """When both can be reached on the local date `day` of the first, in order."""
    return tuple(common for span in spans_on(first, day) for common in _within(span, second))


def _within(span: Span, hours: Hours) -> Iterator[Span]:
    day = span.start.astimezone(hours.zone).date()
    while day <= span.end.astimezone(hours.zone).date():
        for other in spans_on(hours, day):
            if other.start < span.end and other.end > span.start:
                yield Span(max(span.start, other.start), min(span.end, other.end))
        day += timedelta(days=1)


def windows_overlap(windows: Iterable[Window]) -> bool:
    """Whether two windows of one weekday share a minute."""
    return any(a.weekday == b.weekday and b.start < a.end for a, b in pairwise(sorted(windows)))

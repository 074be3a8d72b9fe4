"""At what time a call is due: slots that family and volunteer share, in the family's wall time (domain.md §2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

from teamhope.families.rules_dates import SensitiveDay, is_kept_free
from teamhope.families.rules_hours import Hours, Span, dates_from, shared_spans, to_instant

SLOT = timedelta(minutes=45)  # the shortest shared time in which a call is planned (domain.md §2.3 (3))
PROMISED = timedelta(hours=2)  # from the start, in the family's wall time (domain.md §2.2)
TIDY_MINUTES = 5  # slots start on a multiple of this
NOON, EVENING = time(12), time(17)


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Slot:
    """A planned call: wall time and zone of the family are the truth, the instants follow from them."""

    local_date: date
    local_start: time
    zone: str  # IANA
    due_at: datetime
    window_end_at: datetime

    @property
    def local(self) -> datetime:
        return self.due_at.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Diary:
    """Whose hours a call must fit. `family.zone` is the zone of every date and time here.

    `usual` is the local time of the last conversation; `holidays` are skipped unless `urgent`; `covered` is when a
    supervisor is on call, None if always (a fallback number counts; domain.md §4 (2)). On `sensitive_dates` the family
    is not called, unless it asked for it. `taken`: when the volunteer's other promised calls start; each takes a SLOT.
    """

    family: Hours
    volunteer: Hours
    usual: time | None = None
    holidays: frozenset[date] = frozenset()
    urgent: bool = False
    covered: tuple[Span, ...] | None = None
    sensitive_dates: tuple[SensitiveDay, ...] = ()
    taken: tuple[datetime, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return self.family.zone

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


def slot_at(diary: Diary, at: datetime) -> Slot:
    """The slot that starts at an instant, whoever is free then: for a time that the family named."""
    return slot_on(diary.local(at).date(), diary.local(at).time().replace(second=0, microsecond=0), diary.zone)


def slot_on(day: date, start: time, zone: ZoneInfo) -> Slot:
    """The instants that follow from a wall time by the rules of its zone. Source: domain.md §2.3 (6)."""
    due_at = to_instant(day, start, zone)
    wall = due_at.astimezone(zone)
    end = datetime.combine(wall.date(), wall.time()) + PROMISED
    return Slot(wall.date(), wall.time(), zone.key, due_at, to_instant(end.date(), end.time(), zone))


def first_slot(diary: Diary, day: date, not_before: datetime | None = None) -> Slot | None:
    """On the local date `day` at the usual time if both can keep it, else the earliest shared SLOT; else the next date.

    Nothing before `not_before`; None within HORIZON_DAYS. Source: domain.md §2.2.
    """
    slots = (_usual_or_earliest(diary, each, not_before) for each in dates_from(day))
    return next((slot for slot in slots if slot is not None), None)


def _usual_or_earliest(diary: Diary, day: date, not_before: datetime | None) -> Slot | None:
    spans = free_spans(diary, day, not_before)
    starts = [span.start for span in spans]
    if diary.usual is not None:
        usual = to_instant(day, diary.usual, diary.zone)
        starts = [usual] * any(span.start <= usual <= span.end - SLOT for span in spans) + starts
    return slot_at(diary, starts[0]) if starts else None


def same_wall_time(diary: Diary, day: date, start: time, now: datetime, *, on_request: bool = False) -> Slot | None:
    """What becomes of a promise in a zone that is new to it: the same hour on the family's wall, if both can keep it.

    Else first_slot; nothing before `now`. A time that the family named (`on_request`) stays, whoever is free.
    """
    slot = slot_on(day, start, diary.zone)
    if on_request and slot.due_at > now:
        return slot
    return first_slot(replace(diary, usual=start), max(day, diary.local(now).date()), now)


def free_spans(diary: Diary, day: date, not_before: datetime | None = None) -> tuple[Span, ...]:
    """Where a call of SLOT fits on a local date, each from a tidy minute on, in order."""
    if (day in diary.holidays and not diary.urgent) or is_kept_free(diary.sensitive_dates, day):
        return ()
    earliest = not_before and not_before.astimezone(UTC)
    shared = chain.from_iterable(
        _covered(span, diary.covered) for span in shared_spans(diary.family, diary.volunteer, day)
    )
    free = chain.from_iterable(_without(span, diary.taken) for span in shared)
    spans = (Span(_tidy(max(span.start, earliest or span.start)), span.end) for span in free)
    return tuple(span for span in spans if span.length >= SLOT)


def is_on_a_hard_day(diary: Diary, at: datetime) -> bool:
    """Whether no call is planned then because of the day: one of the family's dates, or of the volunteer's."""
    hers = at.astimezone(diary.volunteer.zone).date()
    family_rests = is_kept_free(diary.sensitive_dates, diary.local(at).date())
    return family_rests or any(span.holds(hers) for span in diary.volunteer.off_each_year)


def _covered(span: Span, covered: tuple[Span, ...] | None) -> Iterator[Span]:
    if covered is None:
        yield span
        return
    for shift in sorted(covered):
        if shift.start < span.end and shift.end > span.start:
            yield Span(max(span.start, shift.start), min(span.end, shift.end))


def _without(span: Span, taken: tuple[datetime, ...]) -> Iterator[Span]:
    start = span.start
    for at in sorted(taken):
        if start < at < span.end:
            yield Span(start, at)
        if at < span.end:
            start = max(start, at + SLOT)
    if start < span.end:
        yield Span(start, span.end)


def _tidy(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % TIDY_MINUTES, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at - over + timedelta(minutes=TIDY_MINUTES)


def part_of(local: datetime) -> DayPart:
    if local.weekday() >= 5:
        return DayPart.WEEKEND
    if local.time() < NOON:
        return DayPart.MORNING
    return DayPart.AFTERNOON if local.time() < EVENING else DayPart.EVENING


def another_time(
    diary: Diary, first: date, last: date, not_before: datetime, tried: frozenset[DayPart], jitter: timedelta
) -> Slot | None:
    """A slot from `first` to `last` at a part of the day not tried, else the earliest; `jitter` later where it fits."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    starts = [start for day in days for start in _starts(diary, day, not_before, jitter)]
    fresh = [start for start in starts if part_of(diary.local(start)) not in tried]
    return slot_at(diary, (fresh or starts)[0]) if starts else None


def _starts(diary: Diary, day: date, not_before: datetime, jitter: timedelta) -> list[datetime]:
    """Where each part of the day begins to be free."""
    parts = [to_instant(day, part, diary.zone) for part in (NOON, EVENING)]
    spans = free_spans(diary, day, not_before)
    found = {max(span.start, part) for span in spans for part in (span.start, *parts) if part <= span.end - SLOT}
    return sorted(_later(diary, start, spans, jitter) for start in found)


def _later(diary: Diary, start: datetime, spans: tuple[Span, ...], jitter: timedelta) -> datetime:
    late = start + jitter
    fits = any(span.start <= start and late <= span.end - SLOT for span in spans if span.start <= start < span.end)
    return late if fits and part_of(diary.local(late)) is part_of(diary.local(start)) else start


def nearest_quarter(local: datetime) -> time:
    """The time of day to the nearest quarter of an hour; never another day."""
    minutes = min(round((local.hour * 60 + local.minute) / 15) * 15, 23 * 60 + 45)
    return time(minutes // 60, minutes % 60)

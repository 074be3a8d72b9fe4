"""Who has which calls: a volunteer's day, a week of everybody, what is overdue, and pages for other programs."""

import binascii
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.care import service_load as care
from teamhope.families import queries_policy, service_contact
from teamhope.families.rules import voicemail_words
from teamhope.families.rules_hours import Hours, to_instant
from teamhope.families.rules_policy import marked_day
from teamhope.followups import queries_cover, queries_diary, queries_lists, rules_promises
from teamhope.followups.clashes import clashes, on_other_days
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.queries_lists import ListedCall
from teamhope.followups.queries_people import Person, load_person
from teamhope.followups.rules_promises import Overdue, Promise
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import OPEN_FOLLOW_UP

PAGE: Final = 50
MIDNIGHT: Final = datetime.min.time()


@dataclass(frozen=True, slots=True)
class TodaysCall:
    """A call to make today, and how to speak. `words`: exactly what may be left on voicemail; None: leave nothing."""

    follow_up: FollowUpFacts
    person: Person
    words: str | None
    overdue: Overdue | None


async def todays_calls(actor: Actor, now: datetime) -> tuple[TodaysCall, ...]:
    """A volunteer's calls until the end of her day: first those whose promised time is over, then in order of time."""
    if actor.volunteer_id is None:
        return ()
    async with acting_as(actor):
        _, zone = await queries_diary.load_person_of(actor.volunteer_id)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        listed = await queries_lists.list_open_of_volunteer(actor.volunteer_id, to_instant(tomorrow, MIDNIGHT, zone))
        calls = [await _todays_call(each, now) for each in listed]
    return tuple(sorted(calls, key=lambda call: (call.follow_up.window_end_at > now, call.follow_up.due_at)))


@dataclass(frozen=True, slots=True)
class CallToCover:
    """A call that she is asked to make for another volunteer, until `until_at`."""

    call: TodaysCall
    until_at: datetime


async def calls_to_cover(actor: Actor, now: datetime) -> tuple[CallToCover, ...]:
    """The first asked first; nothing of them before she is asked."""
    if actor.volunteer_id is None:
        return ()
    async with acting_as(actor):
        asked = await queries_cover.list_asked(actor.volunteer_id, now)
        listed = await queries_lists.list_named(list(asked))
        return tuple([CallToCover(await _todays_call(each, now), asked[each.follow_up.id]) for each in listed])


async def _todays_call(it: ListedCall, now: datetime) -> TodaysCall:
    assert it.contact_id is not None
    facts = await service_contact.contact_facts(it.contact_id, it.follow_up.match_id, now)
    person = await load_person(it.contact_id)
    return TodaysCall(it.follow_up, person, voicemail_words(facts, now), overdue_step(it, now))


def overdue_step(it: ListedCall, now: datetime) -> Overdue | None:
    return rules_promises.overdue(Promise(it.follow_up.due_at, it.follow_up.window_end_at), it.called_at, now)


@dataclass(frozen=True, slots=True)
class OverdueCall:
    """`asked`: the cover person who is asked to call, if there is one."""

    call: ListedCall
    step: Overdue
    asked: str | None


async def overdue(actor: Actor, now: datetime) -> tuple[OverdueCall, ...]:
    """Calls that have come due while nobody called, the longest first; the actor's row scope decides whose."""
    async with acting_as(actor):
        listed = await queries_lists.list_past_due(now)
        asked = await queries_cover.names_of_asked([each.follow_up.id for each in listed])
    steps = ((each, overdue_step(each, now)) for each in listed)
    return tuple(OverdueCall(each, step, asked.get(each.follow_up.id)) for each, step in steps if step is not None)


# A week ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WeekOf:
    """One volunteer's calls of a week, by time. `clashing`: ids of those that she cannot all keep.

    `unfree`: ids of those on a day on which she is away or has other hours.
    """

    volunteer_id: UUID
    name: str
    calls: tuple[ListedCall, ...]
    clashing: frozenset[UUID]
    unfree: frozenset[UUID]


async def week(actor: Actor, monday: date, zone: str, *, own: bool = False) -> tuple[WeekOf, ...]:
    """The week from `monday` in `zone`, by name of volunteer. `own`: only the actor's calls, as a volunteer."""
    start, end = (to_instant(monday + timedelta(days=n), MIDNIGHT, ZoneInfo(zone)) for n in (0, 7))
    async with acting_as(actor):
        listed = await queries_lists.list_between(start, end, actor.volunteer_id if own else None)
        hours = await service_contact.load_hours({each.follow_up.volunteer_id for each in listed})
    return by_volunteer(listed, hours)


async def overfull(monday: date, zone: str) -> frozenset[UUID]:
    """The volunteers who have more calls in this week than they take."""
    return await care.overfull_weeks(to_instant(monday + timedelta(days=3), MIDNIGHT, ZoneInfo(zone)))


async def on_marked_days(actor: Actor, weeks: Iterable[WeekOf]) -> frozenset[UUID]:
    """Open calls on a day that is hard for many, where the family is: a coordinator chooses."""
    async with acting_as(actor):
        marked = (await queries_policy.load_policy()).days.marked
    calls = (each.follow_up for one in weeks for each in one.calls if each.follow_up.status in OPEN_FOLLOW_UP)
    return frozenset(each.id for each in calls if marked_day(marked, each.local_date))


def by_volunteer(listed: tuple[ListedCall, ...], hours: Mapping[UUID, Hours]) -> tuple[WeekOf, ...]:
    volunteers: dict[UUID, list[ListedCall]] = {}
    for each in listed:
        volunteers.setdefault(each.follow_up.volunteer_id, []).append(each)
    weeks = (_week_of(id_, calls, hours.get(id_)) for id_, calls in volunteers.items())
    return tuple(sorted(weeks, key=lambda one: _as_sorted(one.name)))


def _week_of(volunteer_id: UUID, calls: list[ListedCall], hours: Hours | None) -> WeekOf:
    promised = [each.follow_up for each in calls]
    unfree = on_other_days(promised, hours) if hours else frozenset()
    return WeekOf(volunteer_id, calls[0].volunteer_name, tuple(calls), clashes(promised), unfree)


@dataclass(frozen=True, slots=True)
class DayOf:
    """Everybody's calls of a date, by time; `clashing`, `unfree` as in WeekOf."""

    day: date
    calls: tuple[ListedCall, ...]
    clashing: frozenset[UUID]
    unfree: frozenset[UUID]


def by_day(weeks: Iterable[WeekOf], zone: ZoneInfo) -> tuple[DayOf, ...]:
    """The same calls by their dates in `zone`; what clashes are two calls of one volunteer, as before."""
    volunteers = tuple(weeks)
    clashing = frozenset().union(*(one.clashing for one in volunteers))
    unfree = frozenset().union(*(one.unfree for one in volunteers))
    days: defaultdict[date, list[ListedCall]] = defaultdict(list)
    for call in sorted((each for one in volunteers for each in one.calls), key=lambda call: call.follow_up.due_at):
        days[call.follow_up.due_at.astimezone(zone).date()].append(call)
    return tuple(DayOf(day, tuple(calls), clashing, unfree) for day, calls in days.items())


def _as_sorted(name: str) -> str:
    """Álvaro comes before Bea."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


# The API --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    items: tuple[FollowUpFacts, ...]
    next: str | None


async def list_due(
    actor: Actor, due_before: datetime | None = None, volunteer_id: UUID | None = None, cursor: str | None = None
) -> Page:
    """Open follow-ups in order of time, PAGE at a time; `next` is the following page's cursor.

    Raises Invalid for a cursor that no page has given.
    """
    after = _read_cursor(cursor) if cursor else None
    async with acting_as(actor):
        found = await queries_lists.list_page(due_before, volunteer_id, after, PAGE + 1)
    items = found[:PAGE]
    return Page(items, _cursor(items[-1]) if len(found) > PAGE else None)


def _cursor(last: FollowUpFacts) -> str:
    return urlsafe_b64encode(f"{last.due_at.isoformat()} {last.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        due_at, _, follow_up_id = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return datetime.fromisoformat(due_at), UUID(follow_up_id)
    except (ValueError, binascii.Error) as wrong:
        raise Invalid.field("cursor", "not_valid") from wrong

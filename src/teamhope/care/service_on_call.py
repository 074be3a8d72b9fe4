"""Who is on call: the roster, the number behind it, and which hours have cover."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.accounts.queries import list_staff
from teamhope.audit import service as audit
from teamhope.care import queries_on_call as queries
from teamhope.care import rules_on_call as rules
from teamhope.care.rules_on_call import Shift
from teamhope.families.rules_entry import normal_phone
from teamhope.families.rules_hours import FAR, Span, to_instant
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import WORKER, Actor, Duty, FallbackRecipient

MIDNIGHT = datetime.min.time()


@dataclass(frozen=True, slots=True)
class Roster:
    """A week, by the start of shifts. `people` may be on call; `gaps` lie inside calling hours.

    `limits`: whether calls are promised only where there is cover.
    """

    shifts: list[Shift]
    gaps: tuple[Span, ...]
    people: dict[UUID, tuple[str, Duty]]
    fallback: str | None
    limits: bool


@dataclass(frozen=True, slots=True)
class NumberToRing:
    """`name` is empty for the number behind the roster."""

    name: str
    number: str


async def who_is_on_call(now: datetime) -> list[Shift]:
    """The people on shift, first the supervisor; whoever asks."""
    async with acting_as(WORKER):
        return rules.on_call(await queries.list_shifts(now, now + timedelta(microseconds=1)), now)


async def cover(now: datetime) -> tuple[Span, ...] | None:
    """When calls may be promised: rules_on_call.cover."""
    async with acting_as(WORKER):
        spans = [shift.span for shift in await queries.list_shifts(now, FAR)]
        return rules.cover(spans, await queries.load_fallback() is not None, now)


async def is_covered(at: datetime, now: datetime) -> bool:
    """Whether a call may be promised at `at`. True wherever no roster is kept."""
    return rules.is_covered(await cover(now), at)


async def numbers_to_ring(actor: Actor, now: datetime) -> list[NumberToRing]:
    """Of who is on call, advocates first, then the number behind them; that the actor saw them is kept."""
    async with acting_as(actor), acting_as(WORKER):
        on_shift = sorted(await who_is_on_call(now), key=lambda each: each.duty is not Duty.ADVOCATE)
        staff = await list_staff([shift.person for shift in on_shift])
        fallback = await queries.load_fallback()
    rings = [(shift.name, staff[shift.person].phone) for shift in on_shift]
    return [NumberToRing(name, number) for name, number in (*rings, ("", fallback)) if number]


async def fallback_to_ring() -> FallbackRecipient | None:
    async with acting_as(WORKER):
        return rules.may_ring_fallback(await queries.load_fallback())


async def show_week(actor: Actor, monday: date, zone: ZoneInfo, now: datetime) -> Roster:
    """The week from `monday` on in the reader's zone; gaps by the organisation's clock."""
    since, until = (to_instant(monday + timedelta(days=n), MIDNIGHT, zone) for n in (0, 7))
    async with acting_as(actor), acting_as(WORKER):
        covered = await cover(now)
        return Roster(
            shifts=await queries.list_shifts(since, until),
            gaps=rules.gaps(covered, monday, await queries.organisation_zone(), now),
            people=await queries.list_eligible(),
            fallback=await queries.load_fallback(),
            limits=covered is not None,
        )


async def add_shifts(actor: Actor, person: UUID, spans: tuple[Span, ...], now: datetime) -> None:
    """All of them or none. Raises Invalid for who may not be on call, for one that is over, for one that overlaps."""
    async with acting_as(actor):
        async with acting_as(WORKER):
            people = await queries.list_eligible()
        if person not in people:
            raise Invalid.field("person", "not_a_choice")
        if spans[0].end <= now:
            raise Invalid.field("day", "shift_is_over")
        _, duty = people[person]
        added = await queries.insert_shifts(person, duty, spans, actor.person_id, now)
        await audit.record_all(actor, [("added_shift", ("on_call_shift", each), None) for each in added], now)


async def remove_shift(actor: Actor, shift_id: UUID, now: datetime) -> None:
    """Raises NotFound."""
    async with acting_as(actor):
        await queries.delete_shift(shift_id)
        await audit.record(actor, "removed_shift", ("on_call_shift", shift_id), now)


async def set_fallback(actor: Actor, typed: str | None, now: datetime) -> None:
    """Nothing typed: no number from now on. Raises Invalid for what is no telephone number."""
    number = normal_phone(typed) if typed else None
    if typed and number is None:
        raise Invalid.field("number", "phone_unreadable")
    async with acting_as(actor):
        id_ = await queries.insert_fallback(number, actor.person_id, now)
        await audit.record(actor, "set_fallback_number", ("fallback_number", id_), now)

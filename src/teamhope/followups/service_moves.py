"""Other times for promised calls, and holds, releases and ends that take them along."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from teamhope.care import service_load as care
from teamhope.families.rules_hours import to_instant
from teamhope.followups import queries, queries_diary, states
from teamhope.followups import service_planning as planning
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.queries_people import load_person
from teamhope.followups.rules_ledger import MovedFor
from teamhope.followups.rules_slots import SLOT, Diary, Slot, first_slot, free_spans, is_on_a_hard_day, slot_at
from teamhope.followups.rules_steps import Effect
from teamhope.followups.service import moment_for
from teamhope.followups.service_effects import cancel_open, set_plan
from teamhope.followups.service_planning import Setting
from teamhope.followups.wording_refusals import BOTH_MUST_BE_FREE, NOBODY_ON_CALL
from teamhope.kit.database import acting_as
from teamhope.vocabulary.calls import OUTCOMES, Next
from teamhope.vocabulary.errors import NotFound, NotThen, Refused
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import OPEN_FOLLOW_UP, FollowUpStatus, PlanStatus

SUGGESTED = 3  # how many other times are offered (ux.md, Schedule)
# After these a person has to make the way safe first; the end of a hold does not do that.
NEEDS_A_PERSON: Final = frozenset({Next.STOP_NUMBER, Next.STOP_LINE, Next.REMATCH, Next.WAIT_FOR_COORDINATOR})
GOES_ON: Final = OPEN_FOLLOW_UP - {FollowUpStatus.SUSPENDED}


@dataclass(frozen=True, slots=True)
class Moved:
    """`too_much`: the week of the new time now holds more calls than the volunteer takes, which refuses nothing."""

    follow_up: FollowUpFacts
    too_much: bool


async def move(
    actor: Actor, follow_up_id: UUID, to: tuple[date, time] | datetime, for_whom: str, now: datetime
) -> Moved:
    """Another time: the family's wall time, or an instant; `for_whom` is family, volunteer or staff. The first promise
    is kept on record.

    Raises NotThen with the next times that both can keep: BOTH_MUST_BE_FREE where it is outside their hours or gets in
    the way of another call of the volunteer, NOBODY_ON_CALL where it is only without cover; IllegalMove for one that is
    suspended or over; NotFound outside the scope.
    """
    async with acting_as(actor):
        follow_up, setting = await _gather(follow_up_id, now)
        _refuse_anothers(actor, follow_up)
        diary = setting.diary
        status = states.when_moved(follow_up.status)
        slot = slot_at(diary, to if isinstance(to, datetime) else to_instant(*to, diary.zone))
        if not _both_are_free(diary, slot, now):
            lacks_cover = _both_are_free(replace(diary, covered=None), slot, now)
            code = NOBODY_ON_CALL if lacks_cover else BOTH_MUST_BE_FREE
            raise await _refusal(code, actor, diary, suggested(diary, slot.due_at, now))
        await planning.set_status(actor, follow_up, status, now)
        await planning.put_off(actor, follow_up, slot, for_whom, now)
        too_much = await care.fills_her_week(follow_up.volunteer_id, slot.due_at, follow_up_id)
        return Moved(await queries.load_follow_up(follow_up_id), too_much)


@dataclass(frozen=True, slots=True)
class ToMove:
    """A call that may be moved, and `times` that both can keep, in the family's `zone`.

    `too_much`: those of the times at which the week would hold more calls than the volunteer takes.
    """

    follow_up: FollowUpFacts
    family_no: str
    zone: str
    times: tuple[Slot, ...]
    too_much: frozenset[Slot]


async def to_move(actor: Actor, follow_up_id: UUID, now: datetime) -> ToMove:
    """Raises IllegalMove for one that is suspended or over; NotFound outside the scope."""
    async with acting_as(actor):
        follow_up, setting = await _gather(follow_up_id, now)
        _refuse_anothers(actor, follow_up)
        states.when_moved(follow_up.status)
        person = await load_person(setting.match.contact_id)
        times, hers = suggested(setting.diary, now, now), follow_up.volunteer_id
        too_much = [slot for slot in times if await care.fills_her_week(hers, slot.due_at, follow_up_id)]
    return ToMove(follow_up, person.family_no, setting.diary.zone.key, times, frozenset(too_much))


async def _gather(follow_up_id: UUID, now: datetime) -> tuple[FollowUpFacts, Setting]:
    """The match is locked before its follow-up, as everywhere; her other calls take their time. Raises NotFound."""
    setting = await planning.gather((await queries.load_follow_up(follow_up_id)).match_id, now)
    follow_up = await queries.lock_follow_up(follow_up_id)
    taken = await queries_diary.list_other_calls(follow_up.volunteer_id, follow_up_id, now - SLOT)
    return follow_up, replace(setting, diary=replace(setting.diary, taken=taken))


def _refuse_anothers(actor: Actor, follow_up: FollowUpFacts) -> None:
    """Whoever covers for a volunteer may make her call, and not move it."""
    if actor.role is Role.VOLUNTEER and actor.volunteer_id != follow_up.volunteer_id:
        raise NotFound("follow_up")


def suggested(diary: Diary, wished: datetime, now: datetime) -> tuple[Slot, ...]:
    """SUGGESTED slots from the wished time on, never before `now`, on different days; where there is none so late, from
    `now` on. Fewer where both have so little time."""
    return _on_different_days(diary, max(wished, now)) or _on_different_days(diary, now)


def _on_different_days(diary: Diary, not_before: datetime) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    day = diary.local(not_before).date()
    while len(slots) < SUGGESTED:
        slot = first_slot(diary, day, not_before)
        if slot is None:
            break
        slots.append(slot)
        day = slot.local_date + timedelta(days=1)
    return tuple(slots)


def _both_are_free(diary: Diary, slot: Slot, now: datetime) -> bool:
    spans = free_spans(diary, slot.local_date, now)
    return any(span.start <= slot.due_at <= span.end - SLOT for span in spans)


async def _refusal(code: str, actor: Actor, diary: Diary, slots: tuple[Slot, ...]) -> NotThen:
    hers = await queries_diary.zone_of_person(actor.person_id)
    words = [moment_for(slot.due_at, diary.zone.key, hers) for slot in slots]
    return NotThen(code, [slot.local for slot in slots], times="; ".join(words) or moment_for(None, "", None))


# Holds and ends -------------------------------------------------------------------------------------------------------


async def suspend_family(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Every promised call of the family waits until resume_family. Twice is as good as once."""
    async with acting_as(actor):
        for match_id in await queries.list_matches_of_family(family_id):
            await suspend_match(actor, match_id, now)


async def suspend_match(actor: Actor, match_id: UUID, now: datetime) -> None:
    """Every promised call of the match waits until resume_match."""
    async with acting_as(actor):
        await queries.lock_match(match_id)
        for each in await queries.lock_open_follow_ups(match_id):
            if each.status in GOES_ON - {FollowUpStatus.ESCALATED_TO_COORDINATOR}:
                await planning.set_status(actor, each, FollowUpStatus.SUSPENDED, now)


async def resume_family(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Call once the hold is released: resume_match for each of its matches."""
    async with acting_as(actor):
        for match_id in await queries.list_matches_of_family(family_id):
            await resume_match(actor, match_id, now)


async def resume_match(actor: Actor, match_id: UUID, now: datetime) -> None:
    """A time that has passed, or a hard day, becomes the next that both can keep; nothing while calls have to wait.

    A call stays suspended where the last one ended so that a person must make the way safe first: resume_follow_up.
    """
    async with acting_as(actor):
        setting = await planning.gather(match_id, now)
        if setting.waits:
            return
        for each in await queries.lock_open_follow_ups(match_id):
            if each.status is FollowUpStatus.SUSPENDED and not await _needs_a_person(each.id):
                await _resume(actor, setting, each, now)


async def resume_follow_up(actor: Actor, follow_up_id: UUID, now: datetime) -> None:
    """A coordinator has made the way safe. Raises IllegalMove unless it is suspended; Refused while calls wait."""
    async with acting_as(actor):
        follow_up, setting = await _gather(follow_up_id, now)
        if setting.contact.on_hold:
            raise Refused("not_now_family_on_hold")
        if setting.waits:
            raise Refused("not_now_no_live_match")
        await _resume(actor, setting, follow_up, now)


async def _needs_a_person(follow_up_id: UUID) -> bool:
    outcome = await queries_diary.last_outcome_of(follow_up_id)
    return outcome is not None and OUTCOMES[outcome].next in NEEDS_A_PERSON


async def _resume(actor: Actor, setting: Setting, follow_up: FollowUpFacts, now: datetime) -> None:
    if follow_up.status is not FollowUpStatus.SUSPENDED:
        states.when_moved(FollowUpStatus.CANCELLED)
    slot = None
    hard = is_on_a_hard_day(setting.diary, follow_up.due_at) and not follow_up.on_request
    if follow_up.due_at <= now or hard:
        slot = first_slot(setting.diary, setting.diary.local(max(follow_up.due_at, now)).date(), now)
        if slot is None:
            await planning.ask_coordinator(actor, Effect.TASK_NO_SHARED_TIME, setting.match, now)
            return
    await planning.set_status(actor, follow_up, FollowUpStatus.PLANNED, now)
    if slot is not None:
        waited = follow_up.waits_since is not None and follow_up.waits_since < follow_up.window_end_at
        await planning.put_off(actor, follow_up, slot, MovedFor.HOLD if waited else MovedFor.STAFF, now)
    else:
        await planning.remind(follow_up.volunteer_id, follow_up.due_at, now)


async def cancel_for_match(actor: Actor, match_id: UUID, now: datetime) -> None:
    """Every open call and the plan: the match has ended, or consent has. Twice is as good as once."""
    async with acting_as(actor):
        await queries.lock_match(match_id)
        await cancel_open(actor, match_id, now)
        await set_plan(actor, match_id, PlanStatus.ENDED, now)

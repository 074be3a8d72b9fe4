"""What a call leaves behind: the follow-up it belonged to, the next one, and everything else its outcome asks for."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.followups import queries, queries_cadence, queries_diary, service_ledger, states
from teamhope.followups import service_effects as effects
from teamhope.followups import service_planning as planning
from teamhope.followups.queries import FollowUpFacts, PlanFacts
from teamhope.followups.queries_diary import attempt
from teamhope.followups.rules import completes, next_step
from teamhope.followups.rules_cadence import Plan
from teamhope.followups.rules_slots import Slot
from teamhope.followups.rules_steps import CallFacts, Effect, Step
from teamhope.followups.service_effects import CallEnded
from teamhope.followups.service_planning import Setting
from teamhope.kit.database import acting_as
from teamhope.vocabulary.calls import OUTCOMES
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import FollowUpStatus, PlanStatus

JITTER_STEP, JITTER_STEPS = timedelta(minutes=5), 6  # retries do not all ring on the hour (domain.md §2.4)
STANDING = frozenset({FollowUpStatus.DUE, FollowUpStatus.IN_PROGRESS})
ASKED_FOR = frozenset({Effect.ASKED_CALLBACK, Effect.CALL_BACK})


@dataclass(frozen=True, slots=True)
class NextFollowUp:
    """The match's next promised call, in the family's `zone`."""

    id: UUID
    match_id: UUID
    status: FollowUpStatus
    zone: str
    due_at: datetime
    window_end_at: datetime


@dataclass(frozen=True, slots=True)
class _Case:
    """`follow_up`: the one that the call belongs to; `others`: what else is open in the match."""

    ended: CallEnded
    setting: Setting
    plan: PlanFacts | None
    follow_up: FollowUpFacts | None
    others: tuple[FollowUpFacts, ...]

    @property
    def is_conversation(self) -> bool:
        return OUTCOMES[self.ended.outcome].conversation


async def after_call(actor: Actor, ended: CallEnded, now: datetime) -> NextFollowUp | None:
    """Writes what follows from a call whose row is there already; the match's next call, if there is one.

    A conversation completes every open follow-up within three days of it, whichever it was logged to. Raises NotFound
    for a match or follow-up that the actor may not see; IllegalMove when the follow-up is over already.
    """
    async with acting_as(actor):
        case = await _gather(ended, now)
        step = await _decide(case, now)
        await _settle(actor, case, step, now)
        await _go_on(actor, case, step, now)
        coming = await queries.next_open_follow_up(ended.match_id)
        await effects.apply(actor, ended, case.setting, step, now)
        await service_ledger.after_call(case.setting.match, ended.started_at, now)
        await audit.record(actor, "followed_call", ("call", ended.call_id), now, reason=ended.outcome)
    closed = coming is None or Effect.MATCH_CLOSES in step.effects
    return None if closed or coming is None else _as_next(coming)


def _as_next(it: FollowUpFacts) -> NextFollowUp:
    return NextFollowUp(it.id, it.match_id, it.status, it.zone, it.due_at, it.window_end_at)


# Gather ---------------------------------------------------------------------------------------------------------------


async def _gather(ended: CallEnded, now: datetime) -> _Case:
    setting = await planning.gather(ended.match_id, now, but_call_id=ended.call_id)
    plan = await queries.load_plan(ended.match_id)
    open_ones = await queries.lock_open_follow_ups(ended.match_id)
    follow_up = await _belongs_to(ended, open_ones)
    others = tuple(each for each in open_ones if follow_up is None or each.id != follow_up.id)
    return _Case(ended, setting, plan, follow_up, others)


async def _belongs_to(ended: CallEnded, open_ones: tuple[FollowUpFacts, ...]) -> FollowUpFacts | None:
    """The one that was named; else of a conversation the nearest within three days, of another call the one due."""
    if ended.follow_up_id is not None:
        named = await queries.lock_follow_up(ended.follow_up_id)
        if named.match_id != ended.match_id:
            raise NotFound("follow_up")
        states.after_a_call(named.status, FollowUpStatus.COMPLETED, goes_on=False)
        return named
    rule = OUTCOMES[ended.outcome]
    if rule.inbound and not rule.conversation:
        return None
    near = [
        each
        for each in open_ones
        if completes(each.due_at, ended.started_at) and (rule.conversation or each.status in STANDING)
    ]
    return min(near, key=lambda each: abs(each.due_at - ended.started_at), default=None)


# Decide ---------------------------------------------------------------------------------------------------------------


async def _decide(case: _Case, now: datetime) -> Step:
    """As of the call; where that lies in the past by now, because the call was logged late, as of now."""
    facts = await _facts(case)
    history = await _history(case)
    at = min(case.ended.started_at, now)
    step = next_step(case.ended.outcome, history, at, facts)
    if all(slot.due_at > now for slot in _slots(step)):
        return step
    return replace(next_step(case.ended.outcome, history, now, facts), anchor_on=step.anchor_on)


def _slots(step: Step) -> tuple[Slot, ...]:
    planned = step.planned.slot if step.planned else None
    return tuple(slot for slot in (step.slot, planned) if slot)


async def _facts(case: _Case) -> CallFacts:
    setting, follow_up = case.setting, case.follow_up
    plan = case.plan.plan if case.plan else Plan(CadenceTemplate.STANDARD)
    missed = await queries.count_missed_in_a_row(case.plan.id) if case.plan else 0
    return CallFacts(
        match=setting.match.status,
        plan=replace(plan, sensitive_dates=setting.contact.sensitive_dates),
        diary=setting.diary,
        due_at=follow_up.due_at if follow_up else None,
        first_contact=setting.match.first_conversation_at is None,
        asked_at=case.ended.callback_at,
        missed_in_a_row=missed,
        jitter=_jitter(follow_up),
        ladders=(await queries_cadence.load_settings()).ladders,
        policy=setting.contact.policy,
    )


def _jitter(follow_up: FollowUpFacts | None) -> timedelta:
    return JITTER_STEP * ((follow_up.id.int + follow_up.attempts_used) % JITTER_STEPS if follow_up else 0)


async def _history(case: _Case) -> tuple[Any, ...]:
    """The follow-up's outbound calls, this one included, even where it was logged to the match alone."""
    made = await queries_diary.list_attempts(case.follow_up.id) if case.follow_up else {}
    ended = case.ended
    if not OUTCOMES[ended.outcome].inbound:
        made[ended.call_id] = attempt(ended.started_at, ended.channel, ended.outcome)
    return tuple(made.values())


# Apply ----------------------------------------------------------------------------------------------------------------


async def _settle(actor: Actor, case: _Case, step: Step, now: datetime) -> None:
    """The follow-up's new state and its retry, the others that the conversation completes, and a call-back."""
    if case.follow_up is not None:
        await _settle_own(actor, case, case.follow_up, step, now)
    if case.is_conversation:
        for other in _completed_too(case):
            await planning.set_status(actor, other, FollowUpStatus.COMPLETED, now)
    if step.slot is not None and step.status is None and ASKED_FOR & step.effects:
        await _call_back(actor, case, step.slot, now)


async def _settle_own(actor: Actor, case: _Case, follow_up: FollowUpFacts, step: Step, now: datetime) -> None:
    status = states.after_a_call(
        follow_up.status, step.status or follow_up.status, goes_on=step.planned is not None and case.setting.we_call
    )
    tried = OUTCOMES[case.ended.outcome].attempt
    asked = Effect.ASKED_CALLBACK in step.effects if step.slot else follow_up.on_request
    await planning.set_status(
        actor, follow_up, status, now, attempts_used=follow_up.attempts_used + tried, asked_callback=asked
    )
    if step.slot is not None and step.status is FollowUpStatus.RETRY_WAIT and status is not FollowUpStatus.SUSPENDED:
        await planning.put_off(actor, follow_up, step.slot, "retry", now)


def _completed_too(case: _Case) -> tuple[FollowUpFacts, ...]:
    return tuple(each for each in case.others if completes(each.due_at, case.ended.started_at))


async def _call_back(actor: Actor, case: _Case, slot: Slot, now: datetime) -> None:
    """What was planned near it is moved to the call-back, else it is one of its own; while calls wait, the staff's."""
    setting = case.setting
    if case.plan is None or setting.waits or not setting.we_call:
        await planning.ask_coordinator(actor, Effect.CALL_BACK_BY_STAFF, setting.match, now, case.ended.call_id)
        return
    mine = (case.follow_up,) if case.follow_up else ()
    near = [
        each
        for each in (*mine, *case.others)
        if each.status in states.MAY_BE_MOVED and completes(each.due_at, slot.due_at)
    ]
    if not near:
        await planning.place(actor, setting, case.plan.id, slot, now, on_request=True)
        return
    nearest = min(near, key=lambda each: abs(each.due_at - slot.due_at))
    await planning.set_status(actor, nearest, states.when_moved(nearest.status), now, asked_callback=True)
    await planning.put_off(actor, nearest, slot, "family", now)


async def _go_on(actor: Actor, case: _Case, step: Step, now: datetime) -> None:
    """The plan's anchor, and its next call unless one is open already. Somebody reached takes up a plan that paused."""
    plan = case.plan
    if plan is None:
        return
    if step.anchor_on is not None:
        await queries.update_plan(plan.id, anchor_on=step.anchor_on)
    paused = plan.status is PlanStatus.PAUSED and not case.is_conversation
    if step.planned is None or paused or not case.setting.we_call:
        return
    if await queries.next_open_follow_up(case.ended.match_id) is not None:
        return
    await queries.update_plan(plan.id, next_index=step.planned.next_index, status=PlanStatus.ACTIVE)
    await planning.place(actor, case.setting, plan.id, step.planned.slot, now)

"""What the outcome of a call does beyond its follow-up: consent, numbers, tasks, danger, the plan, the match."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import service as care
from teamhope.care import service_debriefs as debriefs
from teamhope.care.queries import About
from teamhope.families import service_contact
from teamhope.families.service_contact import How
from teamhope.followups import queries
from teamhope.followups import service_planning as planning
from teamhope.followups.rules_steps import Effect, Step
from teamhope.followups.service_planning import Setting
from teamhope.vocabulary.calls import OUTCOMES, CallChannel, Outcome
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import (
    MATCH_MOVES,
    REQUEST_MOVES,
    CloseReason,
    EscalationLevel,
    FollowUpStatus,
    MatchStatus,
    PlanStatus,
    RequestStatus,
    check_move,
)


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call that was written down. `callback_at`: when the family asked to be called.

    `follow_up_id`: the promised call it was for, if it was for one. `escalation_level`: of a crisis None counts as
    imminent, because nothing may hold up a call for help. `volunteer_id`: whose call it was, where that was not the
    match's volunteer but her cover person. `was_hers`: that volunteer was on it herself.
    """

    call_id: UUID
    match_id: UUID
    follow_up_id: UUID | None
    outcome: Outcome
    started_at: datetime
    callback_at: datetime | None = None
    escalation_level: EscalationLevel | None = None
    channel: CallChannel = CallChannel.VOICE
    volunteer_id: UUID | None = None
    was_hers: bool = True


@dataclass(frozen=True, slots=True)
class _Doing:
    actor: Actor
    ended: CallEnded
    setting: Setting
    now: datetime


async def apply(actor: Actor, ended: CallEnded, setting: Setting, step: Step, now: datetime) -> None:
    """In the order of Effect's handlers; the match comes last, because a volunteer no longer sees a closed one."""
    doing = _Doing(actor, ended, setting, now)
    if OUTCOMES[ended.outcome].conversation and setting.match.first_conversation_at is None:
        await queries.update_match(setting.match.id, first_conversation_at=ended.started_at)
    for effect, act in EFFECTS.items():
        if effect in step.effects:
            await act(doing, effect)


# One function for each kind of effect ---------------------------------------------------------------------------------


async def _revoke(it: _Doing, effect: Effect) -> None:
    kind = ConsentKind.VOICE_CALL if effect is Effect.REVOKE_VOICE_CONSENT else ConsentKind.SMS_REMINDER
    how = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    await service_contact.revoke_consent(it.actor, it.setting.contact.contact_id, kind, how, it.now)


async def _stop_number(it: _Doing, _: Effect) -> None:
    """For the whole family; the task for the coordinator comes with it."""
    await service_contact.stop_number(it.actor, it.setting.contact.phone.phone_id, it.ended.outcome, it.now)


async def _ask_coordinator(it: _Doing, effect: Effect) -> None:
    await planning.ask_coordinator(it.actor, effect, it.setting.match, it.now, it.ended.call_id)


async def _advocate_reviews(it: _Doing, effect: Effect) -> None:
    # An advocate sees a family only while an escalation of it is open; the task says what she is to do.
    await care.open_escalation(it.actor, EscalationLevel.CONCERN, it.now, _about(it))
    await _ask_coordinator(it, effect)


async def _escalate(it: _Doing, _: Effect) -> None:
    await care.open_escalation(it.actor, it.ended.escalation_level or EscalationLevel.IMMINENT, it.now, _about(it))


def _about(it: _Doing) -> About:
    return About(family=it.setting.match.family_id, match=it.setting.match.id, call=it.ended.call_id)


async def _debrief(it: _Doing, _: Effect) -> None:
    if it.ended.was_hers:
        await debriefs.open_debrief(it.ended.call_id, it.ended.volunteer_id or it.setting.match.volunteer_id, it.now)


async def _end_plan(it: _Doing, effect: Effect) -> None:
    """`cancel_plan`: what is still open is cancelled too; `end_plan`: the coordinator prepares the close."""
    await set_plan(it.actor, it.setting.match.id, PlanStatus.ENDED, it.now)
    if effect is Effect.CANCEL_PLAN:
        await cancel_open(it.actor, it.setting.match.id, it.now)
    else:
        await _ask_coordinator(it, effect)


async def _pause_plan(it: _Doing, effect: Effect) -> None:
    await set_plan(it.actor, it.setting.match.id, PlanStatus.PAUSED, it.now)
    await _ask_coordinator(it, effect)


async def _match_becomes_active(it: _Doing, _: Effect) -> None:
    await move_match(it.actor, it.setting.match.id, it.setting.match.status, MatchStatus.ACTIVE, it.now)
    status = await queries.lock_request_status(it.setting.match.request_id)
    if status is RequestStatus.MATCHED:
        await move_request(it.actor, it.setting.match.request_id, status, RequestStatus.ACTIVE, it.now)


async def _match_closes(it: _Doing, _: Effect) -> None:
    """The family asked: its request closes with the match."""
    match = it.setting.match
    status = await queries.lock_request_status(match.request_id)
    if RequestStatus.CLOSED in REQUEST_MOVES[status]:
        await move_request(it.actor, match.request_id, status, RequestStatus.CLOSED, it.now)
    if MatchStatus.CLOSED in MATCH_MOVES[match.status]:
        between = match.status
    else:
        between = MatchStatus.CLOSING
        await move_match(it.actor, match.id, match.status, between, it.now)
    ended = {"closed_at": it.now, "close_reason": CloseReason.FAMILY_REQUESTED}
    await move_match(it.actor, match.id, between, MatchStatus.CLOSED, it.now, **ended)


EFFECTS: Final[dict[Effect, Callable[[_Doing, Effect], Awaitable[None]]]] = {
    Effect.REVOKE_VOICE_CONSENT: _revoke,
    Effect.REVOKE_TEXT_CONSENT: _revoke,
    Effect.STOP_NUMBER: _stop_number,
    Effect.OPEN_ESCALATION: _escalate,
    Effect.ADVOCATE_REVIEW: _advocate_reviews,
    Effect.DEBRIEF: _debrief,
    Effect.TASK_PRIVACY_CHECK: _ask_coordinator,
    Effect.TASK_REMATCH: _ask_coordinator,
    Effect.TASK_CONFIRM_SAFETY: _ask_coordinator,
    Effect.TASK_ANOTHER_WAY: _ask_coordinator,
    Effect.TASK_MISSED_TWICE: _ask_coordinator,
    Effect.TASK_NO_SHARED_TIME: _ask_coordinator,
    Effect.CALL_BACK_BY_STAFF: _ask_coordinator,
    Effect.END_PLAN: _end_plan,
    Effect.PAUSE_PLAN: _pause_plan,
    Effect.CANCEL_PLAN: _end_plan,
    Effect.MATCH_BECOMES_ACTIVE: _match_becomes_active,
    Effect.MATCH_CLOSES: _match_closes,
}


# Plans, matches and requests ------------------------------------------------------------------------------------------


async def set_plan(actor: Actor, match_id: UUID, status: PlanStatus, now: datetime) -> None:
    """Of the match's standing plan; nothing if there is none."""
    plan = await queries.load_plan(match_id)
    if plan is not None:
        await queries.update_plan(plan.id, status=status)
        await audit.record(actor, f"plan_{status}", ("follow_up_plan", plan.id), now)


async def cancel_open(actor: Actor, match_id: UUID, now: datetime) -> None:
    for each in await queries.lock_open_follow_ups(match_id):
        await planning.set_status(actor, each, FollowUpStatus.CANCELLED, now)


async def move_match(
    actor: Actor, match_id: UUID, current: MatchStatus, target: MatchStatus, now: datetime, **values: object
) -> None:
    check_move(MATCH_MOVES, current, target)
    await queries.update_match(match_id, status=target, status_since=now, **values)
    await audit.record(actor, f"match_{target}", ("match", match_id), now)


async def move_request(
    actor: Actor, request_id: UUID, current: RequestStatus, target: RequestStatus, now: datetime
) -> None:
    check_move(REQUEST_MOVES, current, target)
    await queries.update_request(request_id, status=target, status_since=now)
    await audit.record(actor, f"request_{target}", ("support_request", request_id), now)

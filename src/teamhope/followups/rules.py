"""What follows from each call, when the first and the next one are due, and whether a promise was kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import takewhile

from teamhope.families.rules_history import BUSY_AT_MOST, Attempt, calls_made
from teamhope.followups.rules_cadence import CADENCES, Plan, next_date
from teamhope.followups.rules_slots import (
    Diary,
    Slot,
    another_time,
    first_slot,
    nearest_quarter,
    part_of,
    slot_at,
)
from teamhope.followups.rules_steps import CallFacts, Effect, NextCall, Situation, Step
from teamhope.vocabulary.calls import OUTCOMES, Next, Outcome
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.states import FollowUpStatus, MatchStatus

COMPLETES_WITHIN = timedelta(days=3)  # a conversation this near to a planned call is that call (domain.md §1.3)
LADDER_DAYS = 7  # after the first attempt (domain.md §2.4)
QUICK_WAITS = {Next.RETRY_BUSY: timedelta(minutes=30), Next.RETRY_FAILED: timedelta(minutes=15)}  # domain.md §1.2
CALL_BACK_WITHIN = timedelta(hours=12)  # First Candle (domain.md §2.1)


def first_due(introduced_at: datetime, diary: Diary) -> Slot | None:
    """The first shared slot from the introduction on: the earliest is the kindest. None within HORIZON_DAYS."""
    return first_slot(diary, diary.local(introduced_at).date(), not_before=introduced_at)


def first_due_by(template: CadenceTemplate, ready_at: datetime) -> datetime:
    """By when the first call was to be made: 48 hours after the request was ready, acute 17 (domain.md §2.2)."""
    return ready_at + CADENCES[template].first_within


def next_due(plan: Plan, diary: Diary, now: datetime) -> NextCall | None:
    """The plan's next call, on its next date or the first after it with a shared slot; None if there is none."""
    coming = next_date(plan, diary.local(now).date())
    slot = first_slot(diary, coming.on) if coming else None
    return NextCall(slot, coming.next_index, coming.why) if coming and slot else None


def next_step(outcome: Outcome, history: tuple[Attempt, ...], now: datetime, facts: CallFacts) -> Step:
    """What an outcome asks for, by its rule in OUTCOMES, as data for the use case to write.

    The follow-up is due, in progress or waiting for a retry; where the call belongs to none (`due_at` None), no status
    is given. `history`: its outbound calls, this one included. A slot is a plan: whether the family may be called then
    is asked again at the time. Source: domain.md §1.2, §2.4.
    """
    step = STEPS[OUTCOMES[outcome].next](Situation(outcome, history, now, facts))
    return step if facts.due_at else replace(step, status=None)


def completes(due_at: datetime, conversation_at: datetime) -> bool:
    """Whether a conversation that was not made for a planned call, in either direction, takes its place."""
    return abs(conversation_at - due_at) <= COMPLETES_WITHIN


# A conversation, or none today ----------------------------------------------------------------------------------------


def _complete(it: Situation) -> Step:
    """The follow-up is done and the next planned; one that the family called days away from stays planned."""
    facts = it.facts
    becomes_active = {Effect.MATCH_BECOMES_ACTIVE} if facts.match is MatchStatus.INTRODUCED else set()
    anchor_on = it.today if facts.plan.anchor_on is None else None
    if facts.due_at and OUTCOMES[it.outcome].inbound and not completes(facts.due_at, it.now):
        return Step(None, anchor_on=anchor_on, effects=frozenset(becomes_active))
    plan = replace(facts.plan, anchor_on=facts.plan.anchor_on or it.today)
    step = _and_next(it, FollowUpStatus.COMPLETED, plan, replace(facts.diary, usual=_time_of_call(it)))
    return replace(step, anchor_on=anchor_on, effects=step.effects | becomes_active)


def _time_of_call(it: Situation) -> time:
    outbound = not OUTCOMES[it.outcome].inbound and it.history
    started = max(each.at for each in it.history) if outbound else it.now
    return nearest_quarter(it.facts.diary.local(started))


def _and_next(it: Situation, status: FollowUpStatus, plan: Plan, diary: Diary) -> Step:
    planned = next_due(plan, diary, it.now)
    if planned is None:
        ended = next_date(plan, it.today) is None
        return Step(status, effects=frozenset({Effect.END_PLAN if ended else Effect.TASK_NO_SHARED_TIME}))
    return Step(status, planned=planned, effects=frozenset({Effect.PLAN_NEXT}))


def _escalate(it: Situation) -> Step:
    # The next call is planned too: a family in crisis must not fall out of the calendar.
    step = _complete(it)
    return replace(step, effects=step.effects | {Effect.OPEN_ESCALATION, Effect.DEBRIEF})


def _next_in_cadence(it: Situation) -> Step:
    """Answered, and that is what was promised: done. Without a conversation the plan has no anchor yet."""
    return _and_next(it, FollowUpStatus.COMPLETED, it.facts.plan, it.facts.diary)


# Another try ----------------------------------------------------------------------------------------------------------


def _ask_for_time(it: Situation) -> Step:
    asked_at = it.facts.asked_at
    if asked_at is None or asked_at <= it.now:
        return _retry(it)
    slot = slot_at(it.facts.diary, asked_at)
    return Step(FollowUpStatus.RETRY_WAIT, slot, effects=frozenset({Effect.ASKED_CALLBACK}))


def _retry(it: Situation) -> Step:
    privacy = {Effect.TASK_PRIVACY_CHECK} if it.outcome is Outcome.MESSAGE_WITH_PERSON else set()
    slot = _next_on_ladder(it)
    step = Step(FollowUpStatus.RETRY_WAIT, slot) if slot else _missed(it)
    return replace(step, effects=step.effects | privacy)


def _next_on_ladder(it: Situation) -> Slot | None:
    """Another part of the day, after the gap and within LADDER_DAYS of the first; None when the ladder ends."""
    calls, ladder = calls_made(it.history), _ladder(it.facts)
    if len(calls) >= len(ladder):
        return None
    diary = it.facts.diary
    first_on = diary.local(calls[0].at).date() if calls else it.today
    not_before = max([it.now, *(each.at + it.facts.policy.gap for each in it.history)])
    start_on = max(first_on + timedelta(days=ladder[len(calls)]), diary.local(not_before).date())
    tried = frozenset(part_of(diary.local(each.at)) for each in calls)
    last_on = first_on + timedelta(days=LADDER_DAYS)
    return another_time(diary, start_on, last_on, not_before, tried, it.facts.jitter)


def _ladder(facts: CallFacts) -> tuple[int, ...]:
    return facts.ladders.first_contact if facts.first_contact else facts.ladders.routine


def _retry_soon(it: Situation) -> Step:
    """After busy 30 minutes later at the earliest, after a technical failure 15; the third in a row: the ladder."""
    rule = OUTCOMES[it.outcome]
    in_a_row = len(list(takewhile(lambda each: each.outcome is it.outcome, reversed(_by_time(it.history)))))
    full = rule.attempt and len(calls_made(it.history)) >= len(_ladder(it.facts))
    if full or in_a_row > BUSY_AT_MOST:
        return _retry(it)
    not_before = it.now + QUICK_WAITS[rule.next] + it.facts.jitter
    slot = first_slot(replace(it.facts.diary, usual=None), it.facts.diary.local(not_before).date(), not_before)
    return Step(FollowUpStatus.RETRY_WAIT, slot) if slot else _missed(it)


def _by_time(history: tuple[Attempt, ...]) -> list[Attempt]:
    return sorted(history, key=lambda each: each.at)


def _missed(it: Situation) -> Step:
    """Nobody reached. Of a first contact the coordinator tries another way; else the plan goes on, or pauses."""
    if it.facts.first_contact:
        return Step(FollowUpStatus.MISSED, effects=frozenset({Effect.TASK_ANOTHER_WAY}))
    ladders, missed = it.facts.ladders, it.facts.missed_in_a_row + 1
    if missed >= ladders.missed_pauses:
        return Step(FollowUpStatus.MISSED, effects=frozenset({Effect.PAUSE_PLAN}))
    step = _and_next(it, FollowUpStatus.MISSED, it.facts.plan, it.facts.diary)
    return replace(
        step, effects=step.effects | ({Effect.TASK_MISSED_TWICE} if missed == ladders.missed_tells else set())
    )


def _call_back_soon(it: Situation) -> Step:
    """They called and nobody answered: the earliest shared slot within CALL_BACK_WITHIN, else somebody of the staff.

    Whoever calls us on a date of hers asks to be called.
    """
    diary = replace(it.facts.diary, usual=None, urgent=True, sensitive_dates=())
    slot = first_slot(diary, it.today, not_before=it.now)
    if slot is None or slot.due_at > it.now + CALL_BACK_WITHIN:
        return Step(None, effects=frozenset({Effect.CALL_BACK_BY_STAFF}))
    return Step(None, slot, effects=frozenset({Effect.CALL_BACK}))


# No further call before somebody has decided --------------------------------------------------------------------------


def _suspended(*effects: Effect) -> Callable[[Situation], Step]:
    return lambda _: Step(FollowUpStatus.SUSPENDED, effects=frozenset(effects))


def _revoke(_: Situation) -> Step:
    ended = {Effect.REVOKE_VOICE_CONSENT, Effect.REVOKE_TEXT_CONSENT, Effect.CANCEL_PLAN, Effect.MATCH_CLOSES}
    return Step(FollowUpStatus.CANCELLED, effects=frozenset(ended))


STEPS: dict[Next, Callable[[Situation], Step]] = {
    Next.COMPLETE: _complete,
    Next.ASK_FOR_TIME: _ask_for_time,
    Next.RETRY: _retry,
    Next.RETRY_BUSY: _retry_soon,
    Next.RETRY_FAILED: _retry_soon,
    Next.STOP_NUMBER: _suspended(Effect.STOP_NUMBER, Effect.TASK_NUMBER_STOPPED),
    Next.REMATCH: _suspended(Effect.TASK_REMATCH),
    Next.NEXT_IN_CADENCE: _next_in_cadence,
    Next.REVOKE: _revoke,
    Next.STOP_LINE: _suspended(Effect.STOP_NUMBER, Effect.ADVOCATE_REVIEW),
    Next.WAIT_FOR_COORDINATOR: _suspended(Effect.TASK_CONFIRM_SAFETY),
    Next.ESCALATE: _escalate,
    Next.CALL_BACK_SOON: _call_back_soon,
}

"""The calls of one match as they would have happened: each by the outcome before it and the rules of follow-ups."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from teamhope.demo.rules_outcomes import EVERY_OUTCOME, NOT_REACHED
from teamhope.demo.rules_rows import Row, happens, one_of, talk_seconds
from teamhope.demo.rules_told import Course, Ended, Told, in_slot, promise
from teamhope.families.rules_history import Attempt, voicemail_is_due
from teamhope.followups.rules import first_due, next_due, next_step
from teamhope.followups.rules_cadence import Plan
from teamhope.followups.rules_slots import Diary, Slot, first_slot, nearest_quarter
from teamhope.followups.rules_steps import CallFacts, Effect, NextCall, Step
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.states import FollowUpStatus, MatchStatus

F = FollowUpStatus
NOBODY_CALLED: Final = 0.02  # of follow-ups: the volunteer could not
FAMILY_CALLED: Final = 0.03  # of conversations: the family called some days later
PATIENCE: Final = 3  # after so many calls in vain, somebody answers
LEAST_TIME: Final = timedelta(minutes=15)  # between the last call that is told and the end
CALLS_LATE_MINUTES: Final = (0, 7)
CALLS_QUITE_LATE_MINUTES: Final = (8, 40)  # still inside the shared slot


def tell(chance: Random, diary: Diary, course: Course, leaves_voicemail: bool) -> Told:
    """Every promised call and attempt from the introduction up to `until`; what is promised then stays open."""
    told = Told(Plan(course.template))
    planned = first_due(course.introduced_at, diary)
    teller = _Teller(chance, diary, course, leaves_voicemail, told)
    made_at = course.introduced_at
    while planned is not None:
        follow_up = promise(told, planned, made_at)
        if planned.due_at >= course.until:
            break
        planned, made_at = teller.keep(follow_up, planned)
    return told


@dataclass(slots=True)
class _Teller:
    """One match while it is told. `tried` is every call to the contact, `in_vain` how many the last went unanswered."""

    chance: Random
    diary: Diary
    course: Course
    leaves_voicemail: bool
    told: Told
    tried: list[Attempt] = field(default_factory=list)
    in_vain: int = 0
    missed: int = 0

    def keep(self, follow_up: Row, slot: Slot) -> tuple[Slot | None, datetime]:
        """One promised call with its attempts; the slot of the next, if there is one, and when it was planned."""
        if not self._is_first and not self.missed and happens(self.chance, NOBODY_CALLED):
            return self._nobody_called(follow_up, slot)
        here: list[Attempt] = []
        due: Slot | None = slot
        while due is not None:
            at = self._start(due)
            if at >= self.course.until - LEAST_TIME:
                follow_up["status"] = self._waiting(follow_up, due)
                return None, at
            step, ended_at = self._call(follow_up, here, at)
            due = step.slot if step.status is F.RETRY_WAIT else None
            if due is not None:
                self._move(follow_up, due, ended_at)
        return self._after(follow_up, step, ended_at)

    def _start(self, slot: Slot) -> datetime:
        late = CALLS_LATE_MINUTES if happens(self.chance, 0.8) else CALLS_QUITE_LATE_MINUTES
        return slot.due_at + timedelta(minutes=self.chance.randint(*late))

    def _waiting(self, follow_up: Row, slot: Slot) -> FollowUpStatus:
        if slot.due_at <= self.course.until:
            return F.DUE
        return F.RETRY_WAIT if follow_up["attempts_used"] else F.PLANNED

    def _call(self, follow_up: Row, here: list[Attempt], at: datetime) -> tuple[Step, datetime]:
        ended = self._end(follow_up, here, at, self._outcome(at))
        if ended.step.status is F.MISSED and self._is_first and not self.course.unreachable:
            ended = self._end(follow_up, here, at, Outcome.REACHED)  # the last try of a first contact
        rule, step = OUTCOMES[ended.outcome], ended.step
        here.append(ended.attempt)
        self.tried.append(ended.attempt)
        self._note_down(follow_up["seq"], ended)
        follow_up["attempts_used"] += rule.attempt
        follow_up["asked_callback"] |= Effect.ASKED_CALLBACK in step.effects
        self.in_vain = 0 if rule.connected else self.in_vain + 1
        self.told.effects += [(effect, ended.ended_at) for effect in sorted(step.effects)]
        if rule.conversation:
            self._talked(at, step)
        return step, ended.ended_at

    def _end(self, follow_up: Row, here: list[Attempt], at: datetime, outcome: Outcome) -> Ended:
        """How a call with this outcome would end."""
        rule, attempt = OUTCOMES[outcome], Attempt(at, outcome=outcome)
        talked = self._talks(at) if rule.conversation else self.chance.randint(15, 150) if rule.connected else None
        ended_at = at + timedelta(seconds=talked or 30)
        asked_at = self._asked_for(ended_at) if rule.asks_time else None
        step = next_step(outcome, (*here, attempt), ended_at, self._facts(follow_up, asked_at))
        return Ended(attempt, outcome, step, ended_at, talked, asked_at)

    @property
    def _is_first(self) -> bool:
        return self.told.first_conversation_at is None

    def _talks(self, at: datetime) -> int:
        """For how many seconds; what has not ended by `until` is not told."""
        return min(talk_seconds(self.chance), int((self.course.until - at).total_seconds()) - 60)

    def _outcome(self, at: datetime) -> Outcome:
        course = self.course
        if course.ends_with and course.ends_after and at >= course.ends_after:
            return course.ends_with
        patience_ends = self.in_vain >= PATIENCE or (self._is_first and len(self.tried) >= PATIENCE)
        if patience_ends and not course.unreachable:
            return Outcome.REACHED
        outcome = one_of(self.chance, NOT_REACHED if course.unreachable else EVERY_OUTCOME)
        leaves = self.leaves_voicemail and voicemail_is_due(self.tried, self._is_first, at)
        return outcome if leaves or outcome is not Outcome.LEFT_VOICEMAIL else Outcome.VOICEMAIL_NOT_LEFT

    def _asked_for(self, ended_at: datetime) -> datetime | None:
        day = self.diary.local(ended_at).date() + timedelta(days=self.chance.randint(1, 3))
        slot = first_slot(self.diary, day)
        return slot.due_at if slot else None

    def _facts(self, follow_up: Row, asked_at: datetime | None) -> CallFacts:
        return CallFacts(
            match=MatchStatus.INTRODUCED if self._is_first else MatchStatus.ACTIVE,
            plan=self.told.plan,
            diary=self.diary,
            due_at=follow_up["due_at"],
            first_contact=self._is_first,
            asked_at=asked_at,
            missed_in_a_row=self.missed,
        )

    def _talked(self, at: datetime, step: Step) -> None:
        self.told.first_conversation_at = self.told.first_conversation_at or at
        self.diary = replace(self.diary, usual=nearest_quarter(self.diary.local(at)))
        if step.anchor_on:
            self.told.plan = replace(self.told.plan, anchor_on=step.anchor_on)

    def _note_down(self, seq: int | None, ended: Ended) -> None:
        self.told.calls.append(
            {
                "seq": seq,
                "outcome": ended.outcome,
                "started_at": ended.attempt.at,
                "talk_seconds": ended.talked,
                "callback_at": ended.asked_at,
            }
        )

    def _move(self, follow_up: Row, slot: Slot, at: datetime) -> None:
        self.told.moves.append(
            {
                "seq": follow_up["seq"],
                "moved_at": at,
                "moved_for": "retry",
                "from_due_at": follow_up["due_at"],
                "to_due_at": slot.due_at,
            }
        )
        follow_up.update(in_slot(slot))

    def _after(self, follow_up: Row, step: Step, at: datetime) -> tuple[Slot | None, datetime]:
        assert step.status is not None
        follow_up["status"] = step.status
        follow_up["ended_at"] = None if step.status is F.SUSPENDED else at
        self.missed = self.missed + 1 if step.status is F.MISSED else 0
        slot = self._plan(step.planned)
        if slot and step.status is F.COMPLETED and happens(self.chance, FAMILY_CALLED):
            self._family_called(at, slot)
        return slot, at

    def _plan(self, planned: NextCall | None) -> Slot | None:
        if planned is None:
            return None
        self.told.plan = replace(self.told.plan, next_index=planned.next_index)
        return planned.slot

    def _nobody_called(self, follow_up: Row, slot: Slot) -> tuple[Slot | None, datetime]:
        """A day later it counts as missed, and the plan goes on."""
        at = slot.due_at + timedelta(days=1)
        if at >= self.course.until:
            follow_up["status"] = F.DUE
            return None, at
        follow_up.update(status=F.MISSED, ended_at=at)
        self.missed += 1
        return self._plan(next_due(self.told.plan, self.diary, at)), at

    def _family_called(self, at: datetime, next_slot: Slot) -> None:
        """Too far from any promised call to take its place."""
        called = at + timedelta(days=4)
        if called < min(next_slot.due_at - timedelta(days=4), self.course.until - LEAST_TIME):
            outcome, talked = Outcome.INBOUND_RECEIVED, self._talks(called)
            ended_at = called + timedelta(seconds=talked)
            self._note_down(None, Ended(Attempt(called), outcome, Step(None), ended_at, talked, None))

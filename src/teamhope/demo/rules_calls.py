"""The calls of one match as they would have happened: each by the outcome before it and the rules of follow-ups."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from teamhope.demo.rules_rows import Row, happens, one_of, talk_seconds
from teamhope.demo.rules_told import Course, Told, in_slot
from teamhope.families.rules_history import Attempt, voicemail_is_due
from teamhope.followups.rules import first_due, next_due, next_step
from teamhope.followups.rules_cadence import Plan
from teamhope.followups.rules_slots import Diary, Slot, first_slot, nearest_quarter
from teamhope.followups.rules_steps import CallFacts, Effect, NextCall, Step
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.states import FollowUpStatus, MatchStatus

F = FollowUpStatus
# Shares of attempts, in percent (domain.md §7); voicemail is left only where it is agreed and due.
REACHED: Final[Mapping[Outcome, float]] = {Outcome.REACHED: 45, Outcome.CRISIS_ESCALATED: 0.3}
NOT_REACHED: Final[Mapping[Outcome, float]] = {
    Outcome.LEFT_VOICEMAIL: 33,
    Outcome.NO_ANSWER: 12,
    Outcome.BUSY: 1,
    Outcome.MESSAGE_WITH_PERSON: 1.5,
}
IN_BETWEEN: Final[Mapping[Outcome, float]] = {
    Outcome.REACHED_BRIEF: 1.5,
    Outcome.CALLBACK_REQUESTED: 1.5,
    Outcome.DECLINED_TODAY: 1,
    Outcome.CALL_FAILED: 0.5,
}
NOBODY_CALLED: Final = 0.02  # of follow-ups: the volunteer could not
FAMILY_CALLED: Final = 0.03  # of conversations: the family called some days later
PATIENCE: Final = 3  # after so many calls in vain, somebody answers
CALLS_LATE_MINUTES: Final = (0, 7)
CALLS_QUITE_LATE_MINUTES: Final = (8, 40)  # still inside the shared slot


def tell(chance: Random, diary: Diary, course: Course, leaves_voicemail: bool) -> Told:
    """Every promised call and attempt from the introduction up to `until`; what is promised then stays open."""
    told = Told(Plan(course.template))
    planned = first_due(course.introduced_at, diary)
    teller = _Teller(chance, diary, course, leaves_voicemail, told)
    made_at = course.introduced_at
    while planned is not None:
        follow_up = _promise(told, planned, made_at)
        if planned.due_at >= course.until:
            break
        planned, made_at = teller.keep(follow_up, planned)
    return told


def _promise(told: Told, slot: Slot, made_at: datetime) -> Row:
    row: Row = {
        "seq": len(told.follow_ups),
        "status": F.PLANNED,
        "original_due_at": slot.due_at,
        "attempts_used": 0,
        "asked_callback": False,
        "created_at": made_at,
        "ended_at": None,
        **in_slot(slot),
    }
    told.follow_ups.append(row)
    return row


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
        if self.told.first_conversation_at and not self.missed and happens(self.chance, NOBODY_CALLED):
            return self._nobody_called(follow_up, slot)
        here: list[Attempt] = []
        due: Slot | None = slot
        while due is not None:
            at = self._start(due)
            if at >= self.course.until:
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
        outcome = self._outcome(at)
        rule = OUTCOMES[outcome]
        talked = talk_seconds(self.chance) if rule.conversation else None
        brief = self.chance.randint(15, 150) if rule.connected else None
        ended_at = at + timedelta(seconds=talked or brief or 30)
        asked_at = self._asked_for(ended_at) if rule.asks_time else None
        attempt = Attempt(at, outcome=outcome)
        here.append(attempt)
        self.tried.append(attempt)
        step = next_step(outcome, tuple(here), ended_at, self._facts(follow_up, asked_at))
        self._note_down(follow_up["seq"], outcome, at, (talked or brief, asked_at))
        follow_up["attempts_used"] += rule.attempt
        follow_up["asked_callback"] |= Effect.ASKED_CALLBACK in step.effects
        self.in_vain = 0 if rule.connected else self.in_vain + 1
        self.told.effects += [(effect, ended_at) for effect in sorted(step.effects)]
        if rule.conversation:
            self._talked(at, step)
        return step, ended_at

    def _outcome(self, at: datetime) -> Outcome:
        course, first = self.course, self.told.first_conversation_at is None
        if course.ends_with and course.ends_after and at >= course.ends_after:
            return course.ends_with
        if course.unreachable:
            outcome = one_of(self.chance, NOT_REACHED)
        elif self.in_vain >= PATIENCE or (first and len(self.tried) >= PATIENCE):
            return Outcome.REACHED
        else:
            outcome = one_of(self.chance, {**REACHED, **NOT_REACHED, **IN_BETWEEN})
        if outcome is Outcome.LEFT_VOICEMAIL and not (
            self.leaves_voicemail and voicemail_is_due(self.tried, first, at)
        ):
            return Outcome.VOICEMAIL_NOT_LEFT
        return outcome

    def _asked_for(self, ended_at: datetime) -> datetime | None:
        day = self.diary.local(ended_at).date() + timedelta(days=self.chance.randint(1, 3))
        slot = first_slot(self.diary, day)
        return slot.due_at if slot else None

    def _facts(self, follow_up: Row, asked_at: datetime | None) -> CallFacts:
        talked_before = self.told.first_conversation_at is not None
        return CallFacts(
            match=MatchStatus.ACTIVE if talked_before else MatchStatus.INTRODUCED,
            plan=self.told.plan,
            diary=self.diary,
            due_at=follow_up["due_at"],
            first_contact=not talked_before,
            asked_at=asked_at,
            missed_in_a_row=self.missed,
        )

    def _talked(self, at: datetime, step: Step) -> None:
        self.told.first_conversation_at = self.told.first_conversation_at or at
        self.diary = replace(self.diary, usual=nearest_quarter(self.diary.local(at)))
        if step.anchor_on:
            self.told.plan = replace(self.told.plan, anchor_on=step.anchor_on)

    def _note_down(
        self, seq: int | None, outcome: Outcome, at: datetime, told: tuple[int | None, datetime | None]
    ) -> None:
        self.told.calls.append(
            {"seq": seq, "outcome": outcome, "started_at": at, "talk_seconds": told[0], "callback_at": told[1]}
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
        if called < min(next_slot.due_at - timedelta(days=4), self.course.until):
            self._note_down(None, Outcome.INBOUND_RECEIVED, called, (talk_seconds(self.chance), None))

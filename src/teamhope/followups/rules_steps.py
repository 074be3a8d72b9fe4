"""What a step after a call may say: the state of the follow-up, its next slot, the next call, effects elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from teamhope.families.rules_history import Attempt
from teamhope.families.rules_policy import BUILT_IN_POLICY, ContactPolicy
from teamhope.followups.rules_cadence import Plan, Why
from teamhope.followups.rules_slots import Diary, Slot
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.states import FollowUpStatus, MatchStatus


class Effect(StrEnum):
    """What the use case does beside the follow-up itself, in the same transaction."""

    PLAN_NEXT = "plan_next"  # Step.planned
    END_PLAN = "end_plan"  # no date is left; the coordinator prepares the close
    CANCEL_PLAN = "cancel_plan"
    PAUSE_PLAN = "pause_plan"
    MATCH_BECOMES_ACTIVE = "match_becomes_active"
    MATCH_CLOSES = "match_closes"  # reason: the family asked
    REVOKE_VOICE_CONSENT = "revoke_voice_consent"
    REVOKE_TEXT_CONSENT = "revoke_text_consent"
    STOP_NUMBER = "stop_number"  # for every contact of the family
    TASK_NUMBER_STOPPED = "task_number_stopped"
    TASK_PRIVACY_CHECK = "task_privacy_check"  # somebody else answered: is the number still safe?
    TASK_REMATCH = "task_rematch"
    TASK_CONFIRM_SAFETY = "task_confirm_safety"
    TASK_ANOTHER_WAY = "task_another_way"  # nobody reached: the coordinator tries another channel
    TASK_MISSED_TWICE = "task_missed_twice"
    TASK_NO_SHARED_TIME = "task_no_shared_time"  # family and volunteer have no slot in HORIZON_DAYS
    ADVOCATE_REVIEW = "advocate_review"
    OPEN_ESCALATION = "open_escalation"
    DEBRIEF = "debrief"
    ASKED_CALLBACK = "asked_callback"  # the family named the time
    CALL_BACK = "call_back"  # at Step.slot, whatever was planned
    CALL_BACK_BY_STAFF = "call_back_by_staff"  # the volunteer has no hour in time


@dataclass(frozen=True, slots=True)
class Ladders:
    """On which day after the first attempt each is made, the first one included. `missed_*`: follow-ups in a row.

    Of a first contact every second day, so that the voicemails of the first and third attempt are 72 hours apart.
    Source: domain.md §2.4.
    """

    first_contact: tuple[int, ...] = (0, 2, 4, 6)
    routine: tuple[int, ...] = (0, 2, 5)
    missed_tells: int = 2
    missed_pauses: int = 3


BUILT_IN_LADDERS: Final = Ladders()


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known when a call has ended.

    `due_at`: of the follow-up it belongs to, None if to none. `anchor` and dates of `plan` are in `diary.zone`.
    `asked_at`: the time the family named. `missed_in_a_row`: follow-ups missed before this one. `jitter`: 0 or more.
    """

    match: MatchStatus
    plan: Plan
    diary: Diary
    due_at: datetime | None
    first_contact: bool = False
    asked_at: datetime | None = None
    missed_in_a_row: int = 0
    jitter: timedelta = timedelta(0)
    ladders: Ladders = BUILT_IN_LADDERS
    policy: ContactPolicy = BUILT_IN_POLICY


@dataclass(frozen=True, slots=True)
class Situation:
    """`history`: the outbound calls of this follow-up, the one that ended included."""

    outcome: Outcome
    history: tuple[Attempt, ...]
    now: datetime
    facts: CallFacts

    @property
    def today(self) -> date:
        return self.facts.diary.local(self.now).date()


@dataclass(frozen=True, slots=True)
class NextCall:
    """The plan's next follow-up; `next_index` is the plan's once it is planned."""

    slot: Slot
    next_index: int
    why: Why


@dataclass(frozen=True, slots=True)
class Step:
    """`status` None: the follow-up stays as it is. `slot`: when it is due again, or the call-back.

    `anchor_on`: the plan's from now on, None if it keeps what it has.
    """

    status: FollowUpStatus | None
    slot: Slot | None = None
    planned: NextCall | None = None
    anchor_on: date | None = None
    effects: frozenset[Effect] = frozenset()

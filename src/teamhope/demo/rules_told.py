"""How a match is to be told, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime

from teamhope.demo.rules_rows import Row
from teamhope.families.rules_history import Attempt
from teamhope.followups.rules_cadence import Plan
from teamhope.followups.rules_promises import MISSED_AFTER_DUE
from teamhope.followups.rules_slots import Slot
from teamhope.followups.rules_steps import Effect, Step
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.states import OPEN_FOLLOW_UP, FollowUpStatus


@dataclass(frozen=True, slots=True)
class Course:
    """From when to when a match is called, and how it goes. `ends_with`: the outcome of a call after `ends_after`."""

    introduced_at: datetime
    until: datetime
    template: CadenceTemplate
    unreachable: bool = False
    ends_with: Outcome | None = None
    ends_after: datetime | None = None


@dataclass(slots=True)
class Told:
    """What came of it: rows without ids of follow-ups and calls; `seq` of a call is its follow-up's, None of none."""

    plan: Plan
    follow_ups: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    moves: list[Row] = field(default_factory=list)
    effects: list[tuple[Effect, datetime]] = field(default_factory=list)
    first_conversation_at: datetime | None = None

    @property
    def open_one(self) -> Row | None:
        """The follow-up that is still promised, or held back until somebody has decided."""
        last = self.follow_ups[-1] if self.follow_ups else None
        return last if last and last["status"] in OPEN_FOLLOW_UP else None

    @property
    def is_held_back(self) -> bool:
        return self.open_one is not None and self.open_one["status"] is FollowUpStatus.SUSPENDED


def in_slot(slot: Slot) -> Row:
    return {
        "timezone": slot.zone,
        "local_date": slot.local_date,
        "local_start": slot.local_start,
        "due_at": slot.due_at,
        "window_end_at": slot.window_end_at,
    }


@dataclass(frozen=True, slots=True)
class Ended:
    """A call and what follows from it; `talked` in seconds, where somebody answered."""

    attempt: Attempt
    outcome: Outcome
    step: Step
    ended_at: datetime
    talked: int | None
    asked_at: datetime | None


def promise(told: Told, slot: Slot, made_at: datetime) -> Row:
    row: Row = {
        "seq": len(told.follow_ups),
        "status": FollowUpStatus.PLANNED,
        "original_due_at": slot.due_at,
        "attempts_used": 0,
        "asked_callback": False,
        "created_at": made_at,
        "ended_at": None,
        "count_again_at": slot.due_at + MISSED_AFTER_DUE,
        **in_slot(slot),
    }
    told.follow_ups.append(row)
    return row

"""Puts what was told of a match into rows: its plan, promised calls, moves, calls, debriefs, escalations and tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from teamhope.calls.rules import counted_on
from teamhope.demo.rules_families import Home
from teamhope.demo.rules_rows import Row, World, happens, hours_later, new_id, one_of
from teamhope.demo.rules_staff import Staff
from teamhope.demo.rules_told import Course, Told
from teamhope.demo.rules_volunteers import Member
from teamhope.demo.rules_words import NOTES
from teamhope.followups.rules_steps import Effect
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.states import PlanStatus

TOPICS: Final[Mapping[str, float]] = {
    "emotional_support": 40,
    "coping_day_to_day": 25,
    "law_enforcement_or_case": 15,
    "reunification": 10,
    "siblings": 10,
    "school_work": 8,
    "court_custody": 8,
    "finances_travel": 5,
    "volunteer_shared_story": 12,
    "anniversary": 4,
    "referral_therapy": 6,
    "faith_culture": 4,
    "grief": 2,
}
NEEDS: Final[Mapping[str, float]] = {"counselor": 45, "attorney": 20, "resource": 25, "content_removal": 5, "other": 5}
LOADS: Final[Mapping[int, float]] = {1: 25, 2: 35, 3: 28, 4: 9, 5: 3}
# Kind and detail of the task that an effect leaves (sentences: tasks/wording.py).
TASKS: Final[Mapping[Effect, tuple[str, str | None]]] = {
    Effect.TASK_NUMBER_STOPPED: ("number_stopped", None),
    Effect.TASK_PRIVACY_CHECK: ("reconfirm_contact", "privacy_check"),
    Effect.TASK_CONFIRM_SAFETY: ("other", "confirm_safety"),
    Effect.TASK_ANOTHER_WAY: ("other", "another_way"),
    Effect.TASK_MISSED_TWICE: ("other", "missed_twice"),
    Effect.ADVOCATE_REVIEW: ("other", "advocate_review"),
}
TASKS_STAY_OPEN: Final = timedelta(days=6)
DEBRIEF_WITHIN: Final = timedelta(hours=24)  # domain.md §4.9
TALKS_WAIT: Final = timedelta(hours=36)  # so that some are open, and a few overdue


@dataclass(frozen=True, slots=True)
class Pair:
    home: Home
    member: Member
    match: Row

    @property
    def language(self) -> str:
        return self.home.language if self.home.language in self.member.snapshot.languages else "en"


@dataclass(slots=True)
class Recorder:
    """Where rows go, and who does what of the staff; `now` is the day of the demonstration."""

    world: World
    staff: Staff
    chance: Random
    now: datetime

    def record(self, pair: Pair, course: Course, told: Told, status: PlanStatus) -> None:
        plan = self.world.add(
            "follow_up_plan",
            id=new_id(self.chance),
            match=pair.match["id"],
            template=course.template,
            timezone=pair.home.family["timezone"],
            anchor_on=told.plan.anchor_on,
            next_index=told.plan.next_index,
            status=status,
        )
        ids = {row["seq"]: new_id(self.chance) for row in told.follow_ups}
        for row in told.follow_ups:
            row.update(id=ids[row["seq"]], plan=plan["id"], **_whose(pair))
            self.world.keep("follow_up", row)
        for move in told.moves:
            self.add_move(ids[move.pop("seq")], **move)
        for call in told.calls:
            self._add_call(pair, ids.get(call.pop("seq")), call)
        for effect, at in told.effects:
            if effect in TASKS:
                task = self.add_task(*TASKS[effect], at, family=pair.home.id, volunteer=pair.member.id)
                if told.is_held_back and at == told.effects[-1][1]:
                    task.update(status="open", closed_at=None, closed_by=None)

    def add_move(self, follow_up: object, **move: object) -> None:
        self.world.add("follow_up_move", id=new_id(self.chance), follow_up=follow_up, moved_by=None, **move)

    def _add_call(self, pair: Pair, follow_up: object, call: Row) -> None:
        outcome: Outcome = call["outcome"]
        rule, started_at = OUTCOMES[outcome], call["started_at"]
        crisis = outcome is Outcome.CRISIS_ESCALATED
        ended_at = started_at + timedelta(seconds=call["talk_seconds"] or 30)
        late = happens(self.chance, 0.02)
        row = self.world.add(
            "call",
            id=new_id(self.chance),
            follow_up=follow_up,
            direction="inbound" if rule.inbound else "outbound",
            channel="voice",
            placed_via="own_phone_logged",
            language=pair.language,
            escalation_level="urgent" if crisis else None,
            answered_by="household_adult" if rule.asks_who else None,
            logged_at=min(hours_later(self.chance, ended_at, *((25, 40) if late else (0.02, 1))), self.now),
            logged_by=pair.member.person_id,
            contact=pair.home.contact_id,
            counted_on=counted_on(started_at, self.world.zone),
            counted_case_type=pair.home.life.case_type,
            counted_relation=pair.home.life.relation,
            counted_state=pair.home.family["state"],
            **_whose(pair),
            **call,
            **(self._said(pair) if rule.conversation else NOTHING_SAID),
        )
        if crisis or (row["emotional_load"] or 0) >= 4:
            self._add_debrief(pair, row, ended_at)
        if crisis:
            self._add_escalation(pair, row, ended_at)
        for need in row["needs"]:
            self.add_task("need_from_call", need, ended_at, family=pair.home.id, volunteer=pair.member.id)

    def _said(self, pair: Pair) -> Row:
        topics = [topic for topic, share in TOPICS.items() if happens(self.chance, share / 100)]
        return {
            "topics": topics or ["emotional_support"],
            "needs": [one_of(self.chance, NEEDS)] if happens(self.chance, 0.05) else [],
            "emotional_load": one_of(self.chance, LOADS) if happens(self.chance, 0.8) else None,
            "note": self.chance.choice(NOTES[pair.member.language]) if happens(self.chance, 0.4) else None,
        }

    def _add_debrief(self, pair: Pair, call: Row, at: datetime) -> None:
        done_at = hours_later(self.chance, at, 2, 23)
        done = done_at < self.now - TALKS_WAIT
        self.world.add(
            "debrief", id=new_id(self.chance), call=call["id"], volunteer=pair.member.id, due_at=at + DEBRIEF_WITHIN,
            done_at=done_at if done else None, done_by=self.staff.coordinators[0] if done else None,
        )  # fmt: skip

    def _add_escalation(self, pair: Pair, call: Row, at: datetime) -> None:
        taken_at = at + timedelta(minutes=self.chance.randint(1, 50))
        over_at = hours_later(self.chance, taken_at, 0.5, 5)
        closed = over_at < self.now
        taken = taken_at < self.now
        self.world.add(
            "escalation",
            id=new_id(self.chance),
            opened_by=pair.member.person_id,
            family=pair.home.id,
            match=pair.match["id"],
            call=call["id"],
            level=call["escalation_level"],
            status="closed" if closed else "acting" if taken else "open",
            opened_at=at,
            acknowledged_at=taken_at if taken else None,
            acknowledged_by=self.staff.advocate if taken else None,
            help_confirmed_at=over_at if closed else None,
            closed_at=over_at if closed else None,
        )

    def add_task(self, kind: str, detail: str | None, at: datetime, **about: object) -> Row:
        """Done within some days; of the last days, still open."""
        stays = at > self.now - TASKS_STAY_OPEN
        owner = self.chance.choice(self.staff.coordinators)
        return self.world.add(
            "task",
            id=new_id(self.chance),
            kind=kind,
            detail=detail,
            family=about.get("family"),
            volunteer=about.get("volunteer"),
            owner=owner,
            status="open" if stays else "done",
            opened_at=at,
            due_on=at.date() + timedelta(days=2),
            closed_at=None if stays else hours_later(self.chance, at, 3, 90),
            closed_by=None if stays else owner,
        )


NOTHING_SAID: Final[Row] = {"topics": [], "needs": [], "emotional_load": None, "note": None}


def _whose(pair: Pair) -> Row:
    return {"match": pair.match["id"], "family": pair.home.id, "volunteer": pair.member.id}

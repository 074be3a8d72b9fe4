"""A family and the volunteer chosen for it: from the offer through the calls to the day of the demonstration."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from teamhope.calls.rules import counted_on
from teamhope.demo.rules_calls import tell
from teamhope.demo.rules_choosing import Choice, Choosing
from teamhope.demo.rules_contacts import add_consent
from teamhope.demo.rules_families import Home, confirm_number
from teamhope.demo.rules_fates import HELD_BACK, REASONS, Fate, days_together
from teamhope.demo.rules_lives import cadence_of
from teamhope.demo.rules_record import Pair, Recorder
from teamhope.demo.rules_rows import Row, happens, hours_later, new_id, one_of
from teamhope.demo.rules_told import Course, Told
from teamhope.demo.rules_volunteers import Member
from teamhope.followups.rules_slots import Diary
from teamhope.matching.rules_counted import is_concordant, waited_minutes
from teamhope.matching.rules_settings import BUILT_IN
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.families import ConsentKind, MatchMode, Urgency
from teamhope.vocabulary.states import CloseReason, FollowUpStatus, MatchStatus, PlanStatus, RequestStatus

R, M = RequestStatus, MatchStatus
HOLDS_BACK: Final = (Outcome.WRONG_NUMBER, Outcome.ENDED_FOR_SAFETY, Outcome.DISCONNECTED)
BEFORE_THE_END: Final = timedelta(days=25)
BEFORE: Final = {M.DECLINED_BY_VOLUNTEER: 50, M.EXPIRED: 20, M.CLOSED: 30}  # percent of those who were asked before
ANSWER_WITHIN: Final = {"urgent": timedelta(hours=4)}  # else a day (domain.md §1.3)


@dataclass(frozen=True, slots=True)
class Living:
    """A match that is alive on the day of the demonstration, with the promise that is open in it."""

    fate: Fate
    pair: Pair
    diary: Diary
    open_one: Row | None


@dataclass(slots=True)
class Matches:
    recorder: Recorder
    choosing: Choosing
    holidays: frozenset[date]

    @property
    def chance(self) -> Random:
        return self.recorder.chance

    @property
    def now(self) -> datetime:
        return self.recorder.now

    def add(self, home: Home, choice: Choice, at: datetime) -> Row:
        proposed_by = home.request["owner"]
        return self.recorder.world.add(
            "match",
            id=new_id(self.chance),
            request=home.request["id"],
            family=home.id,
            contact=home.contact_id,
            volunteer=choice.member.id,
            status=M.PROPOSED_TO_VOLUNTEER,
            status_since=at,
            proposed_by=proposed_by,
            score=choice.score,
            score_breakdown=choice.breakdown,
            weights_version=BUILT_IN,
            waiting_since=home.request["ready_at"],
            proposed_at=at,
            answer_due_at=at + ANSWER_WITHIN.get(home.request["urgency"], timedelta(hours=24)),
            accepted_at=None,
            introduced_at=None,
            first_conversation_at=None,
            closed_at=None,
            close_reason=None,
            counted_offered_on=counted_on(at, self.recorder.world.zone),
            counted_accepted_on=None,
            counted_wait_minutes=None,
            counted_language=home.language,
            counted_concordant=is_concordant(home.need.lived, choice.member.snapshot.lived),
            counted_rematch=False,
        )

    def add_asked_before(self, pair: Pair, choice: Choice, asked_at: datetime) -> None:
        third = (pair.match["proposed_at"] - asked_at) / 3
        row, status = self.add(pair.home, choice, asked_at + third), one_of(self.chance, BEFORE)
        ended_at = asked_at + 2 * third
        row.update(status=status, status_since=ended_at)
        if status is M.CLOSED:
            self._accept(row, asked_at + third)
            row.update(closed_at=ended_at, close_reason=CloseReason.VOLUNTEER_REQUESTED)
            pair.match.update(waiting_since=ended_at, counted_rematch=True)

    def _accept(self, match: Row, at: datetime) -> None:
        on, waited = counted_on(at, self.recorder.world.zone), waited_minutes(match["waiting_since"], at)
        match.update(accepted_at=at, counted_accepted_on=on, counted_wait_minutes=waited)

    def tell(self, pair: Pair, fate: Fate) -> Living | None:
        match, request = pair.match, pair.home.request
        if fate.match is M.PROPOSED_TO_VOLUNTEER:
            self._still_asked(pair)
            return None
        self._accept(match, hours_later(self.chance, match["proposed_at"], 0.5, 20))
        introduced_at = hours_later(self.chance, match["accepted_at"], 0.5, 30)
        request.update(status=R.MATCHED, status_since=match["accepted_at"])
        match.update(status=fate.match, status_since=match["accepted_at"])
        if fate.match in {M.ACCEPTED, M.FAMILY_NOTIFIED}:
            self.choosing.take(pair.member, None)
            return None
        match["introduced_at"] = introduced_at
        if fate.match is M.CLOSED:
            self._tell_closed(pair, introduced_at)
            return None
        self.choosing.take(pair.member, None)
        confirm_number(self.chance, pair.home, self.now)
        return self._tell_living(pair, fate, introduced_at)

    def _still_asked(self, pair: Pair) -> None:
        """Proposed lately enough that an answer is not due yet."""
        self.choosing.take(pair.member, None)
        within = pair.match["answer_due_at"] - pair.match["proposed_at"]
        at = self.now - within * self.chance.uniform(0.05, 0.7)
        on = counted_on(at, self.recorder.world.zone)
        pair.match.update(proposed_at=at, status_since=at, answer_due_at=at + within, counted_offered_on=on)
        pair.home.request.update(status=R.MATCHING, status_since=at)

    def _tell_living(self, pair: Pair, fate: Fate, introduced_at: datetime) -> Living:
        unreachable = fate.match is M.UNABLE_TO_CONTACT
        held_back = fate is HELD_BACK
        pair.home.request["match_mode"] = MatchMode.ONE_TO_ONE
        course = Course(
            introduced_at,
            self.now - timedelta(days=fate.quiet_days),
            cadence_of(pair.home.life, MatchMode.ONE_TO_ONE, pair.home.request["urgency"]),
            unreachable,
            self.chance.choice(HOLDS_BACK) if held_back else None,
            self.now - timedelta(days=40) if held_back else None,
        )
        diary, told = self._calls(pair, course)
        self._now_stands(pair, fate, told)
        paused = fate.match is M.PAUSED
        if paused and told.open_one:
            told.open_one["status"] = FollowUpStatus.SUSPENDED
        plan = PlanStatus.PAUSED if paused else PlanStatus.ACTIVE if told.open_one else PlanStatus.ENDED
        self.recorder.record(pair, course, told, plan)
        return Living(fate, pair, diary, told.open_one)

    def _now_stands(self, pair: Pair, fate: Fate, told: Told) -> None:
        match, request, talked_at = pair.match, pair.home.request, told.first_conversation_at
        last = told.calls[-1] if told.calls else {"started_at": match["introduced_at"], "outcome": None}
        match["first_conversation_at"] = talked_at
        since = talked_at or match["introduced_at"]
        if fate.match is M.UNABLE_TO_CONTACT:
            since = last["started_at"] + timedelta(minutes=5)
            request.update(status=R.UNABLE_TO_CONTACT, status_since=since)
            match.update(status=M.UNABLE_TO_CONTACT, status_since=since)
            return
        status = (fate.match or M.ACTIVE) if talked_at else M.INTRODUCED
        match.update(status=status, status_since=since)
        request.update(status=R.ACTIVE if talked_at else R.MATCHED, status_since=talked_at or match["accepted_at"])
        if last["outcome"] in {Outcome.WRONG_NUMBER, Outcome.DISCONNECTED}:
            pair.home.phone.update(stopped_at=last["started_at"], stop_reason=last["outcome"])

    def _tell_closed(self, pair: Pair, introduced_at: datetime) -> None:
        reason = one_of(self.chance, REASONS)
        most = (self.now - introduced_at) * self.chance.uniform(0.3, 0.97)
        closes_at = introduced_at + min(timedelta(days=days_together(self.chance)), most)
        unreachable = reason is CloseReason.UNABLE_TO_CONTACT
        asks_to_stop = reason is CloseReason.FAMILY_REQUESTED and happens(self.chance, 0.7)
        course = Course(
            introduced_at,
            max(closes_at, introduced_at + timedelta(days=10)) if unreachable else closes_at,
            cadence_of(pair.home.life, pair.home.request["match_mode"], pair.home.request["urgency"]),
            unreachable,
            Outcome.DECLINED_SERVICE if asks_to_stop else None,
            closes_at - BEFORE_THE_END if asks_to_stop else None,
        )
        _, told = self._calls(pair, course)
        closed_at = self._closed_at(course, told)
        self.choosing.take(pair.member, closed_at)
        if told.open_one:
            told.open_one.update(status=FollowUpStatus.CANCELLED, ended_at=closed_at)
        pair.match.update(
            status=M.CLOSED, status_since=closed_at, closed_at=closed_at, close_reason=reason,
            first_conversation_at=told.first_conversation_at,
        )  # fmt: skip
        pair.home.request.update(status=R.CLOSED, status_since=closed_at)
        pair.home.family["status"] = "closed"
        if told.calls and told.calls[-1]["outcome"] is Outcome.DECLINED_SERVICE:
            self._revoke(pair, closed_at)
        self.recorder.record(pair, course, told, PlanStatus.ENDED)

    def _closed_at(self, course: Course, told: Told) -> datetime:
        if told.open_one is None and told.calls:
            return min(hours_later(self.chance, told.calls[-1]["started_at"], 1, 20), self.now)
        return min(course.until, self.now)

    def _revoke(self, pair: Pair, at: datetime) -> None:
        recorder = self.recorder
        for kind in (ConsentKind.VOICE_CALL, ConsentKind.SMS_REMINDER):
            add_consent(
                recorder.world, self.chance, pair.home.contact, kind, (at, pair.home.request["owner"]), granted=False
            )

    def diary(self, home: Home, member: Member) -> Diary:
        urgent = home.request["urgency"] == Urgency.URGENT
        return Diary(home.hours, member.hours, holidays=self.holidays, urgent=urgent)

    def _calls(self, pair: Pair, course: Course) -> tuple[Diary, Told]:
        diary = self.diary(pair.home, pair.member)
        return diary, tell(self.chance, diary, course, pair.home.leaves_voicemail)

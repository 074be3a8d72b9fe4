"""When a reminder is sent, and that no order of events sends it twice, loses it, or leaves it without a name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from teamhope.accounts.rules import StaffFacts, may_notify
from teamhope.followups import rules_messages as rules
from teamhope.followups.rules_messages import (
    Change,
    Circumstances,
    DueCall,
    Message,
    after_asking,
    after_report,
    after_sending,
    applies,
    decide,
    retry_wait,
    unreminded,
)
from teamhope.telephony.callbacks import FORWARD, REPORTED
from teamhope.telephony.outcomes import Found, NotAccepted, Rejected, Sent, Unknown
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.people import PersonStatus
from teamhope.vocabulary.states import TaskKind

M = MessageStatus
CHICAGO = ZoneInfo("America/Chicago")
TODAY = date(2026, 4, 7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SID = "SM" + "0" * 32


def at(hour: int, minute: int = 0, day: int = 7) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


ROSA = StaffFacts(UUID(int=1), PersonStatus.ACTIVE, True, "+12025550101", "es")
MESSAGE = Message(UUID(int=2), ROSA.person_id, TODAY, M.QUEUED, 0, "lease")
SIX = DueCall(at(18), at(20))
ROSA_TONIGHT = Circumstances(ROSA, CHICAGO, (SIX,))
LEAVE = may_notify(ROSA)


class TestBeforeItIsSent:
    @pytest.mark.parametrize(
        "staff",
        [
            None,
            replace(ROSA, agreed_to_sms=False),
            replace(ROSA, status=PersonStatus.SUSPENDED),
            replace(ROSA, phone=None),
        ],
    )
    def test_not_to_somebody_who_may_not_be_sent_one(self, staff: StaffFacts | None) -> None:
        assert decide(MESSAGE, replace(ROSA_TONIGHT, staff=staff), at(9)) == Change(M.CANCELLED, code="not_agreed")

    @pytest.mark.parametrize("calls", [(), (DueCall(at(18, day=8), at(20, day=8)),)])
    def test_not_without_a_call_that_day(self, calls: tuple[DueCall, ...]) -> None:
        assert decide(MESSAGE, replace(ROSA_TONIGHT, calls=calls), at(9)) == Change(M.CANCELLED, code="no_call")

    @pytest.mark.parametrize(
        ("attempts", "now", "status"),
        [(0, at(20), M.CANCELLED), (3, at(20), M.FAILED), (0, at(9, day=8), M.CANCELLED), (1, at(9, day=8), M.FAILED)],
    )
    def test_not_when_the_windows_or_the_day_are_over(self, attempts: int, now: datetime, status: M) -> None:
        assert decide(replace(MESSAGE, attempts=attempts), ROSA_TONIGHT, now) == Change(status, code="too_late")

    def test_not_after_midnight_though_the_window_is_open(self) -> None:
        late = replace(ROSA_TONIGHT, calls=(DueCall(at(23), at(1, day=8)),))
        assert decide(MESSAGE, late, at(23, 59)) == LEAVE
        assert decide(MESSAGE, late, at(0, day=8)) == Change(M.CANCELLED, code="too_late")

    def test_until_the_last_window_of_the_day_ends(self) -> None:
        two = replace(ROSA_TONIGHT, calls=(DueCall(at(10), at(12)), SIX))
        assert decide(MESSAGE, two, at(19, 59)) == LEAVE

    def test_later_when_she_has_moved_west(self) -> None:
        moved = replace(ROSA_TONIGHT, zone=ZoneInfo("America/Los_Angeles"))
        assert decide(MESSAGE, moved, at(9)) == Change(M.QUEUED, 2 * HOUR)

    def test_later_when_an_early_call_was_put_off(self) -> None:
        assert decide(MESSAGE, ROSA_TONIGHT, at(7)) == Change(M.QUEUED, 2 * HOUR)
        early = replace(ROSA_TONIGHT, calls=(DueCall(at(7), at(9)), SIX))
        assert decide(MESSAGE, early, at(7)) == LEAVE

    def test_what_planning_missed_is_the_first_call_of_her_today(self) -> None:
        tomorrow = DueCall(at(9, day=8), at(11, day=8))
        over = DueCall(at(7), at(9))
        assert unreminded(replace(ROSA_TONIGHT, calls=(tomorrow, SIX, over)), at(9)) == SIX.due_at
        assert unreminded(replace(ROSA_TONIGHT, calls=(tomorrow, over)), at(9)) is None
        known = replace(SIX, reminded_on=frozenset({TODAY}))
        assert unreminded(replace(ROSA_TONIGHT, calls=(known,)), at(9)) is None
        other_day = replace(SIX, reminded_on=frozenset({TODAY - timedelta(days=1)}))
        assert unreminded(replace(ROSA_TONIGHT, calls=(other_day,)), at(9)) == SIX.due_at


class TestWaits:
    @pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (6, 900), (500, 900)])
    def test_doubled_up_to_a_quarter_of_an_hour(self, attempts: int, seconds: int) -> None:
        assert retry_wait(attempts, None, 0) == timedelta(seconds=seconds)

    @given(st.integers(1, 40), st.none() | st.integers(0, 3600), st.floats(0, 1))
    def test_never_earlier_than_asked_nor_much_later(self, attempts, retry_after, jitter) -> None:
        wait = retry_wait(attempts, retry_after, jitter)
        least = max(timedelta(seconds=retry_after or 0), rules.FIRST_RETRY)
        assert least <= wait <= 1.25 * max(least, rules.LONGEST_RETRY)

    def test_what_the_times_must_be_to_each_other(self) -> None:
        assert 2 * rules.SEND_WITHIN < rules.LEASE
        assert rules.ASK_AGAIN + 5 * MINUTE <= 15 * MINUTE, "a pass every five minutes makes a lost report good in 15"
        assert rules.LISTED_WITHIN > 2 * (rules.SEND_WITHIN + 2 * MINUTE), "two texts to her are never in one window"
        assert rules.LISTED_WITHIN < rules.NEVER_TAKEN_AFTER < 24 * HOUR


class TestWhoIsTold:
    @pytest.mark.parametrize(
        ("change", "task"),
        [
            (after_sending(Sent(SID, M.SENT), 1, 0), None),
            (after_sending(NotAccepted("throttled", 60), 1, 0), None),
            (after_sending(Unknown("TimeoutError"), 1, 0), None),
            (after_sending(Rejected(21610), 1, 0), TaskKind.NUMBER_STOPPED),
            (after_sending(Rejected(21211), 1, 0), TaskKind.NUMBER_STOPPED),
            (after_sending(Rejected(21606), 1, 0), TaskKind.OTHER),
            (after_report(M.SENT, "failed", SID, "21610"), TaskKind.NUMBER_STOPPED),
            (after_report(M.SENT, "undelivered", SID, "30003"), None),
            (after_report(M.SENT, "sent", SID, "21610"), None),
        ],
    )
    def test_a_coordinator(self, change: Change, task: TaskKind | None) -> None:
        assert change.task is task
        assert change.stops_texts is (task is TaskKind.NUMBER_STOPPED)


class OneReminder(RuleBasedStateMachine):
    """One message between our rows, a provider that may take a text and not say so, and workers that die anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.status = M.QUEUED
        self.highest = 0
        self.lease = 0  # of the latest claim; an older one is lost
        self.sending_for = timedelta()
        self.attempts = 0
        self.taken = 0
        self.word = "queued"  # the provider's
        self.unrecorded: list[tuple[int, Change]] = []  # what senders know and have not written yet
        self.told = 0

    def message(self) -> Message:
        return replace(MESSAGE, status=self.status, attempts=self.attempts, sending_for=self.sending_for)

    def write(self, change: Change, lease: int) -> None:
        if applies(self.status, change, holds_lease=lease == self.lease):
            self.told += change.task is TaskKind.UNCERTAIN_MESSAGE and change.status is not self.status
            self.status = change.status

    @rule()
    def claim_and_die(self) -> None:
        self.lease += 1

    @precondition(lambda self: self.status is M.QUEUED)
    @rule(change=st.sampled_from([Change(M.QUEUED, rules.WAIT_FOR_THE_OTHER), Change(M.CANCELLED, code="no_call")]))
    def claim_and_decide(self, change: Change) -> None:
        """Not now, or not at all: written when the worker comes to it, which may be after it lost the lease."""
        self.lease += 1
        self.unrecorded.append((self.lease, change))

    @precondition(lambda self: self.status is M.QUEUED)
    @rule(
        takes=st.booleans(),
        outcome=st.sampled_from(
            [Sent(SID, M.SENT), Sent(SID, M.FAILED), NotAccepted("throttled"), Rejected(21610), Unknown("hang"), None]
        ),
        dies=st.booleans(),
    )
    def send(self, takes: bool, outcome: object, dies: bool) -> None:
        """`outcome` None: killed between the intent and the post. What is not Sent or Unknown was not taken."""
        self.lease += 1
        self.attempts += 1
        self.status, self.sending_for = M.SENDING, timedelta()
        if isinstance(outcome, Sent) or (isinstance(outcome, Unknown) and takes):
            self.taken += 1
        if outcome is not None and not dies:
            self.unrecorded.append((self.lease, after_sending(outcome, self.attempts, 0)))  # type: ignore[arg-type]

    @precondition(lambda self: self.unrecorded)
    @rule(first=st.booleans())
    def record(self, first: bool) -> None:
        lease, change = self.unrecorded.pop(0 if first else -1)
        self.write(change, lease)

    @rule(by=st.sampled_from([MINUTE, 15 * MINUTE, 2 * HOUR, 13 * HOUR, 30 * HOUR]))
    def wait(self, by: timedelta) -> None:
        self.sending_for += by

    @precondition(lambda self: self.status in {M.SENDING, M.UNCERTAIN, M.SENT})
    @rule(listed=st.booleans(), reachable=st.booleans())
    def ask(self, listed: bool, reachable: bool) -> None:
        """A text shows up late in the list, but by LISTED_WITHIN it does."""
        self.lease += 1
        shown = self.taken and (listed or self.sending_for >= rules.LISTED_WITHIN)
        answer = Unknown("unreachable") if not reachable else Found(SID, REPORTED[self.word]) if shown else None
        self.unrecorded.append((self.lease, after_asking(self.message(), answer)))

    @precondition(lambda self: self.taken)
    @rule(word=st.sampled_from([*REPORTED, "a_word_of_next_year"]))
    def report(self, word: str) -> None:
        """Any, at any time and as often as it likes."""
        self.write(after_report(self.status, word, SID, None), -1)

    @precondition(lambda self: self.taken)
    @rule(word=st.sampled_from(sorted(REPORTED)))
    def provider_moves_on(self, word: str) -> None:
        self.word = word

    @invariant()
    def no_text_is_doubled(self) -> None:
        assert self.taken <= 1

    @invariant()
    def none_that_was_taken_waits_to_be_sent(self) -> None:
        assert not (self.taken and self.status in {M.QUEUED, M.CANCELLED})

    @invariant()
    def none_is_called_sent_that_was_not_taken(self) -> None:
        assert self.taken or self.status not in {M.SENT, M.DELIVERED}

    @invariant()
    def what_the_provider_has_told_is_never_taken_back(self) -> None:
        place = FORWARD.index(self.status)
        if place >= FORWARD.index(M.SENT) or self.highest >= FORWARD.index(M.SENT):
            assert place >= self.highest
        self.highest = place

    @invariant()
    def a_coordinator_is_told_of_a_doubt_once(self) -> None:
        assert self.told <= 1
        assert self.status is not M.UNCERTAIN or self.told == 1

    def teardown(self) -> None:
        """However it stands, three passes that reach the provider bring what has an intent to an end."""
        for _ in range(3):
            self.sending_for += 13 * HOUR
            if self.status in {M.SENDING, M.UNCERTAIN}:
                self.ask(listed=True, reachable=True)
                self.record(first=False)
        assert self.status not in {M.SENDING, M.UNCERTAIN}
        assert self.taken or self.status in {M.QUEUED, M.CANCELLED, M.FAILED}


OneReminder.TestCase.settings = settings(max_examples=500, stateful_step_count=25, deadline=None)
TestOneReminder = OneReminder.TestCase

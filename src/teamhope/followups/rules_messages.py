"""What becomes of a text: whether a reminder is still wanted, what each answer of the provider means, who is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.accounts.rules import StaffFacts, may_notify
from teamhope.followups.rules_promises import reminder_due
from teamhope.telephony.callbacks import FORWARD, advance
from teamhope.telephony.outcomes import ABOUT_THE_NUMBER, Found, NotAccepted, Outcome, Rejected, Sent, Unknown
from teamhope.vocabulary.calls import MessageKind, MessageStatus
from teamhope.vocabulary.families import ClearedNumber
from teamhope.vocabulary.people import StaffRecipient
from teamhope.vocabulary.states import FollowUpStatus, TaskKind

LEASE: Final = timedelta(seconds=30)  # so long at most until another worker takes over from one that died
SEND_WITHIN: Final = timedelta(seconds=12)  # more than the client's whole timeout (10 s), less than half of the lease
FIRST_RETRY: Final = timedelta(seconds=30)
LONGEST_RETRY: Final = timedelta(minutes=15)
JITTER: Final = 0.25  # of the wait, so that what failed together does not come back together
WAIT_FOR_THE_OTHER: Final = timedelta(minutes=5)  # while another text to the same person is in doubt

ASK_SOON: Final = timedelta(seconds=30)  # after a lost answer
ASK_AGAIN: Final = timedelta(minutes=10)  # with a pass every five minutes a lost report is made good within 15
LISTED_WITHIN: Final = timedelta(minutes=10)  # what the provider's list does not show by then is in doubt
UNREACHABLE_FOR: Final = timedelta(hours=1)
# What it has neither shown nor reported by then it never took: in time for tomorrow's reminder, held up by the doubt.
NEVER_TAKEN_AFTER: Final = timedelta(hours=12)
STOP_ASKING: Final = timedelta(hours=24)  # a text that was taken, to a telephone that is off
KEEP_REPORTS: Final = timedelta(days=7)

AWAITS_A_CALL: Final = frozenset(
    {FollowUpStatus.PLANNED, FollowUpStatus.DUE, FollowUpStatus.IN_PROGRESS, FollowUpStatus.RETRY_WAIT}
)
IN_OUR_HANDS: Final = frozenset({MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNCERTAIN})
ENDED: Final = frozenset({MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.CANCELLED})


class InDoubt(Exception):
    """Another text to the same recipient is being sent, or nobody knows whether it was."""


@dataclass(frozen=True, slots=True)
class Message:
    """One that a pass has leased. `sending_for` is how long ago, by the database's clock, the intent was committed.

    To a person of the programme, else to a contact's phone; about one follow-up, but for the reminder of a day.
    """

    id: UUID
    person_id: UUID | None
    local_date: date
    status: MessageStatus
    attempts: int
    lease: str
    sending_at: datetime | None = None
    sending_for: timedelta = timedelta()
    kind: MessageKind = MessageKind.DAILY_REMINDER
    contact_id: UUID | None = None
    phone_id: UUID | None = None
    follow_up_id: UUID | None = None

    @property
    def goes_to(self) -> UUID | None:
        return self.person_id or self.contact_id


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to send a text now, and what it says."""

    recipient: StaffRecipient | ClearedNumber
    body: str


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call that is still to be made, and her dates around it for which she has a reminder already."""

    due_at: datetime
    window_end_at: datetime
    reminded_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides, read in the transaction that commits the intent. `staff` is None for somebody who is gone."""

    staff: StaffFacts | None
    zone: ZoneInfo
    calls: tuple[DueCall, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Change:
    """What to write. `wait`: QUEUED, until the next try; else, until the provider is asked, None for never.

    `certain`: the provider said so, which counts whoever holds the lease; the rest is ours to write only with it.
    """

    status: MessageStatus
    wait: timedelta | None = None
    certain: bool = False
    sid: str | None = None
    code: str | None = None
    task: TaskKind | None = None

    @property
    def stops_texts(self) -> bool:
        """The number is the reason: no text to her again until a person has looked."""
        return self.task is TaskKind.NUMBER_STOPPED


def applies(current: MessageStatus, change: Change, holds_lease: bool) -> bool:
    """Whether the change may still be written. What the provider has taken never goes back."""
    if change.certain:
        return FORWARD.index(change.status) >= FORWARD.index(current)
    return holds_lease and current in IN_OUR_HANDS


# Before it is sent ----------------------------------------------------------------------------------------------------


def decide(message: Message, it: Circumstances, now: datetime) -> StaffRecipient | Change:
    """Leave to send a reminder, or what else becomes of it. Source: domain.md §1.1.

    Cancelled where she may not be sent texts or has no call left that day; later where her zone or the call moved;
    over with the day or the last call's window: failed if it was tried, else cancelled.
    """
    recipient = may_notify(it.staff) if it.staff else None
    if recipient is None:
        return Change(MessageStatus.CANCELLED, code="not_agreed")
    calls = [call for call in it.calls if _day(call.due_at, it.zone) == message.local_date]
    if not calls:
        return Change(MessageStatus.CANCELLED, code="no_call")
    if _day(now, it.zone) > message.local_date or now >= max(call.window_end_at for call in calls):
        return Change(MessageStatus.FAILED if message.attempts else MessageStatus.CANCELLED, code="too_late")
    _, remind_at = reminder_due(it.zone, min(call.due_at for call in calls), now)
    return Change(MessageStatus.QUEUED, remind_at - now) if remind_at > now else recipient


def one_for_each(decided: Iterable[tuple[Message, Leave | Change]]) -> list[tuple[Message, Leave | Change]]:
    """Of several texts to one recipient the first; the others wait until it is known what became of it."""
    served: set[UUID | None] = set()
    kept = []
    for message, what in decided:
        waits = isinstance(what, Leave) and message.goes_to in served
        kept.append((message, Change(MessageStatus.QUEUED, WAIT_FOR_THE_OTHER) if waits else what))
        served |= {message.goes_to} if isinstance(what, Leave) else set()
    return kept


def unreminded(it: Circumstances, now: datetime) -> datetime | None:
    """When the first of her calls of today is due, if she has no reminder for today."""
    today = _day(now, it.zone)
    calls = [call for call in it.calls if _day(call.due_at, it.zone) == today and call.window_end_at > now]
    if any(today in call.reminded_on for call in calls):
        return None
    return min((call.due_at for call in calls), default=None)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


# What the provider says -----------------------------------------------------------------------------------------------


def after_sending(outcome: Outcome, attempts: int, jitter: float) -> Change:
    """`attempts` includes this one; `jitter` is from 0 to 1. An Unknown stays `sending`: the next pass asks."""
    match outcome:
        case Sent():
            return _taken(outcome.sid, outcome.status)
        case NotAccepted():
            return Change(MessageStatus.QUEUED, retry_wait(attempts, outcome.retry_after, jitter), code=outcome.reason)
        case Rejected():
            return _refused(outcome)
        case Unknown():
            return Change(MessageStatus.SENDING, ASK_SOON, code=outcome.reason)


def retry_wait(attempts: int, retry_after: int | None, jitter: float) -> timedelta:
    """30 seconds, doubled with each attempt up to 15 minutes; never earlier than the provider asked (seconds)."""
    wait = min(FIRST_RETRY * (1 << min(attempts - 1, 10)), LONGEST_RETRY)
    return max(wait, timedelta(seconds=retry_after or 0)) * (1 + JITTER * jitter)


def after_asking(message: Message, answer: Found | Unknown | None) -> Change:
    """What an answer to "have you a text to her since then?" means; None is a no, Unknown is no answer.

    A no is believed late and never leads to a second text: for LISTED_WITHIN the list may be the one that is late, then
    it is uncertain and a coordinator is told, and NEVER_TAKEN_AFTER it has failed. Without an answer, for
    UNREACHABLE_FOR at least, it is asked again.
    """
    if isinstance(answer, Found):
        return _taken(answer.sid, answer.status, ASK_AGAIN if message.sending_for < STOP_ASKING else None)
    if message.status is MessageStatus.SENT:
        return Change(MessageStatus.SENT, ASK_AGAIN if message.sending_for < STOP_ASKING else None, certain=True)
    patience = LISTED_WITHIN if answer is None else UNREACHABLE_FOR
    if message.status is MessageStatus.SENDING:
        doubted = Change(MessageStatus.UNCERTAIN, ASK_AGAIN, task=TaskKind.UNCERTAIN_MESSAGE)
        return doubted if message.sending_for >= patience else Change(MessageStatus.SENDING, ASK_SOON)
    if answer is None and message.sending_for >= NEVER_TAKEN_AFTER:
        return Change(MessageStatus.FAILED, code="never_taken")
    return Change(MessageStatus.UNCERTAIN, ASK_AGAIN)


def after_report(current: MessageStatus, word: str, sid: str, code: str | None) -> Change:
    """What a status report means: whatever its word, the provider has the text. `code` is why it failed."""
    return _taken(sid, advance(advance(current, "sent"), word), ASK_AGAIN, code)


def _taken(sid: str, status: MessageStatus, wait: timedelta | None = ASK_AGAIN, code: str | None = None) -> Change:
    stops = status is MessageStatus.FAILED and code is not None and code.isdigit() and int(code) in ABOUT_THE_NUMBER
    return Change(
        status,
        None if status in ENDED else wait,
        certain=True,
        sid=sid,
        code=code if status is MessageStatus.FAILED else None,
        task=TaskKind.NUMBER_STOPPED if stops else None,
    )


def _refused(refusal: Rejected) -> Change:
    task = TaskKind.NUMBER_STOPPED if refusal.stops_number else TaskKind.OTHER
    return Change(MessageStatus.FAILED, certain=True, code=str(refusal.code), task=task)

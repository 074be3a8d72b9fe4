"""When a family is reminded of a promised call, and whether a reminder that is due may still leave (domain.md §2.6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from teamhope.families.rules_contact import NotNow
from teamhope.followups.rules_messages import Change, Message
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.families import Clearance
from teamhope.vocabulary.states import FollowUpStatus

EARLIEST: Final = timedelta(hours=24)  # before the call
LATEST: Final = timedelta(hours=2)
PROMISED: Final = frozenset({FollowUpStatus.PLANNED, FollowUpStatus.DUE})
TOLD_OF: Final = PROMISED | {FollowUpStatus.RETRY_WAIT}


@dataclass(frozen=True, slots=True)
class Announced:
    """A promised call of which a family may be told. `local_date` is the family's; `says_when`: so she chose.

    `agreed`: its time is one that somebody named, and not the next try's.
    """

    match_id: UUID
    contact_id: UUID
    status: FollowUpStatus
    local_date: date
    due_at: datetime
    language: str
    says_when: bool
    agreed: bool = False


def is_promised(status: FollowUpStatus, *, agreed: bool) -> bool:
    """A next try was promised to nobody; a call that was due and was moved waits in the same state."""
    return status in PROMISED or (status in TOLD_OF and agreed)


def remind_at(due_at: datetime, answer: Clearance | NotNow, now: datetime) -> datetime | None:
    """EARLIEST before the call or as soon after as the family may be sent a text; None where that is later than LATEST
    before it, or nothing but a changed fact allows it. `answer` is may_contact's at `now`.
    """
    allowed = now if isinstance(answer, Clearance) else answer.next_allowed_at
    at = max(allowed, due_at - EARLIEST) if allowed else None
    return at if at is not None and at <= due_at - LATEST else None


def decide(message: Message, call: Announced, answer: Clearance | NotNow, now: datetime) -> Clearance | Change:
    """Leave to send a reminder, or what else becomes of it: a call that moved to another date has one of its own."""
    moved = message.local_date != call.local_date or message.contact_id != call.contact_id
    if moved or not is_promised(call.status, agreed=call.agreed):
        return Change(MessageStatus.CANCELLED, code="no_call")
    at = remind_at(call.due_at, answer, now)
    if at is None:
        code = answer.code if isinstance(answer, NotNow) else "too_late"
        return Change(MessageStatus.FAILED if message.attempts else MessageStatus.CANCELLED, code=code)
    if isinstance(answer, NotNow) or at > now:
        return Change(MessageStatus.QUEUED, at - now)
    return answer

"""Whether a volunteer is nudged about a promised call: when its time begins, and when it ends and nobody has called."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.followups.rules_messages import Change, Message
from teamhope.followups.rules_promises import Overdue, Promise, overdue
from teamhope.vocabulary.calls import MessageKind, MessageStatus
from teamhope.vocabulary.people import StaffRecipient
from teamhope.vocabulary.states import FollowUpStatus

HER_DAY: Final = (time(8), time(21))  # in her zone; a nudge outside it is dropped, not kept for the morning
STEPS: Final = {
    MessageKind.NUDGE_AT_START: Overdue.NUDGE_AT_START,
    MessageKind.NUDGE_AT_END: Overdue.NUDGE_AT_END,
}
# Of a call that is in progress she has the number before her.
NOBODY_CALLS: Final = frozenset({FollowUpStatus.PLANNED, FollowUpStatus.DUE, FollowUpStatus.RETRY_WAIT})


@dataclass(frozen=True, slots=True)
class PromisedCall:
    """A call and the volunteer who promised it, in her zone; `called_at` are the attempts since it was due."""

    id: UUID
    person_id: UUID
    zone: ZoneInfo
    status: FollowUpStatus
    promise: Promise
    called_at: tuple[datetime, ...] = ()


def nudge_at(kind: MessageKind, call: PromisedCall, now: datetime) -> datetime | None:
    """When she is nudged, `now` at the earliest; None: not at all. Source: domain.md §2.4.

    Each as long as its step is the last that has come, so that one which is late gives way to the next.
    """
    starts, ends = call.promise.due_at, call.promise.window_end_at
    at = max(starts if kind is MessageKind.NUDGE_AT_START else ends, now)
    wanted = call.status in NOBODY_CALLS and overdue(call.promise, call.called_at, at) is STEPS[kind]
    earliest, latest = HER_DAY
    return at if wanted and earliest <= at.astimezone(call.zone).time() < latest else None


def decide(
    message: Message, recipient: StaffRecipient | None, call: PromisedCall, now: datetime
) -> StaffRecipient | Change:
    """Leave to send a nudge, or what else becomes of it. `recipient` is None where she may not be sent texts."""
    if recipient is None:
        return Change(MessageStatus.CANCELLED, code="not_agreed")
    at = nudge_at(message.kind, call, now)
    if at is None:
        return Change(MessageStatus.FAILED if message.attempts else MessageStatus.CANCELLED, code="not_wanted")
    return Change(MessageStatus.QUEUED, at - now) if at > now else recipient

"""How often is too often: what the attempts of the last days allow (domain.md §2.3 (4))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from teamhope.families.rules_hours import FAR, Span
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.families import ClearedChannel

GAP = timedelta(hours=20)  # between two calls to one contact
WEEK = timedelta(days=7)
CALLS_PER_WEEK = 3
FIRST_CONTACT_CALLS_PER_WEEK = 4
BETWEEN_TEXTS = timedelta(hours=24)
BETWEEN_VOICEMAILS = timedelta(hours=72)
VOICEMAIL_ON_FIRST_CONTACT = frozenset({1, 3})  # the numbers of the calls (domain.md §2.4)
REDIAL_WITHIN = timedelta(minutes=10)  # after a call that broke off
BUSY_AT_MOST = 2  # redials after busy that need no gap


@dataclass(frozen=True, slots=True)
class Attempt:
    """One outbound call or text to a contact, on any of her numbers. `outcome` is None until it is logged.

    `dropped_at`: when the line broke off in the middle of a call.
    """

    at: datetime
    channel: ClearedChannel = ClearedChannel.VOICE
    outcome: Outcome | None = None
    dropped_at: datetime | None = None


def calls_made(history: Iterable[Attempt]) -> tuple[Attempt, ...]:
    """The calls that count as attempts, oldest first. One not logged yet counts, a technical failure does not."""
    calls = (each for each in history if each.channel is ClearedChannel.VOICE)
    counted = (each for each in calls if each.outcome is None or OUTCOMES[each.outcome].attempt)
    return tuple(sorted(counted, key=lambda each: each.at))


def after_the_gap(history: Iterable[Attempt], callback_at: datetime | None, at: datetime, gap: timedelta = GAP) -> Span:
    """`gap` after the last call. Without it: a redial within REDIAL_WITHIN of a dropped call, after busy (twice at
    most), after a technical failure, and once at or after the instant for which the contact asked us to call back.
    """
    calls = calls_made(history)
    if calls and calls[-1].dropped_at and at < calls[-1].dropped_at + REDIAL_WITHIN:
        return Span(at, calls[-1].dropped_at + REDIAL_WITHIN)
    calls = _without_last_busy(calls)
    if not calls:
        return Span(at, FAR)
    opens = calls[-1].at + gap
    if callback_at is not None and calls[-1].at < callback_at:
        opens = min(opens, callback_at)
    return Span(max(at, opens), FAR)


def _without_last_busy(calls: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    busy = len(list(takewhile(lambda each: each.outcome is Outcome.BUSY, reversed(calls))))
    return calls[: len(calls) - busy] if busy <= BUSY_AT_MOST else calls


def fewer_than_enough_this_week(history: Iterable[Attempt], most: int, at: datetime) -> Span:
    """Open while fewer than `most` calls lie within any 7 days, conversations and redials included."""
    recent = [each.at for each in calls_made(history) if each.at > at - WEEK]
    return Span(at, FAR) if len(recent) < most else Span(recent[len(recent) - most] + WEEK, FAR)


def no_text_today(history: Iterable[Attempt], at: datetime) -> Span:
    """One text per BETWEEN_TEXTS. Calls and texts do not wait for each other: a reminder comes before its call."""
    texts = [each.at for each in history if each.channel is ClearedChannel.SMS]
    return Span(max(at, max(texts) + BETWEEN_TEXTS) if texts else at, FAR)


def voicemail_is_due(
    history: Iterable[Attempt], first_contact: bool, at: datetime, between: timedelta = BETWEEN_VOICEMAILS
) -> bool:
    calls = calls_made(history)
    left = [each.at for each in calls if each.outcome is Outcome.LEFT_VOICEMAIL]
    if left and at < max(left) + between:
        return False
    return not first_contact or len(calls) + 1 in VOICEMAIL_ON_FIRST_CONTACT

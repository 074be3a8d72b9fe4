"""What a call log must and may hold, who may correct one, and what a call is counted by."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.vocabulary.calls import OUTCOMES, AnsweredBy, CallChannel, Direction, Need, Outcome, PlacedVia
from teamhope.vocabulary.notes import NOTE_LONGEST, note_problem
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import Programme
from teamhope.vocabulary.states import DETAILS_AFTER_CLOSE, MAY_BE_CALLED, EscalationLevel, MatchStatus

LOGGED_WITHIN: Final = timedelta(days=30)  # older calls come by import
CLOCKS_DIFFER_BY: Final = timedelta(minutes=2)  # the caller's telephone and ours
CALLBACK_WITHIN: Final = timedelta(days=90)
MINUTES_MOST: Final = 1440
KEY_LONGEST: Final = 200  # characters, as sent; what is kept is a hash
CORRECTED_WITHIN: Final = timedelta(hours=72)  # by the volunteer herself (domain.md §1.3)
HEAVY_LOAD: Final = 4  # of 5: a debrief (domain.md §4.9)
# A match of which there may be calls, however it goes on; one that was closed may have a call that is logged late.
BEGUN: Final = MAY_BE_CALLED | {
    MatchStatus.PAUSED,
    MatchStatus.TRANSFERRING,
    MatchStatus.UNABLE_TO_CONTACT,
    MatchStatus.CLOSED,
}

Problem = tuple[str, str, dict[str, object]]  # field, code, facts: as vocabulary.errors.Invalid takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """One attempt as it was told; about a follow-up or, without one, about a match.

    None is filled in when it is logged: `started_at` with now, `language` with the family's, `contact_id` with the
    match's, `escalation_level` of a crisis with the highest.
    """

    outcome: Outcome
    follow_up_id: UUID | None = None
    match_id: UUID | None = None
    contact_id: UUID | None = None
    direction: Direction = Direction.OUTBOUND
    channel: CallChannel = CallChannel.VOICE
    placed_via: PlacedVia = PlacedVia.OWN_PHONE_LOGGED
    started_at: datetime | None = None
    talk_minutes: int | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    emotional_load: int | None = None
    callback_at: datetime | None = None
    escalation_level: EscalationLevel | None = None
    answered_by: AnsweredBy | None = None
    note: str | None = None


FILLED_IN: Final = frozenset({"match_id", "contact_id", "started_at", "language", "escalation_level"})


def same_request(stored: LoggedCall, sent: LoggedCall) -> bool:
    """Whether a request that came again says what the first one said."""
    return all(
        getattr(sent, each.name) == getattr(stored, each.name)
        or (each.name in FILLED_IN and getattr(sent, each.name) is None)
        for each in fields(LoggedCall)
    )


def key_of(actor: Actor, key: str) -> str:
    """What is kept of an idempotency key: nobody meets the calls of another by trying keys. 64 characters."""
    holder = actor.person_id or actor.role
    return hashlib.sha256(f"{holder}\n{key}".encode(errors="replace")).hexdigest()


def may_be_logged(outcome: Outcome, match: MatchStatus) -> bool:
    """Volunteer and family have been introduced, or nothing may hold up a call for help."""
    return match in BEGUN or outcome is Outcome.CRISIS_ESCALATED


def settled(call: LoggedCall, now: datetime, language: str) -> LoggedCall:
    """The call with what was left out filled in; an empty note is none."""
    crisis = call.outcome is Outcome.CRISIS_ESCALATED
    return replace(
        call,
        started_at=call.started_at or now,
        language=call.language or language,
        escalation_level=call.escalation_level or (EscalationLevel.IMMINENT if crisis else None),
        note=call.note.strip() or None if call.note else None,
    )


def problems_of(call: LoggedCall, words: Programme, now: datetime) -> tuple[Problem, ...]:
    """Everything that cannot be true, in the order of the form. `call` is settled. Source: domain.md §1.1, §1.2, §4.8.

    A crisis needs nothing but its outcome.
    """
    return (
        *_outcome(call),
        *_callback(call, now),
        *_started(call, now),
        *_minutes(call),
        *_words(call, words),
        *_note(call.note),
    )


def _problem(field: str, code: str, **facts: object) -> Iterator[Problem]:
    yield field, code, facts


def _outcome(call: LoggedCall) -> Iterator[Problem]:
    rule, crisis = OUTCOMES[call.outcome], call.outcome is Outcome.CRISIS_ESCALATED
    if not crisis and rule.inbound != (call.direction is Direction.INBOUND):
        yield from _problem("outcome", "for_family_calls" if rule.inbound else "for_our_calls")
    if rule.asks_who and call.answered_by is None:
        yield from _problem("answered_by", "say_who_answered")
    if not rule.asks_who and call.answered_by is not None:
        yield from _problem("answered_by", "nobody_else_answered")
    if call.escalation_level is not None and not crisis:
        yield from _problem("escalation_level", "only_in_a_crisis")


def _callback(call: LoggedCall, now: datetime) -> Iterator[Problem]:
    """A time belongs to "asked us to call back"; who could not talk may not have named one."""
    asks = OUTCOMES[call.outcome].asks_time
    if call.callback_at is None:
        if call.outcome is Outcome.CALLBACK_REQUESTED:
            yield from _problem("callback_at", "say_when_to_call")
    elif not asks:
        yield from _problem("callback_at", "no_time_was_asked")
    elif call.callback_at <= now:
        yield from _problem("callback_at", "time_is_past")
    elif call.callback_at > now + CALLBACK_WITHIN:
        yield from _problem("callback_at", "time_is_far", days=CALLBACK_WITHIN.days)


def _started(call: LoggedCall, now: datetime) -> Iterator[Problem]:
    if call.started_at is None:
        return
    if call.started_at > now + CLOCKS_DIFFER_BY:
        yield from _problem("started_at", "starts_in_future")
    elif call.started_at < now - LOGGED_WITHIN:
        yield from _problem("started_at", "too_long_ago", days=LOGGED_WITHIN.days)


def _minutes(call: LoggedCall) -> Iterator[Problem]:
    if call.talk_minutes is None:
        return
    if not OUTCOMES[call.outcome].connected:
        yield from _problem("talk_minutes", "nobody_to_talk_with")
    elif not 0 <= call.talk_minutes <= MINUTES_MOST:
        yield from _problem("talk_minutes", "minutes_out_of_range", most=MINUTES_MOST)


def _words(call: LoggedCall, words: Programme) -> Iterator[Problem]:
    if call.language is not None and not words.has("language", call.language):
        yield from _problem("language", "not_a_choice")
    if not all(words.has("topic", topic) for topic in call.topics):
        yield from _problem("topics", "not_a_choice")
    if call.emotional_load is not None and not 1 <= call.emotional_load <= 5:
        yield from _problem("emotional_load", "not_a_choice")


# Notes ----------------------------------------------------------------------------------------------------------------


def _note(note: str | None) -> Iterator[Problem]:
    if note is None:
        return
    if len(note) > NOTE_LONGEST:
        yield from _problem("note", "too_long", limit=NOTE_LONGEST)
    code = note_problem(note)
    if code is not None:
        yield from _problem("note", code)


# Afterwards -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a call may be voided or corrected."""

    logged_at: datetime
    logged_by: UUID | None
    volunteer_id: UUID | None
    voided: bool
    corrected: bool


def refused_change(call: Standing, actor: Actor, now: datetime) -> str | None:
    """The code of why this actor may not correct the call; None if she may. A coordinator may at any time."""
    if call.voided:
        return "call_is_void"
    if call.corrected:
        return "call_is_corrected"
    if actor.role in {Role.COORDINATOR, Role.COMMAND}:
        return None
    own = actor.volunteer_id is not None and call.volunteer_id == actor.volunteer_id
    if not own and (actor.person_id is None or call.logged_by != actor.person_id):
        return "not_your_call"
    return None if now - call.logged_at <= CORRECTED_WITHIN else "too_late_to_correct"


def was_hers(actor: Actor, volunteer_id: UUID | None, follow_up_id: UUID | None) -> bool:
    """Whether the volunteer of the match was on the call, which no log asks.

    She was if she logs it herself, and if it was promised as hers, whoever writes it down for her. A call of the match
    alone that somebody else logs is that one's own: it asks for no debrief of hers, and is no strain on her.
    """
    return follow_up_id is not None or (volunteer_id is not None and actor.volunteer_id == volunteer_id)


def asks_for_debrief(call: LoggedCall, words: Programme, *, first_heavy: bool) -> bool:
    """After a heavy call, a crisis, news of a kind that is heavy, or the first talk on a heavy kind of experience.

    Source: domain.md §4.9.
    """
    heavy_topic = any(words.has("topic", topic) and words.topic(topic).heavy for topic in call.topics)
    heavy = call.emotional_load is not None and call.emotional_load >= HEAVY_LOAD
    return heavy or heavy_topic or call.outcome is Outcome.CRISIS_ESCALATED or first_heavy


def shows_details(closed_at: datetime | None, now: datetime) -> bool:
    """Whether a volunteer still sees more of her call than its minutes: for 90 days after her match has ended."""
    return closed_at is None or now - closed_at <= DETAILS_AFTER_CLOSE


def counted_on(started_at: datetime, zone: ZoneInfo) -> date:
    """The report's calendar date of a call that started at an aware instant, wherever the family was.

    A call at 19:30 on 31 December in Honolulu is of 1 January in New York. Source: domain.md §5.
    """
    return started_at.astimezone(zone).date()

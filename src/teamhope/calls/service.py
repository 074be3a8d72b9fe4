"""Looking at a call to be made, showing its number, logging it, and reading what was logged."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.audit import service as audit
from teamhope.calls import queries, rules, service_drafts
from teamhope.calls.queries import CallLine, CallSeen, Counted, Subject
from teamhope.calls.rules import LoggedCall, Standing
from teamhope.calls.rules_drafts import Typed
from teamhope.calls.service_debriefs import needs_debrief
from teamhope.calls.service_subjects import subject_of
from teamhope.care import service_debriefs as debriefs
from teamhope.families import service_contact
from teamhope.families.rules import voicemail_words
from teamhope.followups import service as followups
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.service import ClearedCall
from teamhope.followups.service_effects import CallEnded
from teamhope.followups.service_steps import NextFollowUp, after_call
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import TaskKind

LINES_PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Logged:
    call_id: UUID
    next_follow_up: NextFollowUp | None


# Before the call ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallAhead:
    """How to speak before the number is shown. `words`: exactly what may be left on voicemail; None: nothing."""

    subject: Subject
    words: str | None


async def look(actor: Actor, follow_up_id: UUID, now: datetime) -> CallAhead:
    """Raises NotFound for a follow-up that the actor may not see."""
    async with acting_as(actor):
        subject = await queries.load_subject(follow_up_id)
        facts = await service_contact.contact_facts(subject.contact_id, subject.match_id, now)
    return CallAhead(subject, voicemail_words(facts, now))


async def show_number(actor: Actor, follow_up_id: UUID, now: datetime) -> ClearedCall:
    """Only now, only if every rule allows it, and audited. Raises as followups.service.clear_call."""
    return await followups.clear_call(actor, follow_up_id, now)


async def about(
    actor: Actor, follow_up_id: UUID | None, match_id: UUID | None = None, contact_id: UUID | None = None
) -> Subject:
    """Of a follow-up or of a match. Raises NotFound for what the actor may not see."""
    async with acting_as(actor):
        return await queries.load_subject(follow_up_id, match_id, contact_id)


# Logging --------------------------------------------------------------------------------------------------------------


async def log_call(
    actor: Actor, call: LoggedCall, now: datetime, key: str, zone: ZoneInfo, typed: Typed | None = None
) -> Logged:
    """One call, once: the same key of the same actor gives the first result again.

    `zone` is the setting REPORT_TIMEZONE; at the first call of all it is fixed. `typed`: the note as a window has it.
    Raises Invalid with every problem; NotFound for what the actor may not see; IllegalMove for a follow-up that is
    over; Refused for a key that was used for another call and before the introduction; ChangedElsewhere. Nothing is
    kept then.
    """
    held = rules.key_of(actor, key)
    async with acting_as(actor):
        await queries.hold_key(held)
        before = await queries.find_by_key(held)
        if before is not None:
            return await _again(actor, before, call)
        subject = await _subject_of(actor, call, now)
        if not rules.may_be_logged(call.outcome, subject.match_status):
            raise Refused("match_not_begun")
        call = rules.settled(call, now, subject.language)
        _refuse(call, now)
        hers = rules.was_hers(actor, subject.volunteer_id, subject.follow_up_id)
        heavy = hers and await needs_debrief(call, subject.volunteer_id, subject.case_type)
        counted = await _counted(call, subject, zone)
        call_id = await queries.insert_call(call, subject, counted, actor.person_id, now, held)
        await audit.record(actor, "logged_call", ("call", call_id), now, reason=call.outcome)
        if subject.follow_up_id is not None:
            await service_drafts.forget_draft(actor, subject.follow_up_id, typed)
        await _ask_for_needs(actor, call, subject, call_id, now)
        coming = await after_call(actor, _ended(call_id, call, subject, was_hers=hers), now)
        if heavy:  # the match is locked before its volunteer, as everywhere
            await debriefs.open_debrief(call_id, subject.volunteer_id, now)
        return Logged(call_id, coming)


async def _again(actor: Actor, before: tuple[UUID, LoggedCall], call: LoggedCall) -> Logged:
    call_id, stored = before
    if not rules.same_request(stored, call):
        raise Refused("same_key_other_call")
    assert stored.match_id is not None
    coming = await followups.next_call_of(actor, stored.match_id)
    return Logged(call_id, _as_next(coming) if coming else None)


def _as_next(it: FollowUpFacts) -> NextFollowUp:
    return NextFollowUp(it.id, it.match_id, it.status, it.zone, it.due_at, it.window_end_at)


async def _subject_of(actor: Actor, call: LoggedCall, now: datetime) -> Subject:
    if (call.follow_up_id is None) == (call.match_id is None):
        raise Invalid.field("follow_up_id", "follow_up_or_match")
    return await subject_of(actor, call.follow_up_id, call.match_id, call.contact_id, now)


def _refuse(call: LoggedCall, now: datetime) -> None:
    problems = rules.problems_of(call, programme(), now)
    if problems:
        raise Invalid(problems)


async def _counted(call: LoggedCall, subject: Subject, zone: ZoneInfo) -> Counted:
    assert call.started_at is not None
    on = rules.counted_on(call.started_at, await queries.fix_report_zone(zone))
    return Counted(on, subject.case_type or queries.UNKNOWN_KIND, subject.relation, subject.state)


async def _ask_for_needs(actor: Actor, call: LoggedCall, subject: Subject, call_id: UUID, now: datetime) -> None:
    for need in call.needs:
        what = About(subject.family_id, subject.volunteer_id, call_id, detail=need)
        await tasks.open_task(actor, TaskKind.NEED_FROM_CALL, now, what)


def _ended(call_id: UUID, call: LoggedCall, subject: Subject, *, was_hers: bool) -> CallEnded:
    assert call.started_at is not None
    return CallEnded(
        call_id=call_id,
        match_id=subject.match_id,
        follow_up_id=subject.follow_up_id,
        outcome=call.outcome,
        started_at=call.started_at,
        callback_at=call.callback_at,
        escalation_level=call.escalation_level,
        channel=call.channel,
        volunteer_id=subject.volunteer_id,
        was_hers=was_hers,
    )


# Reading --------------------------------------------------------------------------------------------------------------


async def list_calls(
    actor: Actor, span: tuple[datetime, datetime], now: datetime, after: int = 0
) -> tuple[list[CallLine], bool]:
    """Those of [start, end) in the actor's scope, the newest first, from the `after`-th on; and whether there are more.

    Of a volunteer's, DETAILS_AFTER_CLOSE after her match has ended, only the minutes are left.
    """
    async with acting_as(actor):
        page = (LINES_PER_PAGE + 1, after)
        lines = await queries.list_calls(*span, page, with_past=actor.volunteer_id is not None)
    shown = [_as_seen(line, now) for line in lines[:LINES_PER_PAGE]]
    return shown, len(lines) > LINES_PER_PAGE


def _as_seen(line: CallLine, now: datetime) -> CallLine:
    if rules.shows_details(line.match_ended_at, now):
        return line
    return replace(line, id=None, family_no=None, outcome=None, emotional_load=None, match_ended_at=None)


async def read_call(actor: Actor, call_id: UUID, now: datetime) -> CallSeen:
    """With its note for a coordinator and for the volunteer whose call it is.

    Of a family that is hers no more, without contact and note. Raises NotFound for another's call, and for one of a
    match that ended DETAILS_AFTER_CLOSE ago.
    """
    async with acting_as(actor):
        past = await queries.find_past_call(call_id, actor.volunteer_id) if actor.volunteer_id else None
        facts = past or await queries.load_call(call_id, may_read=partial(_may_read_note, actor))
    if not rules.shows_details(facts.match_ended_at, now):
        raise NotFound("call")
    return facts


def _may_read_note(actor: Actor, standing: Standing) -> bool:
    if actor.role is Role.COORDINATOR:
        return True
    return actor.volunteer_id is not None and standing.volunteer_id == actor.volunteer_id


async def next_of(actor: Actor, facts: CallSeen) -> NextFollowUp | None:
    """The next promised call of the match that a call belongs to."""
    if facts.call.match_id is None:
        return None
    coming = await followups.next_call_of(actor, facts.call.match_id)
    return _as_next(coming) if coming else None

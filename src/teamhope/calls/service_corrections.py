"""Taking a call out of the count, and putting a corrected one in its place; nothing that was logged is changed."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.calls import queries, queries_reconcile, rules
from teamhope.calls.queries import CallFacts
from teamhope.calls.rules import LoggedCall
from teamhope.calls.service_debriefs import follow_correction, is_hers, still_needs_debrief
from teamhope.care import service_debriefs as debriefs
from teamhope.followups import service as followups
from teamhope.followups import service_ledger
from teamhope.followups.service_effects import CallEnded
from teamhope.followups.service_steps import after_call
from teamhope.kit.database import acting_as
from teamhope.vocabulary.calls import OUTCOMES, Next, VoidReason
from teamhope.vocabulary.errors import Forbidden, Invalid, Refused
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import programme

NOT_HERS: Final = frozenset({"not_your_call", "too_late_to_correct"})
# A correction to one of these must take effect although the call is over: it protects somebody.
PROTECTS: Final = frozenset({Next.REVOKE, Next.STOP_NUMBER, Next.STOP_LINE, Next.WAIT_FOR_COORDINATOR, Next.ESCALATE})


async def void_call(actor: Actor, call_id: UUID, reason: VoidReason, now: datetime) -> None:
    """A coordinator's: the call no longer counts, and stays readable; a talk with staff that is due for it is not.

    Raises Forbidden for another role, NotFound, and Refused for one that is void or corrected already.
    """
    if actor.role not in {Role.COORDINATOR, Role.COMMAND}:
        raise Forbidden("not_your_role")
    async with acting_as(actor):
        former = await _changeable(actor, call_id, now)
        await queries.void_call(call_id, reason, actor.person_id, now)
        await _count_again(former, now)
        await debriefs.end_debrief(call_id, now)
        await audit.record(actor, "voided_call", ("call", call_id), now, reason=reason)


async def correct_call(actor: Actor, call_id: UUID, call: LoggedCall, now: datetime) -> UUID:
    """A new call in the place of the former one, of the same family, match and follow-up; the former counts no more.

    What followed from the former call stays as it is, but a correction that protects somebody (no more calls, a number
    stopped, not safe, a crisis) does what such a call does; and the talk with staff goes by what the call is now.
    Raises Invalid with every problem, NotFound, Forbidden for another's call or after CORRECTED_WITHIN, and Refused for
    one that is void or corrected already.
    """
    async with acting_as(actor):
        former = await _changeable(actor, call_id, now)
        language = former.call.language or ""
        started_at = call.started_at or former.call.started_at
        call = rules.settled(replace(call, started_at=started_at, placed_via=former.call.placed_via), now, language)
        problems = _problems(call, former, now)
        if problems:
            raise Invalid(problems)
        assert call.started_at is not None
        fixed = await queries.fixed_report_zone()
        on = rules.counted_on(call.started_at, fixed) if fixed else former.counted.on
        hers = await is_hers(actor, former)
        needed = hers and await still_needs_debrief(former, call_id, call)
        new_id = await queries.insert_correction(former, call, on, actor.person_id, now)
        await _count_again(former, now)
        await audit.record(actor, "corrected_call", ("call", call_id), now, reason=call.outcome)
        if _protects_now(former.call, call):
            await _protect(actor, new_id, former, call, now, was_hers=hers)
        await follow_correction(former, (call_id, new_id), now, needed=needed)
        await queries_reconcile.follow_correction(call_id, new_id)
    return new_id


async def _count_again(former: CallFacts, now: datetime) -> None:
    """Whether a promise was kept may now have another answer."""
    if former.call.match_id is not None and former.call.started_at is not None:
        await service_ledger.count_near(former.call.match_id, former.call.started_at, now)


def _protects_now(former: LoggedCall, call: LoggedCall) -> bool:
    follows = OUTCOMES[call.outcome].next
    return follows in PROTECTS and follows is not OUTCOMES[former.outcome].next


async def _protect(
    actor: Actor, new_id: UUID, former: CallFacts, call: LoggedCall, now: datetime, *, was_hers: bool
) -> None:
    """By way of the next call that is still planned, which must not be made as if nothing had been said."""
    assert former.call.match_id is not None
    assert call.started_at is not None
    coming = await followups.next_call_of(actor, former.call.match_id)
    in_crisis = OUTCOMES[call.outcome].next is Next.ESCALATE
    ended = CallEnded(
        call_id=new_id,
        match_id=former.call.match_id,
        follow_up_id=coming.id if coming and not in_crisis else None,
        outcome=call.outcome,
        started_at=call.started_at,
        escalation_level=call.escalation_level,
        channel=call.channel,
        volunteer_id=former.standing.volunteer_id,
        was_hers=was_hers,
    )
    await after_call(actor, ended, now)


async def open_for_correction(actor: Actor, call_id: UUID, now: datetime) -> CallFacts:
    """The call with its note, for whoever may correct it now. Raises as correct_call."""
    async with acting_as(actor):
        return await _changeable(actor, call_id, now)


def _problems(call: LoggedCall, former: CallFacts, now: datetime) -> tuple[rules.Problem, ...]:
    """As of the moment at which the former call was logged: its call-back may be past by now."""
    as_of = min(now, former.standing.logged_at)
    return rules.problems_of(call, programme(), as_of)


async def _changeable(actor: Actor, call_id: UUID, now: datetime) -> CallFacts:
    former = await queries.load_call(call_id, lock=True)
    code = rules.refused_change(former.standing, actor, now)
    if code is not None:
        raise Forbidden(code) if code in NOT_HERS else Refused(code)
    return former

"""Calling for help, answering it, and not closing it before help has arrived."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import queries, queries_paging, rules, service_on_call, service_paging
from teamhope.care.queries import About, EscalationFacts
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import (
    ESCALATION_MOVES,
    EscalationAct,
    EscalationLevel,
    EscalationStatus,
    check_move,
)


async def open_escalation(actor: Actor, level: EscalationLevel, now: datetime, about: About) -> UUID:
    """On the coordinators' and advocates' queue at once; nothing else has to be known."""
    async with acting_as(actor):
        escalation_id = await queries.insert_escalation(level, about, actor.person_id, now)
        await audit.record(actor, "opened_escalation", ("escalation", escalation_id), now, reason=level)
    return escalation_id


async def family_of(actor: Actor, family_no: str | None) -> UUID | None:
    """The family a reference names, if the actor may see it: a wrong reference never holds up a call for help."""
    if not family_no:
        return None
    async with acting_as(actor):
        return await queries.find_family(family_no.strip().upper())


async def list_open(actor: Actor) -> list[EscalationFacts]:
    """Unanswered first, of these the late ones first."""
    async with acting_as(actor):
        return await queries.list_open_escalations()


async def acknowledge(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    """It is the actor's to act on, and nobody is rung for it any more. Raises IllegalMove when somebody was faster."""
    async with acting_as(actor):
        await _move(
            actor,
            escalation_id,
            EscalationStatus.ACKNOWLEDGED,
            now,
            acknowledged_at=now,
            acknowledged_by=actor.person_id,
        )
        async with acting_as(WORKER):
            await queries_paging.call_off_rings(escalation_id, now)


async def take_over(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    """From whoever has it. Raises IllegalMove for one that nobody has taken, or that is closed."""
    async with acting_as(actor):
        facts = await queries.lock_escalation(escalation_id)
        if facts.status in {EscalationStatus.OPEN, EscalationStatus.CLOSED}:
            check_move(ESCALATION_MOVES, facts.status, EscalationStatus.ACTING)
        await queries.update_escalation(escalation_id, acknowledged_by=actor.person_id)
        await _note(actor, escalation_id, EscalationAct.TAKEN_OVER, now)


async def act(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    async with acting_as(actor):
        await _move(actor, escalation_id, EscalationStatus.ACTING, now)


async def wait_for_confirmation(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    async with acting_as(actor):
        await _move(actor, escalation_id, EscalationStatus.AWAITING_CONFIRMATION, now)


async def close(actor: Actor, escalation_id: UUID, *, help_arrived: bool, reason: str | None, now: datetime) -> None:
    """`reason` is a code. Raises Invalid unless help has arrived or the reason says why that is not known."""
    if not rules.may_close(help_arrived, reason):
        raise Invalid.field("reason", "confirm_or_reason")
    async with acting_as(actor):
        await _move(
            actor,
            escalation_id,
            EscalationStatus.CLOSED,
            now,
            closed_at=now,
            help_confirmed_at=now if help_arrived else None,
            closed_without_confirmation=None if help_arrived else reason,
        )


async def say_where(actor: Actor, escalation_id: UUID, where_now: str | None, now: datetime) -> None:
    """Where they are now, in the place of what was known before. Raises Refused once it is closed."""
    async with acting_as(actor):
        await _lock_open(escalation_id)
        await queries.update_where(escalation_id, where_now)
        await _note(actor, escalation_id, EscalationAct.TOLD_WHERE, now)


async def pass_on(actor: Actor, escalation_id: UUID, to: UUID, has_telephone: bool, now: datetime) -> None:
    """To somebody else who is on call, who is rung or told by letter; until she takes it, it stays whose it is.

    Raises Invalid for who is not on call, IllegalMove for one that nobody has taken yet, Refused once it is closed.
    """
    async with acting_as(actor):
        facts = await _lock_open(escalation_id)
        if facts.status is EscalationStatus.OPEN:
            check_move(ESCALATION_MOVES, facts.status, EscalationStatus.ACTING)
        shifts = {shift.person: shift for shift in await service_on_call.who_is_on_call(now)}
        if to not in shifts or to == actor.person_id:
            raise Invalid.field("to", "not_a_choice")
        await _note(actor, escalation_id, EscalationAct.PASSED_ON, now, to)
        await service_paging.reach(facts, shifts[to], has_telephone, now)


async def _lock_open(escalation_id: UUID) -> EscalationFacts:
    facts = await queries.lock_escalation(escalation_id)
    if facts.status is EscalationStatus.CLOSED:
        raise Refused("escalation_is_over")
    return facts


async def _move(actor: Actor, escalation_id: UUID, target: EscalationStatus, now: datetime, **values: object) -> None:
    facts = await queries.lock_escalation(escalation_id)
    check_move(ESCALATION_MOVES, facts.status, target)
    await queries.update_escalation(escalation_id, status=target, **values)
    await _note(actor, escalation_id, EscalationAct(target), now)


async def _note(actor: Actor, escalation_id: UUID, act: EscalationAct, now: datetime, to: UUID | None = None) -> None:
    await queries.insert_step(escalation_id, act, actor.person_id, now, to)
    await audit.record(actor, f"escalation_{act}", ("escalation", escalation_id), now)

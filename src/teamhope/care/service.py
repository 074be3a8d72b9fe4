"""Calling for help, answering it, and not closing it before help has arrived."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import queries, rules
from teamhope.care.queries import About, EscalationFacts
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import ESCALATION_MOVES, EscalationLevel, EscalationStatus, check_move


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
    """Unanswered first, then the oldest."""
    async with acting_as(actor):
        return await queries.list_open_escalations()


async def acknowledge(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    """Raises IllegalMove when somebody was faster."""
    await _move(
        actor, escalation_id, EscalationStatus.ACKNOWLEDGED, now, acknowledged_at=now, acknowledged_by=actor.person_id
    )


async def act(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    await _move(actor, escalation_id, EscalationStatus.ACTING, now)


async def wait_for_confirmation(actor: Actor, escalation_id: UUID, now: datetime) -> None:
    await _move(actor, escalation_id, EscalationStatus.AWAITING_CONFIRMATION, now)


async def close(actor: Actor, escalation_id: UUID, *, help_arrived: bool, reason: str | None, now: datetime) -> None:
    """`reason` is a code. Raises Invalid unless help has arrived or the reason says why that is not known."""
    if not rules.may_close(help_arrived, reason):
        raise Invalid.field("reason", "confirm_or_reason")
    await _move(
        actor,
        escalation_id,
        EscalationStatus.CLOSED,
        now,
        closed_at=now,
        help_confirmed_at=now if help_arrived else None,
        closed_without_confirmation=None if help_arrived else reason,
    )


async def _move(actor: Actor, escalation_id: UUID, target: EscalationStatus, now: datetime, **values: object) -> None:
    async with acting_as(actor):
        facts = await queries.lock_escalation(escalation_id)
        check_move(ESCALATION_MOVES, facts.status, target)
        await queries.update_escalation(escalation_id, status=target, **values)
        await audit.record(actor, f"escalation_{target}", ("escalation", escalation_id), now)

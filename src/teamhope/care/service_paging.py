"""Ringing and telling staff about a call for help until somebody takes it: one step in one transaction."""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import queries, queries_on_call, queries_paging, service_on_call
from teamhope.care.queries import EscalationFacts
from teamhope.care.rules_on_call import Shift
from teamhope.care.rules_paging import RingNext, Step, TellCoordinators, TellOnCall, Unanswered, Wait, next_step
from teamhope.kit.database import acting_as
from teamhope.letters import service as letters
from teamhope.letters.rules import LetterKind
from teamhope.vocabulary.people import WORKER, Duty
from teamhope.vocabulary.states import EscalationAct, EscalationStatus

STEPS_AT_ONCE: Final = 4  # more than ever follow each other without a wait


async def list_unanswered() -> list[UUID]:
    async with acting_as(WORKER):
        return await queries.list_unanswered()


async def page(escalation_id: UUID, has_telephone: bool, now: datetime) -> datetime | None:
    """What is to be done now, each thing in a transaction of its own; when there is more, None when only people can.

    The escalation's row stays locked meanwhile: of two workers, or of one that is killed and begins again, the second
    sees what the first has done.
    """
    for _ in range(STEPS_AT_ONCE):
        step = await _one_step(escalation_id, has_telephone, now)
        if step is None or isinstance(step, Wait):
            return step.until if step else None
    return now


async def _one_step(escalation_id: UUID, has_telephone: bool, now: datetime) -> Step:
    async with acting_as(WORKER):
        facts = await queries.lock_escalation(escalation_id)
        if facts.status is not EscalationStatus.OPEN:
            return None
        shifts = await _to_ring(has_telephone, now)
        zone = await queries_on_call.organisation_zone()
        step = next_step(await _unanswered(facts, shifts, has_telephone), zone, now)
        match step:
            case RingNext(person):
                await queries_paging.insert_ring(facts, person, now)
            case TellOnCall():
                await _tell(escalation_id, EscalationAct.TOLD_ON_CALL, [shift.person for shift in shifts], now)
            case TellCoordinators():
                await tell_coordinators(escalation_id, now)
        return step


async def _to_ring(has_telephone: bool, now: datetime) -> list[Shift]:
    """Advocates first; with a telephone only those who have a number."""
    shifts = [shift for shift in await service_on_call.who_is_on_call(now) if shift.has_phone or not has_telephone]
    return sorted(shifts, key=lambda shift: shift.duty is not Duty.ADVOCATE)


async def _unanswered(facts: EscalationFacts, shifts: list[Shift], has_telephone: bool) -> Unanswered:
    told = {step.act for step in await queries.list_steps(facts.id)}
    return Unanswered(
        level=facts.level,
        opened_at=facts.opened_at,
        due_at=facts.answer_due_at,
        on_call=tuple(shift.person for shift in shifts),
        has_fallback=await queries_on_call.load_fallback() is not None,
        has_telephone=has_telephone,
        rings=tuple(each.ring for each in await queries_paging.list_rings(facts.id)),
        told_on_call=EscalationAct.TOLD_ON_CALL in told,
        told_coordinators=EscalationAct.TOLD_COORDINATORS in told,
    )


async def tell_coordinators(escalation_id: UUID, now: datetime) -> None:
    """All who can see it, by letter, once. Inside acting_as(WORKER)."""
    if EscalationAct.TOLD_COORDINATORS in {step.act for step in await queries.list_steps(escalation_id)}:
        return
    people = await queries_paging.list_coordinators(escalation_id)
    await _tell(escalation_id, EscalationAct.TOLD_COORDINATORS, people, now)


async def _tell(escalation_id: UUID, act: EscalationAct, people: list[UUID], now: datetime) -> None:
    for person in people:
        await letters.queue(WORKER, person, LetterKind.CALL_FOR_HELP, None, now)
    await queries.insert_step(escalation_id, act, None, now)
    await audit.record(WORKER, f"escalation_{act}", ("escalation", escalation_id), now)


async def reach(escalation: EscalationFacts, shift: Shift, has_telephone: bool, now: datetime) -> None:
    """One person, to whom it is passed on. In the caller's transaction."""
    async with acting_as(WORKER):
        if has_telephone and shift.has_phone:
            await queries_paging.insert_ring(escalation, shift.person, now)
        else:
            await letters.queue(WORKER, shift.person, LetterKind.CALL_FOR_HELP, None, now)

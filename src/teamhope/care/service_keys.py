"""What whoever is rung for a call for help hears, and what the key does that she presses."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from teamhope.care import queries, queries_paging, service, service_paging
from teamhope.care.queries_paging import Paged
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import EscalationStatus

ACCEPT: Final = "1"


class Reply(StrEnum):
    """What she is told next."""

    NEEDED = "needed"  # and asked for the key
    ACCEPTED = "accepted"
    TAKEN = "taken"
    NEXT_IS_RUNG = "next_is_rung"


async def greet(leg_id: UUID) -> Reply:
    """What is said when she answers. Raises NotFound for a leg that pages nobody."""
    async with acting_as(WORKER):
        paged = await queries_paging.load_paged(leg_id)
        return Reply.NEEDED if await _is_hers_to_take(paged) else Reply.TAKEN


async def pressed(leg_id: UUID, digits: str, now: datetime) -> Reply:
    """1 takes it, as the page's button does; twice is as good as once. Raises NotFound for a leg that pages nobody."""
    async with acting_as(WORKER):
        paged = await queries_paging.load_paged(leg_id)
        await queries.lock_escalation(paged.escalation)
        if not await _is_hers_to_take(paged):
            return Reply.ACCEPTED if await _is_hers(paged) else Reply.TAKEN
        if digits != ACCEPT:
            return Reply.NEXT_IS_RUNG
        await queries_paging.mark_joined(leg_id, now)
        await _take(paged, now)
        return Reply.ACCEPTED


async def _is_hers_to_take(paged: Paged) -> bool:
    """Nobody has it, or it was passed on to her."""
    facts = await queries.load_escalation(paged.escalation)
    if facts.status is EscalationStatus.OPEN:
        return True
    if paged.actor is None or facts.status is EscalationStatus.CLOSED:
        return False
    return await queries.passed_on_to(paged.escalation) == paged.actor.person_id


async def _is_hers(paged: Paged) -> bool:
    facts = await queries.load_escalation(paged.escalation)
    if paged.actor is None:  # two who answer at the fallback number are one
        return paged.accepted and facts.acknowledged_by is None
    return facts.acknowledged_by == paged.actor.person_id


async def _take(paged: Paged, now: datetime) -> None:
    facts = await queries.load_escalation(paged.escalation)
    taking = service.acknowledge if facts.status is EscalationStatus.OPEN else service.take_over
    await taking(paged.actor or WORKER, paged.escalation, now)
    if paged.actor is None:  # nobody who can sign in has it
        await service_paging.tell_coordinators(paged.escalation, now)

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


class Heard(StrEnum):
    """What she is told (telephony wording)."""

    NEEDED = "needed"  # and asked for the key
    ACCEPTED = "accepted"
    TAKEN = "taken"
    NEXT_IS_RUNG = "next_is_rung"


async def greet(leg_id: UUID) -> tuple[Heard, str | None]:
    """What is said when she answers, and her language. Raises NotFound for a leg that pages nobody."""
    async with acting_as(WORKER):
        paged = await queries_paging.load_paged(leg_id)
        return (Heard.NEEDED if await _is_hers_to_take(paged) else Heard.TAKEN), paged.language


async def pressed(leg_id: UUID, digits: str, now: datetime) -> tuple[Heard, str | None]:
    """1 takes it, as the page's button does; twice is as good as once. Raises NotFound for a leg that pages nobody."""
    async with acting_as(WORKER):
        paged = await queries_paging.load_paged(leg_id)
        await queries.lock_escalation(paged.escalation)
        if not await _is_hers_to_take(paged):
            return (Heard.ACCEPTED if await _is_hers(paged) else Heard.TAKEN), paged.language
        if digits != ACCEPT:
            return Heard.NEXT_IS_RUNG, paged.language
        await queries_paging.mark_joined(leg_id, now)
        await _take(paged, now)
        return Heard.ACCEPTED, paged.language


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
    return paged.actor is not None and facts.acknowledged_by == paged.actor.person_id


async def _take(paged: Paged, now: datetime) -> None:
    facts = await queries.load_escalation(paged.escalation)
    taking = service.acknowledge if facts.status is EscalationStatus.OPEN else service.take_over
    await taking(paged.actor or WORKER, paged.escalation, now)
    if paged.actor is None:  # nobody who can sign in has it
        await service_paging.tell_coordinators(paged.escalation, now)

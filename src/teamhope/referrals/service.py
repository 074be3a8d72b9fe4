"""Taking back what was entered by mistake: the row stays, no figure counts it any more."""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.referrals import queries
from teamhope.vocabulary.calls import VoidReason
from teamhope.vocabulary.errors import Forbidden
from teamhope.vocabulary.people import Actor, Role

MAY_VOID: Final = frozenset({Role.COORDINATOR, Role.COMMAND})


async def void_service_event(actor: Actor, event_id: UUID, reason: VoidReason, now: datetime) -> None:
    """Raises Forbidden, or NotFound for one that is not there or was voided before."""
    _refuse_others(actor)
    async with acting_as(actor):
        await queries.void_service_event(event_id, reason, now)
        await audit.record(actor, "voided_service_event", ("service_event", event_id), now, reason=reason)


async def void_member(actor: Actor, member_id: UUID, reason: VoidReason, now: datetime) -> None:
    """For an entry that should never have been. Who leaves is withdrawn or removed, and stays counted until then.

    Raises Forbidden, or NotFound for one that is not there or was voided before.
    """
    _refuse_others(actor)
    async with acting_as(actor):
        await queries.void_member(member_id, now)
        await audit.record(actor, "voided_faon_member", ("faon_member", member_id), now, reason=reason)


def _refuse_others(actor: Actor) -> None:
    if actor.role not in MAY_VOID:
        raise Forbidden("not_your_role")

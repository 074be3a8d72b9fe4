"""Rows of services and of members, as far as they are taken out of the counts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns import Column

from teamhope.tables.referrals import FaonMember, ServiceEvent
from teamhope.vocabulary.errors import NotFound


async def void_service_event(event_id: UUID, reason: str, now: datetime) -> None:
    """Raises NotFound unless it is there, the actor may see it, and it was not voided before."""
    counted = (ServiceEvent.id == event_id) & ServiceEvent.voided_at.is_null()
    values: dict[Column | str, Any] = {ServiceEvent.voided_at: now, ServiceEvent.void_reason: reason}
    if not await ServiceEvent.update(values).where(counted).returning(ServiceEvent.id):
        raise NotFound("service_event")


async def void_member(member_id: UUID, now: datetime) -> None:
    """Raises NotFound unless it is there, the actor may see it, and it was not voided before."""
    counted = (FaonMember.id == member_id) & FaonMember.voided_at.is_null()
    if not await FaonMember.update({FaonMember.voided_at: now}).where(counted).returning(FaonMember.id):
        raise NotFound("faon_member")

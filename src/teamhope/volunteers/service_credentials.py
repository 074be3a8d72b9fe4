"""A volunteer whose credential has ended takes no families until it is renewed."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers import queries


async def suspend(actor: Actor, volunteer_id: UUID, now: datetime) -> None:
    """Also while she accompanies families: whoever calls it sees that somebody takes care of them."""
    async with acting_as(actor):
        await queries.update_volunteer(volunteer_id, status=VolunteerStatus.SUSPENDED)
        await audit.record(
            actor, "changed_volunteer", ("volunteer", volunteer_id), now, reason=VolunteerStatus.SUSPENDED
        )

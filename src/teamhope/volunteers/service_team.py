"""Which team a volunteer belongs to."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor
from teamhope.volunteers import queries
from teamhope.volunteers.queries_lived import lock_volunteer
from teamhope.volunteers.service import load_profile

NO_TEAM = "no_team"


async def move(actor: Actor, volunteer_id: UUID, team: UUID | None, now: datetime) -> UUID | None:
    """The team until now. Whoever calls it sees that nobody loses sight of her families.

    Raises NotFound for whoever the database does not let: all but a coordinator of every team.
    """
    async with acting_as(actor):
        await lock_volunteer(volunteer_id)
        profile = await load_profile(actor, volunteer_id)
        if not await queries.move_to_team(profile.person_id, team):
            raise NotFound("volunteer")
        await audit.record(actor, "changed_team", ("volunteer", volunteer_id), now, reason=str(team or NO_TEAM))
    return profile.team[0] if profile.team else None

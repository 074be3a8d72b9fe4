"""Where the people of a family are: the zone in whose hours they are called."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries_zone
from teamhope.families.rules_hours import zone_of
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import TaskKind, TaskStatus


async def set_zone(actor: Actor, family_id: UUID, contact_id: UUID | None, zone: str, now: datetime) -> None:
    """Of one contact, or of everybody; nobody is asked any more to confirm it. Calls are the caller's to take along.

    Raises Invalid for what is no zone; NotFound for another family's contact, and outside the scope.
    """
    if zone_of(zone) is None:
        raise Invalid.field("timezone", "zone_unknown")
    async with acting_as(actor):
        if contact_id is None:
            await queries_zone.set_zone_of_family(family_id, zone)
        else:
            await queries_zone.set_zone_of_contact(family_id, contact_id, zone)
        await audit.record(actor, "changed_zone", ("family", family_id), now)
        await confirmed(actor, family_id, now)


async def confirmed(actor: Actor, family_id: UUID, now: datetime) -> None:
    await tasks.close_all(actor, TaskKind.CONFIRM_TIME_ZONE, About(family=family_id), TaskStatus.DONE, now)

"""Who a volunteer is when she acts by telephone, without a sign-in: herself, as a volunteer and never as more."""

from uuid import UUID

from teamhope.calls import queries_callers
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import WORKER, Actor, Role


async def caller_of(volunteer_id: UUID) -> Actor:
    """Raises NotFound for whoever is suspended."""
    async with acting_as(WORKER):
        caller = await queries_callers.load_caller(volunteer_id)
    return Actor(Role.VOLUNTEER, caller.person_id, volunteer_id)


async def language_of(person_id: UUID | None) -> str:
    """Which she hears; English for whoever is nobody of ours, or suspended."""
    if person_id is None:
        return "en"
    async with acting_as(WORKER):
        try:
            return (await queries_callers.load_person_calling(person_id)).language
        except NotFound:
            return "en"


async def may_be_rung(actor: Actor) -> bool:
    """Whether we know a telephone of hers, so that a call can come to it."""
    if actor.volunteer_id is None:
        return False
    async with acting_as(actor):
        return (await queries_callers.load_caller(actor.volunteer_id)).has_telephone

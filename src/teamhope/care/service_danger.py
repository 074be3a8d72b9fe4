"""One call for help as whoever answers it sees it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from teamhope.accounts.queries import PersonFacts, load_person
from teamhope.care import queries, queries_danger, queries_paging, service_on_call
from teamhope.care.queries import EscalationFacts, StepFacts
from teamhope.care.queries_danger import PersonInDanger
from teamhope.care.queries_paging import RingFacts
from teamhope.care.rules_on_call import Shift
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import EscalationStatus


@dataclass(frozen=True, slots=True)
class Danger:
    """`people`: whom it is about, with names and numbers, from the moment at which somebody has taken it until it is
    closed; `blocked`: how many must not be told. `opener`: who called for help, None for a process; `owner`: who has
    it. `others`: who else is on call.
    """

    it: EscalationFacts
    people: list[PersonInDanger]
    blocked: int
    opener: PersonFacts | None
    owner: str | None
    steps: list[StepFacts]
    rings: list[RingFacts]
    others: list[Shift]


async def show(actor: Actor, escalation_id: UUID, now: datetime) -> Danger:
    """Each name and number that the actor sees is kept. Raises NotFound outside the scope."""
    async with acting_as(actor):
        it = await queries.load_escalation(escalation_id)
        in_hand = it.status not in {EscalationStatus.OPEN, EscalationStatus.CLOSED}
        people = await queries_danger.list_people(it.family) if it.family and in_hand else []
        blocked = await queries_danger.count_blocked(it.family) if people and it.family else 0
        async with acting_as(WORKER):
            return Danger(
                it=it,
                people=people,
                blocked=blocked,
                opener=await load_person(it.opened_by) if it.opened_by else None,
                owner=await queries.name_of(it.acknowledged_by),
                steps=await queries.list_steps(escalation_id),
                rings=await queries_paging.list_rings(escalation_id),
                others=[each for each in await service_on_call.who_is_on_call(now) if each.person != actor.person_id],
            )

"""Who must not be reached or told: whoever is named so, her number is used no more and nothing is given to her."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import entry_checks, queries_blocked, queries_contact, service_contact, service_release
from teamhope.families.forms import BlockedSent
from teamhope.families.queries_blocked import BlockedView
from teamhope.families.rules_entry import normal_phone
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import BlockedEnd
from teamhope.vocabulary.people import Actor

STOPPED_BECAUSE = "blocked_person"


async def show_blocked(actor: Actor, family_id: UUID) -> list[BlockedView]:
    """Those who stand first. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await queries_contact.see_family(family_id)
        return await queries_blocked.list_blocked(family_id)


async def block(actor: Actor, family_id: UUID, person: BlockedSent, now: datetime) -> UUID:
    """At once: a number of the family's that is hers is stopped with a task, and a release that names her ends.

    Raises Invalid naming every wrong field; NotFound outside the scope.
    """
    wrong = tuple(entry_checks.problems_of_blocked(person))
    if wrong:
        raise Invalid(wrong)
    number = normal_phone(person.phone) if person.phone else None
    async with acting_as(actor):
        await queries_contact.see_family(family_id)
        blocked_id = await queries_blocked.insert_blocked(family_id, person, now)
        await audit.record(actor, "blocked_person", ("blocked_person", blocked_id), now, reason=person.scope)
        for phone_id in await queries_blocked.phones_with(family_id, number) if number else ():
            await service_contact.stop_number(actor, phone_id, STOPPED_BECAUSE, now, detail="blocked_line")
        await service_release.end_barred(actor, family_id, now)
    return blocked_id


async def end_block(actor: Actor, family_id: UUID, blocked_id: UUID, reason: BlockedEnd, now: datetime) -> None:
    """The row is kept. A number that was stopped stays so until somebody confirms it. Raises NotFound."""
    async with acting_as(actor):
        await queries_blocked.end(family_id, blocked_id, reason, (actor.person_id, now))
        await audit.record(actor, "unblocked_person", ("blocked_person", blocked_id), now, reason=reason)


async def read_number(actor: Actor, family_id: UUID, blocked_id: UUID, now: datetime) -> str:
    """The number in full, this once, and the fact that it was read. Raises NotFound."""
    async with acting_as(actor):
        number = await queries_blocked.number_of(family_id, blocked_id)
        await audit.record(actor, "read_number", ("blocked_person", blocked_id), now)
    return number

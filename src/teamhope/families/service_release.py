"""Leave to give information to somebody outside: in writing, for a purpose, until a day; taken back at once."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries, queries_blocked, queries_consents, queries_contact
from teamhope.families.entry_checks import family_date
from teamhope.families.queries_consents import ConsentLine
from teamhope.families.rules_release import Release, is_barred, problems_of_release, standing_releases
from teamhope.families.service_contact import How
from teamhope.kit.database import acting_as
from teamhope.vocabulary.consents import CURRENT
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor


async def history(actor: Actor, family_id: UUID) -> list[ConsentLine]:
    """Every record of what the family agreed to and took back, the latest first."""
    async with acting_as(actor):
        return await queries_consents.list_records(family_id)


async def standing(actor: Actor, family_id: UUID, now: datetime) -> list[ConsentLine]:
    """Releases that were neither taken back nor have expired where the family is."""
    async with acting_as(actor):
        return await _standing(family_id, now)


async def _standing(family_id: UUID, now: datetime) -> list[ConsentLine]:
    today = family_date(now, await queries.zone_of_family(family_id))
    lines = await queries_consents.list_records(family_id)
    ids = {each.id for each in standing_releases(queries_consents.releases(lines), today)}
    return [line for line in lines if line.id in ids]


async def give(actor: Actor, contact_id: UUID, release: Release, language: str, now: datetime) -> UUID:
    """The paper was signed. Raises Invalid naming every wrong field; NotFound outside the scope."""
    async with acting_as(actor):
        family_id = await queries_contact.family_of(contact_id)
        today = family_date(now, await queries.zone_of_family(family_id))
        blocked = await queries_blocked.list_facts(family_id)
        wrong = problems_of_release(release, ConsentMethod.WRITTEN, blocked, today)
        if wrong:
            raise Invalid(wrong)
        how, by = (CURRENT.code, language), (actor.person_id, now)
        release_id = await queries_consents.insert_release(contact_id, release, how, by)
        kind = ConsentKind.RELEASE_TO_THIRD_PARTY
        await audit.record(actor, "gave_consent", ("consent", release_id), now, reason=kind)
    return release_id


async def take_back(actor: Actor, family_id: UUID, release_id: UUID, how: How, now: datetime) -> None:
    """At once. Raises NotFound unless it stands in this family and in the actor's scope."""
    async with acting_as(actor):
        found = [line for line in await _standing(family_id, now) if line.id == release_id]
        if not found:
            raise NotFound("consent")
        await _end(actor, found[0], family_id, how.method, now)


async def end_barred(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Inside acting_as: ends every release that names somebody whom the family has blocked."""
    blocked = await queries_blocked.list_facts(family_id)
    for line in await _standing(family_id, now):
        if line.release and is_barred(line.release.recipient, blocked):
            await _end(actor, line, family_id, ConsentMethod.VERBAL_RECORDED_BY_STAFF, now)


async def _end(actor: Actor, line: ConsentLine, family_id: UUID, how: ConsentMethod, now: datetime) -> None:
    record_id = await queries_consents.insert_end(line, family_id, how, (actor.person_id, now))
    await audit.record(actor, "revoked_consent", ("consent", record_id), now, reason=line.kind)

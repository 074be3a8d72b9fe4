"""A volunteer and a family who may know of each other: nobody matches the two, and nobody is told how they might."""

from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import service as families
from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_connections, queries_snapshot, service_states
from teamhope.matching.queries_connections import Connection
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import ConnectionEnd, ConnectionKind
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import TaskKind
from teamhope.volunteers import service as volunteers


async def list_of_family(actor: Actor, family_id: UUID) -> list[Connection]:
    """Those that stand first."""
    async with acting_as(actor):
        return await queries_connections.list_of_family(family_id)


async def list_of_volunteer(actor: Actor, volunteer_id: UUID) -> list[Connection]:
    """Those that stand first."""
    async with acting_as(actor):
        return await queries_connections.list_of_volunteer(volunteer_id)


async def record(actor: Actor, family_id: UUID, volunteer_id: UUID, kind: ConnectionKind, now: datetime) -> None:
    """Where the two are matched already nothing ends by itself: a coordinator is asked to look at it.

    Raises NotFound outside the scope; Invalid where one of this kind stands.
    """
    async with acting_as(actor):
        await volunteers.load_profile(actor, volunteer_id)
        await families.show_family(actor, family_id)
        await _lock(volunteer_id)
        await _insert(actor, family_id, volunteer_id, kind, now)
        await _ask_if_matched(actor, family_id, volunteer_id, now)


async def record_by_reference(
    actor: Actor, family_no: str, volunteer_id: UUID, kind: ConnectionKind, now: datetime
) -> None:
    """As `record`. Raises Invalid for a reference that the actor does not see."""
    async with acting_as(actor):
        family_id = await queries_connections.find_family(family_no.strip().upper())
        if family_id is None:
            raise Invalid.field("family_no", "reference_unknown")
        await record(actor, family_id, volunteer_id, kind, now)


async def may_know_offered(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The volunteer may know whom she is asked to accompany. The offer is taken back: that is no answer of hers.

    Raises NotFound for another's offer, IllegalMove for one that is over or answered.
    """
    async with acting_as(actor):
        match = await service_states.lock_own_offer(actor, match_id)
        await queries.lock_request_of(match)
        await _say_herself(actor, match.family_id, match.volunteer_id, now)
        await service_states.withdraw(actor, match_id, now)


async def may_know_own(actor: Actor, family_id: UUID, now: datetime) -> None:
    """The volunteer may know a family that she accompanies; twice is as good as once. Raises NotFound for another's."""
    volunteer_id = volunteers.own_volunteer(actor)
    async with acting_as(actor):
        await families.show_own_family(actor, family_id)
        if not await queries_connections.is_matched(family_id, volunteer_id):
            raise NotFound("family")
        if await _say_herself(actor, family_id, volunteer_id, now):
            await _ask_if_matched(actor, family_id, volunteer_id, now)


async def _say_herself(actor: Actor, family_id: UUID, volunteer_id: UUID, now: datetime) -> bool:
    """Whether nobody had said so before."""
    kind = ConnectionKind.PERSONALLY_KNOWN
    await _lock(volunteer_id)
    async with acting_as(WORKER):  # what a coordinator has recorded is not hers to see
        said = await queries_connections.is_said(family_id, volunteer_id, kind)
    if not said:
        await _insert(actor, family_id, volunteer_id, kind, now)
    return not said


async def _lock(volunteer_id: UUID) -> None:
    """Whoever asks her for a family has locked her row too: that comes before us, or sees what we write."""
    async with acting_as(WORKER):
        await queries_snapshot.lock_volunteer(volunteer_id)


async def _insert(actor: Actor, family_id: UUID, volunteer_id: UUID, kind: ConnectionKind, now: datetime) -> None:
    connection_id = await queries_connections.insert_connection(actor, family_id, volunteer_id, kind, now)
    await audit.record(actor, "recorded_connection", ("known_connection", connection_id), now)


async def _ask_if_matched(actor: Actor, family_id: UUID, volunteer_id: UUID, now: datetime) -> None:
    if await queries_connections.is_matched(family_id, volunteer_id):
        about = About(family=family_id, volunteer=volunteer_id, detail="possible_connection")
        await tasks.open_task(actor, TaskKind.OTHER, now, about)


async def end_of_family(
    actor: Actor, family_id: UUID, connection_id: UUID, reason: ConnectionEnd, now: datetime
) -> None:
    """The row is kept. Raises NotFound."""
    async with acting_as(actor):
        await families.show_family(actor, family_id)
        await _end(actor, connection_id, family_id, reason, now)


async def end_of_volunteer(
    actor: Actor, volunteer_id: UUID, connection_id: UUID, reason: ConnectionEnd, now: datetime
) -> None:
    """As end_of_family."""
    async with acting_as(actor):
        await volunteers.load_profile(actor, volunteer_id)
        await _end(actor, connection_id, volunteer_id, reason, now)


async def _end(actor: Actor, connection_id: UUID, of: UUID, reason: ConnectionEnd, now: datetime) -> None:
    await queries_connections.end_connection(connection_id, of, reason, (actor.person_id, now))
    await audit.record(actor, "ended_connection", ("known_connection", connection_id), now, reason=reason)

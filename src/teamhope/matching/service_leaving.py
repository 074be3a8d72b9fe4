"""A volunteer who stops: every family of hers gets a goodbye or somebody else, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.matching import queries, service_handover, service_states
from teamhope.matching.queries import MatchFacts, MatchSeen
from teamhope.matching.rules_handover import Handover
from teamhope.matching.rules_leaving import Leaving
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import CloseReason, MatchStatus, TaskKind, TaskStatus
from teamhope.volunteers import service as volunteers

# What has to happen before a match of this state can be closed.
BEFORE_THE_END: Final = {
    MatchStatus.ACTIVE: service_states.transfer,
    MatchStatus.PAUSED: service_states.begin_closing,
}


@dataclass(frozen=True, slots=True)
class Families:
    """Her live matches in the order in which they began; `left`: what is left for the next volunteer, by match."""

    name: str
    matches: list[MatchSeen]
    left: Mapping[UUID, Handover]


async def list_families(actor: Actor, volunteer_id: UUID) -> Families:
    """Raises NotFound outside the actor's scope."""
    async with acting_as(actor):
        profile = await volunteers.load_profile(actor, volunteer_id)
        matches = await queries.list_live_of(volunteer_id)
        left = await service_handover.load(actor, [each.id for each in matches])
    return Families(profile.name, matches, left)


async def move_families(
    actor: Actor, volunteer_id: UUID, ways: Mapping[UUID, Leaving], notes: Mapping[UUID, str | None], now: datetime
) -> None:
    """All in one transaction, with what is noted for the next volunteer; None clears a note.

    Raises NotFound for a match that is not hers, IllegalMove for a way it cannot go, Invalid for a note.
    """
    async with acting_as(actor):
        left = await service_handover.load(actor, notes)
        for match_id in sorted(ways):
            match = await queries.lock_match(match_id)
            if match.volunteer_id != volunteer_id:
                raise NotFound("match")
            before = left.get(match_id, Handover())
            after = replace(before, note=notes.get(match_id, before.note))
            if after != before:
                await service_handover.write(actor, match_id, after, now)
            await _move(actor, match, ways[match_id], now)


async def _move(actor: Actor, match: MatchFacts, way: Leaving, now: datetime) -> None:
    if way is Leaving.GOODBYE:
        await service_states.begin_closing(actor, match.id, now)
    if way is Leaving.HANDOVER:
        await _hand_over(actor, match, now)


async def _hand_over(actor: Actor, match: MatchFacts, now: datetime) -> None:
    """The family waits for somebody else, and is told, unless it has not heard of her yet."""
    if match.status is MatchStatus.PROPOSED_TO_VOLUNTEER:
        await service_states.withdraw(actor, match.id, now)
        return
    if match.status in BEFORE_THE_END:
        await BEFORE_THE_END[match.status](actor, match.id, now)
    _, owner = await queries.lock_request_of(match)
    # What it was still to be told of her is over.
    await tasks.close_all(actor, TaskKind.TELL_FAMILY, About(family=match.family_id), TaskStatus.DROPPED, now)
    await service_states.close(actor, match.id, CloseReason.VOLUNTEER_LEFT, now, rematch=True)
    if match.status is MatchStatus.ACCEPTED:
        return
    about = About(family=match.family_id, detail="volunteer_leaves")
    await tasks.open_task(actor, TaskKind.TELL_FAMILY, now, about, owner)

"""Rows of what lies between a family and volunteers: matches that are over, what connects them, numbers both know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import acting_as, connection
from teamhope.matching.rules_facts import Past
from teamhope.matching.rules_past import SAYS_NOTHING, past_of
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import MatchStatus

# The latest that ended by an answer of one of the two; what was taken back, or still goes on, says nothing of them.
LATEST: Final = """
    select distinct on (family, volunteer) family, volunteer, status, close_reason from match
    where family = any($1) and ($2::uuid is null or volunteer = $2)
    order by family, volunteer, status = any($3), proposed_at desc, id
"""
# Of a family that was entered twice, what was recorded with either.
EITHER: Final = """(
      select id as family, id as either from family where id = any($1)
      union all select duplicate_of, id from family where duplicate_of = any($1)
    ) same"""
# Blind indexes: nobody's number is read.
KNOWS_A_NUMBER: Final = f"""
    select number.family, volunteer.id as volunteer
    from volunteer join person on person.id = volunteer.person join (
      select same.family, number_index as index from {EITHER} join contact_phone on contact_phone.family = either
      union all select same.family, phone_index from {EITHER} join blocked_person on blocked_person.family = either
      where ended_at is null
    ) number on number.index = person.phone_index
    where $2::uuid is null or volunteer.id = $2
"""  # noqa: S608 - constants
KNOWN: Final = f"""
    select same.family, volunteer from {EITHER} join known_connection on known_connection.family = either
    where ended_at is null and ($2::uuid is null or volunteer = $2)
"""  # noqa: S608 - constants

# A family that nobody reached waits again from then on: its match may still come back.
ENDS: Final = """
    select coalesce(closed_at, status_since) as ended_at from match
    where request = $1 and accepted_at is not null order by 1
"""

Pair = tuple[UUID, UUID]  # family and volunteer


@dataclass(frozen=True, slots=True)
class Between:
    """`past`: how the latest match of the two ended. `connected`: they may know of each other."""

    past: Past = Past.NOTHING
    connected: bool = False


async def load_between(families: Collection[UUID], volunteer_id: UUID | None = None) -> dict[Pair, Between]:
    """Of one volunteer or of all; a pair with nothing between it is not in it.

    Whatever team it is with: a family entered twice may be another's the second time, and this actor does not see it.
    """
    async with acting_as(WORKER):
        matches = await connection().fetch(LATEST, families, volunteer_id, SAYS_NOTHING)
        known = {
            (row["family"], row["volunteer"])
            for query in (KNOWS_A_NUMBER, KNOWN)
            for row in await connection().fetch(query, families, volunteer_id)
        }
    pasts = {
        (row["family"], row["volunteer"]): past_of(MatchStatus(row["status"]), row["close_reason"]) for row in matches
    }
    return {pair: Between(pasts.get(pair, Past.NOTHING), pair in known) for pair in pasts.keys() | known}


async def list_ends(request_id: UUID) -> list[datetime]:
    """When each volunteer that a waiting request has had stopped, the first first."""
    return [row["ended_at"] for row in await connection().fetch(ENDS, request_id)]

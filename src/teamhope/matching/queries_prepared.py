"""Rows of the proposal that was prepared for a day: ids and scores, and the settings that it was worked out with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.kit.database import connection
from teamhope.matching.queries_waiting import WAITING


@dataclass(frozen=True, slots=True)
class PreparedPair:
    """`volunteer_id` and `score` (0-100) are None where nobody was left."""

    request_id: UUID
    family_id: UUID
    volunteer_id: UUID | None
    score: int | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """As far as the actor sees it: `volunteers` by request."""

    at: datetime
    settings_version: str
    volunteers: dict[UUID, UUID | None]

    @property
    def chosen(self) -> list[tuple[UUID, UUID]]:
        return [(request, volunteer) for request, volunteer in self.volunteers.items() if volunteer is not None]


CLAIM: Final = """
    insert into prepared_proposal (id, local_date, prepared_at, settings_version) values ($1, $2, $3, $4)
    on conflict (local_date) do nothing returning id
"""
PAIR: Final = (
    "insert into prepared_pair (id, proposal, request, family, volunteer, score) values ($1, $2, $3, $4, $5, $6)"
)
PAIRS: Final = """
    select pair.request, pair.volunteer
    from prepared_pair pair join prepared_proposal proposal on proposal.id = pair.proposal
    where proposal.local_date = $1 order by pair.request
"""
STILL_POSSIBLE: Final = """
    select count(*)
    from prepared_pair pair join prepared_proposal proposal on proposal.id = pair.proposal
    join support_request request on request.id = pair.request
    join family on family.id = pair.family
    where proposal.local_date = $1 and pair.volunteer is not null and request.status = any($2)
      and family.held_at is null
"""


async def is_prepared(on: date) -> bool:
    return bool(await connection().fetchval("select exists (select from prepared_proposal where local_date = $1)", on))


async def insert_proposal(on: date, version: str, pairs: Sequence[PreparedPair], now: datetime) -> bool:
    """Whole, in the transaction under way; False where the date has one already. Of two at once the second waits."""
    proposal = await connection().fetchval(CLAIM, uuid4(), on, now, version)
    if proposal is None:
        return False
    rows = [(uuid4(), proposal, p.request_id, p.family_id, p.volunteer_id, p.score) for p in pairs]
    await connection().executemany(PAIR, rows)
    return True


async def load_prepared(on: date) -> Prepared | None:
    """That of the date; of its pairs those that the actor may see."""
    row = await connection().fetchrow("select * from prepared_proposal where local_date = $1", on)
    if row is None:
        return None
    pairs = await connection().fetch(PAIRS, on)
    volunteers = {pair["request"]: pair["volunteer"] for pair in pairs}
    return Prepared(row["prepared_at"], row["settings_version"], volunteers)


async def count_possible(on: date) -> int:
    """Families that wait still, and were given somebody in the date's proposal, as far as the actor may see."""
    return int(await connection().fetchval(STILL_POSSIBLE, on, sorted(WAITING)))

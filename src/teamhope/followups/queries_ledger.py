"""Promised calls with all that was done about each, and what is stored of what became of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from teamhope.followups.rules_ledger import Move, MovedFor, Told
from teamhope.followups.rules_promises import PromiseState
from teamhope.kit.database import connection
from teamhope.tables.accounts import Person
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.calls import OUTCOMES
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.states import OPEN_FOLLOW_UP, FollowUpStatus

ATTEMPTS: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.attempt and not rule.inbound)
CONVERSATIONS: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.conversation)
NEAR: Final = timedelta(days=4)  # a call further from a promise than this changes nothing about it
STANDING: Final = "k.voided_at is null and not exists (select from call later where later.corrects = k.id)"

# A conversation counts if it was logged to this promise, or after it was given: the one before led to it, also where it
# was corrected afterwards.
FIRST_LOGGED: Final = """
    with recursive version as (
      select k.corrects, k.logged_at
      union all select former.corrects, former.logged_at from call former join version on former.id = version.corrects)
    select min(logged_at) from version
"""
TOLD: Final = f"""
    select f.id, f.status, f.timezone, f.original_due_at, f.due_at,
      coalesce(f.waits_since, case when f.status = 'cancelled' then f.ended_at end) as stopped_at,
      array(select k.started_at from call k where k.match = f.match and k.direction = 'outbound'
              and k.channel <> 'sms_thread' and k.outcome = any($2) and {STANDING}
              and k.started_at < greatest(f.original_due_at, f.due_at) + interval '24 hours'
            order by 1) as attempts,
      array(select k.started_at from call k where k.match = f.match and k.outcome = any($3) and {STANDING}
              and (k.follow_up = f.id or ({FIRST_LOGGED}) > f.created_at)
            order by 1) as talks
    from follow_up f join family y on y.id = f.family
    where f.id = any($1) and y.status <> 'anonymised'
    order by f.original_due_at desc, f.id
"""  # noqa: S608 - constants
MOVES: Final = """
    select m.follow_up, m.moved_at, m.moved_for, m.from_due_at, m.to_due_at, p.id as by, p.name
    from follow_up_move m left join person p on p.id = m.moved_by
    where m.follow_up = any($1) order by m.moved_at, m.id
"""


@dataclass(frozen=True, slots=True)
class Promised:
    """`zone` is the family's when the call was last planned."""

    id: UUID
    status: FollowUpStatus
    zone: str
    told: Told


async def load_told(ids: Collection[UUID], *, with_names: bool = False) -> list[Promised]:
    """The latest promised first; without those of families that are anonymous, whose times are none any more.

    `with_names`: of whoever moved a call, as far as the actor may see them.
    """
    moves: dict[UUID, list[Move]] = {}
    for row in await connection().fetch(MOVES, ids):
        moves.setdefault(row["follow_up"], []).append(_move(row, with_names=with_names))
    rows = await connection().fetch(TOLD, ids, ATTEMPTS, CONVERSATIONS)
    return [_promised(row, tuple(moves.get(row["id"], ()))) for row in rows]


def _move(row: Mapping[str, Any], *, with_names: bool) -> Move:
    name = Person.name.unseal_if(row["by"], row["name"]) if with_names and row["by"] else None
    return Move(row["moved_at"], MovedFor(row["moved_for"]), row["from_due_at"], row["to_due_at"], name)


def _promised(row: Mapping[str, Any], moves: tuple[Move, ...]) -> Promised:
    status = FollowUpStatus(row["status"])
    told = Told(
        first_due_at=row["original_due_at"],
        due_at=row["due_at"],
        is_open=status in OPEN_FOLLOW_UP,
        moves=moves,
        attempts=tuple(row["attempts"]),
        talks=tuple(row["talks"]),
        stopped_at=row["stopped_at"],
    )
    return Promised(row["id"], status, row["timezone"], told)


@dataclass(frozen=True, slots=True)
class Heading:
    family_id: UUID
    family_no: str
    volunteer: str


async def load_heading(match_id: UUID) -> Heading:
    """Raises NotFound if the actor may not see the match."""
    row = await connection().fetchrow(
        """
        select f.id as family, f.family_no, v.id as volunteer, v.display_name
        from match m join family f on f.id = m.family join volunteer v on v.id = m.volunteer where m.id = $1
        """,
        match_id,
    )
    if row is None:
        raise NotFound("match")
    return Heading(
        row["family"], row["family_no"], Volunteer.display_name.unseal(row["volunteer"], row["display_name"])
    )


async def list_of_match(match_id: UUID) -> list[UUID]:
    rows = await connection().fetch("select id from follow_up where match = $1", match_id)
    return [row["id"] for row in rows]


async def list_near(match_id: UUID, at: datetime) -> list[UUID]:
    """Those of the match that a call then may have kept."""
    rows = await connection().fetch(
        """
        select id from follow_up where match = $1
          and greatest(original_due_at, due_at) >= $2 and least(original_due_at, due_at) <= $3
        """,
        match_id,
        at - NEAR,
        at + NEAR,
    )
    return [row["id"] for row in rows]


# Somebody else was asked to see to the promised call, and nobody has called since.
UNCALLED: Final = """
    select f.family
    from follow_up f join promise_step s on s.follow_up = f.id and s.due_at = f.due_at and s.step = 'ask_cover'
    where f.status in ('due', 'in_progress', 'escalated_to_coordinator')
      and not exists (select from call k where k.match = f.match and k.started_at >= f.due_at and k.voided_at is null
        and k.outcome <> 'inbound_missed')
"""
NEEDLESS: Final = f"""
    select distinct t.family from task t
    where t.detail = $1 and t.status = 'open' and t.family = coalesce($2, t.family) and t.family not in ({UNCALLED})
"""  # noqa: S608 - constants


async def list_needless(detail: str, family_id: UUID | None = None) -> list[UUID]:
    """Families of which somebody has such a task, and no promised call is left that it is about."""
    return [row["family"] for row in await connection().fetch(NEEDLESS, detail, family_id)]


# Counting -------------------------------------------------------------------------------------------------------------

CLAIM: Final = """
    select id from follow_up where count_again_at <= $1
    order by count_again_at, id limit $2 for no key update skip locked
"""
COUNT: Final = """
    update follow_up f set count_again_at = n.again_at, counted_promise = n.state, counted_on_time = n.on_time,
      counted_on = (n.promised_at at time zone
        coalesce((select report_timezone from installation), 'America/New_York'))::date
    from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::boolean[], $5::timestamptz[])
      as n (id, promised_at, state, on_time, again_at)
    where f.id = n.id
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """`promised_at`, `state` and `on_time` are None where nothing is decided, or nothing was due."""

    id: UUID
    promised_at: datetime | None
    state: PromiseState | None
    on_time: bool | None
    again_at: datetime | None


async def claim_to_count(now: datetime, limit: int) -> list[UUID]:
    """Whose time to be looked at has come, locked, without those that another holds, the longest waiting first."""
    return [row["id"] for row in await connection().fetch(CLAIM, now, limit)]


async def store(counted: Sequence[Counted]) -> None:
    columns = [(each.id, each.promised_at, each.state, each.on_time, each.again_at) for each in counted]
    await connection().execute(COUNT, *map(list, zip(*columns, strict=True)))


async def stop_looking(ids: Collection[UUID]) -> None:
    await connection().execute("update follow_up set count_again_at = null where id = any($1)", ids)


async def first_to_count() -> datetime | None:
    at: datetime | None = await connection().fetchval("select min(count_again_at) from follow_up")
    return at

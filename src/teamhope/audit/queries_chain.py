"""Rows of the chain: seals, and the rows under them, a batch at a time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from teamhope.audit.rules import Entry
from teamhope.audit.rules_chain import BATCH, Kept, Link, Seal, Waiting
from teamhope.kit.database import connection
from teamhope.vocabulary.people import Actor, Role

ONE_AT_A_TIME: Final = 0x7EA_4091  # of advisory locks, this one


@dataclass(frozen=True, slots=True)
class Tail:
    """What waits for a seal: how many rows, and when the oldest of them was written."""

    rows: int
    since: datetime | None


async def try_to_hold_the_chain() -> bool:
    """To the end of the transaction: nobody else seals, drops or verifies meanwhile."""
    return bool(await connection().fetchval("select pg_try_advisory_xact_lock($1)", ONE_AT_A_TIME))


async def hold_the_chain() -> None:
    """However long somebody else does."""
    await connection().execute("set local lock_timeout = 0")
    await connection().execute("select pg_advisory_xact_lock($1)", ONE_AT_A_TIME)


# Sealing --------------------------------------------------------------------------------------------------------

WAITING = """
    select u.seq, e.id, e.at, e.hmac
    from audit_unsealed u join audit_event e on e.id = u.event
    order by u.seq limit $1
"""


async def list_waiting() -> list[Waiting]:
    """The oldest BATCH. One whose row is gone goes on waiting, and is told by verify."""
    return [Waiting(row["seq"], row["id"], row["at"], row["hmac"]) for row in await connection().fetch(WAITING, BATCH)]


async def load_last_seal() -> Seal | None:
    row = await connection().fetchrow("select * from audit_seal order by number desc limit 1")
    return _seal(row) if row else None


INSERT = """
    insert into audit_seal (number, month, events, sealed_at, previous, hmac) values ($1, $2, $3, $4, $5, $6)
"""


async def insert_seals(seals: Sequence[Seal]) -> None:
    rows = [(s.link.number, s.link.month, s.link.events, s.link.sealed_at, s.link.previous, s.hmac) for s in seals]
    await connection().executemany(INSERT, rows)


async def delete_waiting(rows: Sequence[Waiting]) -> None:
    await connection().execute("delete from audit_unsealed where seq = any($1)", [row.seq for row in rows])


# Verifying --------------------------------------------------------------------------------------------------------

# As many seals as hold about one batch of rows, and one at least.
NEXT_SEALS = """
    select number, month, events, sealed_at, previous, hmac, dropped_at, dropped_hmac
    from (select s.*, sum(cardinality(events)) over (order by number) - cardinality(events) as before_it
          from (select * from audit_seal where number > $1 order by number limit $2) s) s
    where before_it < $2 order by number
"""


async def load_seals_after(number: int) -> list[Seal]:
    return [_seal(row) for row in await connection().fetch(NEXT_SEALS, number, BATCH)]


async def load_rows(events: Sequence[UUID]) -> dict[UUID, Kept]:
    rows = await connection().fetch("select * from audit_event where id = any($1)", events)
    return {row["id"]: Kept(entry_of(row), row["hmac"]) for row in rows}


async def load_waiting_after(seq: int) -> list[tuple[int, UUID]]:
    """The next BATCH of (seq, event), whether or not the rows are there."""
    sql = "select seq, event from audit_unsealed where seq > $1 order by seq limit $2"
    return [(row["seq"], row["event"]) for row in await connection().fetch(sql, seq, BATCH)]


UNACCOUNTED = """
    select e.id from audit_event e
    where not exists (select from audit_unsealed u where u.event = e.id)
      and not exists (select from (select unnest(events) as event from audit_seal) s where s.event = e.id)
"""


async def unaccounted() -> AsyncIterator[UUID]:
    """Rows that are in no seal and wait for none, in no order."""
    async for row in connection().cursor(UNACCOUNTED, prefetch=BATCH):
        yield row["id"]


TAIL = "select count(*) as rows, min(e.at) as since from audit_unsealed u left join audit_event e on e.id = u.event"


async def load_tail() -> Tail:
    row = await connection().fetchrow(TAIL)
    return Tail(row["rows"], row["since"])


# Dropping --------------------------------------------------------------------------------------------------------

# Whole months: none of their rows waits for a seal any more.
DROPPABLE = """
    from audit_seal s
    where s.dropped_at is null and s.month + interval '1 month' <= ($1::timestamptz at time zone 'UTC')
      and not exists (select from audit_unsealed u join audit_event e on e.id = u.event
                      where date_trunc('month', e.at at time zone 'UTC') = s.month)
"""


async def count_droppable_rows(before: datetime) -> int:
    count: int = await connection().fetchval(f"select coalesce(sum(cardinality(events)), 0) {DROPPABLE}", before)
    return count


async def load_droppable_after(number: int, before: datetime) -> list[Seal]:
    """The next few: a seal holds BATCH rows at most."""
    sql = f"select s.* {DROPPABLE} and s.number > $2 order by s.number limit 20"
    return [_seal(row) for row in await connection().fetch(sql, before, number)]


async def drop_rows(number: int, events: Sequence[UUID], dropped_at: datetime, dropped_hmac: bytes) -> None:
    """As the owner of the tables: the application may not."""
    await connection().execute("delete from audit_event where id = any($1)", events)
    sql = "update audit_seal set dropped_at = $2, dropped_hmac = $3 where number = $1"
    await connection().execute(sql, number, dropped_at, dropped_hmac)


def _seal(row: Mapping[str, Any]) -> Seal:
    link = Link(row["number"], row["month"], tuple(row["events"]), row["sealed_at"], row["previous"])
    return Seal(link, row["hmac"], row["dropped_at"], row["dropped_hmac"])


def entry_of(row: Mapping[str, Any]) -> Entry:
    """As it stands: a role that nobody ever had is a change to be told."""
    actor = Actor(cast(Role, row["actor_role"]), person_id=row["actor_person"], name=row["actor_name"])
    return Entry(row["id"], row["at"], actor, row["act"], row["subject_kind"], row["subject"], row["reason"])

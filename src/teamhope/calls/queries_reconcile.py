"""Rows around a comparison with the provider's list: our telephones by its name for them, differences, days."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from teamhope.calls.rules_reconcile import Carried, Completeness, Difference, Kind, Logged
from teamhope.kit.database import connection
from teamhope.vocabulary.calls import OUTCOMES, PlacedVia
from teamhope.vocabulary.errors import NotFound

MOST_LISTED: Final = 200
CARRIED_VIA: Final = sorted({PlacedVia.MASKED_BRIDGE, PlacedVia.PROGRAM_LINE})
CONVERSATIONS: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.conversation)

# A call that somebody took out of the count was looked at by a person: it is logged, and its minutes say nothing. Nor
# do those of a family that waited before it was put through, or stayed with who is on call. A stranger, and a family
# that has no volunteer, calls us without a log. A later log of the same promise is one, as in queries_phone.
CARRIED: Final = """
    select l.provider_sid as sid, p.id as phone_call_id, l.party = 'family' and p.volunteer is not null as to_family,
      coalesce(p.call, o.id) as call_id, coalesce(c.logged_at, o.logged_at) as logged_at,
      case when p.kind = 'to_family' and c.voided_at is null and c.outcome = any($2) and not exists (
        select from phone_leg a where a.phone_call = p.id and a.party = 'advocate' and a.joined_at is not null)
        then c.talk_seconds end as talk_seconds
    from phone_leg l join phone_call p on p.id = l.phone_call left join call c on c.id = p.call
    left join lateral (
      select k.id, k.logged_at from call k where p.call is null and k.follow_up = p.follow_up
        and k.logged_at > p.cleared_at order by k.logged_at limit 1) o on true
    where l.provider_sid = any($1)
"""
LOGGED: Final = """
    select c.id, c.started_at,
      coalesce(array_agg(l.provider_sid) filter (where l.provider_sid is not null), '{}') as sids
    from call c left join phone_call p on p.call = c.id left join phone_leg l on l.phone_call = p.id
    where c.started_at >= $1 and c.started_at < $2 and c.placed_via = any($3) and c.voided_at is null
      and not exists (select from call later where later.corrects = c.id)
    group by c.id
"""


async def load_carried(sids: Collection[str]) -> dict[str, Carried]:
    """Those of our telephones that the provider knows by these names, by name."""
    rows = await connection().fetch(CARRIED, list(sids), CONVERSATIONS)
    return {row["sid"]: Carried(**row) for row in rows}


async def list_logged(start: datetime, end: datetime) -> list[Logged]:
    """Logs that stand of calls in [start, end) that the programme's number is said to have carried."""
    rows = await connection().fetch(LOGGED, start, end, CARRIED_VIA)
    return [Logged(row["id"], row["started_at"], frozenset(row["sids"])) for row in rows]


# Days ---------------------------------------------------------------------------------------------------------------

TO_COMPARE: Final = """
    select d::date from generate_series($1::date, $2::date, interval '1 day') d
    where not exists (select from compared_day c where c.local_date = d::date) order by d
"""
COMPARED: Final = """
    insert into compared_day (local_date, placed, logged_in_time, compared_at) values ($1, $2, $3, $4)
    on conflict (local_date) do nothing returning local_date
"""


async def find_zone() -> ZoneInfo | None:
    """The one by whose days calls are counted; None before the first call of all."""
    name = await connection().fetchval("select report_timezone from installation")
    return ZoneInfo(name) if name else None


async def list_days_to_compare(first: date, last: date) -> list[date]:
    return [row["d"] for row in await connection().fetch(TO_COMPARE, first, last)]


async def insert_compared_day(day: date, it: Completeness, now: datetime) -> bool:
    """False if another worker was faster."""
    return bool(await connection().fetchval(COMPARED, day, it.placed, it.logged_in_time, now))


# Differences ----------------------------------------------------------------------------------------------------------

INSERT: Final = """
    insert into call_difference (id, kind, phone_call, call, provider_sid, started_at, listed_seconds, found_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (kind, phone_call, call, provider_sid) do nothing
"""


async def insert_differences(found: Iterable[Difference], now: datetime) -> None:
    """The same one found again is no second."""
    rows = [
        (uuid4(), it.kind, it.phone_call_id, it.call_id, it.sid, it.started_at, it.listed_seconds, now) for it in found
    ]
    await connection().executemany(INSERT, rows)


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference that nobody has looked into. `logged_seconds`: what the log says, if there is one."""

    id: UUID
    kind: Kind
    started_at: datetime
    listed_seconds: int | None
    family_no: str | None
    volunteer_id: UUID | None
    call_id: UUID | None
    logged_seconds: int | None


# What was written, corrected or taken out of the count since is no difference any more.
OPEN: Final = """
    select d.id, d.kind, d.started_at, d.listed_seconds, f.family_no,
      coalesce(p.volunteer, c.volunteer) as volunteer_id,
      d.call as call_id, c.talk_seconds as logged_seconds
    from call_difference d
    left join phone_call p on p.id = d.phone_call
    left join call c on c.id = d.call
    left join family f on f.id = coalesce(p.family, c.family)
    where d.settled_at is null and p.call is null and c.voided_at is null
      and not exists (select from call k where k.follow_up = p.follow_up and k.logged_at > p.cleared_at)
      and not exists (select from call later where later.corrects = c.id)
    order by d.started_at, d.id limit $1
"""
SETTLE: Final = """
    update call_difference set settled_at = $2, settled_by = $3 where id = $1 and settled_at is null returning id
"""


async def list_open() -> list[Shown]:
    """Those the actor may see, the earliest first, MOST_LISTED at most."""
    return [_shown(row) for row in await connection().fetch(OPEN, MOST_LISTED)]


def _shown(row: Mapping[str, Any]) -> Shown:
    return Shown(**{**row, "kind": Kind(row["kind"])})


async def settle(difference_id: UUID, person_id: UUID | None, now: datetime) -> None:
    """Raises NotFound for one that is settled, and outside the scope."""
    if not await connection().fetchval(SETTLE, difference_id, now, person_id):
        raise NotFound("difference")


LATEST: Final = """
    select local_date, placed, logged_in_time from compared_day where placed > 0 order by local_date desc limit $1
"""


async def latest_days(most: int) -> Sequence[tuple[date, Completeness]]:
    """Those with calls, the newest first."""
    rows = await connection().fetch(LATEST, most)
    return [(row["local_date"], Completeness(row["placed"], row["logged_in_time"])) for row in rows]


FOLLOW: Final = "update phone_call set call = $2 where call = $1"


async def follow_correction(former: UUID, corrected: UUID) -> None:
    """What the programme's number carried is logged by the call that stands."""
    await connection().execute(FOLLOW, former, corrected)

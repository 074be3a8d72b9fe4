"""Rows of calls that the programme carries, and of their telephones. Leases are kept by the database's clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.calls.rules_phone import Change, Leg, PhoneCall
from teamhope.kit.database import connection
from teamhope.tables.telephone import PhoneCall as CallRow
from teamhope.tables.telephone import PhoneLeg as LegRow
from teamhope.vocabulary.calls import LegStatus, Party, PhoneCallKind
from teamhope.vocabulary.errors import NotFound

LEG: Final = """
    select id, phone_call as phone_call_id, party, person as person_id, status, created_at, attempts,
      lease_owner as lease, dialling_at, coalesce(clock_timestamp() - dialling_at, interval '0') as dialling_for,
      provider_sid as sid, answered_at, joined_at, ended_at, talk_seconds
    from phone_leg
"""
CALL: Final = """
    select id, kind, created_at, volunteer as volunteer_id, family as family_id, match as match_id,
      follow_up as follow_up_id, cleared_at, refused, warned_at, call as logged_as, ended_at
    from phone_call
"""


def _leg(row: Any) -> Leg:
    return Leg(**{**row, "party": Party(row["party"]), "status": LegStatus(row["status"])})


async def _with_legs(rows: Sequence[Any]) -> list[PhoneCall]:
    legs = await connection().fetch(
        f"{LEG} where phone_call = any($1) order by created_at, id", [row["id"] for row in rows]
    )
    return [
        PhoneCall(
            **{**row, "kind": PhoneCallKind(row["kind"])},
            legs=tuple(_leg(leg) for leg in legs if leg["phone_call_id"] == row["id"]),
        )
        for row in rows
    ]


# Reading --------------------------------------------------------------------------------------------------------------


async def load_phone_call(phone_call_id: UUID, *, lock: bool = False) -> PhoneCall:
    """With its legs. `lock`: the row stays locked to the end of the transaction. Raises NotFound."""
    rows = await connection().fetch(f"{CALL} where id = $1 {'for update' if lock else ''}", phone_call_id)
    if not rows:
        raise NotFound("phone_call")
    return (await _with_legs(rows))[0]


OF_FOLLOW_UP: Final = f"""
    {CALL} where follow_up = $1 and kind = 'to_family' order by ended_at is null desc, created_at desc limit 1
"""


async def find_of_follow_up(follow_up_id: UUID) -> PhoneCall | None:
    """The one to the family that is under way, else the latest, that the actor may see."""
    rows = await connection().fetch(OF_FOLLOW_UP, follow_up_id)
    return (await _with_legs(rows))[0] if rows else None


NEVER_DIALLED: Final = """
    select from phone_leg l where l.phone_call = phone_call.id and l.party = 'family' and l.ended_at is not null
      and l.dialling_at is null and l.provider_sid is null
"""
# Those of which the volunteer has said nothing yet, and which no log of the same promise has overtaken. There is
# nothing to say of a stranger's call that who is on call has taken, and of one that ended before it rang the family.
NOT_LOGGED: Final = f"""
    {CALL} where kind in ('to_family', 'from_family') and volunteer is not null and call is null
      and cleared_at is not null and not (kind = 'to_family' and exists ({NEVER_DIALLED}))
      and not exists (
        select from call k where k.follow_up = phone_call.follow_up and k.logged_at > phone_call.cleared_at)
"""


async def list_not_logged(volunteer_id: UUID, follow_up_id: UUID | None = None) -> list[PhoneCall]:
    """Hers, the latest first; of one promise, or of all."""
    hers = f"{NOT_LOGGED} and volunteer = $1 and ($2::uuid is null or follow_up = $2) order by created_at desc"
    return await _with_legs(await connection().fetch(hers, volunteer_id, follow_up_id))


async def list_all_not_logged(cleared_before: datetime) -> list[PhoneCall]:
    """Everybody's, the oldest first."""
    old = f"{NOT_LOGGED} and cleared_at <= $1 order by cleared_at"
    return await _with_legs(await connection().fetch(old, cleared_before))


LIVE: Final = f"""
    {CALL} where ended_at is null
      or exists (select from phone_leg l where l.phone_call = phone_call.id and l.ended_at is null)
    order by created_at
"""


async def list_live() -> list[PhoneCall]:
    """Those that are not over, or of which a telephone may still be off the hook."""
    return await _with_legs(await connection().fetch(LIVE))


async def find_leg(leg_id: UUID) -> Leg | None:
    row = await connection().fetchrow(f"{LEG} where id = $1", leg_id)
    return _leg(row) if row else None


async def phone_of(leg_id: UUID) -> UUID | None:
    phone: UUID | None = await connection().fetchval("select phone from phone_leg where id = $1", leg_id)
    return phone


async def called_for_help(match_id: UUID, since: datetime) -> bool:
    """Whether help was called for about this match since then, as far as the actor may see."""
    there = "select exists (select from escalation where match = $1 and opened_at >= $2)"
    return bool(await connection().fetchval(there, match_id, since))


# Writing --------------------------------------------------------------------------------------------------------------


async def insert_phone_call(kind: PhoneCallKind, now: datetime, **about: Any) -> UUID:
    """Raises UniqueViolationError where such a call is under way. `about`: columns that name whom and what."""
    id_ = uuid4()
    await CallRow.insert(CallRow(id=id_, kind=kind, created_at=now, **about))
    return id_


async def insert_leg(phone_call_id: UUID, party: Party, now: datetime, **about: Any) -> UUID:
    """One to dial at once; the worker is woken when the transaction commits. `about`: `person` or `phone`."""
    id_ = uuid4()
    await LegRow.insert(LegRow(id=id_, phone_call=phone_call_id, party=party, due_at=now, created_at=now, **about))
    return id_


async def update_phone_call(phone_call_id: UUID, **values: Any) -> None:
    columns: Any = {getattr(CallRow, name): value for name, value in values.items()}
    await CallRow.update(columns).where(CallRow.id == phone_call_id)


async def set_joined(leg_id: UUID, joined_at: datetime | None) -> None:
    """When this telephone entered the conference; None once it has left."""
    await LegRow.update({LegRow.joined_at: joined_at}).where(LegRow.id == leg_id)


async def wake_worker() -> None:
    """When the transaction commits."""
    await connection().execute("select pg_notify('teamhope_wake', '')")


# Leases ---------------------------------------------------------------------------------------------------------------

TAKEN: Final = """
    update phone_leg set lease_until = clock_timestamp() + $1::interval, lease_owner = $2
    from taken where phone_leg.id = taken.id returning phone_leg.id
"""
CLAIM_DUE: Final = f"""
    with taken as (
      select id from phone_leg
      where (status = 'queued' and due_at <= $3 and (lease_until is null or lease_until <= clock_timestamp()))
         or (status = 'dialling' and lease_until <= clock_timestamp())
      order by due_at limit $4 for update skip locked)
    {TAKEN}
"""  # noqa: S608 - constants
CLAIM_SILENT: Final = f"""
    with taken as (
      select id from phone_leg where status in ('uncertain', 'ringing', 'answered') and lease_until <= clock_timestamp()
      order by lease_until limit $3 for update skip locked)
    {TAKEN}
"""  # noqa: S608 - constants


async def claim_due(lease: str, lasts: timedelta, now: datetime, limit: int) -> list[Leg]:
    """Those to dial and those whose dialler vanished, leased to `lease`; what others hold or lock is left out."""
    return await _legs(await connection().fetch(CLAIM_DUE, lasts, lease, now, limit))


async def claim_silent(lease: str, lasts: timedelta, limit: int) -> list[Leg]:
    """Those of which the provider was to be asked by now, leased to `lease`."""
    return await _legs(await connection().fetch(CLAIM_SILENT, lasts, lease, limit))


async def _legs(rows: Sequence[Any]) -> list[Leg]:
    found = await connection().fetch(f"{LEG} where id = any($1) order by due_at, id", [row["id"] for row in rows])
    return [_leg(row) for row in found]


NEXT_DUE: Final = """
    select min(case status when 'queued' then greatest(due_at, lease_until) else lease_until end)
    from phone_leg where status in ('queued', 'dialling')
"""


async def next_due_at() -> datetime | None:
    """When the first queued leg is due or the first lease runs out; in the past if some are due."""
    due_at: datetime | None = await connection().fetchval(NEXT_DUE)
    return due_at


COMMIT_INTENT: Final = """
    update phone_leg set status = 'dialling', dialling_at = clock_timestamp(), attempts = attempts + 1
    where id = $1 and lease_owner = $2 and status = 'queued' and lease_until > clock_timestamp() + $3::interval
    returning id
"""


async def commit_intent(leg: Leg, dial_within: timedelta) -> bool:
    """False where the lease is not ours any more, or too short to dial."""
    return await connection().fetchval(COMMIT_INTENT, leg.id, leg.lease, dial_within) is not None


async def lock_leg(leg_id: UUID) -> Leg | None:
    row = await connection().fetchrow(f"{LEG} where id = $1 for update", leg_id)
    return _leg(row) if row else None


# Reports come in any order: the earliest answer and the earliest end are kept, and a length that was told once.
WRITE: Final = """
    update phone_leg set status = $2, provider_sid = coalesce(provider_sid, $3), error_code = $4, lease_owner = null,
      due_at = case $2 when 'queued' then $5::timestamptz + $6::interval else due_at end,
      dialling_at = case $2 when 'queued' then null else dialling_at end,
      lease_until = case when $2 = 'queued' or $9 then null else clock_timestamp() + $6::interval end,
      talk_seconds = coalesce($7::int, talk_seconds),
      answered_at = case when $8 then least(answered_at, $5::timestamptz - make_interval(secs => coalesce($7::int, 0)))
                         else answered_at end,
      ended_at = case when $9 then least(ended_at, $5::timestamptz) end
    where id = $1
"""


async def write(leg_id: UUID, change: Change, at: datetime, *, was_answered: bool, is_over: bool) -> None:
    """Gives the lease back; `lease_until` is then when the provider is asked. A sid once known stays."""
    await connection().execute(
        WRITE,
        leg_id,
        change.status,
        change.sid,
        change.code,
        at,
        change.wait or timedelta(),
        change.seconds,
        was_answered,
        is_over,
    )


async def sids_of_others(leg_id: UUID, sids: Sequence[str]) -> frozenset[str]:
    """Those of the sids that are known as another leg's."""
    known = "select provider_sid from phone_leg where provider_sid = any($2) and id <> $1"
    return frozenset(row["provider_sid"] for row in await connection().fetch(known, leg_id, sids))

"""Rows of messages and of the provider's reports about them, as facts. Leases are kept by the database's clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from asyncpg import UniqueViolationError

from teamhope.accounts.queries import list_staff
from teamhope.followups.rules_messages import AWAITS_A_CALL, LEASE, SEND_WITHIN, Change, Circumstances, DueCall, InDoubt
from teamhope.followups.rules_messages import Message as LeasedMessage
from teamhope.kit.database import connection
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.calls import MessageKind, MessageStatus

AROUND: Final = timedelta(days=2)  # no zone is further from UTC than a day, and a window may end the day after


# Queueing -------------------------------------------------------------------------------------------------------------

# One that was cancelled was never sent: a call planned later that day brings it back.
QUEUE: Final = """
    insert into message (id, person, contact, contact_phone, follow_up, kind, local_date, due_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (person, kind, local_date, follow_up, contact) do update
      set status = 'queued', due_at = excluded.due_at, error_code = null, contact_phone = excluded.contact_phone
      where message.status = 'cancelled'
         or (message.status = 'queued' and message.attempts = 0 and excluded.due_at < message.due_at)
"""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`to`: a person of the programme, or a contact and her phone. `local_date` is the recipient's date of the call."""

    kind: MessageKind
    to: UUID | tuple[UUID, UUID]
    local_date: date
    due_at: datetime
    follow_up_id: UUID | None = None


async def queue_message(new: NewMessage, now: datetime) -> None:
    """At most one for a recipient, kind, date and follow-up; a queued one may come earlier, never later."""
    person, contact, phone = (None, *new.to) if isinstance(new.to, tuple) else (new.to, None, None)
    about = (new.follow_up_id, new.kind, new.local_date, new.due_at, now)
    await connection().execute(QUEUE, uuid4(), person, contact, phone, *about)


CALLS: Final = """
    select p.id as person, p.timezone, f.due_at, f.window_end_at,
      (select coalesce(array_agg(m.local_date), '{}') from message m
        where m.person = p.id and m.kind = $4 and m.local_date between $2::timestamptz::date and $3::timestamptz::date
      ) as reminded_on
    from follow_up f join volunteer v on v.id = f.volunteer join person p on p.id = v.person
    where f.status = any($1::text[]) and f.due_at between $2 and $3 and p.status = 'active' and p.agreed_to_sms
      and p.phone is not null
    order by p.id
"""


async def list_circumstances(now: datetime) -> dict[UUID, Circumstances]:
    """Of everybody who may be sent texts and has a call to make AROUND `now`, by person; `staff` is not loaded."""
    bounds = (now - AROUND, now + AROUND)
    rows = await connection().fetch(CALLS, sorted(AWAITS_A_CALL), *bounds, MessageKind.DAILY_REMINDER)
    by_person = groupby(rows, key=lambda row: (row["person"], row["timezone"]))
    return {person: Circumstances(None, ZoneInfo(zone), _calls(calls)) for (person, zone), calls in by_person}


def _calls(rows: Iterable[Any]) -> tuple[DueCall, ...]:
    return tuple(DueCall(row["due_at"], row["window_end_at"], frozenset(row["reminded_on"])) for row in rows)


# Leases ---------------------------------------------------------------------------------------------------------------

TAKE_LEASE: Final = """
    update message set lease_until = clock_timestamp() + $1::interval, lease_owner = $2
    from taken where message.id = taken.id
    returning message.id, person as person_id, contact as contact_id, contact_phone as phone_id,
      follow_up as follow_up_id, kind, local_date, status, attempts, lease_owner as lease, sending_at,
      coalesce(clock_timestamp() - sending_at, interval '0') as sending_for
"""
# Each in the order of an index of its own, so that a pass costs the same however many are due.
CLAIM_DUE: Final = f"""
    with vanished as (
      select id from message where status = 'sending' and lease_until <= now()
      order by lease_until limit $4 for update skip locked),
    due as (
      select id from message where status = 'queued' and due_at <= $3 and (lease_until is null or lease_until <= now())
      order by due_at limit $4 - (select count(*) from vanished) for update skip locked),
    taken as (select id from vanished union all select id from due)
    {TAKE_LEASE}
"""  # noqa: S608 - constants
CLAIM_SILENT: Final = f"""
    with taken as (
      select id from message where status in ('sent', 'uncertain') and lease_until <= now()
      order by lease_until limit $3 for update skip locked)
    {TAKE_LEASE}
"""  # noqa: S608 - constants


async def claim_due(lease: str, now: datetime, limit: int) -> list[LeasedMessage]:
    """Those to send and those whose sender vanished, leased to `lease`; what others hold or lock is left out."""
    return [_leased(row) for row in await connection().fetch(CLAIM_DUE, LEASE, lease, now, limit)]


async def claim_silent(lease: str, limit: int) -> list[LeasedMessage]:
    """Those that were taken or are in doubt and of which the provider was to be asked by now, leased to `lease`."""
    return [_leased(row) for row in await connection().fetch(CLAIM_SILENT, LEASE, lease, limit)]


def _leased(row: Any) -> LeasedMessage:
    return LeasedMessage(**{**row, "status": MessageStatus(row["status"]), "kind": MessageKind(row["kind"])})


NEXT_DUE: Final = """
    select min(case status when 'queued' then greatest(due_at, lease_until) else lease_until end)
    from message where status in ('queued', 'sending')
"""


async def next_due_at() -> datetime | None:
    """When the first queued message is due or the first lease runs out; in the past if some are due."""
    due_at: datetime | None = await connection().fetchval(NEXT_DUE)
    return due_at


# Messages of one pass -------------------------------------------------------------------------------------------------

OF_SOME: Final = """
    select p.id as person, p.timezone, f.due_at, f.window_end_at
    from person p left join volunteer v on v.person = p.id
    left join follow_up f on f.volunteer = v.id and f.status = any($2::text[]) and f.due_at between $3 and $4
    where p.id = any($1) order by p.id
"""


async def load_circumstances(person_ids: Sequence[UUID], now: datetime) -> dict[UUID, Circumstances]:
    """Each person and her calls AROUND `now`."""
    rows = await connection().fetch(OF_SOME, person_ids, sorted(AWAITS_A_CALL), now - AROUND, now + AROUND)
    staff = await list_staff(person_ids)
    by_person = groupby(rows, key=lambda row: (row["person"], row["timezone"]))
    return {id_: Circumstances(staff.get(id_), ZoneInfo(zone), _due(calls)) for (id_, zone), calls in by_person}


def _due(rows: Iterable[Any]) -> tuple[DueCall, ...]:
    return tuple(DueCall(row["due_at"], row["window_end_at"]) for row in rows if row["due_at"])


COMMIT_INTENTS: Final = """
    with ours as (
      select message.id from message join unnest($1::uuid[], $2::text[]) as leased (id, lease)
        on message.id = leased.id and lease_owner = leased.lease
      where status = 'queued' and lease_until > clock_timestamp() + $3::interval
      order by message.id for update of message)
    update message set status = 'sending', sending_at = clock_timestamp(), attempts = attempts + 1
    from ours where message.id = ours.id returning message.id
"""


async def commit_intents(messages: Sequence[LeasedMessage]) -> list[UUID]:
    """Of which the intent is committed now; not those whose lease is not ours any more or too short to send.

    Raises InDoubt (indexes one_message_in_doubt, one_family_message_in_doubt), and then nothing is.
    """
    ids, leases = [each.id for each in messages], [each.lease for each in messages]
    try:
        return [row["id"] for row in await connection().fetch(COMMIT_INTENTS, ids, leases, SEND_WITHIN)]
    except UniqueViolationError as clash:
        raise InDoubt from clash


@dataclass(frozen=True, slots=True)
class Standing:
    """How a message stands while its row is locked."""

    id: UUID
    person_id: UUID | None
    phone_id: UUID | None
    status: MessageStatus
    lease: str | None
    sid: str | None


STANDING: Final = """
    select id, person, contact_phone, status, lease_owner, provider_sid
    from message where id = any($1) order by id for update
"""


async def lock_messages(message_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Their rows stay locked to the end of the transaction, in one order for all."""
    rows = await connection().fetch(STANDING, message_ids)
    return {
        row["id"]: Standing(
            row["id"],
            row["person"],
            row["contact_phone"],
            MessageStatus(row["status"]),
            row["lease_owner"],
            row["provider_sid"],
        )
        for row in rows
    }


WRITE: Final = """
    update message set status = t.status, provider_sid = coalesce(provider_sid, t.sid), error_code = t.code,
      lease_owner = null,
      due_at = case t.status when 'queued' then t.due_at else message.due_at end,
      sending_at = case t.status when 'queued' then null else sending_at end,
      lease_until = case t.status when 'queued' then null else clock_timestamp() + t.wait end
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::interval[])
      as t (id, status, sid, code, due_at, wait)
    where message.id = t.id
"""


async def write_changes(changes: Sequence[tuple[UUID, Change]], now: datetime) -> None:
    """Gives the leases back; `lease_until` is then when the provider is asked. A sid once known stays."""
    rows = [
        (id_, each.status, each.sid, each.code, now + (each.wait or timedelta()), each.wait) for id_, each in changes
    ]
    if rows:
        await connection().execute(WRITE, *(list(column) for column in zip(*rows, strict=True)))


async def is_sid_of_another(sid: str, message_id: UUID) -> bool:
    known = "select exists (select from message where provider_sid = $1 and id <> $2)"
    return bool(await connection().fetchval(known, sid, message_id))


async def find_volunteer_of(person_id: UUID) -> UUID | None:
    row = await Volunteer.select(Volunteer.id).where(Volunteer.person == person_id).first()
    return row["id"] if row else None


# The provider's reports -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    id: UUID
    message_id: UUID
    sid: str
    word: str
    code: str | None


# By the text that the provider names; before its sid is ours, by the attempt in the address that it reports to.
OPEN_REPORTS: Final = """
    select c.id, m.id as message_id, c.provider_sid as sid, c.status as word, c.error_code as code
    from provider_callback c join message m on m.id = coalesce(
      (select s.id from message s where s.provider_sid = c.provider_sid),
      (select a.id from message a where a.id = c.message and a.provider_sid is null))
    where c.applied_at is null
    order by c.received_at limit $1 for update of c skip locked
"""


async def lock_reports(limit: int) -> list[Report]:
    """Those that are not applied and whose message is known, the first received first, but in the messages' order.

    Locked to the end of the transaction; what others hold is left out. One order for all, so that no two passes wait
    for each other's messages.
    """
    rows = await connection().fetch(OPEN_REPORTS, limit)
    return sorted((Report(**row) for row in rows), key=lambda report: report.message_id)


async def mark_applied(report_ids: Sequence[UUID], now: datetime) -> None:
    await connection().execute("update provider_callback set applied_at = $2 where id = any($1)", report_ids, now)


async def delete_reports(received_before: datetime) -> None:
    await connection().execute("delete from provider_callback where received_at < $1", received_before)

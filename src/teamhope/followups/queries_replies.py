"""Rows of the texts that came back, as facts; and whose numbers they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.families.indexes import number_index
from teamhope.followups.rules_replies import STOPS_TEXTS, Meaning
from teamhope.kit.database import connection
from teamhope.tables.messages import InboundText
from teamhope.vocabulary.errors import NotFound

MOST_LISTED: Final = 200
SAME_NUMBER: Final = "select one_at_this_number($1)"
KEEP: Final = """
    insert into inbound_text (id, provider_sid, sender, sender_index, meaning, words, received_at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (provider_sid) do nothing
"""
ASKED_LATELY: Final = """
    select exists (select from inbound_text where sender_index = $1 and meaning = $2 and received_at > $3)
"""


LIST_OPEN: Final = "select id from inbound_text where applied_at is null order by received_at, id limit $1"
LOCK: Final = """
    select id, sender_index, meaning from inbound_text where id = $1 and applied_at is null for update skip locked
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that a pass has locked."""

    id: UUID
    sender_index: bytes
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Reply:
    """One that a person has to read. Neither family nor volunteer: its number is nobody's alone."""

    id: UUID
    family_id: UUID | None
    family_no: str | None
    volunteer_id: UUID | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    reply: Reply
    words: str
    sender: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of ours; `texted`: she may still be sent texts."""

    id: UUID
    volunteer: UUID | None
    texted: bool


@dataclass(frozen=True, slots=True)
class OfFamily:
    """A contact of a family; `texted`: no text has stopped texts yet."""

    id: UUID
    family: UUID
    language: str | None
    texted: bool


@dataclass(frozen=True, slots=True)
class Senders:
    """Everybody on record who has a number."""

    staff: Sequence[Staff]
    contacts: Sequence[OfFamily]


async def asked_lately(sender: str, meaning: Meaning, now: datetime, within: timedelta) -> bool:
    return bool(await connection().fetchval(ASKED_LATELY, number_index(sender), meaning, now - within))


async def keep(sid: str, sender: str, meaning: Meaning, words: str | None, now: datetime) -> None:
    """Once for a sid; no text to this number begins to leave before the transaction ends."""
    id_, index = uuid4(), number_index(sender)
    await connection().execute(SAME_NUMBER, index)
    sealed = InboundText.sender.seal_if(id_, sender if words is not None else None)
    await connection().execute(KEEP, id_, sid, sealed, index, meaning, InboundText.words.seal_if(id_, words), now)


async def list_open(limit: int) -> list[UUID]:
    """Those that nobody has worked on, the first received first."""
    rows = await connection().fetch(LIST_OPEN, limit)
    return [row["id"] for row in rows]


async def lock_open(id_: UUID) -> Kept | None:
    """Locked to the end of the transaction; None where somebody else works on it, or has."""
    row = await connection().fetchrow(LOCK, id_)
    return Kept(row["id"], row["sender_index"], Meaning(row["meaning"])) if row else None


PEOPLE: Final = """
    select p.id, v.id as volunteer, p.agreed_to_sms as texted
    from person p left join volunteer v on v.person = p.id where p.phone_index = $1 order by p.id
"""
CONTACTS: Final = """
    select distinct c.id, c.family, f.primary_language as language, coalesce((
      select s.granted or s.method <> 'sms_keyword' from consent s
      where s.contact = c.id and s.kind = 'sms_reminder' order by s.at desc limit 1), true) as texted
    from contact_phone n join contact c on c.id = n.contact join family f on f.id = c.family
    where n.number_index = $1 order by c.id
"""


async def find_senders(sender_index: bytes) -> Senders:
    people = await connection().fetch(PEOPLE, sender_index)
    contacts = await connection().fetch(CONTACTS, sender_index)
    return Senders([Staff(*row) for row in people], [OfFamily(*row) for row in contacts])


async def mark_applied(id_: UUID, family: UUID | None, volunteer: UUID | None, now: datetime) -> None:
    done = "update inbound_text set applied_at = $2, family = $3, volunteer = $4 where id = $1"
    await connection().execute(done, id_, now, family, volunteer)


HOLD_NUMBERS: Final = """
    select one_at_this_number(number) from (
      select phone_index as number from person where id = any($1) and phone_index is not null
      union select number_index from contact_phone where id = any($2) order by 1) numbers
"""
SAY_STOP: Final = """
    select a.id from (select id, phone_index as number from person where id = any($1)
      union all select id, number_index from contact_phone where id = any($2)) a
    where exists (
      select from inbound_text t where t.sender_index = a.number and t.applied_at is null and t.meaning = any($3))
"""


async def say_stop(person_ids: Sequence[UUID], phone_ids: Sequence[UUID] = ()) -> frozenset[UUID]:
    """Which of them asked to be sent no text, and it is not written down yet. Their numbers are theirs until the end of
    the transaction, taken in one order for all: what they ask meanwhile waits."""
    await connection().execute(HOLD_NUMBERS, person_ids, phone_ids)
    rows = await connection().fetch(SAY_STOP, person_ids, phone_ids, sorted(STOPS_TEXTS))
    return frozenset(row["id"] for row in rows)


OF_A_REPLY: Final = """
    select t.id, t.family as family_id, f.family_no, t.volunteer as volunteer_id, t.received_at, t.words, t.sender
    from inbound_text t left join family f on f.id = t.family
    where t.words is not null and t.applied_at is not null
"""


async def list_unread() -> list[Reply]:
    """Those the actor may see, the first received first, MOST_LISTED at most."""
    rows = await connection().fetch(f"{OF_A_REPLY} order by t.received_at, t.id limit {MOST_LISTED}")
    return [_reply(row) for row in rows]


async def open_unread(reply_id: UUID) -> Opened:
    """Raises NotFound for one that was read, and outside the scope."""
    row = await connection().fetchrow(f"{OF_A_REPLY} and t.id = $1", reply_id)
    if row is None:
        raise NotFound("reply")
    words, sender = (
        InboundText.words.unseal(row["id"], row["words"]),
        InboundText.sender.unseal(row["id"], row["sender"]),
    )
    return Opened(_reply(row), words, sender)


def _reply(row: Any) -> Reply:
    return Reply(row["id"], row["family_id"], row["family_no"], row["volunteer_id"], row["received_at"])


async def mark_read(reply_id: UUID, read_by: UUID | None, now: datetime) -> None:
    """Words and number are gone with it. Raises NotFound for one that was read, and outside the scope."""
    done = """
        update inbound_text set read_at = $2, read_by = $3, words = null, sender = null
        where id = $1 and words is not null returning id
    """
    if await connection().fetchval(done, reply_id, now, read_by) is None:
        raise NotFound("reply")

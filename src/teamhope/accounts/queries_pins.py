"""Rows of the PINs for calling us: keyed indexes, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.accounts.queries import email_index, phone_index
from teamhope.accounts.rules import CALLERS
from teamhope.kit import crypto
from teamhope.kit.database import acting_as, connection
from teamhope.tables.pins import CallingPin
from teamhope.vocabulary.people import DOORKEEPER, WORKER, PersonStatus


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a PIN is: a volunteer's, or a contact's of a family; one of the two."""

    volunteer_id: UUID | None = None
    contact_id: UUID | None = None


PUT: Final = """
    insert into calling_pin (id, pin_index, volunteer, contact, created_at) values ($1, $2, $3, $4, $5)
    on conflict ({whose}) do update set pin_index = excluded.pin_index, created_at = excluded.created_at
"""
FIND: Final = """
    select c.volunteer, c.contact from calling_pin c
    where c.pin_index = $1 and (c.contact is not null or exists (
      select from volunteer v join person p on p.id = v.person
      where v.id = c.volunteer and p.status = $2 and p.role = any($3)))
"""
OWN_NUMBER: Final = """
    select exists (select from person p join volunteer v on v.person = p.id where v.id = $1 and p.phone_index = $3)
      or exists (select from contact_phone n where n.contact = $2 and n.number_index = $3 and n.stopped_at is null)
"""
WAITING: Final = """
    select coalesce(bool_or(blocked_until > $2), false) from (
      select blocked_until from sign_in_throttle where email_index = any($1) order by email_index for update) held
"""


def _index(pin: str) -> bytes:
    return crypto.blind_index(crypto.keys(), "calling_pin", pin)


async def is_taken(pin: str) -> bool:
    """Whoever asks: nobody sees the PINs of others."""
    async with acting_as(DOORKEEPER):
        return bool(await CallingPin.exists().where(CallingPin.pin_index == _index(pin)))


async def put_pin(holder: Holder, pin: str, now: datetime) -> None:
    """In the place of the one that was there."""
    statement = PUT.format(whose="volunteer" if holder.volunteer_id else "contact")
    await connection().execute(statement, uuid4(), _index(pin), holder.volunteer_id, holder.contact_id, now)


async def delete_pin(holder: Holder) -> None:
    mine = "delete from calling_pin where volunteer = $1 or contact = $2"
    await connection().execute(mine, holder.volunteer_id, holder.contact_id)


async def pins_since(holders: Sequence[UUID]) -> dict[UUID, datetime]:
    """Since when each of these volunteers or contacts has one; who has none, or is not the actor's, is left out."""
    found = (
        "select coalesce(volunteer, contact), created_at from calling_pin where coalesce(volunteer, contact) = any($1)"
    )
    return {row[0]: row[1] for row in await connection().fetch(found, list(holders))}


async def find_holder(pin: str) -> Holder | None:
    """None for a PIN that is nobody's, and for a volunteer who is suspended or calls nobody any more."""
    row = await connection().fetchrow(FIND, _index(pin), PersonStatus.ACTIVE, sorted(CALLERS))
    return Holder(*row) if row else None


async def is_own_number(holder: Holder, caller: str) -> bool:
    """Whether the call comes from a number that is on record as hers."""
    async with acting_as(WORKER):
        answer = await connection().fetchval(OWN_NUMBER, holder.volunteer_id, holder.contact_id, phone_index(caller))
    return bool(answer)


async def is_waiting(names: Sequence[str], now: datetime) -> bool:
    """Whether one of these delays lasts. Those that have begun stay locked to the end of the transaction."""
    return bool(await connection().fetchval(WAITING, [email_index(name) for name in names], now))

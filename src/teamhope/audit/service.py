"""One row for each act, written in the act's own transaction: both are kept, or neither."""

from datetime import datetime
from uuid import UUID, uuid4

from teamhope.audit import queries
from teamhope.audit.rules import Entry, canonical
from teamhope.kit import crypto
from teamhope.vocabulary.people import Actor


async def record(
    actor: Actor, act: str, subject: tuple[str, UUID | None], now: datetime, reason: str | None = None
) -> None:
    """`subject` is (table, row id). Inside acting_as; raises OutsideTransaction otherwise."""
    entry = Entry(uuid4(), now, actor, act, subject[0], subject[1], reason)
    await queries.insert_entry(entry, crypto.sign(crypto.keys(), "audit", canonical(entry)))

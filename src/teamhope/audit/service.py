"""One row for each act, written in the act's own transaction: both are kept, or neither."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from teamhope.audit import queries
from teamhope.audit.rules import Entry, canonical
from teamhope.audit.service_chain import count_sealed_months, drop_sealed_months
from teamhope.kit import crypto
from teamhope.kit.database import Identity, acting, acting_as
from teamhope.tables import reads
from teamhope.vocabulary.people import Actor

__all__ = ["count_sealed_months", "drop_sealed_months", "keep_reads", "record", "record_all"]


async def record(
    actor: Actor, act: str, subject: tuple[str, UUID | None], now: datetime, reason: str | None = None
) -> None:
    """`subject` is (table, row id). Inside acting_as; raises OutsideTransaction otherwise."""
    await _write(actor, [Entry(uuid4(), now, actor, act, subject[0], subject[1], reason)])


async def record_all(
    actor: Actor, acts: Iterable[tuple[str, tuple[str, UUID | None], str | None]], now: datetime
) -> None:
    """Each act, its subject and its reason, in one statement."""
    entries = [Entry(uuid4(), now, actor, act, *subject, reason) for act, subject, reason in acts]
    if entries:
        await _write(actor, entries)


def keep_reads(clock: Callable[[], datetime]) -> None:
    """From now on every personal value that a person opens leaves a row "read". Called by each composition root."""

    async def record_reads(reader: Identity, rows: Sequence[reads.Row]) -> None:
        now, actor = clock(), cast(Actor, reader)
        entries = [Entry(uuid4(), now, actor, "read", table, row_id, None) for table, row_id in rows]
        if acting()[-1] == actor:
            await _write(actor, entries)
        else:
            async with acting_as(actor):
                await _write(actor, entries)

    reads.record_with(record_reads)


async def _write(actor: Actor, entries: Sequence[Entry]) -> None:
    ring = crypto.keys()
    await queries.insert_entries(actor, entries, [crypto.sign(ring, "audit", canonical(entry)) for entry in entries])

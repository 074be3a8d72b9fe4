"""Queuing a letter in whoever's transaction, and what the worker does to it afterwards."""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.letters import queries, rules
from teamhope.letters.rules import Again, DueLetter, Ended, LetterKind, LetterStatus
from teamhope.vocabulary.people import WORKER, Actor

BATCH: Final = 20


async def queue(actor: Actor, person_id: UUID, kind: LetterKind, link: str | None, now: datetime) -> None:
    """In the caller's transaction. Nothing for whom the actor does not see as active and with an e-mail."""
    async with acting_as(actor):
        await queries.insert_letter(person_id, kind, link, now)


async def claim_due(now: datetime) -> list[DueLetter]:
    async with acting_as(WORKER):
        return await queries.claim_due(now, now + rules.LEASE, BATCH)


async def record(letter: DueLetter, fate: Ended | Again, now: datetime) -> None:
    async with acting_as(WORKER):
        await queries.record(letter.id, fate, now)


async def give_up_late(now: datetime) -> None:
    async with acting_as(WORKER):
        for kind, within in rules.TRIED_FOR.items():
            await queries.give_up(kind, now - within, now)


async def next_due_at() -> datetime | None:
    async with acting_as(WORKER):
        return await queries.first_due_at()


async def last_letter(actor: Actor, person_id: UUID) -> tuple[LetterKind, LetterStatus, datetime] | None:
    """Of her newest letter: its kind, what became of it, and since when."""
    async with acting_as(actor):
        return await queries.load_last(person_id)

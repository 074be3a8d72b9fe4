"""The promise ledger: what became of each promised call is counted when it is decided, and can be looked up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.followups import queries, queries_ledger
from teamhope.followups.queries_ledger import Counted, Promised
from teamhope.followups.rules_ledger import Became, became, look_again_at
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER, Actor

BATCH: Final = 500


async def count_promises(now: datetime) -> datetime | None:
    """One pass over BATCH promises of which time alone may have decided something; when the next is wanted.

    Idempotent: what is stored follows from rows, and a row that another worker holds is left to it.
    """
    async with acting_as(WORKER):
        ids = await queries_ledger.claim_to_count(now, BATCH)
        await _count(ids, now)
        return await queries_ledger.first_to_count()


async def count_near(match_id: UUID, at: datetime, now: datetime) -> None:
    """A call of the match that began at `at` was logged, corrected or voided: what it changes is counted again."""
    async with acting_as(WORKER):
        await _count(await queries_ledger.list_near(match_id, at), now)


async def _count(ids: Collection[UUID], now: datetime) -> None:
    found = await queries_ledger.load_told(ids)
    if found:
        await queries_ledger.store([_counted(each, now) for each in found])
    gone = set(ids) - {each.id for each in found}
    if gone:
        await queries_ledger.stop_looking(gone)


def _counted(it: Promised, now: datetime) -> Counted:
    answer, again_at = became(it.told, now), look_again_at(it.told, now)
    if not answer.is_decided:
        return Counted(it.id, None, None, None, again_at)
    return Counted(it.id, answer.promise.due_at, answer.state, answer.on_time, again_at)


@dataclass(frozen=True, slots=True)
class Line:
    """One promised call: what was done about it, and what became of it so far."""

    promised: Promised
    became: Became


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every promised call of a match, the latest first."""

    match_id: UUID
    family_id: UUID
    lines: tuple[Line, ...]


async def show_ledger(actor: Actor, match_id: UUID, now: datetime) -> Ledger:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        match = await queries.load_match(match_id)
        ids = await queries_ledger.list_of_match(match_id)
        found = await queries_ledger.load_told(ids, with_names=True)
    lines = tuple(Line(each, became(each.told, now)) for each in found)
    return Ledger(match_id, match.family_id, lines)

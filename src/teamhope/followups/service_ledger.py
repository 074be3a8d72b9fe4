"""The promise ledger: what became of each promised call is counted when it is decided, and can be looked up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.followups import queries_ledger
from teamhope.followups.queries import MatchFacts
from teamhope.followups.queries_ledger import Counted, Heading, Promised
from teamhope.followups.rules_ledger import Became, attempts_since, became, look_again_at
from teamhope.followups.service_cover import UNCOVERED
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import TaskKind, TaskStatus

BATCH: Final = 500


async def count_promises(now: datetime) -> datetime | None:
    """One pass over BATCH promises of which time alone may have decided something; when the next is wanted.

    Idempotent: what is stored follows from rows, and a row that another worker holds is left to it.
    """
    async with acting_as(WORKER):
        ids = await queries_ledger.claim_to_count(now, BATCH)
        await _count(ids, now)
        return await queries_ledger.first_to_count()


async def after_call(match: MatchFacts, at: datetime, now: datetime) -> None:
    """A call that began at `at` was logged: it is counted, and once no promise to the family is left that nobody made,
    nobody is asked any more to see that somebody calls."""
    await _close_needless(TaskStatus.DONE, now, match.family_id)
    await count_near(match.id, at, now)


async def drop_needless(now: datetime) -> None:
    """Whoever was on call need not see to a call that has to wait, was moved or is not to be made any more."""
    await _close_needless(TaskStatus.DROPPED, now)


async def _close_needless(status: TaskStatus, now: datetime, family_id: UUID | None = None) -> None:
    async with acting_as(WORKER):
        for each in await queries_ledger.list_needless(UNCOVERED, family_id):
            await tasks.close_all(WORKER, TaskKind.OTHER, About(family=each, detail=UNCOVERED), status, now)


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
    """One promised call: what was done about it, and what became of it so far; `called`: when, from its time on."""

    promised: Promised
    became: Became
    called: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every promised call of a match, the latest first."""

    heading: Heading
    lines: tuple[Line, ...]


async def show_ledger(actor: Actor, match_id: UUID, now: datetime) -> Ledger:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        heading = await queries_ledger.load_heading(match_id)
        ids = await queries_ledger.list_of_match(match_id)
        found = await queries_ledger.load_told(ids, with_names=True)
    return Ledger(heading, tuple(_line(each, now) for each in found))


def _line(it: Promised, now: datetime) -> Line:
    answer = became(it.told, now)
    return Line(it, answer, attempts_since(it.told, answer.promise))

"""Whoever waits is not forgotten: staff call at least every week, and lists say when the family last heard from us."""

from datetime import datetime
from typing import Final

from teamhope.kit.database import acting_as
from teamhope.matching import queries_waiting
from teamhope.matching.queries_waiting import Unheard
from teamhope.matching.rules_waiting import HEAR_WITHIN
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import TaskKind

AT_ONCE: Final = 100


async def ask_to_call_who_waits(now: datetime) -> int:
    """One pass: a task for each family that has waited a week without a word of ours; how many.

    A transaction each, AT_ONCE read at a time. Run twice, or by two workers, it does no more: each family is locked,
    and then it is asked whether a task is open.
    """
    asked = 0
    while True:
        async with acting_as(WORKER):
            unheard = await queries_waiting.list_unheard(now - HEAR_WITHIN, AT_ONCE)
        more = sum([await _ask(each, now) for each in unheard])
        asked += more
        if not more or len(unheard) < AT_ONCE:
            return asked


async def _ask(unheard: Unheard, now: datetime) -> bool:
    async with acting_as(WORKER):
        waits = await queries_waiting.lock_waiting(unheard)
        if not waits or await tasks.is_open(TaskKind.TELL_FAMILY, unheard.family_id):
            return False
        about = About(family=unheard.family_id, detail="not_forgotten")
        await tasks.open_task(WORKER, TaskKind.TELL_FAMILY, now, about, unheard.owner)
    return True

"""The proposal of each day, worked out before anybody comes to work: coordinators look at it, it asks nobody."""

from datetime import datetime

from teamhope.kit.database import acting_as
from teamhope.matching import queries_prepared, queries_settings, queries_snapshot, rules
from teamhope.matching.queries_prepared import Prepared, PreparedPair
from teamhope.matching.rules_prepared import date_to_prepare
from teamhope.matching.rules_waiting import WAITING
from teamhope.matching.service_problem import Waiting, gather_waiting
from teamhope.vocabulary.people import WORKER, Actor


async def prepare(now: datetime) -> int:
    """One pass: the proposal of the organisation's date, once it is five there; for how many families, 0 if it has one.

    Worked out outside any transaction and written in one: whoever is killed has written nothing, and of two workers
    one writes. Nobody is asked by it.
    """
    async with acting_as(WORKER):
        on = date_to_prepare(now, await queries_snapshot.organisation_zone())
        if on is None or await queries_prepared.is_prepared(on):
            return 0
        waiting = await gather_waiting(WORKER, now)
        version = (await queries_settings.load_settings()).version
    pairs = _pairs(waiting)
    async with acting_as(WORKER):
        return len(pairs) if await queries_prepared.insert_proposal(on, version, pairs, now) else 0


def _pairs(waiting: Waiting) -> list[PreparedPair]:
    _, answer = waiting.assigned((), ())
    return [
        PreparedPair(each.asked.id, each.asked.family_id, each.volunteers[row].id, rules.shown(int(fit)))
        if row != WAITING
        else PreparedPair(each.asked.id, each.asked.family_id, None, None)
        for each, row, fit in zip(waiting.found, map(int, answer.volunteer), answer.fit, strict=True)
    ]


async def load(now: datetime) -> Prepared | None:
    """Today's, inside a transaction of whoever looks; None too where matching weighs otherwise since."""
    prepared = await queries_prepared.load_prepared(await queries_snapshot.organisation_date(now))
    if prepared and prepared.settings_version == (await queries_settings.load_settings()).version:
        return prepared
    return None


async def count_possible(actor: Actor, now: datetime) -> int:
    """How many families could be matched today, of those whom the actor sees together with the volunteer."""
    async with acting_as(actor):
        return await queries_prepared.count_possible(await queries_snapshot.organisation_date(now))

"""A hold pressed while calls are cleared and reminders sent: what has not left before it leaves no more."""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.followups.kit import NOW, row, rows

from teamhope.followups import passes, service_families, service_messages
from teamhope.followups.service import clear_call
from teamhope.kit.database import acting_as, connection
from teamhope.vocabulary.errors import Refused

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(180)]
RACES, WITHIN = 200, 0.012  # seconds: as long as a clearance takes, so that each order comes up
MESSAGE = """
    insert into message (id, person, kind, local_date, due_at, created_at)
    values (gen_random_uuid(), $1, 'daily_reminder', $2, $3, $3)
    on conflict (person, kind, local_date, follow_up, contact) do update
      set status = 'queued', lease_until = null, lease_owner = null, sending_at = null, attempts = 0,
        provider_sid = null
"""


@dataclass(frozen=True)
class Race:
    """What left, and when the hold was there."""

    it: world.AFollowUp
    after_seq: int
    held_at: datetime


async def ready(it: world.AFollowUp) -> int:
    """The call is due and its reminder queued, whatever the last race left; the number of the last audit row."""
    async with acting_as(TESTS):
        await connection().execute(
            "update family set held_at = null, held_by = null, hold_reason = null where id = $1",
            it.match.request.family_id,
        )
        await connection().execute("update follow_up set status = 'due' where id = $1", it.id)
        await connection().execute(MESSAGE, it.match.volunteer.person_id, NOW.date(), NOW)
        seq: int = await connection().fetchval("select coalesce(max(seq), 0) from audit_event")
    return seq


async def soon(act: Awaitable[Any]) -> Any:
    await asyncio.sleep(random.uniform(0, WITHIN))
    try:
        return await act
    except Refused as refusal:
        return refusal.code


async def send() -> int:
    """As the dispatcher does up to the point from which a text leaves; how many would."""
    claimed = await service_messages.claim_due("race", NOW)
    return len([each for each in claimed if await service_messages.begin_sending(each, NOW)])


async def hold(it: world.AFollowUp, who: Any) -> datetime:
    await service_families.hold(who, it.match.request.family_id, NOW)
    at: datetime = (await row("select clock_timestamp() as at"))["at"]
    return at


async def race(it: world.AFollowUp) -> tuple[Race, list[Any]]:
    seq, who = await ready(it), it.match.volunteer.actor
    held_at, *others = await asyncio.gather(
        soon(hold(it, who)), soon(clear_call(who, it.id, NOW)), soon(send()), soon(passes.mark_due(NOW))
    )
    return Race(it, seq, held_at), others


async def test_after_a_hold_nothing_is_cleared_and_nothing_leaves() -> None:
    request = await world.family_request(status="matched", now=NOW)
    of = await world.match(request, await world.volunteer(now=NOW), "active", now=NOW)
    it, before, refused = await world.follow_up(of, NOW, status="due", now=NOW), 0, 0
    for number in range(RACES):
        run, (cleared, _sent, _marked) = await race(it)
        acts = await rows("select act, seq from audit_event where seq > $1 order by seq", run.after_seq)
        order = [each["act"] for each in acts if each["act"] in {"number_shown", "held_family"}]
        assert order in (["held_family"], ["number_shown", "held_family"]), "cleared after the hold"
        before, refused = before + len(order) - 1, refused + (cleared == "not_now_family_on_hold")
        assert (await row("select status from follow_up where id = $1", it.id))["status"] == "suspended"
        message = await row("select status, sending_at from message where person = $1", of.volunteer.person_id)
        if message["status"] == "sending":
            assert message["sending_at"] < run.held_at, "sent after the hold"
        else:
            assert message["status"] == "cancelled"
        if number % 10 == 0:
            assert await send() == 0
            assert await soon(clear_call(of.volunteer.actor, it.id, NOW)) == "not_now_family_on_hold"
    assert before + refused == RACES
    assert before, "the hold was first in every race: nothing was tried"
    assert refused, "the hold was last in every race: nothing was tried"

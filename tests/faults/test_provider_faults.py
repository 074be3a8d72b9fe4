"""A provider that refuses, hangs, breaks off, is busy, fails after it has taken: no text twice, each end has a name."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests import world
from tests.faults.dispatcher_kit import provider_of_a_round
from tests.faults.fault_proxy import NOT_SEEN, Proxy, broken_line
from tests.slices.messages.kit import NOW, clear, fetch, time_passes, volunteers_with_a_call
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.followups.jobs import dispatch_due, plan_reminders
from teamhope.followups.service_messages import BATCH
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.client import connect
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan, Fault

NOBODY_LISTENS = "http://127.0.0.1:9"
CLIENT_SECONDS = 1.5  # how long a text is waited for
WAIT = timedelta(minutes=5)
MORE = "select 1 from message where status in ('queued', 'sending') limit 1"
ENDS = """
    select m.person, m.status, m.error_code, m.provider_sid,
      (select array_agg(t.kind order by t.kind) from task t join volunteer v on v.id = t.volunteer
        where v.person = m.person) as tasks,
      (select count(*) from audit_event a where a.subject = m.id and a.act = 'sends_reminder') as intents,
      (select array_agg(a.reason) from audit_event a where a.subject = m.id and a.act = 'message_queued') as refusals
    from message m where m.person = any($1)
"""


async def storm(db: Addresses, recipients: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = Random(seed)
    people = {who.person_id: who for who, _ in await volunteers_with_a_call(recipients)}
    await plan_reminders(NOW)
    async with provider_of_a_round() as (fake, provider), broken_line(provider, chance) as line:
        fake.state.plan = CallbackPlan(dropped=True)
        fake.state.opted_out.update(chance.sample([who.phone for who in people.values()], recipients // 12))
        busy = await passes_until_all_have_ended(line, fake, chance)
        fake.state.release()
    owner = await asyncpg.connect(db.owner)
    ended = await owner.fetch(ENDS, list(people))
    await owner.close()
    refusals = check_sent_again(ended, sum(fake.state.requests.values()) + sum(line.met[each] for each in NOT_SEEN))
    assert refusals["throttled"] <= busy
    check_ends(people, ended, fake)
    ends = Counter(row["status"] for row in ended)
    print(f"{recipients} reminders: {dict(ends)}; sent again after: {dict(refusals)}; the line: {line.told}")
    await clear()


async def passes_until_all_have_ended(line: Proxy, fake: Fake, chance: Random) -> int:
    """How often the provider was too busy, by what it was told to do."""
    now, told = NOW, 0
    telephone = (ACCOUNT, TOKEN, NUMBER)
    async with (
        connect(*telephone, line.url, PUBLIC, timeout_seconds=CLIENT_SECONDS) as works,
        connect(*telephone, NOBODY_LISTENS, PUBLIC) as refused,
    ):
        while await fetch(MORE):
            for fault in chance.choices(tuple(Fault), k=chance.randrange(BATCH // 2)):
                fake.state.script(fault)
                told += fault is Fault.BUSY
            next_at = await dispatch_due(chance.choices((works, refused), (6, 1))[0], now, "worker")
            if next_at is None or next_at > now:
                now = await _later(now)
    return told - sum(script.fault is Fault.BUSY for script in fake.state.faults)


async def _later(now: datetime) -> datetime:
    await time_passes(WAIT)
    return now + WAIT


def check_sent_again(ended: Sequence[Any], requests: int) -> Counter[str]:
    """Only what was definitely refused was sent again; how often, and why. `requests`: those that left our machine."""
    for row in ended:
        assert row["intents"] == 1 + len(row["refusals"] or ())
    refusals = Counter(reason for row in ended for reason in row["refusals"] or ())
    assert set(refusals) <= {"throttled", "unreachable"}
    assert requests + refusals["unreachable"] <= sum(row["intents"] for row in ended)
    return refusals


def check_ends(people: Mapping[UUID, world.AVolunteer], ended: Sequence[Any], fake: Fake) -> None:
    assert len(ended) == len(people)
    taken = {text.to: text.sid for text in fake.state.texts}
    assert len(taken) == len(fake.state.texts), "somebody was texted twice"
    for row in ended:
        phone = people[row["person"]].phone
        match row["status"]:
            case "sent" | "delivered":
                assert (row["provider_sid"], row["tasks"]) == (taken[phone], None)
            case "failed":
                assert phone in fake.state.opted_out
                assert (row["error_code"], row["tasks"]) == ("21610", ["number_stopped"])
            case "uncertain":
                assert phone not in taken
                assert row["tasks"] == ["uncertain_message"]
            case other:
                pytest.fail(f"{other} is no end")


@pytest.mark.timeout(120)
async def test_sixty_reminders(db: Addresses) -> None:
    await storm(db, 60)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
async def test_six_hundred_reminders(db: Addresses) -> None:
    await storm(db, 600)

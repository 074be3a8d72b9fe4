"""Web, workers and backends are killed while calls are logged and others fall due: nothing is lost or doubled."""

import secrets
from random import Random

import pytest
from tests.faults.dispatcher_kit import provider_of_a_round
from tests.faults.kill_kit import (
    check_calls,
    check_reminders,
    falling_due,
    finish,
    spread,
    supervised,
    until_none_is,
    worker_of,
)
from tests.faults.kill_rounds import (
    Service,
    check_logged,
    feeding,
    free_port,
    kill_a_backend,
    kill_a_worker,
    kill_the_web,
    kill_until,
    web_on,
)

from teamhope.kit import clock
from teamhope.kit.embedded_postgres import Server
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.fake_state import CallbackPlan


async def kill(postgres: Server, db: Addresses, *, items: int, a_second: int, kills: int, forked: bool = False) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    due, port = await falling_due(items, clock.now()), free_port()
    async with provider_of_a_round() as (fake, provider):
        fake.state.plan = CallbackPlan(dropped=True)
        workers = [worker_of(f"worker {n}", db.application, provider, forked=forked) for n in range(2)]
        web = web_on(port, db.application, forked=forked)
        name = db.application.rpartition("/")[2]
        service = Service(postgres, name, port, web, workers, Random(seed))
        async with supervised(web, *workers):
            await service.is_back()
            async with feeding(service, due, a_second):
                for attack in (kill_a_worker, kill_the_web, kill_a_backend):
                    await attack(service)
                await kill_until(service, kills)
            if (rest := due.part(service.fed)).people:
                await spread(rest, clock.now(), len(rest.people) / a_second / 10)
            await until_none_is([], due, 300)
        await finish(due, db.application, provider, 300)
    await check_logged(service)
    late, ended = await check_calls(due, db.owner), await check_reminders(due, fake)
    print(f"{service.kills.total()} kills: {dict(sorted(service.kills.items()))}")
    print(f"{items} calls came due once each, the latest after {late.total_seconds():.1f} s; reminders: {dict(ended)}")
    print(f"{len(service.logged)} calls logged, each once")
    for what, seconds in service.away.items():
        print(f"{what} back in service after {max(seconds):.1f} s at most, {len(seconds)} times")


@pytest.mark.timeout(240)
async def test_each_is_killed_and_calls_come_due_once(postgres: Server, db: Addresses) -> None:
    await kill(postgres, db, items=60, a_second=4, kills=5, forked=True)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
async def test_a_hundred_kills(postgres: Server, db: Addresses) -> None:
    await kill(postgres, db, items=2500, a_second=5, kills=100, forked=True)

"""The proposal that is prepared each day, what has changed by the time it is looked at, and who sees what of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in

from teamhope.kit import embedded_postgres
from teamhope.kit.database import ROW_REFUSED, UNAVAILABLE, acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.matching import queries_prepared, service_everyone, service_prepared
from teamhope.matching.jobs import prepare_proposal
from teamhope.tables.accounts import Person
from teamhope.tables.families import SupportRequest
from teamhope.tables.matches import Match
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.people import Actor, Role
from teamhope.worker import jobs_of

pytestmark = pytest.mark.usefixtures("db", "nobody_else")
COORDINATOR = Actor(Role.COORDINATOR, name="token")
BACK = "recovered_reuniting"
HOUR = timedelta(hours=1)
_days = iter(range(1, 300, 3))


@pytest.fixture
def now() -> datetime:
    """A morning of its own, an hour past five in New York; nothing of another test is of that day."""
    return datetime(2032, 1, 1, 11, tzinfo=UTC) + timedelta(days=next(_days))


async def family(now: datetime, **columns: Any) -> world.ARequest:
    return await world.family_request(trajectory=BACK, now=now - HOUR, **columns)


async def volunteer(now: datetime, **columns: Any) -> world.AVolunteer:
    return await world.volunteer(now=now - HOUR, **columns)


async def stored(now: datetime) -> dict[UUID, UUID | None]:
    async with acting_as(COORDINATOR):
        found = await queries_prepared.load_prepared(now.date())
    return found.volunteers if found else {}


@pytest.fixture
async def client(db: object, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: now) as client:
        await sign_in(client, await world.staff())
        yield client


# Outsiders ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN])
async def test_only_coordinators_have_its_rows(now: datetime, role: Role) -> None:
    await family(now)
    vera = await volunteer(now)
    assert await prepare_proposal(now) == 1
    who = replace(vera.actor, role=role)
    async with acting_as(who):
        for table in ("prepared_proposal", "prepared_pair"):
            assert await connection().fetchval(f"select count(*) from {table}") == 0
    with pytest.raises(ROW_REFUSED):
        async with acting_as(who):
            await queries_prepared.insert_proposal(now.date() + timedelta(days=400), "1", [], now)


async def test_a_coordinator_of_a_team_sees_the_rows_of_her_own_people(now: datetime) -> None:
    ours, theirs = await world.team("Ours"), await world.team("Theirs")
    mine = await family(now, family={"team": ours})
    lent = await family(now, family={"team": ours}, languages=[("es", "native")])
    other = await family(now, family={"team": theirs}, languages=[("ht", "native")])
    vera = await volunteer(now, team=ours, max_open_matches=1)
    wanda = await volunteer(now, team=theirs, languages=[("es", "native")], max_open_matches=1)
    yara = await volunteer(now, team=theirs, languages=[("ht", "native")], max_open_matches=1)
    assert await prepare_proposal(now) == 3
    assert await stored(now) == {mine.id: vera.id, lent.id: wanda.id, other.id: yara.id}
    ana = await world.staff()
    async with acting_as(TESTS):
        await Person.update({"team": ours}).where(Person.id == ana.id)
    limited = Actor(Role.COORDINATOR, person_id=ana.id, team_id=ours)
    async with acting_as(limited):
        rows = await connection().fetch("select request, volunteer from prepared_pair")
    assert [(row["request"], row["volunteer"]) for row in rows] == [(mine.id, vera.id)]
    assert await service_prepared.count_possible(limited, now) == 1
    seen = await service_everyone.open_prepared(limited, now)
    assert {each.asked.id: each.candidate and each.candidate.volunteer_id for each in seen.suggestions} == {
        mine.id: vera.id,
        lent.id: None,
    }
    assert seen.since
    assert (seen.since.gone, seen.since.anew, seen.since.new) == (0, frozenset(), frozenset())


# The job --------------------------------------------------------------------------------------------------------------


async def test_it_is_worked_out_once_a_day_and_asks_nobody(now: datetime) -> None:
    first, vera = await family(now), await volunteer(now)
    early = now.replace(hour=9)
    assert [await prepare_proposal(each) for each in (early, now, now, now + HOUR)] == [0, 1, 0, 0]
    second = await family(now + HOUR)
    assert await prepare_proposal(now + 2 * HOUR) == 0
    assert await stored(now) == {first.id: vera.id}
    assert await prepare_proposal(now + timedelta(days=1)) == 2
    assert set(await stored(now + timedelta(days=1))) == {first.id, second.id}
    async with acting_as(TESTS):
        assert await Match.count().where(Match.request == first.id) == 0
    assert "prepare_proposal" in {job.name for job in jobs_of(None)}


async def test_two_workers_write_one(now: datetime) -> None:
    await family(now)
    await volunteer(now)
    assert sorted(await asyncio.gather(*(prepare_proposal(now) for _ in range(4)))) == [0, 0, 0, 1]


WAITS_FOR_A_LOCK = """
    select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%into prepared_pair%'
"""


async def test_killed_in_the_middle_it_has_written_nothing(
    now: datetime, db: Addresses, postgres: embedded_postgres.Server
) -> None:
    """Its connection dies when the day has been claimed and no pair is written yet."""
    request, vera = await family(now), await volunteer(now)
    owner, superuser = await asyncpg.connect(db.owner), await asyncpg.connect(postgres.superuser_dsn)
    async with owner.transaction():
        await owner.execute("lock table prepared_pair in access exclusive mode")
        preparing = asyncio.create_task(prepare_proposal(now))
        while not (pid := await superuser.fetchval(WAITS_FOR_A_LOCK)):
            assert not preparing.done()
            await asyncio.sleep(0.02)
        await superuser.execute("select pg_terminate_backend($1)", pid)
        with pytest.raises(UNAVAILABLE):
            await preparing
    await owner.close()
    await superuser.close()
    assert await stored(now) == {}
    assert await prepare_proposal(now) == 1
    assert await stored(now) == {request.id: vera.id}


async def test_who_waits_without_anybody_is_kept_too(now: datetime) -> None:
    request = await family(now)
    assert await prepare_proposal(now) == 1
    assert await stored(now) == {request.id: None}
    assert await service_prepared.count_possible(COORDINATOR, now) == 0


# What is seen of it ---------------------------------------------------------------------------------------------------


async def test_where_nothing_was_prepared_the_best_of_now_is_shown(client: httpx.AsyncClient, now: datetime) -> None:
    await family(now)
    assert "Prepared at" not in (await client.get("/matches/everyone")).text


async def test_the_page_opens_with_it_and_says_what_has_changed(client: httpx.AsyncClient, now: datetime) -> None:
    first, second, third = [await family(now) for _ in range(3)]
    for _ in range(3):
        await volunteer(now, max_open_matches=1)
    await prepare_proposal(now)
    chosen = await stored(now)
    assert "3 families could be matched today" in (await client.get("/")).text
    shown = (await client.get("/matches/everyone")).text
    assert "Prepared at 5:00 AM (Central Time)." in shown.replace("\u202f", " ")
    assert "Worked out again" not in shown
    new = await family(now + 2 * HOUR)
    async with acting_as(TESTS):
        await SupportRequest.update({"status": "closed"}).where(SupportRequest.id == first.id)
        await Volunteer.update({"status": "on_break"}).where(Volunteer.id == chosen[second.id])
    later = await service_everyone.open_prepared(COORDINATOR, now + 2 * HOUR)
    assert later.since
    assert (later.since.gone, later.since.anew, later.since.new) == (1, {second.id}, {new.id})
    now_chosen = {each.asked.id: each.candidate and each.candidate.volunteer_id for each in later.suggestions}
    assert now_chosen[third.id] == chosen[third.id]  # what holds stays
    assert {now_chosen[second.id], now_chosen[new.id]} == {chosen[first.id], None}
    shown = " ".join((await client.get("/matches/everyone")).text.split())
    assert "One family has stopped waiting since. It was worked out again for one family." in shown
    assert "2 families could be matched today" in (await client.get("/")).text


async def test_other_weights_since_and_it_is_worked_out_anew(now: datetime) -> None:
    await family(now)
    await volunteer(now)
    await prepare_proposal(now)
    async with acting_as(TESTS):
        await connection().execute(
            """insert into match_settings (id, version, weights, rarity, thresholds, changed_at)
               values (gen_random_uuid(), 1, '{"role": 90}', '{}', '{}', now())"""
        )
    everyone = await service_everyone.open_prepared(COORDINATOR, now)
    assert everyone.since is None
    assert everyone.suggestions[0].candidate


async def test_what_the_night_prepared_is_the_machines_choice(now: datetime) -> None:
    request, vera = await family(now), await volunteer(now, lived={"relation": "grandparent"}, max_open_matches=1)
    await prepare_proposal(now)
    await volunteer(now, max_open_matches=1)  # closer, and came later
    (asked,) = await service_everyone.ask_all(COORDINATOR, [(request.id, vera.id)], now)
    assert asked.match_id, asked.refusal
    async with acting_as(TESTS):
        row = await Match.select(Match.by_optimizer, Match.override_reason).where(Match.id == asked.match_id).first()
    assert row == {"by_optimizer": True, "override_reason": None}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_it_is_said_in_both_languages(now: datetime, language: str) -> None:
    await family(now)
    await volunteer(now)
    await prepare_proposal(now)
    async with browser(now=lambda: now) as client:
        await sign_in(client, await world.staff(language=language))
        said = {"en": "One family could be matched today", "es": "Hoy se podría encontrar a alguien para una familia"}
        assert said[language] in (await client.get("/")).text
        assert {"en": "Prepared at", "es": "Preparado a las"}[language] in (await client.get("/matches/everyone")).text

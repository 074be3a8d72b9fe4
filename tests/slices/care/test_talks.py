"""A talk with staff after a hard call: who may see it, record it, or say that she does not need it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.world import AVolunteer

from teamhope.care import service_debriefs as service
from teamhope.care import service_load as load
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.tables.care import Debrief
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
CORA = Actor(Role.COORDINATOR, name="token")


async def a_talk(who: AVolunteer, at: datetime = NOW, **call: Any) -> UUID:
    """Due a day after `at`, for a call that began then."""
    match = await world.match(await world.family_request(), who, "active")
    return await service.open_debrief(await world.call(match, now=at, **call), who.id, at)


async def row_of(debrief_id: UUID) -> dict[str, Any]:
    async with acting_as(TESTS):
        return (await Debrief.select().where(Debrief.id == debrief_id).first()) or {}


async def leave_no_other() -> None:
    async with acting_as(TESTS):
        await connection().execute("update debrief set waived_at = now() where done_at is null")


@pytest.fixture
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


# Outsiders first ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/talks", f"/volunteers/{UUID(int=1)}/talks"])
async def test_anonymous_leadership_and_volunteers_see_no_queue(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 303
    for who in (await world.staff(Role.LEADERSHIP), await world.volunteer(password=PASSWORD)):
        await sign_in(client, who)
        assert (await client.get(path)).status_code == 403


async def test_another_volunteer_cannot_see_waive_or_record_it() -> None:
    vera, other = await world.volunteer(), await world.volunteer()
    talk = await a_talk(vera)
    assert await service.list_own(other.actor) == await service.list_due(other.actor) == []
    for act in (service.waive, service.record_talk):
        with pytest.raises(NotFound):
            await act(other.actor, talk, NOW)


async def test_the_lead_of_another_team_finds_nothing() -> None:
    vera = await world.volunteer(team=await world.team("East"))
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=await world.team("West"), password=PASSWORD)
    talk = await a_talk(vera)
    assert await service.list_due(lead.actor) == []
    with pytest.raises(NotFound):
        await service.record_talk(lead.actor, talk, NOW)
    async with browser() as client:
        await sign_in(client, lead)
        assert (await client.get(f"/volunteers/{vera.id}/talks")).status_code == 404
        assert (await submit(client, f"/talks/{talk}/done", page="/help")).status_code == 404


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR])
async def test_no_other_role_sees_a_row(role: Role) -> None:
    await a_talk(await world.volunteer())
    async with acting_as((await world.staff(role)).actor):
        assert await Debrief.count() == 0


async def test_nobody_waives_for_her_and_she_does_not_record_her_own(client: httpx.AsyncClient) -> None:
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=await world.team("North"), password=PASSWORD)
    talk = await a_talk(lead)
    assert await service.list_due(lead.actor) == []
    for act, actor in ((service.record_talk, lead.actor), (service.waive, CORA)):
        with pytest.raises(NotFound):
            await act(actor, talk, NOW)
    await sign_in(client, lead)
    page = (await client.get(f"/volunteers/{lead.id}/talks")).text
    assert "By " in page
    assert "We talked" not in page


@pytest.mark.parametrize(
    ("role", "change"),
    [
        (Role.VOLUNTEER, "done_at = now()"),
        (Role.VOLUNTEER, "due_at = due_at + interval '1 year'"),
        (Role.COORDINATOR, "waived_at = now()"),
        (Role.COORDINATOR, "due_at = due_at + interval '1 year'"),
        (Role.COORDINATOR, "call = gen_random_uuid()"),
        (Role.COORDINATOR, "done_at = now(), done_by = gen_random_uuid()"),
    ],
)
async def test_the_database_keeps_it_too(role: Role, change: str) -> None:
    vera, cora = await world.volunteer(), await world.staff()
    talk = await a_talk(vera)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting_as(vera.actor if role is Role.VOLUNTEER else cora.actor):
            await connection().execute(f"update debrief set {change} where id = $1", talk)


async def test_she_opens_none_herself() -> None:
    vera = await world.volunteer()
    call = await world.call(await world.match(await world.family_request(), vera, "active"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting_as(vera.actor):
            await Debrief.insert(Debrief(id=uuid4(), call=call, volunteer=vera.id, due_at=NOW))


# What is done ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "lead"])
async def test_whoever_looks_after_her_records_that_they_talked_once(who: str) -> None:
    team = await world.team("South")
    vera = await world.volunteer(team=team)
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=team)
    actor = lead.actor if who == "lead" else (await world.staff()).actor
    talk = await a_talk(vera)
    assert talk in {each.id for each in await service.list_due(actor)}
    await service.record_talk(actor, talk, NOW)
    row = await row_of(talk)
    assert (row["done_at"], row["done_by"], row["waived_at"]) == (NOW, actor.person_id, None)
    assert talk not in {each.id for each in await service.list_due(actor)}
    for act, again in ((service.record_talk, actor), (service.waive, vera.actor)):
        with pytest.raises(Refused, match="debrief_is_over"):
            await act(again, talk, NOW)


async def test_she_says_on_her_page_that_she_does_not_need_it(client: httpx.AsyncClient) -> None:
    vera = await world.volunteer(password=PASSWORD)
    talk = await a_talk(vera)
    await sign_in(client, vera)
    assert "Someone from our team will talk with you" in (await client.get("/")).text
    answer = await submit(client, f"/me/talks/{talk}/waive", page="/")
    assert answer.headers["location"] == "/?done=talk_waived"
    row = await row_of(talk)
    assert (row["waived_at"], row["done_at"]) == (NOW, None)
    assert "Someone from our team will talk with you" not in (await client.get("/?done=talk_waived")).text


async def test_staff_find_what_is_overdue_first_and_it_is_off_the_list_once_they_talked(
    client: httpx.AsyncClient,
) -> None:
    await leave_no_other()
    late, soon = await world.volunteer(name="Late Lena"), await world.volunteer(name="Soon Sara")
    due = {"soon": await a_talk(soon), "late": await a_talk(late, NOW - timedelta(hours=30))}
    await sign_in(client, await world.staff(name="Cora Kind"))
    for path in ("/talks", "/"):
        page = (await client.get(path)).text
        assert "Overdue since" in page
        assert page.index("Late Lena") < page.index("Soon Sara")
    assert (await submit(client, f"/talks/{due['late']}/done", page="/talks")).status_code == 303
    assert "Late Lena" not in (await client.get("/talks")).text
    assert f'href="/volunteers/{late.id}/talks"' in (await client.get(f"/volunteers/{late.id}")).text
    assert "talked with Cora Kind" in (await client.get(f"/volunteers/{late.id}/talks")).text
    assert (await submit(client, f"/talks/{due['late']}/done", page="/talks")).status_code == 409


async def test_a_team_lead_has_them_on_her_start_page(client: httpx.AsyncClient) -> None:
    team = await world.team("Center")
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=team, password=PASSWORD)
    await a_talk(await world.volunteer(name="Hers Hanna", team=team))
    await a_talk(await world.volunteer(name="Not Nora"))
    await sign_in(client, lead)
    page = (await client.get("/")).text
    assert "Hers Hanna" in page
    assert "Not Nora" not in page


@pytest.mark.parametrize(("days_ago", "offered"), [((1,), False), ((1, 13), True), ((1, 15), False)])
async def test_after_two_lately_a_break_is_offered(
    client: httpx.AsyncClient, days_ago: tuple[int, ...], offered: bool
) -> None:
    vera = await world.volunteer(password=PASSWORD)
    for days in days_ago:
        await a_talk(vera, NOW - timedelta(days=days))
    await sign_in(client, vera)
    assert ('href="/me/times#pause"' in (await client.get("/")).text) is offered


# What a volunteer carries ---------------------------------------------------------------------------------------------


async def carried(who: AVolunteer, now: datetime = NOW) -> Any:
    return (await load.load_carried(now, who.id))[who.id]


async def test_what_her_calls_ask_of_her_is_read_once_each() -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(), vera, "active")
    ended = NOW - timedelta(days=3)
    await world.call(match, now=NOW - timedelta(days=15), emotional_load=5)
    corrected = await world.call(match, now=ended, emotional_load=5)
    await world.call(match, now=ended, emotional_load=3, corrects=corrected)
    await world.call(match, now=ended, emotional_load=4, voided_at=NOW, void_reason="duplicate")
    assert (await carried(vera)).loads == (3,)
    talk = await a_talk(vera, ended, emotional_load=4)
    it = await carried(vera)
    assert (sorted(it.loads), it.talk_due, it.heavy_at) == ([3, 4], True, ended)
    await service.waive(vera.actor, talk, NOW)
    assert not (await carried(vera)).talk_due


async def test_calls_made_and_promised_count_in_the_fuller_of_her_weeks_on_her_own_clock() -> None:
    """Sunday 23:30 in Chicago is Monday in New York: still her week."""
    sunday = datetime.fromisoformat("2026-03-15T23:30:00-05:00")
    vera = await world.volunteer(timezone="America/Chicago")
    match = await world.match(await world.family_request(), vera, "active")
    await world.call(match, now=sunday - timedelta(hours=1), outcome="no_answer")
    await world.call(match, now=sunday - timedelta(hours=2), outcome="call_failed")
    await world.call(match, now=sunday - timedelta(days=7))
    plan = (await world.follow_up(match, sunday + timedelta(minutes=29))).plan_id
    assert (await carried(vera, sunday)).week_calls == 2
    next_week = [
        await world.follow_up(match, sunday + timedelta(days=n), seq=n, plan_id=plan, status=status)
        for n, status in ((1, "planned"), (2, "due"), (3, "retry_wait"), (4, "suspended"))
    ]
    assert (await carried(vera, sunday)).week_calls == 3
    assert not await load.fills_her_week(vera.id, next_week[0].due_at, next_week[0].id)


async def test_her_own_limit_of_calls_counts_where_it_is_lower() -> None:
    assert [(await carried(await world.volunteer(max_calls_per_week=most))).most_calls for most in (2, 60)] == [2, 8]

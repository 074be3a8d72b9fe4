"""Single days with other hours: outsiders first, then her page, the coordinator's, and what is planned."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.families.rules_hours import spans_on
from teamhope.families.service_contact import caller_of
from teamhope.followups import service_lists
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import Window, windows_on
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service, service_days

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
CHICAGO = ZoneInfo("America/Chicago")
DAY = NOW.astimezone(CHICAGO).date() + timedelta(days=10)
MORNING = windows_on(DAY, [(time(10), time(12))])


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


async def days_of(who: world.AVolunteer) -> dict[date, tuple[Window, ...]]:
    return dict((await service.load_profile(TESTS, who.id)).other_days)


async def test_strangers_and_leadership_say_nothing_of_her_days(client: httpx.AsyncClient) -> None:
    assert (await client.post("/me/times/days", data={"day": DAY})).status_code in {303, 403}
    await sign_in(client, await world.staff(Role.LEADERSHIP))
    assert (await submit(client, "/me/times/days", page="/me", day=DAY)).status_code == 403


async def test_nobody_says_it_for_another_volunteer(client: httpx.AsyncClient) -> None:
    team = await world.team()
    her, lead = await world.volunteer(team=team), await world.volunteer(role=Role.TEAM_LEAD, team=team)
    west = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=await world.team("West"))
    await service_days.set_other_hours(her.actor, her.id, DAY, MORNING, NOW)
    other_day = (await service.show_own_times(her.actor, NOW)).other_days[0].id
    for actor in (west, (await world.volunteer()).actor):
        with pytest.raises(NotFound):
            await service_days.set_other_hours(actor, her.id, DAY, (), NOW)
    for actor in (west, lead.actor, (await world.volunteer()).actor):
        with pytest.raises(NotFound):
            await service_days.forget_other_hours(actor, her.id, other_day, NOW)
    assert await days_of(her) == {DAY: MORNING}


async def test_she_says_it_says_it_again_and_takes_it_back(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(password=PASSWORD)
    await sign_in(client, her)
    done = await submit(client, "/me/times/days", page="/me/times", day=DAY, from_a="10:00", until_a="12:00")
    assert done.headers["location"] == "/me/times?done=other_hours_saved"
    page = (await client.get("/me/times")).text
    assert "10:00 AM–12:00 PM" in page
    assert await days_of(her) == {DAY: MORNING}
    await submit(client, "/me/times/days", page="/me/times", day=DAY)
    page = (await client.get("/me/times")).text
    assert ": not free" in page
    assert await days_of(her) == {DAY: ()}
    remove = page.split('action="/me/times/days/')[1].split('"')[0]
    assert (await submit(client, f"/me/times/days/{remove}", page="/me/times")).status_code == 303
    assert await days_of(her) == {}
    assert (await submit(client, f"/me/times/days/{uuid4()}/remove", page="/me/times")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_a": "10:00"}, "from_a"),
        ({"until_b": "10:00"}, "from_b"),
        ({"from_a": "12:00", "until_a": "10:00"}, "from_a"),
        ({"from_a": "10:00", "until_a": "12:00", "from_b": "11:00", "until_b": "13:00"}, "from_a"),
        ({"day": ""}, "day"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "2199-01-01"}, "day"),
        ({"day": "soon"}, "day"),
    ],
)
async def test_a_day_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, changes: dict[str, str], field: str
) -> None:
    her = await world.volunteer(password=PASSWORD)
    await sign_in(client, her)
    sent = {"day": str(DAY)} | changes
    refused = await submit(client, "/me/times/days", page="/me/times", **sent)
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert all(f'name="{name}"' in refused.text and f'value="{value}"' in refused.text for name, value in sent.items())
    assert await days_of(her) == {}


async def test_her_coordinator_sees_it_in_her_language(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    await service_days.set_other_hours(her.actor, her.id, DAY, MORNING, NOW)
    await service_days.set_other_hours(her.actor, her.id, DAY + timedelta(days=1), (), NOW)
    await sign_in(client, await world.staff(language="es"))
    page = (await client.get(f"/volunteers/{her.id}")).text
    assert "10:00 a.m.–12:00 p.m." in page
    assert ": sin tiempo libre" in page


async def test_what_is_planned_follows_her_day() -> None:
    her = await world.volunteer()
    await service_days.set_other_hours(her.actor, her.id, DAY, MORNING, NOW)
    hours = (await caller_of(her.id)).hours
    assert hours is not None
    (span,) = spans_on(hours, DAY)
    assert span.start.astimezone(CHICAGO).time() == time(10)


async def test_the_week_names_a_promised_call_on_that_day(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(password=PASSWORD)
    match = await world.match(await world.family_request(timezone="America/Chicago"), her, "active")
    inside = await world.follow_up(match, datetime.combine(DAY, time(10), CHICAGO))
    outside = await world.follow_up(match, datetime.combine(DAY, time(18), CHICAGO), seq=1, plan_id=inside.plan_id)
    await service_days.set_other_hours(her.actor, her.id, DAY, MORNING, NOW)
    monday = DAY - timedelta(days=DAY.weekday())
    (week,) = await service_lists.week(her.actor, monday, "America/Chicago", own=True)
    assert week.unfree == {outside.id}
    assert inside.id not in week.clashing
    await sign_in(client, her)
    assert "Not free" in (await client.get(f"/schedule?week={monday}")).text


async def test_it_is_noted_who_said_it_and_no_reason_is_asked() -> None:
    her = await world.volunteer()
    await service_days.set_other_hours(her.actor, her.id, DAY, MORNING, NOW)
    query = "select reason from audit_event where act = 'set_other_hours' and actor_person = $1"
    async with acting_as(TESTS):
        assert [row["reason"] for row in await connection().fetch(query, her.person_id)] == [None]

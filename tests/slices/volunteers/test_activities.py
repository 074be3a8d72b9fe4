"""Minutes besides calls: outsiders first, then she herself, and whoever looks after her."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.families import ActivityKind
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service_activities, service_record
from teamhope.volunteers.rules_activities import Activity

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
TODAY = NOW.date() - timedelta(days=1)  # over everywhere
HOUR = Activity(ActivityKind.TRAINING, TODAY, 60)
SENT = {"activity": "training", "happened_on": str(TODAY), "minutes": "90"}


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


async def stored(volunteer_id: UUID) -> list[tuple[str, int, bool]]:
    query = "select kind, minutes, voided_at is null from activity where volunteer = $1 order by recorded_at"
    async with acting_as(TESTS):
        return [tuple(row) for row in await connection().fetch(query, volunteer_id)]


async def test_strangers_another_volunteer_and_leadership_enter_nothing(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    path = f"/volunteers/{her.id}/activities"
    assert (await client.get("/me/record")).status_code == 303
    for who in (await world.volunteer(password=PASSWORD), await world.staff(Role.LEADERSHIP)):
        await sign_in(client, who)
        assert (await submit(client, path, page="/me", **SENT)).status_code == 403
    assert (await client.get("/me/record")).status_code == 403
    assert await stored(her.id) == []


async def test_only_she_and_whoever_looks_after_her_enter_and_remove() -> None:
    east, west = await world.team("East"), await world.team("West")
    her, lead = await world.volunteer(team=east), await world.volunteer(team=east, role=Role.TEAM_LEAD)
    person = (await world.staff()).id
    outsiders = (
        (await world.volunteer()).actor,
        lead.actor,
        Actor(Role.COORDINATOR, person, team_id=west),
        (await world.staff(Role.ADVOCATE)).actor,
    )
    entered = await service_activities.record_activity(her.actor, her.id, HOUR, NOW)
    for actor in outsiders:
        with pytest.raises(NotFound):
            await service_activities.record_activity(actor, her.id, HOUR, NOW)
        with pytest.raises(NotFound):
            await service_activities.void_activity(actor, her.id, entered, NOW)
    for team in (east, None):
        actor = Actor(Role.COORDINATOR, person, team_id=team)
        await service_activities.record_activity(actor, her.id, HOUR, NOW)
    assert await stored(her.id) == [("training", 60, True)] * 3
    assert (await service_record.show_record(lead.actor, her.id, NOW)).minutes[ActivityKind.TRAINING][1] == 180


async def test_she_removes_her_own_entries_and_not_those_of_staff() -> None:
    her, cora = await world.volunteer(), await world.staff()
    by_staff = await service_activities.record_activity(cora.actor, her.id, HOUR, NOW)
    own = await service_activities.record_activity(her.actor, her.id, HOUR, NOW)
    with pytest.raises(Refused, match="own_entries_only"):
        await service_activities.void_activity(her.actor, her.id, by_staff, NOW)
    await service_activities.void_activity(her.actor, her.id, own, NOW)
    with pytest.raises(NotFound):
        await service_activities.void_activity(her.actor, her.id, own, NOW)
    await service_activities.void_activity(cora.actor, her.id, by_staff, NOW)
    assert await stored(her.id) == [("training", 60, False)] * 2


async def test_she_enters_an_hour_and_sees_her_record(client: httpx.AsyncClient) -> None:
    team = await world.team("Harbor")
    her = await world.volunteer(password=PASSWORD, team=team, languages=(("es", "native"), ("en", "fluent")))
    await sign_in(client, her)
    assert 'href="/me/record"' in (await client.get("/me/times")).text
    done = await submit(client, "/me/record/activities", page="/me/record", **SENT)
    assert done.headers["location"] == "/me/record?done=saved"
    page = (await client.get("/me/record")).text
    for words in ("Harbor", "Spanish (First language)", "English (Fluent)", "1 h 30 min", "Background check"):
        assert words in page
    entry = page.split('action="/me/record/activities/')[1].split('"')[0]
    assert (await submit(client, f"/me/record/activities/{entry}", page="/me/record")).status_code == 303
    assert await stored(her.id) == [("training", 90, False)]
    assert (await submit(client, f"/me/record/activities/{uuid4()}/remove", page="/me/record")).status_code == 404


async def test_a_coordinator_enters_a_debrief_for_her(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    await sign_in(client, await world.staff(language="es"))
    path = f"/volunteers/{her.id}"
    sent = SENT | {"activity": "debrief"}
    assert (await submit(client, f"{path}/activities", page=path, **sent)).headers["location"] == f"{path}?done=saved"
    page = (await client.get(path)).text
    assert "Conversación de apoyo" in page
    assert "1 h 30 min en" in page


@pytest.mark.parametrize("page", ["/me/record", "/volunteers"])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "1441"}, "minutes"),
        ({"minutes": "an hour"}, "minutes"),
        ({"happened_on": "2199-01-01"}, "happened_on"),
        ({"happened_on": "0202-05-05"}, "happened_on"),
        ({"activity": "call"}, "activity"),
        ({"activity": ""}, "activity"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, changes: dict[str, str], field: str, page: str
) -> None:
    her = await world.volunteer(password=PASSWORD)
    await sign_in(client, her if page == "/me/record" else await world.staff())
    page = page if page == "/me/record" else f"/volunteers/{her.id}"
    refused = await submit(client, f"{page}/activities", page=page, **(SENT | changes))
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert f'id="field-{field}"' in refused.text
    assert f'value="{(SENT | changes)["minutes"]}"' in refused.text
    assert await stored(her.id) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("minutes", 0), ("minutes", 1441), ("kind", "call"), ("happened_on", NOW.date() + timedelta(days=2))],
)
async def test_the_database_refuses_it_too(column: str, value: object) -> None:
    her = await world.volunteer()
    row = {"kind": "other", "happened_on": TODAY, "minutes": 5} | {column: value}
    insert = "insert into activity (id, volunteer, kind, happened_on, minutes, recorded_at) values ($1, $2, $3, $4, $5, now())"  # noqa: E501
    with pytest.raises(asyncpg.CheckViolationError):
        async with acting_as(TESTS):
            await connection().execute(insert, uuid4(), her.id, row["kind"], row["happened_on"], row["minutes"])


async def test_no_use_case_takes_what_is_not_over() -> None:
    her = await world.volunteer()
    with pytest.raises(Invalid):
        tomorrow = Activity(ActivityKind.OTHER, NOW.date() + timedelta(days=2), 5)
        await service_activities.record_activity(her.actor, her.id, tomorrow, NOW)


async def test_leadership_reads_no_entry() -> None:
    her, lena = await world.volunteer(), await world.staff(Role.LEADERSHIP)
    await service_activities.record_activity(her.actor, her.id, HOUR, NOW)
    async with acting_as(lena.actor):
        assert await connection().fetch("select * from activity") == []

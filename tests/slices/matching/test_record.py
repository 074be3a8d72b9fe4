"""A volunteer's languages and team are changed: outsiders first; no family is left without a word or out of sight."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.matching import service_record
from teamhope.vocabulary.errors import Forbidden, Invalid, NotFound
from teamhope.vocabulary.families import LanguageLevel, SpokenLanguage
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import HOLDS_A_PLACE
from teamhope.volunteers import service as volunteers

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
BOTH = (("en", "native"), ("es", "fluent"))
ENGLISH = {"language_1": "en", "level_1": "native"}


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


async def scoped(team: UUID | None) -> Actor:
    return Actor(Role.COORDINATOR, (await world.staff()).id, team_id=team)


async def spoken_by(who: world.AVolunteer) -> dict[str, str]:
    profile = await volunteers.load_profile(TESTS, who.id)
    return {code: level.value for code, level in profile.languages.items()}


async def tasks_of(*requests: world.ARequest) -> list[tuple[UUID, str]]:
    query = "select family, detail from task where family = any($1)"
    async with acting_as(TESTS):
        return [tuple(row) for row in await connection().fetch(query, [each.family_id for each in requests])]


async def audited(act: str, subject: UUID) -> list[str | None]:
    query = "select reason from audit_event where act = $1 and subject = $2 order by seq"
    async with acting_as(TESTS):
        return [row["reason"] for row in await connection().fetch(query, act, subject)]


# Languages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["languages", "team"])
async def test_strangers_volunteers_team_leads_and_leadership_change_nothing(
    client: httpx.AsyncClient, what: str
) -> None:
    team = await world.team()
    her = await world.volunteer(team=team, languages=BOTH)
    path = f"/volunteers/{her.id}/{what}"
    assert (await client.get(path)).status_code == 303
    for who in (
        await world.volunteer(password=PASSWORD),
        await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=team),
        await world.staff(Role.LEADERSHIP),
        await world.staff(Role.ADMIN),
    ):
        await sign_in(client, who)
        assert (await client.get(path)).status_code == 403
        assert (await submit(client, path, page="/me", **ENGLISH)).status_code == 403
    assert await spoken_by(her) == dict(BOTH)


async def test_a_coordinator_of_another_team_changes_no_language() -> None:
    east, west = await world.team("East"), await world.team("West")
    her = await world.volunteer(team=west, languages=BOTH)
    await world.match(await world.family_request(family={"team": east}), her, "active")
    english = [SpokenLanguage("en", LanguageLevel.NATIVE)]
    with pytest.raises(NotFound):
        await service_record.set_languages(await scoped(east), her.id, english, NOW)
    assert await service_record.set_languages(await scoped(west), her.id, english, NOW) == 0
    assert await spoken_by(her) == {"en": "native"}


async def test_a_coordinator_says_what_she_speaks_and_how_well(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    await sign_in(client, await world.staff())
    path = f"/volunteers/{her.id}"
    assert 'value="native" selected' in (await client.get(f"{path}/languages")).text
    sent = {
        "language_1": "es",
        "level_1": "native",
        "language_3": "en",
        "level_3": "conversational",
        "level_4": "fluent",
    }
    done = await submit(client, f"{path}/languages", **sent)
    assert done.headers["location"] == f"{path}?done=saved"
    assert list((await spoken_by(her)).items()) == [("es", "native"), ("en", "conversational")]
    assert "Spanish (First language)" in (await client.get(path)).text
    assert await audited("set_languages", her.id) == [None]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "language_1"),
        ({"language_1": "xx", "level_1": "native"}, "language_1"),
        ({"language_1": "English", "level_1": "native"}, "language_1"),
        ({"language_1": "es"}, "level_1"),
        (ENGLISH | {"language_2": "en", "level_2": "fluent"}, "language_2"),
        (ENGLISH | {"language_2": "es", "level_2": "poor"}, "level_2"),
        (ENGLISH | {"language_9": "es"}, "language_9"),
    ],
)
async def test_what_cannot_be_spoken_is_refused(client: httpx.AsyncClient, sent: dict[str, str], field: str) -> None:
    her = await world.volunteer(languages=BOTH)
    await sign_in(client, await world.staff())
    refused = await submit(client, f"/volunteers/{her.id}/languages", **sent)
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert await spoken_by(her) == dict(BOTH)


async def test_a_language_of_an_earlier_programme_may_stay() -> None:
    her = await world.volunteer(languages=(("xy", "native"),))
    kept = [SpokenLanguage("xy", LanguageLevel.FLUENT), SpokenLanguage("en", LanguageLevel.NATIVE)]
    await service_record.set_languages(TESTS, her.id, kept, NOW)
    with pytest.raises(Invalid):
        await service_record.set_languages(TESTS, her.id, [SpokenLanguage("qq", LanguageLevel.FLUENT)], NOW)


@pytest.mark.parametrize("status", sorted(HOLDS_A_PLACE))
async def test_for_each_family_without_a_language_somebody_else_is_sought(status: str) -> None:
    her = await world.volunteer(languages=BOTH)
    spanish = await world.family_request(languages=(("es", "native"),))
    both = await world.family_request(languages=BOTH)
    for request in (spanish, both):
        await world.match(request, her, status)
    past = await world.family_request(languages=(("es", "native"),))
    await world.match(past, her, "closed")
    english = [SpokenLanguage("en", LanguageLevel.NATIVE)]
    assert await service_record.set_languages(TESTS, her.id, english, NOW) == 1
    assert await tasks_of(spanish, both, past) == [(spanish.family_id, "rematch")]
    assert await service_record.set_languages(TESTS, her.id, english, NOW) == 0


async def test_the_page_says_that_there_is_a_task(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(languages=BOTH)
    await world.match(await world.family_request(languages=(("es", "native"),)), her, "active")
    await sign_in(client, await world.staff(language="es"))
    done = await submit(client, f"/volunteers/{her.id}/languages", **ENGLISH)
    assert "hay una tarea" in (await client.get(done.headers["location"])).text


# Team -----------------------------------------------------------------------------------------------------------------


async def seen(actor: Actor, request: world.ARequest, match: world.AMatch) -> set[str]:
    """What of a family, its match and its volunteer the actor reads."""
    rows: dict[str, UUID] = {
        "family": request.family_id,
        "contact": request.contact_id,
        "support_request": request.id,
        "match": match.id,
        "volunteer": match.volunteer.id,
    }
    async with acting_as(actor):
        found: dict[str, Any] = {
            table: await connection().fetchval(f"select id from {table} where id = $1", id_)
            for table, id_ in rows.items()
        }
    return {table for table, id_ in found.items() if id_}


async def test_a_coordinator_of_one_team_moves_nobody() -> None:
    east, west = await world.team("East"), await world.team("West")
    her = await world.volunteer(team=east)
    for team in (east, west):
        with pytest.raises(Forbidden):
            await service_record.change_team(await scoped(team), her.id, west, NOW)
        with pytest.raises(Forbidden):
            await service_record.list_teams(await scoped(team), her.id)
    assert (await volunteers.load_profile(TESTS, her.id)).team == (east, "East")


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADMIN, Role.LEADERSHIP, Role.ADVOCATE])
async def test_nor_does_the_database_let_anybody_else(role: Role) -> None:
    east, west = await world.team("East"), await world.team("West")
    her = await world.volunteer(team=east)
    for actor in (Actor(role, uuid4()), Actor(role, her.person_id, her.id, east), await scoped(east)):
        async with acting_as(actor):
            assert await connection().fetchval("select move_to_team($1, $2)", her.person_id, west) is None


async def test_of_staff_nobody_is_moved_and_of_a_volunteer_nothing_else_is_changed() -> None:
    unscoped, west = await scoped(None), await world.team("West")
    staff, her = await world.staff(), await world.volunteer()
    async with acting_as(unscoped):
        assert await connection().fetchval("select move_to_team($1, $2)", staff.id, west) is None
        changed = await connection().execute("update person set language = 'es' where id = $1", her.person_id)
    assert changed == "UPDATE 0"


@pytest.mark.parametrize("status", [*sorted(HOLDS_A_PLACE), "unable_to_contact"])
@pytest.mark.parametrize("goes_to", ["West", None])
async def test_who_looked_after_a_family_still_does(status: str, goes_to: str | None) -> None:
    east = await world.team("East")
    west = await world.team(goes_to) if goes_to else None
    her, request = await world.volunteer(team=east), await world.family_request()
    match = await world.match(request, her, status)
    until_now, unscoped = await scoped(east), await scoped(None)
    before = await seen(until_now, request, match)
    assert before == {"family", "contact", "support_request", "match", "volunteer"}
    await service_record.change_team(unscoped, her.id, west, NOW)
    assert await seen(until_now, request, match) == before
    assert await seen(unscoped, request, match) == before
    if west:
        assert await seen(await scoped(west), request, match) == before
    assert await audited("kept_team", request.family_id) == [None]
    assert await audited("changed_team", her.id) == [str(west) if west else "no_team"]


@pytest.mark.parametrize(("days_ago", "still_seen"), [(89, True), (91, False)])
async def test_who_looked_after_a_family_that_is_hers_no_more_has_the_time_that_is_left(
    days_ago: int, still_seen: bool
) -> None:
    east = await world.team("East")
    her, request = await world.volunteer(team=east), await world.family_request()
    match = await world.match(request, her, "closed", closed_at=NOW - timedelta(days=days_ago))
    until_now = await scoped(east)
    assert ("family" in await seen(until_now, request, match)) is still_seen
    await service_record.change_team(await scoped(None), her.id, await world.team("West"), NOW)
    assert ("family" in await seen(until_now, request, match)) is still_seen
    assert await audited("kept_team", request.family_id) == ([None] if still_seen else [])


async def test_a_family_that_a_team_looks_after_stays_with_it_and_what_is_over_goes_along() -> None:
    east, west, north = [await world.team(name) for name in ("East", "West", "North")]
    her = await world.volunteer(team=east)
    northern = await world.family_request(family={"team": north})
    past = await world.family_request()
    match, over = await world.match(northern, her, "active"), await world.match(past, her, "closed")
    await service_record.change_team(await scoped(None), her.id, west, NOW)
    for team in (north, west):
        assert "family" in await seen(await scoped(team), northern, match)
    assert await seen(await scoped(east), northern, match) == set()
    assert "family" in await seen(await scoped(west), past, over)


async def test_her_new_team_is_shown_and_one_that_is_none_refused(client: httpx.AsyncClient) -> None:
    harbor = await world.team("Harbor")
    her = await world.volunteer(password=PASSWORD)
    await sign_in(client, await world.staff())
    path = f"/volunteers/{her.id}"
    for wrong in (str(uuid4()), "Harbor"):
        refused = await submit(client, f"{path}/team", team=wrong)
        assert refused.status_code == 422
        assert 'href="#field-team"' in refused.text
    done = await submit(client, f"{path}/team", team=harbor)
    assert done.headers["location"] == f"{path}?done=team_changed"
    assert "Harbor" in (await client.get(path)).text
    assert (await submit(client, f"{path}/team", team="")).status_code == 303
    assert (await volunteers.load_profile(TESTS, her.id)).team is None
    assert (await client.get(f"/volunteers/{uuid4()}/team")).status_code == 404

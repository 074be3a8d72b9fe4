"""Naming a cover person: outsiders first, then whom the rules allow, and what it says."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.matching import service_cover
from teamhope.matching.queries_cover import Agreed
from teamhope.matching.rules import MatchRefused
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.families import ConsentMethod
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


async def a_match(status: str = "active", **family: Any) -> world.AMatch:
    request = await world.family_request(status="active", trajectory="recovered_reuniting", **family)
    return await world.match(request, await world.volunteer(), status)


async def coordinator(team: UUID | None = None) -> Actor:
    return Actor(Role.COORDINATOR, (await world.staff()).id, team_id=team)


def agreed(who: world.AVolunteer, days_ago: int = 1) -> Agreed:
    return Agreed(who.id, NOW.date() - timedelta(days=days_ago), ConsentMethod.VERBAL_RECORDED_BY_STAFF)


async def covers(of: world.AMatch) -> list[tuple[UUID, bool]]:
    async with acting_as(TESTS):
        found = await connection().fetch("select volunteer, ended_at from cover_person where match = $1", of.id)
    return [(each["volunteer"], each["ended_at"] is None) for each in found]


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_strangers_are_sent_to_sign_in(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/matches/{(await a_match()).id}/cover")).status_code == 303


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR, Role.ADVOCATE])
async def test_other_roles_are_refused(client: httpx.AsyncClient, role: Role) -> None:
    await sign_in(client, await world.staff(role))
    assert (await client.get(f"/matches/{(await a_match()).id}/cover")).status_code == 403


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD])
async def test_volunteers_and_leads_name_nobody(client: httpx.AsyncClient, role: Role) -> None:
    await sign_in(client, await world.volunteer(role=role, password=PASSWORD))
    assert (await client.get(f"/matches/{(await a_match()).id}/cover")).status_code == 403


async def test_a_coordinator_of_another_team_does_not_find_it() -> None:
    of, who = await a_match(), await world.volunteer()
    west = await coordinator(await world.team("West"))
    with pytest.raises(NotFound):
        await service_cover.name_cover(west, of.id, agreed(who), NOW)
    with pytest.raises(NotFound):
        await service_cover.show_covers(west, of.id)


async def test_to_be_named_shows_her_nothing() -> None:
    of, who = await a_match(), await world.volunteer()
    await service_cover.name_cover(await coordinator(), of.id, agreed(who), NOW)
    async with acting_as(who.actor):
        for table in ("cover_person", "match", "family", "contact"):
            assert await connection().fetchval(f"select count(*) from {table}") == 0


# The rules ------------------------------------------------------------------------------------------------------------


async def test_she_is_named_once_and_can_be_ended() -> None:
    of, who, actor = await a_match(), await world.volunteer(), await coordinator()
    await service_cover.name_cover(actor, of.id, agreed(who), NOW)
    with pytest.raises(Invalid) as known:
        await service_cover.name_cover(actor, of.id, agreed(await world.volunteer()), NOW)
    assert known.value.problems[0][:2] == ("volunteer", "cover_known")
    standing = (await service_cover.show_covers(actor, of.id)).standing
    assert standing is not None
    assert (standing.volunteer, standing.method) == (who.name, ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    await service_cover.end_cover(actor, of.id, standing.id, NOW)
    with pytest.raises(NotFound):
        await service_cover.end_cover(actor, of.id, standing.id, NOW)
    await service_cover.name_cover(actor, of.id, agreed(await world.volunteer()), NOW)
    assert [stands for _, stands in await covers(of)] == [False, True]


async def test_places_do_not_matter() -> None:
    who = await world.volunteer(max_open_matches=1)
    await world.match(await world.family_request(), who, "active")
    await service_cover.name_cover(await coordinator(), (await a_match()).id, agreed(who), NOW)


@pytest.mark.parametrize(
    ("her", "code"),
    [
        ({"status": "suspended"}, "not_taking_families"),
        ({"languages": (("es", "native"),)}, "no_shared_language"),
        ({"lived": {"case_type": "CSE"}}, "other_experience"),
        ({"credentials": ()}, "credential_missing"),
        ({"availability": ()}, "hours_not_known"),
    ],
)
async def test_whom_a_rule_of_matching_excludes_cannot_be_named(her: dict[str, Any], code: str) -> None:
    of, who = await a_match(), await world.volunteer(**her)
    with pytest.raises(MatchRefused) as refusal:
        await service_cover.name_cover(await coordinator(), of.id, agreed(who), NOW)
    assert refusal.value.code == code
    assert await covers(of) == []


async def test_who_may_know_them_cannot_be_named_and_nobody_is_told_why() -> None:
    of, who = await a_match(), await world.volunteer()
    await world.known_connection(of.request.family_id, who.id)
    with pytest.raises(MatchRefused) as refusal:
        await service_cover.name_cover(await coordinator(), of.id, agreed(who), NOW)
    assert refusal.value.facts["why"] == "Possible connection: ask before matching."


@pytest.mark.parametrize("status", ["proposed_to_volunteer", "accepted", "closed", "unable_to_contact"])
async def test_only_between_the_introduction_and_the_end(status: str) -> None:
    of, who = await a_match(status), await world.volunteer()
    with pytest.raises(Refused) as refusal:
        await service_cover.name_cover(await coordinator(), of.id, agreed(who), NOW)
    assert refusal.value.code == "cover_not_now"


async def test_neither_its_own_volunteer_nor_a_day_to_come() -> None:
    of, actor = await a_match(), await coordinator()
    for wrong, problem in (
        (agreed(of.volunteer), ("volunteer", "cover_is_volunteer")),
        (agreed(await world.volunteer(), days_ago=-2), ("agreed_on", "day_in_future")),
    ):
        with pytest.raises(Invalid) as refusal:
            await service_cover.name_cover(actor, of.id, wrong, NOW)
        assert refusal.value.problems[0][:2] == problem


# The page -------------------------------------------------------------------------------------------------------------


async def test_the_page_names_and_ends_and_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    of, who = await a_match(), await world.volunteer()
    unfit = await world.volunteer(languages=(("es", "native"),))
    await sign_in(client, await world.staff())
    path = f"/matches/{of.id}/cover"
    assert path in (await client.get(f"/matches/{of.id}")).text
    day = str(NOW.date() - timedelta(days=3))
    wrong = await submit(client, path, volunteer=str(who.id), agreed_on="", method="written")
    assert wrong.status_code == 422
    assert f'value="{who.id}" selected' in wrong.text
    refused = await submit(client, path, volunteer=str(unfit.id), agreed_on=day, method="written")
    assert refused.status_code == 409
    assert f'value="{unfit.id}" selected' in refused.text
    saved = await submit(client, path, volunteer=str(who.id), agreed_on=day, method="written")
    assert saved.status_code == 303
    page = (await client.get(path)).text
    assert who.name in page
    (standing,) = [each for each in (await service_cover.show_covers(TESTS, of.id)).covers if each.ended_at is None]
    assert (await submit(client, f"{path}/{standing.id}/end", page=path)).status_code == 303
    assert await covers(of) == [(who.id, False)]

"""Each role's start page."""

from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import PASSWORD, Someone, browser, sign_in, somebody

from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


async def page_of(who: Someone, language: str = "en") -> str:
    async with browser() as client:
        await sign_in(client, who)
        client.cookies.set("language", language)
        answer = await client.get("/")
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
async def vera(db: Addresses) -> Someone:
    volunteer = await world.volunteer(password=PASSWORD)
    match = await world.match(await world.family_request(first_name="Marta"), volunteer, status="active")
    await world.follow_up(match, NOW - timedelta(hours=3))
    return Someone(volunteer.person_id, volunteer.email, Role.VOLUNTEER)


async def test_anonymous_signs_in_first(db: Addresses) -> None:
    async with browser() as client:
        assert (await client.get("/")).headers["location"] == "/login?next=/"


@pytest.mark.parametrize("role", [Role.ADVOCATE, Role.ADMIN, Role.AUDITOR, Role.TEAM_LEAD, Role.VOLUNTEER])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_each_role_has_a_start_page_in_both_languages(db: Addresses, role: Role, language: str) -> None:
    who = await somebody(role, f"{role}-{language}@example.org", language=language)
    text = await page_of(who)
    assert f'<html lang="{language}">' in text


async def test_leadership_starts_with_the_report(db: Addresses) -> None:
    async with browser() as client:
        await sign_in(client, await somebody(Role.LEADERSHIP, "lee@example.org"))
        assert (await client.get("/")).headers["location"] == "/reports"


async def test_a_volunteer_sees_whom_to_call_and_how(vera: Someone) -> None:
    text = await page_of(vera)
    assert "Marta" in text
    assert "Overdue" in text
    assert "Leave no message." in text
    assert "555" not in text  # no number before it is asked for


async def test_another_volunteer_does_not_see_her(vera: Someone) -> None:
    other = await world.volunteer(password=PASSWORD)
    text = await page_of(Someone(other.person_id, other.email, Role.VOLUNTEER))
    assert "Marta" not in text
    assert "No calls today" in text


async def test_a_coordinator_sees_who_waits_the_oldest_first_with_an_owner(vera: Someone) -> None:
    older = await world.family_request(now=NOW - timedelta(days=3))
    newer = await world.family_request(now=NOW - timedelta(days=1))
    text = await page_of(await somebody(Role.COORDINATOR, "cora@example.org"))
    assert text.index(older.family_no) < text.index(newer.family_no)
    assert "Every coordinator" in text
    assert "Overdue calls (1)" in text
    assert "Marta" not in text

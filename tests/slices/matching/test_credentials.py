"""Credentials that end: told 30, 14 and 3 days before; then she is suspended, and somebody asked for her families."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service
from teamhope.matching.jobs import watch_credentials
from teamhope.tables.care import Task
from teamhope.tables.volunteers import Credential, Volunteer
from teamhope.vocabulary.families import CredentialKind
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service as volunteers

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
DAY = timedelta(days=1)
COORDINATOR = Actor(Role.COORDINATOR, name="token")


@pytest.fixture(autouse=True)
async def nobody_else(db: object) -> None:
    async with acting_as(TESTS):
        await Volunteer.update({"status": "alumni"}, force=True)


async def told(volunteer_id: UUID) -> list[tuple[str, Any]]:
    async with acting_as(TESTS):
        rows = await Task.select().where(Task.volunteer == volunteer_id).order_by(Task.opened_at, Task.detail)
    return [(row["detail"], row["family"]) for row in rows]


async def status_of(volunteer_id: UUID) -> str:
    async with acting_as(TESTS):
        row = await Volunteer.select(Volunteer.status).where(Volunteer.id == volunteer_id).first()
    return str(row and row["status"])


async def whose_ends_in(days: int) -> world.AVolunteer:
    return await world.volunteer(expires_on=NOW.date() + timedelta(days=days), max_open_matches=3)


async def test_each_step_is_told_once() -> None:
    vera = await whose_ends_in(40)
    for days, expected in ((0, 0), (12, 1), (13, 0), (27, 1), (38, 1), (39, 0)):
        assert await watch_credentials(NOW + days * DAY) == expected
    assert [detail for detail, _ in await told(vera.id)] == ["credential_30", "credential_14", "credential_3"]
    assert await status_of(vera.id) == "active"


async def test_who_has_none_any_more_is_suspended_and_each_of_her_families_gets_somebody() -> None:
    vera = await whose_ends_in(1)
    hers = [await world.family_request() for _ in range(2)]
    for request in hers:
        await world.match(request, vera, "active")
    await world.match(await world.family_request(), vera, "closed")
    after = NOW + 3 * DAY
    await watch_credentials(after)
    assert await status_of(vera.id) == "suspended"
    assert {(d, f) for d, f in await told(vera.id) if f} == {("volunteer_suspended", r.family_id) for r in hers}
    assert ("credential_expired", None) in await told(vera.id)
    assert await watch_credentials(after) == 0
    waiting = await world.family_request(trajectory="recovered_reuniting")
    found = await service.candidates(COORDINATOR, waiting.id, 5, after)
    assert vera.id not in {each.volunteer_id for each in found.candidates}


async def test_a_renewed_credential_ends_nothing_and_is_told_again_years_later() -> None:
    vera = await whose_ends_in(10)
    assert await watch_credentials(NOW) == 1
    renewed = NOW.date() + timedelta(days=800)
    async with acting_as(TESTS):
        await Credential.update({"expires_on": renewed}).where(Credential.volunteer == vera.id)
    assert await watch_credentials(NOW + 11 * DAY) == 0
    assert await watch_credentials(NOW + 790 * DAY) == 1
    assert [detail for detail, _ in await told(vera.id)] == ["credential_14", "credential_14"]


async def test_another_credential_that_ends_soon_after_suspends_too() -> None:
    vera = await whose_ends_in(1)
    await world.match(await world.family_request(), vera, "active")
    await watch_credentials(NOW + 3 * DAY)
    async with acting_as(TESTS):
        later = {"expires_on": NOW.date() + 20 * DAY}
        await Credential.update({"expires_on": NOW.date() + 800 * DAY}).where(Credential.volunteer == vera.id)
        of_training = (Credential.volunteer == vera.id) & (Credential.kind == CredentialKind.CORE_TRAINING)
        await Credential.update(later).where(of_training)
        await Volunteer.update({"status": "active"}).where(Volunteer.id == vera.id)
    assert await watch_credentials(NOW + 4 * DAY) == 1
    assert await watch_credentials(NOW + 23 * DAY) == 1
    assert await status_of(vera.id) == "suspended"
    assert [detail for detail, family in await told(vera.id) if family] == ["volunteer_suspended"] * 2


async def test_who_is_set_active_without_a_renewal_is_suspended_again() -> None:
    vera = await whose_ends_in(-5)
    await watch_credentials(NOW)
    async with acting_as(TESTS):
        await Volunteer.update({"status": "active"}).where(Volunteer.id == vera.id)
    await watch_credentials(NOW)
    assert await status_of(vera.id) == "suspended"


async def test_two_workers_tell_once() -> None:
    vera = await whose_ends_in(-2)
    assert sum(await asyncio.gather(*(watch_credentials(NOW) for _ in range(4)))) == 1
    assert len(await told(vera.id)) == 1


async def test_the_task_leads_to_her_and_a_renewal_brings_her_back() -> None:
    vera = await whose_ends_in(-2)
    await watch_credentials(NOW)
    async with browser() as client:
        await sign_in(client, await world.staff())
        assert f'href="/volunteers/{vera.id}"' in (await client.get("/tasks")).text
    for kind in CredentialKind:
        await volunteers.record_credential(COORDINATOR, vera.id, kind, (NOW.date() - DAY, None), NOW)
    await volunteers.set_status(COORDINATOR, vera.id, volunteers.VolunteerStatus.ACTIVE, NOW)
    assert await watch_credentials(NOW) == 0

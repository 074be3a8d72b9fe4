"""Taking back what was entered by mistake: who may, and that each figure falls by one wherever it is shown."""

import csv
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from tests.app_kit import TESTS, browser, sign_in, somebody
from tests.slices.reports import history
from tests.slices.reports.history import noon

from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.referrals import service
from teamhope.vocabulary.calls import VoidReason
from teamhope.vocabulary.errors import Forbidden, NotFound
from teamhope.vocabulary.people import Actor, Role

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
COORDINATOR = Actor(Role.COORDINATOR, name="token")
TWICE = VoidReason.ENTERED_TWICE


@dataclass(frozen=True)
class World:
    """Eight families with a call and a service each, one of them with two services; eight members."""

    calls: list[UUID]
    only_events: list[UUID]
    doubled_event: UUID
    members: list[UUID]


@pytest.fixture(scope="module")
async def entered(db: Addresses) -> World:
    families = await history.families(8)
    calls = await history.calls(*(history.call_row(family, noon(date(2024, 3, 4))) for family in families))
    events = [await history.service_event(family, date(2024, 5, 6)) for family in families]
    twice = await history.service_event(families[0], date(2024, 8, 9), program="crisis_intervention")
    members = await history.members(8, date(2024, 1, 2))
    return World(calls, events[1:], twice, members)


@pytest.fixture(scope="module")
async def reader(entered: World) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await somebody(Role.LEADERSHIP, "lee@example.org"))
        yield client


async def figures(reader: httpx.AsyncClient) -> dict[str, int]:
    """A1, B5 and K1, which page and CSV must both say."""
    sheet = (await reader.get("/reports/2024.csv")).content.decode("utf-8-sig")
    found = {row[0]: int(row[2]) for row in csv.reader(StringIO(sheet)) if row and row[0] in {"A1", "B5", "K1"}}
    body = (await reader.get("/reports/2024.json")).json()["figures"]
    assert found == {figure: body[figure]["value"] for figure in found}
    page = (await reader.get("/reports/2024")).text
    for figure, value in found.items():
        assert f'<dt>{body[figure]["name"]}</dt>\n        <dd class="th-stat__value">{value}</dd>' in page, figure
    return found


async def falls(reader: httpx.AsyncClient, act: Callable[[], Awaitable[None]]) -> dict[str, int]:
    before = await figures(reader)
    await act()
    after = await figures(reader)
    return {figure: before[figure] - after[figure] for figure in before if before[figure] != after[figure]}


@pytest.mark.parametrize("role", sorted({*Role} - {Role.COORDINATOR, Role.COMMAND}))
async def test_others_may_not_void(entered: World, role: Role) -> None:
    actor = Actor(role, person_id=uuid4())
    with pytest.raises(Forbidden):
        await service.void_service_event(actor, entered.doubled_event, TWICE, NOW)
    with pytest.raises(Forbidden):
        await service.void_member(actor, entered.members[0], TWICE, NOW)


async def test_what_is_not_there_is_not_found(entered: World) -> None:
    with pytest.raises(NotFound):
        await service.void_service_event(COORDINATOR, uuid4(), TWICE, NOW)
    with pytest.raises(NotFound):
        await service.void_member(COORDINATOR, uuid4(), TWICE, NOW)


async def test_a_voided_call_lowers_the_calls_by_one(entered: World, reader: httpx.AsyncClient) -> None:
    async def void() -> None:
        async with acting_as(TESTS):
            await connection().execute(
                "update call set voided_at = $2, void_reason = 'entered_twice' where id = $1", entered.calls[0], NOW
            )

    assert await falls(reader, void) == {"A1": 1}


async def test_one_of_two_services_of_a_family_changes_nothing(entered: World, reader: httpx.AsyncClient) -> None:
    async def void() -> None:
        await service.void_service_event(COORDINATOR, entered.doubled_event, TWICE, NOW)

    assert await falls(reader, void) == {}


async def test_the_only_service_of_a_family_lowers_the_families_by_one(
    entered: World, reader: httpx.AsyncClient
) -> None:
    async def void() -> None:
        await service.void_service_event(COORDINATOR, entered.only_events[0], TWICE, NOW)

    assert await falls(reader, void) == {"B5": 1}


async def test_a_voided_member_lowers_the_members_by_one(entered: World, reader: httpx.AsyncClient) -> None:
    async def void() -> None:
        await service.void_member(COORDINATOR, entered.members[0], VoidReason.TEST_ENTRY, NOW)

    assert await falls(reader, void) == {"K1": 1}


async def test_nothing_is_voided_twice(entered: World) -> None:
    await service.void_service_event(TESTS, entered.only_events[1], TWICE, NOW)
    with pytest.raises(NotFound):
        await service.void_service_event(TESTS, entered.only_events[1], VoidReason.WRONG_FAMILY, NOW)
    await service.void_member(TESTS, entered.members[1], TWICE, NOW)
    with pytest.raises(NotFound):
        await service.void_member(TESTS, entered.members[1], TWICE, NOW)


async def test_each_voiding_is_on_record_with_its_reason(entered: World, db: Addresses) -> None:
    event, member = entered.only_events[2], entered.members[2]
    await service.void_service_event(COORDINATOR, event, VoidReason.WRONG_FAMILY, NOW)
    await service.void_member(COORDINATOR, member, VoidReason.DID_NOT_HAPPEN, NOW)
    owner = await asyncpg.connect(db.owner)
    rows = await owner.fetch("select act, subject, reason from audit_event where subject = any($1)", [event, member])
    [kept] = await owner.fetch("select voided_at, void_reason from service_event where id = $1", event)
    await owner.close()
    assert {tuple(row) for row in rows} == {
        ("voided_service_event", event, "wrong_family"),
        ("voided_faon_member", member, "did_not_happen"),
    }
    assert tuple(kept) == (NOW, "wrong_family")

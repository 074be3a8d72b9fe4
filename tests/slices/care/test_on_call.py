"""The roster: kept by coordinators and administrators, read by the planner and by whoever asks for help."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.world import AStaffMember

from teamhope.accounts import service as accounts
from teamhope.care import service_on_call as service
from teamhope.families.rules_hours import Span
from teamhope.kit.database import ROW_REFUSED, acting_as
from teamhope.tables.accounts import Person
from teamhope.tables.audit import AuditEvent
from teamhope.tables.care import FallbackNumber, OnCallShift
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor, Duty, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)  # a Monday, 9 in the morning in Chicago
HERE = "/on-call"
moments = (NOW + timedelta(seconds=n) for n in count(1))  # the newest row says what is rung


def hours(start: int, end: int) -> Span:
    return Span(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


@pytest.fixture(autouse=True)
async def nothing_kept(db: object) -> AsyncIterator[None]:
    yield
    async with acting_as(Actor(Role.COORDINATOR)):
        await OnCallShift.delete(force=True)
    await service.set_fallback(TESTS, None, next(moments))


@pytest.fixture
async def ada(db: object) -> AStaffMember:
    return await world.staff(Role.ADVOCATE)


@pytest.fixture
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff(Role.COORDINATOR))
        yield client


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.LEADERSHIP, Role.AUDITOR])
async def test_nobody_else_keeps_the_roster(role: Role, ada: AStaffMember) -> None:
    who = await world.volunteer(password=PASSWORD) if role is Role.VOLUNTEER else await world.staff(role)
    async with browser() as client:
        assert (await client.get(HERE)).status_code == 303
        await sign_in(client, who)
        assert (await client.get(HERE)).status_code == 403
    with pytest.raises(ROW_REFUSED):
        await service.add_shifts(who.actor, ada.id, (hours(0, 1),), NOW)
    with pytest.raises(ROW_REFUSED):
        await service.set_fallback(who.actor, "202-555-0143", NOW)
    await service.add_shifts(TESTS, ada.id, (hours(0, 1),), NOW)
    (shift,) = await service.who_is_on_call(NOW)
    with pytest.raises(NotFound):
        await service.remove_shift(who.actor, shift.id, NOW)


async def test_a_shift_is_added_every_week_seen_and_removed(client: httpx.AsyncClient, ada: AStaffMember) -> None:
    added = await submit(client, HERE, person=ada.id, day="2026-11-30", since="08:00", until="10:00", weeks="3")
    assert added.headers["location"] == f"{HERE}?done=shifts_added"
    assert f"<h3>{ada.name}" in (await client.get(f"{HERE}?week=2026-12-14")).text
    assert f"<h3>{ada.name}" not in (await client.get(f"{HERE}?week=2026-12-21")).text
    (shift,) = await service.who_is_on_call(NOW)
    assert (shift.person, shift.duty, shift.span) == (ada.id, Duty.ADVOCATE, hours(-1, 1))
    assert (await submit(client, f"{HERE}/{shift.id}/remove", page=HERE)).status_code == 303
    assert await service.who_is_on_call(NOW) == []


async def test_nobody_is_on_call_twice_at_a_time_and_nothing_is_half_added(ada: AStaffMember) -> None:
    await service.add_shifts(TESTS, ada.id, (hours(24, 30),), NOW)
    with pytest.raises(Invalid) as refused:
        await service.add_shifts(TESTS, ada.id, (hours(0, 2), hours(29, 31)), NOW)
    assert refused.value.problems[0][:2] == ("day", "on_call_already")
    assert await service.who_is_on_call(NOW) == []
    await service.add_shifts(TESTS, (await world.staff(Role.ADVOCATE)).id, (hours(24, 30),), NOW)


async def test_who_cannot_answer_cannot_be_on_call() -> None:
    scoped = await world.staff(Role.COORDINATOR)
    async with acting_as(TESTS):
        await Person.update({Person.team: await world.team("Scoped")}).where(Person.id == scoped.id)
    for who in (scoped.id, (await world.volunteer()).person_id, (await world.staff(Role.LEADERSHIP)).id):
        with pytest.raises(Invalid):
            await service.add_shifts(TESTS, who, (hours(0, 1),), NOW)


async def test_whoever_may_not_answer_any_more_covers_nothing(ada: AStaffMember) -> None:
    stella = await world.staff(Role.COORDINATOR)
    for each in (ada, stella):
        await service.add_shifts(TESTS, each.id, (hours(0, 1),), NOW)
    await accounts.suspend(TESTS, ada.id, NOW)
    assert [shift.person for shift in await service.who_is_on_call(NOW)] == [stella.id]
    async with acting_as(TESTS):
        await Person.update({Person.team: await world.team("Limited")}).where(Person.id == stella.id)
    assert await service.who_is_on_call(NOW) == []


async def test_a_wrong_form_keeps_what_was_typed(client: httpx.AsyncClient, ada: AStaffMember) -> None:
    past = await submit(client, HERE, person=ada.id, day="2026-11-29", since="08:00", until="10:00", weeks="1")
    assert past.status_code == 422
    assert "2026-11-29" in past.text
    assert (
        await submit(client, HERE, person=ada.id, day="2026-12-01", since="08:00", until="10:00", weeks="99")
    ).status_code == 422
    number = await submit(client, f"{HERE}/fallback", page=HERE, number="555")
    assert number.status_code == 422
    assert 'value="555"' in number.text


async def test_hours_have_cover_where_somebody_is_on_call(ada: AStaffMember) -> None:
    assert await service.is_covered(NOW, NOW), "no roster is kept"
    await service.add_shifts(TESTS, ada.id, (hours(2, 3), hours(24, 30)), NOW)
    assert not await service.is_covered(NOW, NOW)
    assert await service.is_covered(NOW + timedelta(hours=2), NOW)
    await service.set_fallback(TESTS, "202-555-0143", next(moments))
    assert await service.is_covered(NOW, NOW)
    async with acting_as(TESTS):
        rows = await FallbackNumber.select(FallbackNumber.number)
    assert not any(b"5550143" in (row["number"] or b"") for row in rows)


async def test_gaps_are_named_and_no_roster_is_said_plainly(client: httpx.AsyncClient, ada: AStaffMember) -> None:
    assert "No roster is kept" in (await client.get(HERE)).text
    await service.add_shifts(TESTS, ada.id, (hours(2, 3), hours(24, 30)), NOW)
    page = (await client.get(HERE)).text
    assert "Nobody is on call" in page
    assert "Mon, Nov 30, 12:00 PM (Central Time) until 7:00 PM" in page


async def test_who_asks_for_help_sees_whom_to_call_and_that_is_kept(ada: AStaffMember) -> None:
    stella = await world.staff(Role.COORDINATOR)
    await service.add_shifts(TESTS, stella.id, (hours(0, 1),), NOW)
    await service.add_shifts(TESTS, ada.id, (hours(0, 1),), NOW)
    await service.set_fallback(TESTS, "202-555-0143", next(moments))
    vera = await world.volunteer(password=PASSWORD)
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, vera)
        page = (await client.get("/help")).text
    assert page.index(ada.phone) < page.index(stella.phone) < page.index("+12025550143")
    assert [each.number for each in await service.numbers_to_ring(vera.actor, NOW + timedelta(hours=2))] == [
        "+12025550143"
    ]
    async with acting_as(TESTS):
        reads = await read_by(vera.person_id)
    assert ada.id in reads


async def read_by(person: object) -> set[object]:
    rows = await AuditEvent.select(AuditEvent.subject).where(
        (AuditEvent.actor_person == person) & (AuditEvent.act == "read") & (AuditEvent.subject_kind == "person")
    )
    return {row["subject"] for row in rows}

"""One call for help: who sees it, when the name and the number are shown, and what can be done next."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.world import AMatch, AStaffMember

from teamhope.care import service, service_on_call
from teamhope.care.queries import About
from teamhope.families.rules_hours import Span
from teamhope.kit.database import acting_as, connection
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import EscalationLevel

pytestmark = pytest.mark.usefixtures("db")
NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def match(db: object) -> AMatch:
    return await world.match(
        await world.family_request(now=NOW), await world.volunteer(password=PASSWORD, now=NOW), now=NOW
    )


@pytest.fixture
async def escalation(match: AMatch) -> UUID:
    about = About(family=match.request.family_id, match=match.id)
    return await service.open_escalation(match.volunteer.actor, EscalationLevel.IMMINENT, NOW, about)


@pytest.fixture
async def ada(db: object) -> AStaffMember:
    return await world.staff(Role.ADVOCATE)


@pytest.fixture
async def client(ada: AStaffMember) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW + 6 * MINUTE) as client:
        await sign_in(client, ada)
        yield client


async def rows(sql: str, *values: object) -> list[Any]:
    async with acting_as(TESTS):
        return list(await connection().fetch(sql, *values))


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR])
async def test_an_outsider_sees_nothing(role: Role, escalation: UUID) -> None:
    who = await world.volunteer(password=PASSWORD) if role is Role.VOLUNTEER else await world.staff(role)
    async with browser() as client:
        assert (await client.get(f"/escalations/{escalation}")).status_code == 303
        await sign_in(client, who)
        assert (await client.get(f"/escalations/{escalation}")).status_code == 403


async def test_a_coordinator_of_another_team_does_not_find_it(escalation: UUID) -> None:
    stella = await world.staff(Role.COORDINATOR)
    await rows("update person set team = $2 where id = $1 returning id", stella.id, await world.team("Far away"))
    async with browser() as client:
        await sign_in(client, stella)
        assert (await client.get(f"/escalations/{escalation}")).status_code == 404
        for step in ("acknowledge", "take", "act", "where", "pass-on", "close"):
            form = {"where_now": "Reno", "to": str(stella.id), "reason": "family_is_safe"}
            fields = {"where": ["where_now"], "pass-on": ["to"], "close": ["reason"]}.get(step, [])
            sent = {name: form[name] for name in fields}
            answer = await submit(client, f"/escalations/{escalation}/{step}", page="/help", **sent)
            assert answer.status_code == 404


async def test_name_and_number_are_there_once_somebody_has_taken_it_and_that_is_kept(
    client: httpx.AsyncClient, escalation: UUID, match: AMatch, ada: AStaffMember
) -> None:
    here = f"/escalations/{escalation}"
    before = (await client.get(here)).text
    assert match.request.number not in before
    assert match.request.first_name not in before
    assert "Not answered in time" in before
    assert match.volunteer.phone in before, "who called for help can be asked at once"
    await submit(client, f"{here}/acknowledge", page=here)
    after = (await client.get(here)).text
    assert match.request.number in after
    assert match.request.first_name in after
    assert "988" in after
    read = "select distinct subject_kind from audit_event where actor_person = $1 and act = 'read'"
    assert {"contact", "contact_phone"} <= {row["subject_kind"] for row in await rows(read, ada.id)}
    await submit(client, f"{here}/act", page=here)
    await submit(client, f"{here}/wait", page=here)
    await submit(client, f"{here}/close", page=here, help_arrived="yes")
    over = (await client.get(here)).text
    assert match.request.number not in over
    assert "Help arrived. That is confirmed." in over
    assert over.index("took it.") < over.index("is acting.") < over.index("closed it.")


async def test_where_they_are_now_is_written_while_it_lasts(
    client: httpx.AsyncClient, escalation: UUID, ada: AStaffMember
) -> None:
    here = f"/escalations/{escalation}"
    await submit(client, f"{here}/acknowledge", page=here)
    assert (await submit(client, f"{here}/where", page=here, where_now="x" * 201)).status_code == 422
    assert (await submit(client, f"{here}/where", page=here, where_now="Reno, NV, 775-555-0112")).status_code == 303
    assert 'value="Reno, NV, 775-555-0112"' in (await client.get(here)).text
    assert b"Reno" not in (await rows("select where_now from escalation where id = $1", escalation))[0][0]
    await service.close(ada.actor, escalation, help_arrived=True, reason=None, now=NOW)
    with pytest.raises(Refused):
        await service.say_where(ada.actor, escalation, "Elko, NV", NOW)


async def test_it_is_passed_on_to_who_is_on_call_alone(client: httpx.AsyncClient, escalation: UUID) -> None:
    here = f"/escalations/{escalation}"
    await submit(client, f"{here}/acknowledge", page=here)
    assert "Nobody else is on call now." in (await client.get(here)).text
    bea = await world.staff(Role.ADVOCATE)
    await service_on_call.add_shifts(TESTS, bea.id, (Span(NOW, NOW + HOUR),), NOW)
    assert (await submit(client, f"{here}/pass-on", page=here, to=UUID(int=1))).status_code == 422
    assert (await submit(client, f"{here}/pass-on", page=here, to=bea.id)).status_code == 303
    assert f"passed it on to {bea.name}." in (await client.get(here)).text
    letter = "select count(*) from letter where person = $1 and kind = 'call_for_help'"
    assert (await rows(letter, bea.id))[0]["count"] == 1, "no telephone is connected here"
    async with browser(now=lambda: NOW + 7 * MINUTE) as hers:
        await sign_in(hers, bea)
        await submit(hers, f"{here}/take", page=here)
        assert f"{bea.name} has it." in (await hers.get(here)).text


async def test_the_late_ones_come_first(client: httpx.AsyncClient, match: AMatch, ada: AStaffMember) -> None:
    opened = [
        await service.open_escalation(TESTS, level, NOW + delay, About())
        for level, delay in (
            (EscalationLevel.CONCERN, -HOUR),
            (EscalationLevel.URGENT, timedelta()),
            (EscalationLevel.IMMINENT, timedelta()),
        )
    ]
    taken = await service.open_escalation(TESTS, EscalationLevel.IMMINENT, NOW - HOUR, About())
    await service.acknowledge(ada.actor, taken, NOW)
    page = (await client.get("/escalations")).text
    places = [page.index(f"/escalations/{each}") for each in (*reversed(opened), taken)]
    assert places == sorted(places)

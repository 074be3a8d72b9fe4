"""A volunteer who stops: her families move all at once, each with a goodbye or to somebody else."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service_leaving
from teamhope.matching.rules_leaving import Leaving, ways_of
from teamhope.tables.care import Task
from teamhope.tables.families import SupportRequest
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import IllegalMove, NotFound
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import HOLDS_A_PLACE, MatchStatus
from teamhope.volunteers import service as volunteers

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
REQUEST_OF = {"proposed_to_volunteer": "matching", "accepted": "matched", "family_notified": "matched"}


@pytest.fixture
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff())
        yield client


async def matched(vera: world.AVolunteer, status: str) -> tuple[world.ARequest, world.AMatch]:
    request = await world.family_request(status=REQUEST_OF.get(status, "active"))
    return request, await world.match(request, vera, status)


async def state_of(request: world.ARequest, match: world.AMatch) -> tuple[str, str, list[str | None]]:
    async with acting_as(TESTS):
        row: dict[str, Any] = (await Match.select().where(Match.id == match.id).first()) or {}
        asked = (await SupportRequest.select().where(SupportRequest.id == request.id).first()) or {}
        tasks = await Task.select(Task.detail).where(Task.family == request.family_id)
    return row["status"], asked["status"], [task["detail"] for task in tasks]


@pytest.mark.parametrize("status", sorted(HOLDS_A_PLACE))
async def test_whatever_stage_a_match_is_in_somebody_else_can_go_on(status: MatchStatus) -> None:
    vera = await world.volunteer()
    request, match = await matched(vera, status)
    await service_leaving.move_families(COORDINATOR, vera.id, {match.id: Leaving.HANDOVER}, {}, NOW)
    offered = status is MatchStatus.PROPOSED_TO_VOLUNTEER
    heard = [] if status in {MatchStatus.PROPOSED_TO_VOLUNTEER, MatchStatus.ACCEPTED} else ["volunteer_leaves"]
    assert await state_of(request, match) == ("rejected_by_coordinator" if offered else "closed", "ready", heard)


@pytest.mark.parametrize("status", sorted(HOLDS_A_PLACE))
async def test_a_goodbye_is_offered_where_it_is_possible_and_nowhere_else(status: MatchStatus) -> None:
    vera = await world.volunteer()
    request, match = await matched(vera, status)
    if Leaving.GOODBYE in ways_of(status):
        await service_leaving.move_families(COORDINATOR, vera.id, {match.id: Leaving.GOODBYE}, {}, NOW)
        assert await state_of(request, match) == ("closing", "active", [])
    else:
        with pytest.raises(IllegalMove):
            await service_leaving.move_families(COORDINATOR, vera.id, {match.id: Leaving.GOODBYE}, {}, NOW)


async def test_all_move_or_none() -> None:
    vera = await world.volunteer()
    first, one = await matched(vera, "active")
    _, other = await matched(await world.volunteer(), "active")
    with pytest.raises(NotFound):
        await service_leaving.move_families(
            COORDINATOR, vera.id, {one.id: Leaving.HANDOVER, other.id: Leaving.HANDOVER}, {}, NOW
        )
    assert await state_of(first, one) == ("active", "active", [])


async def test_then_she_can_leave(client: httpx.AsyncClient) -> None:
    vera = await world.volunteer()
    (first, one), (second, two) = await matched(vera, "active"), await matched(vera, "paused")
    path = f"/volunteers/{vera.id}/families"
    shown = (await client.get(path)).text
    assert first.family_no in shown
    assert second.family_no in shown
    assert not [name for name in (first.first_name, second.first_name) if name in shown]
    answers = {f"way_{one.id.hex}": "handover", f"way_{two.id.hex}": "handover"}
    assert (await submit(client, path, **answers)).status_code == 303
    assert "accompanies no family now" in (await client.get(path)).text
    await volunteers.set_status(COORDINATOR, vera.id, volunteers.VolunteerStatus.ALUMNI, NOW)


async def test_an_answer_that_is_missing_is_named_and_nothing_moves(client: httpx.AsyncClient) -> None:
    vera = await world.volunteer()
    (first, one), (_, two) = await matched(vera, "active"), await matched(vera, "active")
    answer = await submit(client, f"/volunteers/{vera.id}/families", **{f"way_{one.id.hex}": "handover"})
    assert answer.status_code == 422
    assert f"#field-way_{two.id.hex}" in answer.text
    assert await state_of(first, one) == ("active", "active", [])


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN])
async def test_only_coordinators_move_families(role: Role) -> None:
    vera = await world.volunteer()
    who = await world.volunteer(password=PASSWORD) if role is Role.VOLUNTEER else await world.staff(role)
    async with browser() as client:
        assert (await client.get(f"/volunteers/{vera.id}/families")).status_code == 303
        await sign_in(client, who)
        assert (await client.get(f"/volunteers/{vera.id}/families")).status_code == 403


async def test_nobody_is_found_who_is_not_there(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/volunteers/{uuid4()}/families")).status_code == 404

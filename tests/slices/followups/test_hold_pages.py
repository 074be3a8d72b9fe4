"""Something happened: who stops everything for a family, who decides what next, and what they are asked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import DAY, HOUR, NOW, follow_up_row, row, rows

from teamhope.families import jobs
from teamhope.followups import service_families
from teamhope.followups.service import clear_call
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.tasks import service as tasks
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.families import HoldReason
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import TaskStatus

pytestmark = pytest.mark.usefixtures("db")


async def a_call(owner: world.AStaffMember | None = None) -> world.AFollowUp:
    request = await world.family_request(status="matched", owner=owner.id if owner else None, now=NOW)
    who = await world.volunteer(password=PASSWORD, now=NOW)
    return await world.follow_up(await world.match(request, who, "active", now=NOW), NOW + HOUR, now=NOW)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


async def held(it: world.AFollowUp) -> tuple[object, object]:
    found = await row("select held_at, hold_reason from family where id = $1", it.match.request.family_id)
    return found["held_at"], found["hold_reason"]


async def open_tasks(it: world.AFollowUp) -> list[tuple[object, ...]]:
    found = await rows(
        "select kind, detail, owner, due_on from task where family = $1 and status = 'open' order by kind",
        it.match.request.family_id,
    )
    return [tuple(each) for each in found]


async def test_neither_strangers_nor_other_volunteers_hold_a_family(client: httpx.AsyncClient) -> None:
    it, other = await a_call(), await a_call()
    path = f"/families/{it.match.request.family_id}/hold"
    assert (await submit(client, path, page="/login")).headers["location"].startswith("/login")
    for outsider in (other.match.volunteer, await world.staff(Role.LEADERSHIP), await world.staff(Role.ADMIN)):
        await sign_in(client, outsider)
        assert (await submit(client, path, page="/me")).status_code in {403, 404}
    assert await held(it) == (None, None)
    assert (await follow_up_row(it.id))["status"] == "planned"


async def test_a_volunteer_stops_everything_and_lets_nothing_go_on(client: httpx.AsyncClient) -> None:
    it = await a_call()
    family = f"/families/{it.match.request.family_id}"
    await sign_in(client, it.match.volunteer)
    assert f"{family}/hold" in (await client.get(family)).text
    answer = await submit(client, f"{family}/hold", reason="threat")
    assert answer.headers["location"] == f"{family}?done=family_held"
    assert (await held(it), (await follow_up_row(it.id))["status"]) == ((NOW, "threat"), "suspended")
    for act in ("release", "decide"):
        assert (await submit(client, f"{family}/{act}", page="/me", choice="release")).status_code == 403
    assert "/decide" not in (await client.get(f"{family}/hold")).text


ASKS_AGAIN = """
    insert into support_request
      (id, family, contact, incident, requested_on, urgency, status, status_since, ready_at, created_at)
    select gen_random_uuid(),
      family, contact, incident, requested_on, urgency, status, status_since, ready_at, created_at
    from support_request where id = $1 returning id
"""


async def test_another_volunteers_calls_to_the_family_stop_too() -> None:
    it, second = await a_call(), await world.volunteer(now=NOW)
    async with acting_as(TESTS):
        again = await connection().fetchval(ASKS_AGAIN, it.match.request.id)
    also = await world.match(replace(it.match.request, id=again), second, now=NOW)
    hers = await world.follow_up(also, NOW + HOUR, now=NOW)
    await service_families.hold(it.match.volunteer.actor, it.match.request.family_id, NOW)
    assert (await follow_up_row(hers.id))["status"] == "suspended"


async def test_a_reason_that_cannot_be_read_holds_up_nothing(client: httpx.AsyncClient) -> None:
    it = await a_call()
    await sign_in(client, await world.staff())
    answer = await submit(client, f"/families/{it.match.request.family_id}/hold", page="/me", reason="42", more="1")
    assert answer.status_code == 303
    assert await held(it) == (NOW, "other")


async def test_the_coordinator_who_owns_it_is_asked_today_and_once() -> None:
    cora = await world.staff()
    it = await a_call(cora)
    for _ in range(2):
        await service_families.hold(cora.actor, it.match.request.family_id, NOW, HoldReason.DEATH)
    assert await open_tasks(it) == [("decide_after_hold", "hold_death", cora.id, NOW.date())]
    found = await row("select id from task where family = $1", it.match.request.family_id)
    with pytest.raises(Refused, match="decide_first"):
        await tasks.close(cora.actor, found["id"], TaskStatus.DONE, NOW)


async def test_staff_let_calls_go_on(client: httpx.AsyncClient) -> None:
    it = await a_call()
    family = f"/families/{it.match.request.family_id}"
    await sign_in(client, await world.staff())
    await submit(client, f"{family}/hold", page=family, reason="media")
    assert "Families on hold" in (await client.get("/")).text
    assert f"{family}/hold" in (await client.get("/tasks")).text
    answer = await submit(client, f"{family}/decide", page=f"{family}/hold", choice="release")
    assert answer.headers["location"] == f"{family}?done=family_released"
    assert (await held(it), (await follow_up_row(it.id))["status"]) == ((None, None), "planned")
    assert await open_tasks(it) == []


async def test_a_hold_is_kept_until_a_day_and_asked_again_then(client: httpx.AsyncClient) -> None:
    it = await a_call()
    family, until = f"/families/{it.match.request.family_id}", NOW.date() + 7 * DAY
    await sign_in(client, await world.staff())
    await submit(client, f"{family}/hold", page=family)
    for wrong in ("", f"{NOW.date()}"):
        said = {"choice": "keep", "until": wrong}
        assert (await submit(client, f"{family}/decide", page=f"{family}/hold", **said)).status_code == 422
    said = {"choice": "keep", "until": f"{until}"}
    assert (await submit(client, f"{family}/decide", page=f"{family}/hold", **said)).status_code == 303
    assert await open_tasks(it) == []
    assert await jobs.ask_after_holds(NOW + 6 * DAY) == 0
    assert [await jobs.ask_after_holds(NOW + 7 * DAY) for _ in range(2)] == [1, 0]
    assert [each[0] for each in await open_tasks(it)] == ["decide_after_hold"]
    assert (await follow_up_row(it.id))["status"] == "suspended"


async def test_closing_with_care_ends_calls_and_asks_for_a_goodbye(client: httpx.AsyncClient) -> None:
    cora = await world.staff()
    it = await a_call(cora)
    family = f"/families/{it.match.request.family_id}"
    await sign_in(client, cora)
    await submit(client, f"{family}/hold", page=family, reason="death")
    assert (await submit(client, f"{family}/decide", page=f"{family}/hold", choice="close")).status_code == 303
    assert (await follow_up_row(it.id))["status"] == "cancelled"
    assert (await row("select status from match where id = $1", it.match.id))["status"] == "closing"
    assert [each[:3] for each in await open_tasks(it)] == [("other", "close_with_care", cora.id)]
    assert (await held(it))[0] == NOW, "whoever says goodbye does so as staff"


async def test_reminders_of_stopped_calls_are_cancelled_and_others_stay() -> None:
    it = await a_call()
    who = it.match.volunteer
    elsewhere = await world.match(await world.family_request(now=NOW), who, now=NOW)
    await world.follow_up(elsewhere, NOW + DAY, now=NOW)
    for day in (NOW.date(), NOW.date() + timedelta(days=1)):
        await rows(
            "insert into message (id, person, kind, local_date, due_at, created_at)"
            " values (gen_random_uuid(), $1, 'daily_reminder', $2, $3, $3) returning id",
            who.person_id,
            day,
            NOW,
        )
    await service_families.hold(who.actor, it.match.request.family_id, NOW)
    found = await rows("select status from message where person = $1 order by local_date", who.person_id)
    assert [each["status"] for each in found] == ["cancelled", "queued"]


async def test_nobody_is_cleared_while_the_family_is_on_hold() -> None:
    it = await a_call()
    await service_families.hold(it.match.volunteer.actor, it.match.request.family_id, NOW)
    with pytest.raises(Refused, match="not_now_family_on_hold"):
        await clear_call(it.match.volunteer.actor, it.id, NOW + HOUR)
    other = await world.volunteer(now=NOW)
    with pytest.raises(NotFound):
        await service_families.hold(other.actor, it.match.request.family_id, NOW)

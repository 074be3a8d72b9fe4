"""How often a family is called, as it chose: the promised call stays, the calls after it follow."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import DAY, NOW, introduced, local, log, open_rows, row, rows

from teamhope.followups.service import plan_first
from teamhope.followups.service_rhythm import choose_rhythm, show_rhythms
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def coordinator(db: Addresses) -> Actor:
    return (await world.staff()).actor


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def talked(coordinator: Actor) -> world.AMatch:
    """The first conversation was today; the next call is promised in a week."""
    of = await introduced()
    await plan_first(coordinator, of.id, NOW)
    promised = (await open_rows(of))[0]
    await log(of, Outcome.REACHED, NOW + timedelta(minutes=30), promised["id"])
    return of


async def next_after(of: world.AMatch) -> date:
    """The date that is planned once the promised call was a conversation."""
    promised = (await open_rows(of))[0]
    await log(of, Outcome.REACHED, promised["due_at"] + timedelta(minutes=20), promised["id"])
    day: date = (await open_rows(of))[0]["local_date"]
    return day


async def test_only_coordinators_choose_for_a_family(client: httpx.AsyncClient, talked: world.AMatch) -> None:
    page = f"/families/{talked.request.family_id}/rhythm"
    sent = {"match": talked.id, "rhythm": "acute"}
    others = [await world.staff(role) for role in (Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN)]
    for outsider in (await world.volunteer(password=PASSWORD), *others):
        await sign_in(client, outsider)
        assert (await submit(client, f"{page}/choose", page="/me", **sent)).status_code == 403
    other_team = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=await world.team("West"))
    with pytest.raises(NotFound):
        await choose_rhythm(other_team, talked.request.family_id, talked.id, "acute", NOW)


@pytest.mark.parametrize(("chosen", "days"), [("keep_in_touch_28", 28), ("keep_in_touch_91", 91)])
async def test_a_family_keeps_in_touch_as_often_as_it_likes(
    client: httpx.AsyncClient, talked: world.AMatch, chosen: str, days: int
) -> None:
    """domain.md §2.2: KEEP-IN-TOUCH, every 28 or 91 days, the family's choice."""
    await sign_in(client, await world.staff())
    page = f"/families/{talked.request.family_id}/rhythm"
    assert (await submit(client, f"{page}/choose", page=page, match=talked.id, rhythm=chosen)).status_code == 303
    promised = (await open_rows(talked))[0]
    assert promised["local_date"] == NOW.date() + 7 * DAY, "what was promised stays"
    assert f'value="{chosen}" selected' in (await client.get(page)).text
    assert await next_after(talked) == NOW.date() + days * DAY
    plan = await row("select id, template, keep_in_touch_days from follow_up_plan where match = $1", talked.id)
    assert tuple(plan)[1:] == ("keep_in_touch", days)
    acts = await rows("select reason from audit_event where subject = $1 and act = 'chose_rhythm'", plan["id"])
    assert [each["reason"] for each in acts] == [chosen]


async def test_no_day_is_planned_twice(coordinator: Actor, talked: world.AMatch) -> None:
    """The promised call stands for day 7, also where it is made sooner."""
    await choose_rhythm(coordinator, talked.request.family_id, talked.id, "standard", NOW)
    promised = (await open_rows(talked))[0]
    early = local(2026, 4, 12, 14)
    await log(talked, Outcome.REACHED, early, promised["id"])
    assert (await open_rows(talked))[0]["local_date"] == date(2026, 4, 21)


async def test_another_cadence_counts_from_the_first_conversation(coordinator: Actor, talked: world.AMatch) -> None:
    await choose_rhythm(coordinator, talked.request.family_id, talked.id, "exploitation", NOW)
    assert await next_after(talked) == NOW.date() + 9 * DAY


async def test_what_is_no_rhythm_is_told(client: httpx.AsyncClient, talked: world.AMatch) -> None:
    coordinator = await world.staff()
    await sign_in(client, coordinator)
    page = f"/families/{talked.request.family_id}/rhythm"
    for wrong in ("keep_in_touch_29", "keep_in_touch", "daily"):
        answer = await submit(client, f"{page}/choose", page=page, match=talked.id, rhythm=wrong)
        assert answer.status_code == 422
        assert "Choose one of the rhythms in the list." in answer.text
    with pytest.raises(Invalid):
        await choose_rhythm(coordinator.actor, talked.request.family_id, talked.id, "", NOW)
    with pytest.raises(NotFound):
        await choose_rhythm(coordinator.actor, talked.request.family_id, uuid4(), "acute", NOW)


async def test_a_family_without_a_plan_has_nothing_to_choose(client: httpx.AsyncClient) -> None:
    coordinator, request = await world.staff(), await world.family_request()
    assert (await show_rhythms(coordinator.actor, request.family_id)).plans == ()
    await sign_in(client, coordinator)
    shown = await client.get(f"/families/{request.family_id}/rhythm")
    assert "No calls are planned with a volunteer yet." in shown.text

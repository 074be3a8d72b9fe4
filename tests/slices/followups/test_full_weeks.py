"""More calls in a week than a volunteer takes: nothing is refused, and whoever plans is told."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit

from teamhope.followups import service_moves

pytestmark = pytest.mark.usefixtures("db")
MONDAY = datetime.fromisoformat("2031-03-10T18:00:00-06:00")  # in Denver, where the family is
NOW = MONDAY - timedelta(hours=1)
MUCH = "More calls than the most for a week."


async def with_calls_on(*days: int, most: int) -> tuple[world.AVolunteer, list[UUID]]:
    """A volunteer who takes `most` calls a week, and her promised calls so many days after the Monday."""
    vera = await world.volunteer(max_calls_per_week=most, password=PASSWORD, expires_on=MONDAY.date(), now=NOW)
    match = await world.match(await world.family_request(now=NOW), vera, "active", now=NOW)
    plan, calls = None, []
    for seq, day in enumerate(days):
        due_at = MONDAY + timedelta(days=day)
        made = await world.follow_up(match, due_at, seq=seq, plan_id=plan, now=NOW)
        plan = made.plan_id
        calls.append(made.id)
    return vera, calls


async def test_a_call_is_moved_into_a_full_week_and_whoever_moves_it_is_told() -> None:
    vera, (_, _, other) = await with_calls_on(1, 2, 9, most=2)
    assert len((await service_moves.to_move(vera.actor, other, NOW)).too_much) == 3
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, vera)
        page = f"/schedule/{other}/move"
        assert (await client.get(page)).text.count("would have more calls than they take") == 3
        answer = await submit(client, page, choice="2031-03-13T18:00", for_whom="volunteer")
        assert answer.headers["location"] == "/schedule?done=call_moved_to_full_week"
        assert MUCH in (await client.get("/schedule?week=2031-03-10")).text


async def test_a_call_moved_within_its_week_and_one_to_a_quiet_week_are_no_matter() -> None:
    vera, (one, _) = await with_calls_on(1, 2, most=2)
    assert not (await service_moves.to_move(vera.actor, one, NOW)).too_much
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, vera)
        answer = await submit(client, f"/schedule/{one}/move", choice="2031-03-13T18:00", for_whom="volunteer")
        assert answer.headers["location"] == "/schedule?done=call_moved"
        assert MUCH not in (await client.get("/schedule?week=2031-03-10")).text

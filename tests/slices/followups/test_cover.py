"""Calls are promised only while somebody is on call, once a roster is kept at all."""

from datetime import date, time

import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import DAY, HOUR, NOW, introduced, local

from teamhope.care import service_on_call
from teamhope.families.rules_hours import Span
from teamhope.followups.service_moves import move, to_move
from teamhope.vocabulary.errors import NotThen
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
TOMORROW = date(2026, 4, 8)
LATER = local(2026, 4, 20, 9)


async def test_other_hours_are_offered_where_nobody_covers() -> None:
    planned = await world.follow_up(await introduced(), NOW + 4 * HOUR, now=NOW)
    hers = planned.match.volunteer.actor
    await move(hers, planned.id, (TOMORROW, time(18)), "family", NOW)  # no roster is kept
    evenings = tuple(Span(local(2026, 4, day, 15), local(2026, 4, day, 17)) for day in (8, 9))
    advocate = await world.staff(Role.ADVOCATE)
    await service_on_call.add_shifts(TESTS, advocate.id, (*evenings, Span(LATER, LATER + HOUR)), NOW)
    with pytest.raises(NotThen) as refusal:
        await move(hers, planned.id, (TOMORROW, time(18)), "family", NOW)
    assert refusal.value.code == "nobody_on_call"
    assert refusal.value.times[0] == local(2026, 4, 9, 15)
    assert [slot.due_at for slot in (await to_move(hers, planned.id, NOW)).times] == [
        *(span.start for span in evenings),
        LATER,
    ]
    await move(hers, planned.id, LATER + DAY, "family", NOW)  # after the roster's end


async def test_the_page_says_why() -> None:
    match = await world.match(
        await world.family_request(now=NOW), await world.volunteer(password=PASSWORD, now=NOW), now=NOW
    )
    planned = await world.follow_up(match, NOW + 4 * HOUR, now=NOW)
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, match.volunteer)
        path = f"/schedule/{planned.id}/move"
        answer = await submit(client, path, for_whom="family", choice="other", on="2026-04-08", at="18:00")
    assert answer.status_code == 409
    assert "Nobody of our team is on call at this time." in answer.text

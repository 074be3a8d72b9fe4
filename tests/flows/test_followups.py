"""Whole stories of promised calls, from the introduction on."""

from datetime import datetime, timedelta

import pytest
from tests.slices.followups.kit import MINUTE, NOW, follow_up_row, introduced, log, open_rows, row

from teamhope.followups.passes import mark_due
from teamhope.followups.service import clear_call, plan_first
from teamhope.followups.service_lists import todays_calls
from teamhope.vocabulary.calls import Outcome

pytestmark = pytest.mark.usefixtures("db")


async def test_from_the_introduction_to_the_review_after_eight_weeks() -> None:
    of = await introduced()
    who = of.volunteer.actor
    first = await plan_first(who, of.id, NOW)
    assert first is not None
    planned = await follow_up_row(first)
    assert NOW <= planned["due_at"] <= NOW + timedelta(hours=48)

    coming, on = planned, []
    for _ in range(6):
        now: datetime = coming["due_at"]
        await mark_due(now)
        assert [call.follow_up.id for call in await todays_calls(who, now)] == [coming["id"]]
        cleared = await clear_call(who, coming["id"], now)
        assert cleared.number == of.request.number
        await log(of, Outcome.REACHED, now + 20 * MINUTE, coming["id"], started_at=now)
        assert (await follow_up_row(coming["id"]))["status"] == "completed"
        on.append(coming["local_date"])
        (coming,) = await open_rows(of)
    days = [(each - on[0]).days for each in [*on, coming["local_date"]]]
    assert days == [0, 7, 14, 28, 42, 56, 84]

    match = await row("select status, first_conversation_at from match where id = $1", of.id)
    assert (match["status"], match["first_conversation_at"]) == ("active", planned["due_at"])
    request = await row("select status from support_request where id = $1", of.request.id)
    assert request["status"] == "active"
    plan = await row("select anchor_on from follow_up_plan where match = $1", of.id)
    assert plan["anchor_on"] == on[0]

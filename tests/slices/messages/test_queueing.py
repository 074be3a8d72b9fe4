"""Who gets a reminder, for which day, and that planning it twice makes one."""

import contextlib
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests import world
from tests.slices.messages.kit import (
    CHICAGO,
    HOUR,
    NOW,
    TODAY,
    TONIGHT,
    YESTERDAY,
    clear,
    fetch,
    message_of,
    status_of,
    volunteers_with_a_call,
)

from teamhope.followups.jobs import plan_reminders
from teamhope.followups.service_reminders import queue_reminder
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Actor, Role

NINE = datetime(2026, 4, 7, 9, tzinfo=CHICAGO)


@pytest.fixture(autouse=True)
async def _clean(db: Addresses) -> AsyncIterator[None]:
    yield
    await clear()


async def queue(who: world.AVolunteer, due_at: datetime = TONIGHT, now: datetime = YESTERDAY) -> None:
    await queue_reminder(who.person_id, due_at, CHICAGO, now)


async def dates_of(who: world.AVolunteer) -> list[date]:
    return [row["local_date"] for row in await fetch("select local_date from message where person = $1", who.person_id)]


class TestWho:
    async def test_nobody_who_did_not_agree(self) -> None:
        who = await world.volunteer(agreed_to_sms=False)
        await queue(who)
        assert await dates_of(who) == []

    @pytest.mark.parametrize("change", ["status = 'suspended'", "phone = null, phone_index = null"])
    async def test_nobody_who_cannot_be_sent_one(self, change: str) -> None:
        who = await world.volunteer()
        await fetch(f"update person set {change} where id = $1", who.person_id)
        await queue(who)
        assert await dates_of(who) == []

    async def test_nobody_we_do_not_know(self) -> None:
        await queue_reminder(world.uuid4(), TONIGHT, CHICAGO, YESTERDAY)
        assert await fetch("select id from message where status = 'queued'") == []

    async def test_whoever_plans_it(self) -> None:
        """A team lead sees no message of her team's, and an advocate no volunteer: it is queued all the same."""
        who = await world.volunteer()
        for planner in (who.actor, Actor(Role.TEAM_LEAD, world.uuid4()), Actor(Role.ADVOCATE, world.uuid4())):
            async with acting_as(planner):
                await queue(who)
                assert await connection().fetchval("select actor_role()") == planner.role
        assert await dates_of(who) == [TODAY]


class TestWhen:
    async def test_at_nine_in_her_zone(self) -> None:
        who = await world.volunteer()
        await queue(who)
        message = await message_of(who)
        assert (message["local_date"], message["due_at"], message["status"]) == (TODAY, NINE, "queued")

    async def test_at_once_when_it_is_planned_later(self) -> None:
        who = await world.volunteer()
        await queue(who, now=NOW)
        assert (await message_of(who))["due_at"] == NOW

    async def test_one_a_day_for_the_first_call(self) -> None:
        who = await world.volunteer()
        await queue(who)
        await queue(who, TONIGHT + HOUR)
        assert (await message_of(who))["due_at"] == NINE
        await queue(who, NINE - 2 * HOUR)
        assert (await message_of(who))["due_at"] == NINE - 2 * HOUR

    async def test_one_for_each_day(self) -> None:
        who = await world.volunteer()
        await queue(who)
        await queue(who, TONIGHT + timedelta(days=1))
        assert await dates_of(who) == [TODAY, TODAY + timedelta(days=1)]

    async def test_not_again_when_it_was_sent(self) -> None:
        who = await world.volunteer()
        await queue(who)
        await fetch("update message set status = 'sent' where person = $1", who.person_id)
        await queue(who, NINE - HOUR, NOW)
        assert await status_of(who) == "sent"

    async def test_again_when_it_was_cancelled(self) -> None:
        who = await world.volunteer()
        await queue(who)
        await fetch("update message set status = 'cancelled' where person = $1", who.person_id)
        await queue(who, now=NOW)
        message = await message_of(who)
        assert (message["status"], message["due_at"]) == ("queued", NOW)

    async def test_not_when_the_planning_was_undone(self) -> None:
        who = await world.volunteer()
        with contextlib.suppress(ZeroDivisionError):
            async with acting_as(who.actor):
                await queue(who)
                _ = 1 / 0
        assert await dates_of(who) == []


class TestWhatPlanningMissed:
    async def test_is_queued_once(self) -> None:
        [(who, _)] = await volunteers_with_a_call(1)
        await plan_reminders(NOW)
        before = await message_of(who)
        await plan_reminders(NOW + HOUR)
        assert await message_of(who) == before
        assert (before["local_date"], before["due_at"]) == (TODAY, NOW)

    async def test_not_to_those_who_did_not_agree(self) -> None:
        [(who, _)] = await volunteers_with_a_call(1, agreed_to_sms=False)
        await plan_reminders(NOW)
        assert await dates_of(who) == []

    @pytest.mark.parametrize("due_at", [TONIGHT + timedelta(days=1), TONIGHT - timedelta(days=1), NOW - 3 * HOUR])
    async def test_not_for_another_day_nor_for_a_window_that_is_over(self, due_at: datetime) -> None:
        [(who, _)] = await volunteers_with_a_call(1, due_at)
        await plan_reminders(NOW)
        assert await dates_of(who) == []

    @pytest.mark.parametrize("status", ["completed", "cancelled", "suspended", "missed"])
    async def test_not_for_a_call_that_is_not_to_be_made(self, status: str) -> None:
        [(who, call)] = await volunteers_with_a_call(1)
        await fetch("update follow_up set status = $2 where id = $1", call.id, status)
        await plan_reminders(NOW)
        assert await dates_of(who) == []

    async def test_today_is_hers(self) -> None:
        guam = ZoneInfo("Pacific/Guam")
        [(who, _)] = await volunteers_with_a_call(1, datetime(2026, 4, 8, 9, 30, tzinfo=guam), timezone="Pacific/Guam")
        await plan_reminders(NOW)  # 1:00 of the 8th there
        assert await dates_of(who) == [date(2026, 4, 8)]

    async def test_one_that_was_cancelled_stays_so(self) -> None:
        [(who, _)] = await volunteers_with_a_call(1)
        await queue(who)
        await fetch("update message set status = 'cancelled' where person = $1", who.person_id)
        await plan_reminders(NOW)
        assert await status_of(who) == "cancelled"

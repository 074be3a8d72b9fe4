"""Volunteers with a call tonight, and their reminders. What is due is due by NOW, leases by the database's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests import world
from tests.app_kit import TESTS

from teamhope.followups.service_reminders import queue_reminder
from teamhope.kit.database import acting_as, connection

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 4, 7, 15, tzinfo=UTC)  # 10:00 in Chicago
TONIGHT = datetime(2026, 4, 7, 23, tzinfo=UTC)  # 18:00
YESTERDAY = NOW - timedelta(days=1)
TODAY = NOW.date()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def volunteers_with_a_call(
    count: int, due_at: datetime = TONIGHT, now: datetime = YESTERDAY, **about: Any
) -> list[tuple[world.AVolunteer, world.AFollowUp]]:
    """Each with one call at `due_at`, in one plan of one family: what else they have does not matter here."""
    people = [await world.volunteer(credentials=(), now=now, **about) for _ in range(count)]
    match = await world.match(await world.family_request(now=now), people[0])
    plan_id, made = None, []
    for seq, who in enumerate(people):
        of = world.AMatch(match.id, match.request, who)
        call = await world.follow_up(of, due_at, seq=seq, plan_id=plan_id, now=now)
        plan_id = call.plan_id
        made.append((who, call))
    return made


async def reminded(**about: Any) -> world.AVolunteer:
    """A volunteer whose reminder was queued yesterday, for 9:00 today in her zone."""
    [(who, _)] = await volunteers_with_a_call(1, **about)
    await queue_reminder(who.person_id, TONIGHT, CHICAGO, YESTERDAY)
    return who


async def fetch(sql: str, *values: object) -> list[Any]:
    async with acting_as(TESTS):
        rows: list[Any] = await connection().fetch(sql, *values)
    return rows


async def message_of(who: world.AVolunteer) -> Any:
    """Her only message; fails if she has none or two."""
    [row] = await fetch("select * from message where person = $1", who.person_id)
    return row


async def status_of(who: world.AVolunteer) -> str:
    status: str = (await message_of(who))["status"]
    return status


async def tasks_about(who: world.AVolunteer) -> list[tuple[str, str | None]]:
    return [tuple(row) for row in await fetch("select kind, detail from task where volunteer = $1", who.id)]


async def agreed(person_id: UUID) -> bool:
    [row] = await fetch("select agreed_to_sms from person where id = $1", person_id)
    return bool(row["agreed_to_sms"])


async def time_passes(by: timedelta) -> None:
    """For leases and intents, which the database keeps by its own clock: they are moved back."""
    await fetch(
        "update message set lease_until = lease_until - $1::interval, sending_at = sending_at - $1::interval", by
    )


async def clear() -> None:
    """Nothing is due any more, and nothing waits."""
    await fetch("update message set status = 'cancelled', lease_until = null, provider_sid = null")
    await fetch("update follow_up set status = 'cancelled', ended_at = due_at")
    await fetch("delete from provider_callback")

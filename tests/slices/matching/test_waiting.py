"""Whoever waits for a volunteer hears from us every week; nobody is asked twice, and nobody who must not be called."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service_everyone, service_waiting
from teamhope.matching.jobs import ask_to_call_who_waits
from teamhope.tables.care import Task
from teamhope.tasks import service as tasks
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import TaskStatus

pytestmark = pytest.mark.usefixtures("db", "no_other_family")
NOW = clock.now()
WEEK = timedelta(days=7)
COORDINATOR = Actor(Role.COORDINATOR, name="token")


async def asked_for(request: world.ARequest) -> list[dict[str, Any]]:
    async with acting_as(TESTS):
        return await Task.select().where(Task.family == request.family_id).order_by(Task.opened_at)


async def test_after_a_week_its_coordinator_is_asked_once_to_call() -> None:
    ana = await world.staff()
    request = await world.family_request(owner=ana.id, now=NOW - WEEK)
    await world.family_request(now=NOW - WEEK + timedelta(minutes=1))
    assert await ask_to_call_who_waits(NOW) == 1
    (task,) = await asked_for(request)
    assert (task["kind"], task["detail"], task["owner"]) == ("tell_family", "not_forgotten", ana.id)
    assert await ask_to_call_who_waits(NOW) == 0


async def test_two_workers_ask_once() -> None:
    request = await world.family_request(now=NOW - WEEK)
    assert sum(await asyncio.gather(*(ask_to_call_who_waits(NOW) for _ in range(4)))) == 1
    assert len(await asked_for(request)) == 1


async def test_a_call_begins_a_new_week_and_is_shown() -> None:
    request = await world.family_request(now=NOW - WEEK)
    await ask_to_call_who_waits(NOW)
    (task,) = await asked_for(request)
    later = NOW + timedelta(hours=3)
    await tasks.close(COORDINATOR, task["id"], TaskStatus.DONE, later)
    assert await ask_to_call_who_waits(later + WEEK - timedelta(minutes=1)) == 0
    assert await heard(later) == {request.id: later}
    assert await ask_to_call_who_waits(later + WEEK) == 1


async def heard(now: datetime) -> dict[object, object]:
    return {each.asked.id: each.heard_at for each in (await service_everyone.suggest(COORDINATOR, now)).suggestions}


async def test_a_task_that_was_dropped_is_no_call() -> None:
    request = await world.family_request(now=NOW - WEEK)
    await ask_to_call_who_waits(NOW)
    (task,) = await asked_for(request)
    await tasks.close(COORDINATOR, task["id"], TaskStatus.DROPPED, NOW)
    assert await ask_to_call_who_waits(NOW) == 1


@pytest.mark.parametrize(("outcome", "tasks_opened"), [("wrong_number", 1), ("reached", 0), ("reached_brief", 0)])
async def test_only_whom_we_reached_has_heard_from_us(outcome: str, tasks_opened: int) -> None:
    request = await world.family_request(now=NOW - timedelta(days=10))
    match = await world.match(request, await world.volunteer(), "closed", now=NOW - timedelta(days=9))
    await world.call(match, now=NOW - timedelta(days=2), outcome=outcome)
    assert await ask_to_call_who_waits(NOW) == tasks_opened


async def test_whoever_is_asked_about_already_keeps_nobody_from_being_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_waiting, "AT_ONCE", 2)
    for days in (12, 11, 10):
        await world.family_request(now=NOW - timedelta(days=days))
    assert [await ask_to_call_who_waits(NOW) for _ in range(2)] == [3, 0]


@pytest.mark.parametrize(
    "columns",
    [
        {"family": {"held_at": NOW, "hold_reason": "media"}},
        {"contact": {"contact_preference": "they_call_us"}},
        {"status": "triage"},
        {"status": "closed"},
    ],
)
async def test_who_must_not_be_called_or_does_not_wait_is_not_asked_about(columns: dict[str, Any]) -> None:
    await world.family_request(now=NOW - WEEK, **columns)
    assert await ask_to_call_who_waits(NOW) == 0

"""Who is rung and told of a call for help until somebody takes it, and what the key does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import AStaffMember

from teamhope.accounts import service as accounts
from teamhope.care import service, service_keys, service_on_call, service_paging
from teamhope.care.jobs import watch_escalations
from teamhope.care.queries import About
from teamhope.care.service_keys import Reply
from teamhope.families.rules_hours import Span
from teamhope.kit.database import acting_as, connection
from teamhope.tables.care import OnCallShift
from teamhope.vocabulary.errors import IllegalMove, Invalid, NotFound
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import EscalationLevel

pytestmark = pytest.mark.usefixtures("db")
NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)  # a Tuesday, 2 in the afternoon in New York
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


class Killed(BaseException):
    """As nothing catches it."""


@pytest.fixture(autouse=True)
async def nothing_else_waits(db: object) -> AsyncIterator[None]:
    yield
    for escalation in await rows("select id, status from escalation where status <> 'closed'"):
        if escalation["status"] == "open":
            await service.acknowledge(TESTS, escalation["id"], NOW)
        await service.close(TESTS, escalation["id"], help_arrived=True, reason=None, now=NOW)
    async with acting_as(TESTS):
        await OnCallShift.delete(force=True)


async def rows(sql: str, *values: object) -> list[Any]:
    async with acting_as(TESTS):
        return list(await connection().fetch(sql, *values))


async def on_call(role: Role = Role.ADVOCATE) -> AStaffMember:
    who = await world.staff(role)
    await service_on_call.add_shifts(TESTS, who.id, (Span(NOW - HOUR, NOW + 8 * HOUR),), NOW)
    return who


async def danger(level: EscalationLevel = EscalationLevel.IMMINENT) -> UUID:
    request = await world.family_request()
    return await service.open_escalation(TESTS, level, NOW, About(family=request.family_id))


async def legs(escalation: UUID) -> list[Any]:
    return await rows(
        """select l.* from phone_leg l join phone_call c on c.id = l.phone_call where c.escalation = $1
           order by l.created_at""",
        escalation,
    )


async def rung(escalation: UUID) -> list[UUID | None]:
    return [leg["person"] for leg in await legs(escalation)]


async def nobody_answers(escalation: UUID, at: datetime) -> None:
    await rows(
        """update phone_leg l set status = 'no_answer', ended_at = $2 from phone_call c
           where c.id = l.phone_call and c.escalation = $1 and l.ended_at is null returning l.id""",
        escalation,
        at,
    )


async def told(escalation: UUID) -> set[str]:
    return {row["act"] for row in await rows("select act from escalation_step where escalation = $1", escalation)}


async def letters_to(person: UUID) -> int:
    kept = "select count(*) from letter where person = $1 and kind = 'call_for_help'"
    return int((await rows(kept, person))[0]["count"])


async def test_one_after_the_other_is_rung_and_then_everybody_is_told() -> None:
    cora, ana, bea = await on_call(Role.COORDINATOR), await on_call(), await on_call()
    stella = await world.staff(Role.COORDINATOR)
    it, now = await danger(), NOW
    order: list[UUID | None] = []
    for _ in range(3):
        again = await watch_escalations(True, now)
        assert again == now + 45 * SECOND
        order, now = await rung(it), now + 30 * SECOND
        await nobody_answers(it, now)
    assert (set(order[:2]), order[2]) == ({ana.id, bea.id}, cora.id)
    assert await told(it) == set()
    assert await watch_escalations(True, now) == NOW + 5 * MINUTE
    assert await told(it) == {"told_coordinators"}
    assert [await letters_to(each.id) for each in (stella, cora, ana)] == [1, 1, 0]
    await watch_escalations(True, NOW + 5 * MINUTE)
    assert (await rung(it))[3] == order[0]


async def test_a_pass_that_is_repeated_or_runs_beside_another_rings_once() -> None:
    ana = await on_call()
    it = await danger()
    await asyncio.gather(*(watch_escalations(True, NOW) for _ in range(4)))
    await watch_escalations(True, NOW)
    assert await rung(it) == [ana.id]


async def test_a_worker_that_is_killed_between_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    await on_call()
    it = await danger()

    async def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as killed:
        killed.setattr("teamhope.care.queries_paging.insert_ring", dies)
        with pytest.raises(Killed):
            await watch_escalations(True, NOW)
    assert await rung(it) == []
    await watch_escalations(True, NOW)
    assert len(await rung(it)) == 1


async def test_whoever_presses_one_has_it_and_nobody_else_is_rung() -> None:
    ana = await on_call()
    it = await danger()
    await watch_escalations(True, NOW)
    (leg,) = await legs(it)
    assert await service_keys.greet(leg["id"]) is Reply.NEEDED
    assert (await service_keys.pressed(leg["id"], "2", NOW)) is Reply.NEXT_IS_RUNG
    assert (await service_keys.pressed(leg["id"], "1", NOW + 9 * SECOND)) is Reply.ACCEPTED
    assert (await service_keys.pressed(leg["id"], "1", NOW + MINUTE)) is Reply.ACCEPTED, "twice is once"
    (taken,) = await rows("select status, acknowledged_by, acknowledged_at from escalation where id = $1", it)
    assert tuple(taken) == ("acknowledged", ana.id, NOW + 9 * SECOND)
    assert (await legs(it))[0]["joined_at"] == NOW + 9 * SECOND
    assert await watch_escalations(True, NOW + HOUR) is None
    assert len(await rung(it)) == 1


async def test_who_comes_second_hears_that_it_is_taken() -> None:
    await on_call(), await on_call()
    it = await danger()
    await watch_escalations(True, NOW)
    await watch_escalations(True, NOW + 45 * SECOND)  # the first rings still
    first, second = await legs(it)
    assert (await service_keys.pressed(second["id"], "1", NOW + MINUTE)) is Reply.ACCEPTED
    assert await service_keys.greet(first["id"]) is Reply.TAKEN
    assert (await service_keys.pressed(first["id"], "1", NOW + MINUTE)) is Reply.TAKEN
    assert (await rows("select acknowledged_by from escalation where id = $1", it))[0][0] == second["person"]


async def test_what_the_page_has_taken_rings_nobody_any_more() -> None:
    ana = await on_call()
    it = await danger()
    await watch_escalations(True, NOW)
    await service.acknowledge(ana.actor, it, NOW)
    (leg,) = await legs(it)
    assert leg["phone_call"] in {row["id"] for row in await rows("select id from phone_call where ended_at = $1", NOW)}


async def test_taken_at_the_fallback_number_it_is_nobodys_and_coordinators_are_told() -> None:
    await service_on_call.set_fallback(TESTS, "202-555-0143", NOW)
    stella = await world.staff(Role.COORDINATOR)
    it = await danger()
    await watch_escalations(True, NOW)
    (leg,) = await legs(it)
    assert leg["person"] is None
    assert (await service_keys.pressed(leg["id"], "1", NOW)) is Reply.ACCEPTED
    assert (await service_keys.pressed(leg["id"], "1", NOW + SECOND)) is Reply.ACCEPTED, "twice is once"
    (taken,) = await rows("select status, acknowledged_by from escalation where id = $1", it)
    assert tuple(taken) == ("acknowledged", None)
    assert await letters_to(stella.id) == 1
    await service.take_over(stella.actor, it, NOW)
    assert (await rows("select acknowledged_by from escalation where id = $1", it))[0][0] == stella.id
    await service_on_call.set_fallback(TESTS, None, NOW + SECOND)


async def test_passed_on_it_stays_whose_it_is_until_the_other_accepts() -> None:
    ana, bea = await on_call(), await on_call()
    it = await danger()
    with pytest.raises(IllegalMove):
        await service.pass_on(ana.actor, it, bea.id, True, NOW)
    await service.acknowledge(ana.actor, it, NOW)
    for nobody in ((await world.staff(Role.ADVOCATE)).id, ana.id):
        with pytest.raises(Invalid):
            await service.pass_on(ana.actor, it, nobody, True, NOW)
    await service.pass_on(ana.actor, it, bea.id, True, NOW + MINUTE)
    (leg,) = await legs(it)
    assert leg["person"] == bea.id
    assert (await rows("select acknowledged_by from escalation where id = $1", it))[0][0] == ana.id
    assert (await service_keys.pressed(leg["id"], "1", NOW + 2 * MINUTE)) is Reply.ACCEPTED
    (taken,) = await rows("select status, acknowledged_by, acknowledged_at from escalation where id = $1", it)
    assert tuple(taken) == ("acknowledged", bea.id, NOW)
    assert {"acknowledged", "passed_on", "taken_over"} == await told(it)


async def test_without_a_telephone_letters_are_all() -> None:
    ana, stella = await on_call(), await world.staff(Role.COORDINATOR)
    it = await danger()
    assert await watch_escalations(False, NOW) == NOW + 5 * MINUTE
    assert (await letters_to(ana.id), await letters_to(stella.id)) == (1, 0)
    await watch_escalations(False, NOW + 5 * MINUTE)
    await watch_escalations(False, NOW + HOUR)
    assert (await letters_to(ana.id), await letters_to(stella.id)) == (1, 1)
    assert await rung(it) == []


async def test_a_concern_rings_nobody_and_is_told_when_it_is_late() -> None:
    await on_call()
    it = await danger(EscalationLevel.CONCERN)
    due = datetime(2026, 11, 25, 22, tzinfo=UTC)  # Wednesday, 5 in the afternoon in New York
    assert await watch_escalations(True, NOW) == due
    assert await watch_escalations(True, due) is None
    assert (await rung(it), await told(it)) == ([], {"told_coordinators"})


async def test_who_may_not_answer_any_more_accepts_nothing() -> None:
    ana = await on_call()
    it = await danger()
    await watch_escalations(True, NOW)
    (leg,) = await legs(it)
    await accounts.suspend(TESTS, ana.id, NOW)
    with pytest.raises(NotFound):
        await service_keys.pressed(leg["id"], "1", NOW)


async def test_one_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    await on_call()
    bad, good = await danger(), await danger()
    whole = service_paging.page

    async def page(escalation: UUID, *more: Any) -> Any:
        if escalation == bad:
            raise ValueError("the first")
        return await whole(escalation, *more)

    monkeypatch.setattr(service_paging, "page", page)
    with pytest.raises(ValueError, match="the first"):
        await watch_escalations(True, NOW)
    assert len(await rung(good)) == 1

"""Whole calls for help at the fake provider: who is rung, what is heard, and who has it in the end."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.telephone.kit import NOW, NUMBER, rows, said_to, work
from tests.world import AMatch, AStaffMember

from teamhope.care import service, service_on_call
from teamhope.care.jobs import watch_escalations
from teamhope.care.queries import About
from teamhope.families.rules_hours import Span
from teamhope.kit.database import acting_as
from teamhope.tables.care import OnCallShift
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_handsets import Lift
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import EscalationLevel

FALLBACK = "+12025550199"
ROUND = timedelta(seconds=46)
moments = (NOW + timedelta(seconds=n) for n in count(1))  # the newest row says what is rung


@pytest.fixture(autouse=True)
async def over_afterwards(db: object) -> AsyncIterator[None]:
    yield
    await rows(
        "update escalation set status = 'closed', acknowledged_at = opened_at, closed_at = opened_at, "
        "closed_without_confirmation = 'opened_by_mistake' where status <> 'closed'"
    )
    await service_on_call.set_fallback(TESTS, None, next(moments))
    async with acting_as(TESTS):
        await OnCallShift.delete(force=True)


async def on_call(role: Role, **about: Any) -> AStaffMember:
    who = await world.staff(role, **about)
    shift = Span(NOW - timedelta(hours=1), NOW + timedelta(hours=8))
    await service_on_call.add_shifts(TESTS, who.id, (shift,), NOW)
    return who


@pytest.fixture
async def match(db: object) -> AMatch:
    return await world.match(await world.family_request(now=NOW), await world.volunteer(now=NOW), now=NOW)


@pytest.fixture
async def escalation(match: AMatch) -> UUID:
    about = About(family=match.request.family_id, match=match.id)
    return await service.open_escalation(match.volunteer.actor, EscalationLevel.IMMINENT, NOW, about)


async def minutes(fake: Fake, telephone: Telephone, now: datetime = NOW, rounds: int = 1) -> datetime:
    """The worker's passes, and time for each telephone to be answered."""
    for _ in range(rounds):
        await watch_escalations(True, now)
        await work(fake, telephone, now)
        now += ROUND
    return now


async def standing(escalation: UUID) -> tuple[Any, ...]:
    [row] = await rows("select status, acknowledged_by from escalation where id = $1", escalation)
    return tuple(row)


async def steps(escalation: UUID) -> list[str]:
    return [
        row["act"]
        for row in await rows("select act from escalation_step where escalation = $1 order by seq", escalation)
    ]


async def test_ignored_by_the_first_answered_by_the_second_passed_on_confirmed_closed(
    fake: Fake, telephone: Telephone, escalation: UUID, match: AMatch
) -> None:
    ana, cora = await on_call(Role.ADVOCATE), await on_call(Role.COORDINATOR)
    fake.state.handset(ana.phone, lift=Lift.NO_ANSWER)
    fake.state.handset(cora.phone, keys=("1",))
    now = await minutes(fake, telephone, rounds=3)
    assert [(leg.to, leg.sender) for leg in fake.state.calls] == [(ana.phone, NUMBER), (cora.phone, NUMBER)]
    assert await standing(escalation) == ("acknowledged", cora.id)
    fake.state.handset(ana.phone, keys=("1",))
    await service.pass_on(cora.actor, escalation, ana.id, True, now)
    assert await standing(escalation) == ("acknowledged", cora.id)
    now = await minutes(fake, telephone, now)
    assert await standing(escalation) == ("acknowledged", ana.id)
    await service.act(ana.actor, escalation, now)
    await service.wait_for_confirmation(ana.actor, escalation, now)
    await service.close(ana.actor, escalation, help_arrived=True, reason=None, now=now)
    await minutes(fake, telephone, now, rounds=2)
    assert await steps(escalation) == [
        "acknowledged", "passed_on", "taken_over", "acting", "awaiting_confirmation", "closed",
    ]  # fmt: skip
    assert len(fake.state.calls) == 3
    assert not await rows("select from phone_call where kind = 'page' and ended_at is null")
    assert fake.state.problems == []


async def test_what_is_heard_tells_nothing_of_the_family(
    fake: Fake, telephone: Telephone, escalation: UUID, match: AMatch
) -> None:
    ana, bea = await on_call(Role.ADVOCATE, language="es"), await on_call(Role.COORDINATOR)
    fake.state.handset(ana.phone, keys=("7",))
    fake.state.handset(bea.phone, keys=("", "1"))
    await minutes(fake, telephone, rounds=2)
    hers = " ".join(said_to(fake, ana.phone))
    assert "Oprima 1 para aceptar." in hers
    assert "siguiente persona" in hers
    theirs = " ".join(said_to(fake, bea.phone))
    assert theirs.count("Somebody needs you now. Press 1 to accept.") == 2
    assert "Sign in now" in theirs
    for word in (match.request.first_name, match.request.family_no, match.volunteer.name, "HOPE"):
        assert word not in hers + theirs
    assert await standing(escalation) == ("acknowledged", bea.id)


async def test_the_fallback_number_comes_last_and_may_take_it(
    fake: Fake, telephone: Telephone, escalation: UUID
) -> None:
    ana = await on_call(Role.ADVOCATE)
    await service_on_call.set_fallback(TESTS, FALLBACK, next(moments))
    fake.state.handset(ana.phone, lift=Lift.BUSY)
    fake.state.handset(FALLBACK, keys=("1",))
    await minutes(fake, telephone, rounds=3)
    assert [leg.to for leg in fake.state.calls] == [ana.phone, FALLBACK]
    assert await standing(escalation) == ("acknowledged", None)
    assert await steps(escalation) == ["acknowledged", "told_coordinators"]


async def test_taken_on_the_page_the_telephone_stops_ringing(
    fake: Fake, telephone: Telephone, escalation: UUID
) -> None:
    ana = await on_call(Role.ADVOCATE)
    fake.state.handset(ana.phone, by_hand=True)
    await watch_escalations(True, NOW)
    await service.acknowledge(ana.actor, escalation, NOW)
    await work(fake, telephone)
    assert fake.state.calls == []
    [leg] = await rows("select status from phone_leg where person = $1", ana.id)
    assert leg["status"] == "cancelled"

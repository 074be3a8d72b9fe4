"""Get help now: from anybody who is signed in to the queue of those who answer."""

from uuid import uuid4

import pytest
from tests.app_kit import TESTS, Someone, browser, sign_in, somebody, submit

from teamhope.care import service
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.care import Escalation
from teamhope.vocabulary.errors import IllegalMove, Invalid, NotFound
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


@pytest.fixture(scope="module")
async def volunteer(db: Addresses) -> Someone:
    return await somebody(Role.VOLUNTEER, "vera@example.org")


@pytest.fixture(scope="module")
async def advocate(db: Addresses) -> Someone:
    return await somebody(Role.ADVOCATE, "ada@example.org")


def acting(who: Someone) -> Actor:
    return Actor(who.role, who.id)


async def opened(who: Someone) -> Escalation:
    async with acting_as(TESTS):
        return (
            await Escalation.objects()
            .where(Escalation.opened_by == who.id)
            .order_by(Escalation.opened_at, ascending=False)
            .first()
        )


async def test_anonymous_and_leadership_do_not_see_the_queue() -> None:
    async with browser() as client:
        assert (await client.get("/escalations")).status_code == 303
        await sign_in(client, await somebody(Role.LEADERSHIP, "lee@example.org"))
        assert (await client.get("/escalations")).status_code == 403


async def test_an_empty_form_is_enough_to_call_for_help(volunteer: Someone) -> None:
    async with browser() as client:
        await sign_in(client, volunteer)
        assert "988" in (await client.get("/help")).text
        assert (await submit(client, "/help")).headers["location"] == "/help/sent"
    escalation = await opened(volunteer)
    assert (escalation.level, escalation.status) == ("imminent", "open")


async def test_a_wrong_reference_does_not_hold_up_help(volunteer: Someone) -> None:
    async with browser() as client:
        await sign_in(client, volunteer)
        answer = await submit(client, "/help", family_no="F-NOT-THERE", level="urgent", where_now="Reno, NV (quill9)")
        assert answer.status_code == 303
    escalation = await opened(volunteer)
    assert escalation.family is None
    assert b"Reno" not in escalation.where_now


async def test_another_volunteer_does_not_see_it(volunteer: Someone) -> None:
    other = await somebody(Role.VOLUNTEER, "olga@example.org")
    assert await service.list_open(acting(other)) == []


async def test_an_advocate_takes_it_and_closes_it_only_when_help_arrived(volunteer: Someone, advocate: Someone) -> None:
    id_ = (await opened(volunteer)).id
    with pytest.raises(IllegalMove, match="illegal_move"):
        await service.act(acting(advocate), id_, NOW)
    await service.acknowledge(acting(advocate), id_, NOW)
    with pytest.raises(IllegalMove):
        await service.acknowledge(acting(advocate), id_, NOW)
    with pytest.raises(Invalid):
        await service.close(acting(advocate), id_, help_arrived=False, reason=None, now=NOW)
    await service.close(acting(advocate), id_, help_arrived=True, reason=None, now=NOW)
    assert (await opened(volunteer)).help_confirmed_at == NOW


async def test_a_leader_cannot_touch_one(volunteer: Someone) -> None:
    id_ = (await opened(volunteer)).id
    with pytest.raises(NotFound):
        await service.acknowledge(Actor(Role.LEADERSHIP, uuid4()), id_, NOW)


async def test_the_queue_works_as_a_page(volunteer: Someone, advocate: Someone) -> None:
    async with browser() as hers, browser() as theirs:
        await sign_in(hers, volunteer)
        await submit(hers, "/help", level="imminent")
        await sign_in(theirs, advocate)
        here = f"/escalations/{(await opened(volunteer)).id}"
        assert (await submit(theirs, f"{here}/acknowledge", page="/escalations")).headers["location"].startswith(here)
        assert (await submit(theirs, f"{here}/nonsense", page=here)).status_code == 422
        refused = await submit(theirs, f"{here}/close", page=here)
        assert refused.status_code == 422
        closed = await submit(theirs, f"{here}/close", page=here, reason="family_is_safe")
        assert closed.status_code == 303
        assert "The family told us they are safe" in (await theirs.get(here)).text

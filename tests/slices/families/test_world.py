"""The factories of the tests write rows that the database and the application accept."""

from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.tables.families import Contact, Family
from teamhope.tables.followups import FollowUp

pytestmark = pytest.mark.usefixtures("db")


async def test_a_volunteer_signs_in_and_sees_only_the_family_she_is_matched_with() -> None:
    ana, request = await world.volunteer(password=PASSWORD), await world.family_request(first_name="Fay")
    other = await world.family_request()
    made = await world.match(request, ana)
    due = await world.follow_up(made, clock.now() + timedelta(days=1))
    async with browser() as client:
        await sign_in(client, ana)
    async with acting_as(ana.actor):
        seen = await Contact.select(Contact.id, Contact.first_name)
        assert [Contact.first_name.unseal(row["id"], row["first_name"]) for row in seen] == ["Fay"]
        assert await FollowUp.exists().where(FollowUp.id == due.id)
        assert not await Family.exists().where(Family.id == other.family_id)


async def test_a_blocked_person_and_staff_can_be_made() -> None:
    request, staff = await world.family_request(), await world.staff()
    await world.blocked_person(request.family_id, phone=world.a_phone(world.number()))
    async with acting_as(staff.actor):
        assert await Family.exists().where(Family.id == request.family_id)
    async with acting_as(TESTS):
        assert await Family.count() >= 1

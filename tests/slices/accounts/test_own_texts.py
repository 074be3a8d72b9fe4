"""Whether one is sent texts is one's own choice, also after a no that came by text."""

import pytest
from tests import world
from tests.app_kit import browser, sign_in, submit

from teamhope.accounts import service
from teamhope.accounts.queries import update_person
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import WORKER, Actor, Role

pytestmark = pytest.mark.usefixtures("db")


async def test_nobody_chooses_for_another() -> None:
    rosa, ana = await world.staff(Role.VOLUNTEER), await world.staff(Role.COORDINATOR)
    async with acting_as(Actor(Role.COORDINATOR, person_id=ana.id)):
        with pytest.raises(NotFound):
            await update_person(rosa.id, agreed_to_sms=True)


async def test_a_yes_after_a_no_by_text() -> None:
    rosa = await world.staff(Role.VOLUNTEER)
    async with acting_as(WORKER):
        await update_person(rosa.id, agreed_to_sms=False)
    async with browser() as client:
        await sign_in(client, rosa)
        assert "You get no texts from us" in (await client.get("/me")).text
        assert (await submit(client, "/me/texts", page="/me", agreed="perhaps")).status_code == 422
        assert (await submit(client, "/me/texts", page="/me", agreed="yes")).status_code == 303
        assert "We text you when a call is due" in (await client.get("/me")).text
    assert (await service.telephone_of(Actor(Role.VOLUNTEER, person_id=rosa.id))).agreed_to_sms


async def test_who_has_no_telephone_is_told_so() -> None:
    nell = await world.staff(Role.LEADERSHIP)
    async with acting_as(WORKER):
        await update_person(nell.id, phone=None, phone_index=None)
    async with browser() as client:
        await sign_in(client, nell)
        assert "We have no telephone number of yours" in (await client.get("/me")).text

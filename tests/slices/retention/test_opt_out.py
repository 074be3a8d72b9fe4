"""A number that asked us to stop does not come back by any way but its own people's wish."""

from datetime import UTC, datetime

import msgspec
import pytest
from tests import world
from tests.slices.families.entries import entry
from tests.slices.retention.kit import value

from teamhope.families import service, service_contact
from teamhope.families.forms import NewRequest
from teamhope.families.indexes import number_index
from teamhope.families.service_contact import How
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Role

NOW = datetime(2031, 6, 15, 15, 30, tzinfo=UTC)


async def is_known(number: str) -> bool:
    return bool(await value("select count(*) from opted_out_number where number_index = $1", number_index(number)))


@pytest.mark.parametrize(
    ("reason", "asks"),
    [
        ("third_party_refused", True),
        ("declined_service", True),
        ("wrong_number", False),
        ("disconnected", False),
        ("staff", False),
    ],
)
async def test_which_reasons_ask_to_stop(db: Addresses, reason: str, asks: bool) -> None:
    asked, coordinator = await world.family_request(), await world.staff()
    await service_contact.stop_number(coordinator.actor, asked.phone_id, reason, NOW)
    assert await is_known(asked.number) is asks


async def test_the_volunteer_who_hears_it_is_enough(db: Addresses) -> None:
    who = await world.volunteer()
    match = await world.match(await world.family_request(status="active"), who, "active")
    await service_contact.stop_number(who.actor, match.request.phone_id, "third_party_refused", NOW)
    await service_contact.stop_number(who.actor, match.request.phone_id, "third_party_refused", NOW)
    assert await is_known(match.request.number)


async def test_taking_back_consent_to_calls_asks_to_stop(db: Addresses) -> None:
    asked, texts, coordinator = await world.family_request(), await world.family_request(), await world.staff()
    how = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    await service_contact.revoke_consent(coordinator.actor, asked.contact_id, ConsentKind.VOICE_CALL, how, NOW)
    await service_contact.revoke_consent(coordinator.actor, texts.contact_id, ConsentKind.SMS_REMINDER, how, NOW)
    assert await is_known(asked.number)
    assert not await is_known(texts.number)


async def test_it_comes_back_only_where_its_people_ask_for_it(db: Addresses) -> None:
    asked, other = await world.family_request(), await world.family_request()
    coordinator = await world.staff(Role.COORDINATOR)
    await service_contact.stop_number(coordinator.actor, asked.phone_id, "third_party_refused", NOW)
    new = msgspec.convert(entry(contact__phone=asked.number), NewRequest)
    with pytest.raises(Invalid) as entered:
        await service.enter_request(coordinator.actor, new, NOW)
    assert [problem[:2] for problem in entered.value.problems] == [("contact.phone", "phone_opted_out")]
    with pytest.raises(Invalid) as added:
        await service_contact.add_number(coordinator.actor, other.contact_id, asked.number, NOW)
    assert [problem[:2] for problem in added.value.problems] == [("phone", "phone_opted_out")]
    await service_contact.add_number(coordinator.actor, other.contact_id, asked.number, NOW, asked_again=True)

"""Bringing in who is on call: by the page and by the star key, and who stays with whom."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.telephone.kit import NOW, NUMBER, due, said_to, she, statuses, tapped, they, work

from teamhope.calls import service_advocate, service_ring
from teamhope.calls.rules_phone import Helper
from teamhope.care import service_on_call
from teamhope.families.rules_hours import Span
from teamhope.kit.database import acting_as
from teamhope.tables.care import OnCallShift
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_handsets import Talk
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Role


@pytest.fixture
async def advocate(fake: Fake) -> AsyncIterator[world.AStaffMember]:
    who = await world.staff(Role.ADVOCATE, language="es")
    shift = Span(NOW - timedelta(hours=1), NOW + timedelta(hours=8))
    await service_on_call.add_shifts(TESTS, who.id, (shift,), NOW)
    yield who
    async with acting_as(TESTS):
        await OnCallShift.delete(force=True)


async def talking(fake: Fake, telephone: Telephone, *keys: str, **script: object) -> world.AFollowUp:
    it = await tapped()
    she(fake, it, "1", *keys, **script)
    they(fake, it, talk=None)
    await work(fake, telephone)
    return it


async def test_another_volunteer_brings_nobody_in(fake: Fake, telephone: Telephone) -> None:
    it, other = await talking(fake, telephone), await due()
    with pytest.raises(NotFound):
        await service_advocate.bring_in_by_page(other.match.volunteer.actor, it.id, NOW)


async def test_without_anybody_on_call_nobody_is_rung(fake: Fake, telephone: Telephone) -> None:
    it = await talking(fake, telephone)
    assert not await service_advocate.bring_in_by_page(it.match.volunteer.actor, it.id, NOW)
    assert set(await statuses(it)) == {"volunteer", "family"}


async def test_by_the_page_once(fake: Fake, telephone: Telephone, advocate: world.AStaffMember) -> None:
    it = await talking(fake, telephone)
    fake.state.handset(advocate.phone, keys=("1",))
    for _ in range(2):
        assert await service_advocate.bring_in_by_page(it.match.volunteer.actor, it.id, NOW)
    await work(fake, telephone)
    assert fake.state.dialled[advocate.phone] == 1
    assert [leg.sender for leg in fake.state.calls_to(advocate.phone)] == [NUMBER]
    assert (await service_ring.look(it.match.volunteer.actor, it.id)).helper is Helper.JOINED
    heard = fake.state.heard_at(advocate.phone)
    assert heard[0].text == "Le piden que entre a una llamada. Para entrar ahora, oprima 1."
    assert it.match.request.first_name not in " ".join(each.text for each in heard)


async def test_by_the_star_key(fake: Fake, telephone: Telephone, advocate: world.AStaffMember) -> None:
    fake.state.handset(advocate.phone, keys=("1",))
    it = await talking(fake, telephone, "2", talks=(Talk(60, star=True),))
    assert await statuses(it) == dict.fromkeys(("volunteer", "family", "advocate"), "answered")
    assert any("press 2" in text for text in said_to(fake, it.match.volunteer.phone))


async def test_the_family_stays_with_her_when_the_volunteer_leaves(
    fake: Fake, telephone: Telephone, advocate: world.AStaffMember
) -> None:
    it = await talking(fake, telephone)
    fake.state.handset(advocate.phone, keys=("1",))
    await service_advocate.bring_in_by_page(it.match.volunteer.actor, it.id, NOW)
    await work(fake, telephone)
    fake.state.hang_up(it.match.volunteer.phone)
    await work(fake, telephone)
    assert await statuses(it) == {"volunteer": "completed", "family": "answered", "advocate": "answered"}
    fake.state.hang_up(it.match.request.number)
    await work(fake, telephone)
    assert set((await statuses(it)).values()) == {"completed"}


async def test_a_voicemail_box_of_hers_joins_nothing(
    fake: Fake, telephone: Telephone, advocate: world.AStaffMember
) -> None:
    it = await talking(fake, telephone)
    await service_advocate.bring_in_by_page(it.match.volunteer.actor, it.id, NOW)
    await work(fake, telephone)
    assert (await statuses(it))["advocate"] == "completed"
    assert (await service_ring.look(it.match.volunteer.actor, it.id)).helper is Helper.NONE

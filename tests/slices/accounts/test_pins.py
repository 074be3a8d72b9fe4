"""PINs for calling us: who may make one, whose the digits are, what is kept, and what guessing costs."""

import asyncio
from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.followups.kit import NOW, row, rows

from teamhope.accounts import service as accounts
from teamhope.accounts import service_pins
from teamhope.accounts.jobs import remove_expired
from teamhope.accounts.queries_pins import Holder
from teamhope.accounts.rules_pins import is_easy
from teamhope.families import service_pins as family_pins
from teamhope.kit.database import acting_as, connection
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service_pins as own_pins

pytestmark = pytest.mark.usefixtures("db", "_nobody_waits")

STRANGER = "+12025550999"
SECOND = timedelta(seconds=1)


async def whose(pin: str, caller: str = STRANGER, at: timedelta = timedelta()) -> Holder | None:
    return await service_pins.holder_of(pin, caller, NOW + at)


def another(pin: str) -> str:
    """Eight digits that are not these."""
    return f"{(int(pin) + 7) % 10**8:08}"


@pytest.fixture
async def _nobody_waits(db: object) -> None:
    await rows("delete from sign_in_throttle returning 1")


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_nobody_but_a_volunteer_has_a_pin_of_her_own() -> None:
    for someone in ((await world.staff()).actor, (await world.staff(Role.ADMIN)).actor):
        with pytest.raises(NotFound):
            await own_pins.make_pin(someone, NOW)


async def test_a_familys_pin_is_for_staff_who_have_the_family() -> None:
    request, other_team = await world.family_request(), await world.team("West")
    her = await world.volunteer()
    await world.match(request, her, "active")
    outsiders = [her.actor, (await world.volunteer()).actor, (await world.staff(Role.LEADERSHIP)).actor]
    outsiders += [Actor(Role.COORDINATOR, (await world.staff()).id, team_id=other_team)]
    outsiders += [(await world.staff(Role.ADVOCATE)).actor]
    for actor in outsiders:
        with pytest.raises(Exception, match=r"not_found|row-level"):
            await family_pins.make_pin(actor, request.contact_id, NOW)
    assert await rows("select 1 from calling_pin where contact = $1", request.contact_id) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DOORKEEPER, Role.WORKER, Role.COMMAND}))
async def test_a_volunteers_row_is_seen_by_nobody_but_her(role: Role) -> None:
    her, other = await world.volunteer(), await world.volunteer()
    await own_pins.make_pin(her.actor, NOW)
    for actor in (Actor(role, (await world.staff()).id), Actor(role, other.person_id, other.id)):
        async with acting_as(actor):
            seen = "select count(*) from calling_pin where volunteer is not null"
            assert await connection().fetchval(seen) == 0


async def test_a_suspended_and_a_promoted_volunteers_pin_opens_nothing() -> None:
    suspended, promoted = await world.volunteer(), await world.volunteer()
    pins = [await own_pins.make_pin(each.actor, NOW) for each in (suspended, promoted)]
    await accounts.suspend(TESTS, suspended.person_id, NOW)
    await rows("update person set role = 'admin' where id = $1 returning id", promoted.person_id)
    assert [await whose(pin) for pin in pins] == [None, None]


# Whose it is ----------------------------------------------------------------------------------------------------------


async def test_the_digits_alone_say_whose_they_are_from_any_telephone() -> None:
    her, request, staff = await world.volunteer(), await world.family_request(), await world.staff()
    own, theirs = (
        await own_pins.make_pin(her.actor, NOW),
        await family_pins.make_pin(staff.actor, request.contact_id, NOW),
    )
    for caller in (STRANGER, her.phone, request.number, "anonymous", ""):
        assert await whose(own, caller) == Holder(volunteer_id=her.id)
        assert await whose(theirs, caller) == Holder(contact_id=request.contact_id)


async def test_a_new_one_and_the_end_take_the_old_one_away() -> None:
    her = await world.volunteer()
    first = await own_pins.make_pin(her.actor, NOW)
    second = await own_pins.make_pin(her.actor, NOW)
    assert [await whose(first), await whose(second)] == [None, Holder(volunteer_id=her.id)]
    await own_pins.end_pin(her.actor, NOW)
    await own_pins.end_pin(her.actor, NOW)
    assert await whose(second) is None
    assert await own_pins.pin_since(her.actor) is None


async def test_no_digit_is_kept_and_the_audit_says_who_made_it_for_whom() -> None:
    request, staff = await world.family_request(), await world.staff()
    pin = await family_pins.make_pin(staff.actor, request.contact_id, NOW)
    await family_pins.end_pin(staff.actor, request.contact_id, NOW)
    pin = await family_pins.make_pin(staff.actor, request.contact_id, NOW)
    assert len(pin) == 8
    assert not is_easy(pin)
    kept = await row("select * from calling_pin where contact = $1", request.contact_id)
    assert pin not in str(kept)
    acts = await rows("select act, actor_person from audit_event where subject = $1", request.contact_id)
    made = [each["act"] for each in acts if each["actor_person"] == staff.id]
    assert sorted(act for act in made if "pin" in act) == ["ended_calling_pin", "made_calling_pin", "made_calling_pin"]


# Guessing -------------------------------------------------------------------------------------------------------------


async def test_after_three_wrong_ones_a_telephone_waits_and_the_right_one_is_wrong_meanwhile() -> None:
    her = await world.volunteer()
    pin = await own_pins.make_pin(her.actor, NOW)
    for _ in range(4):
        assert await whose(another(pin), her.phone) is None
    assert await whose(pin, her.phone) is None
    assert await whose(pin, her.phone, SECOND) == Holder(volunteer_id=her.id)


async def test_the_right_one_forgets_the_wrong_ones_of_that_telephone() -> None:
    her = await world.volunteer()
    pin = await own_pins.make_pin(her.actor, NOW)
    for n in range(3):
        await whose(another(pin), her.phone, n * 60 * SECOND)
    await whose(pin, her.phone, 180 * SECOND)
    await whose(another(pin), her.phone, 240 * SECOND)
    assert await whose(pin, her.phone, 240 * SECOND) == Holder(volunteer_id=her.id)


async def test_guesses_from_ever_new_numbers_wait_together_but_a_number_on_record_goes_on() -> None:
    her, request, staff = await world.volunteer(), await world.family_request(), await world.staff()
    own, theirs = (
        await own_pins.make_pin(her.actor, NOW),
        await family_pins.make_pin(staff.actor, request.contact_id, NOW),
    )
    for n in range(12):
        await whose(another(own), f"+1303555{n:04}", 60 * n * SECOND)
    last = 11 * 60 * SECOND
    assert await whose(own, STRANGER, last) is None
    assert await whose(own, request.number, last) is None
    assert await whose(own, her.phone, last) == Holder(volunteer_id=her.id)
    assert await whose(theirs, request.number, last) == Holder(contact_id=request.contact_id)
    assert await whose(own, STRANGER, last + 60 * SECOND) == Holder(volunteer_id=her.id)


async def test_who_shows_a_holders_number_does_not_guess_on_while_everybody_waits() -> None:
    her = await world.volunteer()
    pin = await own_pins.make_pin(her.actor, NOW)
    for n in range(12):
        await whose(another(pin), f"+1303555{n:04}", 60 * n * SECOND)
    last = 11 * 60 * SECOND
    for _ in range(4):
        assert await whose(another(pin), her.phone, last) is None
    assert await whose(pin, her.phone, last) is None
    assert await whose(pin, her.phone, last + 60 * SECOND) == Holder(volunteer_id=her.id)


async def test_many_wrong_ones_at_once_are_all_wrong_and_all_counted() -> None:
    her = await world.volunteer()
    pin = await own_pins.make_pin(her.actor, NOW)
    assert await asyncio.gather(*(whose(another(pin)) for _ in range(12))) == [None] * 12
    assert await whose(pin, STRANGER) is None


async def test_right_ones_are_no_guesses() -> None:
    her = await world.volunteer()
    pin = await own_pins.make_pin(her.actor, NOW)
    for n in range(20):
        assert await whose(pin, f"+1303555{n:04}") is not None


async def test_the_callers_number_is_no_row_of_its_own_and_goes_within_the_hour() -> None:
    await whose("12345679", STRANGER)
    found = await rows("select * from sign_in_throttle")
    assert len(found) == 2
    assert STRANGER not in str(found)
    refused = await rows("select * from audit_event where act = 'calling_pin_refused'")
    assert STRANGER not in str(refused)
    await remove_expired(NOW + 61 * SECOND)
    assert await rows("select 1 from sign_in_throttle") == []

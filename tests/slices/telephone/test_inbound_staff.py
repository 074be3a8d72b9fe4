"""Somebody calls our number and asks for a person: who of ours is rung, in which order, and what is heard."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.calls.kit import NOW, due, rows
from tests.slices.telephone.inbound_kit import GREETING, STRANGER, Line, pin_of_family

from teamhope.calls.queries_reconcile import load_carried
from teamhope.calls.service_not_logged import ask_to_log
from teamhope.care import service_on_call as roster
from teamhope.families.rules_hours import Span
from teamhope.kit.database import acting_as
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_handsets import Lift, Talk
from teamhope.vocabulary.people import WORKER, Role

pytestmark = pytest.mark.usefixtures("db", "_nobody_on_call")

FALLBACK = "+12025550143"
SECONDS = (timedelta(seconds=n) for n in count())  # the latest number behind the roster counts
WAITS = ["One moment, please.", "Un momento, por favor."]
NOBODY = [
    "Nobody can take your call now. Please call again later.",
    "Goodbye.",
    "Nadie puede atender su llamada ahora. Vuelva a llamar más tarde, por favor.",
    "Adiós.",
]
ASKS = "Somebody has called our number and asks for a person. To take the call, press 1."


@pytest.fixture
async def _nobody_on_call(db: object) -> None:
    await rows("delete from on_call_shift returning 1")
    await roster.set_fallback(TESTS, None, NOW + next(SECONDS))


@pytest.fixture
async def our_line(fake: Fake, telephone: Telephone) -> AsyncIterator[Line]:
    yield Line(fake.state, telephone)
    assert fake.state.problems == []


async def on_call(role: Role = Role.COORDINATOR, *, language: str = "en") -> world.AStaffMember:
    who = await world.staff(role, language=language)
    await roster.add_shifts(TESTS, who.id, (Span(NOW - timedelta(hours=1), NOW + timedelta(hours=1)),), NOW)
    return who


async def test_with_nobody_on_call_the_caller_is_told_so(our_line: Line) -> None:
    leg = await our_line.rings_us(STRANGER, "0#")
    assert our_line.heard(STRANGER) == [*GREETING, *NOBODY]
    assert leg.is_over


async def test_who_is_on_call_takes_it_with_a_key(our_line: Line) -> None:
    who = await on_call()
    our_line.state.handset(who.phone, keys=("1",))
    await our_line.rings_us(STRANGER, "0#", talks=(Talk(60),))
    assert our_line.heard(STRANGER) == [*GREETING, *WAITS]
    assert our_line.heard(who.phone) == [ASKS]
    hers = "select c.* from phone_call c join phone_leg l on l.phone_call = c.id where l.person = $1"
    (call,) = await rows(hers, who.id)
    assert call["cleared_at"] is not None
    assert call["ended_at"] is not None
    assert (call["family"], call["contact"], call["volunteer"]) == (None, None, None)
    sids = [leg["provider_sid"] for leg in await rows("select * from phone_leg where phone_call = $1", call["id"])]
    async with acting_as(WORKER):
        carried = await load_carried(sids)
    assert [carried[sid].to_family for sid in sids] == [False, False]  # nobody is asked for a log of it
    await ask_to_log(NOW + timedelta(days=2))
    assert await rows("select 1 from task where detail = 'call_not_logged'") == [], "there is nobody to log it to"


async def test_a_key_after_the_last_question_takes_it(our_line: Line) -> None:
    who = await on_call()
    our_line.state.handset(who.phone, keys=("", "", "1"))
    await our_line.rings_us(STRANGER, "0#", talks=(Talk(60),))
    assert our_line.heard(who.phone) == [ASKS, ASKS, ASKS]
    assert our_line.heard(STRANGER) == [*GREETING, *WAITS]


async def test_she_is_asked_in_her_language(our_line: Line) -> None:
    who = await on_call(language="es")
    await our_line.rings_us(STRANGER, "0#")
    assert our_line.heard(who.phone)[0].startswith("Alguien llamó a nuestro número")


async def test_a_voicemail_box_takes_nothing_and_the_next_is_rung(our_line: Line) -> None:
    box, advocate = await on_call(), await on_call(Role.ADVOCATE)
    our_line.state.handset(advocate.phone, keys=("", "", "1"))
    await our_line.rings_us(STRANGER, "0#", talks=(Talk(60),))
    assert our_line.heard(box.phone) == [ASKS, ASKS, ASKS, "Goodbye."]
    assert our_line.heard(advocate.phone) == [ASKS, ASKS, ASKS]
    assert our_line.heard(STRANGER) == [*GREETING, *WAITS, *WAITS]


async def test_the_number_behind_the_roster_comes_last_then_nobody(our_line: Line) -> None:
    who = await on_call()
    await roster.set_fallback(TESTS, FALLBACK, NOW + next(SECONDS))
    our_line.state.handset(who.phone, lift=Lift.BUSY)
    our_line.state.handset(FALLBACK, lift=Lift.NO_ANSWER)
    leg = await our_line.rings_us(STRANGER, "0#")
    assert [our_line.rung(number) for number in (who.phone, FALLBACK)] == [1, 1]
    assert our_line.heard(STRANGER) == [*GREETING, *WAITS, *WAITS, *NOBODY]
    assert leg.is_over


async def test_three_wrong_numbers_ring_a_person_as_a_wish_does(our_line: Line) -> None:
    who = await on_call()
    our_line.state.handset(who.phone, keys=("1",))
    await our_line.rings_us(STRANGER, "12345679#", "13579246#", "24681357#", talks=(Talk(5),))
    assert our_line.heard(STRANGER)[-2:] == WAITS
    assert our_line.heard(who.phone) == [ASKS]


async def test_who_hangs_up_is_rung_for_no_more(our_line: Line) -> None:
    who = await on_call()
    our_line.state.handset(who.phone, by_hand=True)
    await our_line.rings_us(STRANGER, "0#")
    our_line.state.hang_up(STRANGER)
    await our_line.settle()
    assert our_line.state.legs_of(who.phone) == []
    assert await rows("select 1 from task where detail = 'call_back'") == []


async def test_when_she_hangs_up_the_caller_is_let_go(our_line: Line) -> None:
    who = await on_call()
    our_line.state.handset(who.phone, keys=("1",), talks=(Talk(30),))
    leg = await our_line.rings_us(STRANGER, "0#")
    assert leg.is_over
    assert NOBODY[0] not in our_line.heard(STRANGER)


async def test_a_family_that_is_to_be_called_back_may_speak_with_staff_now(our_line: Line) -> None:
    who, request = await on_call(), await world.family_request(now=NOW)
    our_line.state.handset(who.phone, keys=("1",))
    await our_line.rings_us(STRANGER, await pin_of_family(request), "0", talks=(Talk(60),))
    assert our_line.heard(STRANGER)[4:] == [
        "We will call you back.",
        "To speak with someone, press 0.",
        "One moment, please.",
    ]
    assert our_line.heard(who.phone) == [ASKS]


async def test_in_a_call_that_came_in_who_is_on_call_can_be_brought_in(our_line: Line) -> None:
    advocate, it = await on_call(Role.ADVOCATE), await due()
    her = it.match.volunteer
    our_line.state.handset(her.phone, keys=("1", "1", "2"), talks=(Talk(60, star=True), Talk(300)))
    our_line.state.handset(advocate.phone, keys=("1",))
    await our_line.rings_us(STRANGER, await pin_of_family(it.match.request))
    assert our_line.rung(advocate.phone) == 1
    legs = await rows("select l.party, l.joined_at from phone_leg l join phone_call c on c.id = l.phone_call "
                      "where c.match = $1", it.match.id)  # fmt: skip
    assert {leg["party"] for leg in legs} == {"family", "volunteer", "advocate"}

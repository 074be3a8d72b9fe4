"""Somebody calls our number: what a stranger hears, what guessing costs, and who is put through to whom."""

import re
from collections.abc import AsyncIterator
from datetime import time, timedelta
from urllib.parse import urlencode

import httpx
import pytest
from tests import world
from tests.app_kit import browser
from tests.slices.calls.kit import NOW, at_the_browser, due, fill_in, rows
from tests.slices.telephone.inbound_kit import (
    DID_NOT_WORK,
    GREETING,
    STRANGER,
    Line,
    calls_of_match,
    phone_calls,
    pin_of,
    pin_of_family,
    tasks_of,
)
from tests.slices.telephone.kit import SETTINGS
from tests.slices.telephony.exchange import PUBLIC, TOKEN
from twilio.request_validator import RequestValidator

from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_handsets import Lift, Talk
from teamhope.vocabulary.families import ConsentKind, Window

pytestmark = pytest.mark.usefixtures("db", "_nobody_waits")

VOICE = "/hooks/twilio/voice"
CALLED_BACK = ["We will call you back.", "To speak with someone, press 0.", "Goodbye."]
SAID = re.compile("<Say[^>]*>([^<]*)</Say>")
EVENINGS = tuple(Window(day, time(18), time(20)) for day in range(7))


@pytest.fixture
async def _nobody_waits(db: object) -> None:
    await rows("delete from sign_in_throttle returning 1")


@pytest.fixture
async def our_line(fake: Fake, telephone: Telephone) -> AsyncIterator[Line]:
    yield Line(fake.state, telephone)
    assert fake.state.problems == []


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(SETTINGS, now=lambda: NOW) as client:
        yield client


async def ask(client: httpx.AsyncClient, caller: str | None, query: str = "", **fields: str) -> httpx.Response:
    form = {"CallSid": "CA" + "0" * 32, "CallStatus": "ringing", "To": "+12025550100", **fields}
    form |= {} if caller is None else {"From": caller, "Caller": caller}
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}{VOICE}{query}", form)
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    return await client.post(f"{VOICE}{query}", content=urlencode(form), headers=headers)


# The greeting ---------------------------------------------------------------------------------------------------------


async def test_ten_callers_hear_the_same_to_the_letter_and_leave_no_row(client: httpx.AsyncClient) -> None:
    it = await due()
    blocked = world.a_phone(world.number())
    await world.blocked_person(it.match.request.family_id, phone=blocked, scope="no_contact")
    held = await world.family_request(family={"held_at": NOW, "hold_reason": "threat"}, now=NOW)
    closed = await world.family_request(family={"status": "closed"}, now=NOW)
    stopped = await world.family_request(contact_phone={"stopped_at": NOW, "stop_reason": "declined_service"}, now=NOW)
    staff = await world.staff()
    callers = [it.match.volunteer.phone, it.match.request.number, blocked, held.number, closed.number, stopped.number,
               staff.phone, STRANGER, "anonymous", None]  # fmt: skip
    before = await rows("select count(*) from phone_call")
    answers = [await ask(client, caller, FromCity="PORTLAND") for caller in callers]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(answer.headers.items()) for answer in answers}) == 1
    assert await rows("select count(*) from phone_call") == before
    said = answers[0].text
    assert [said.index(sentence) for sentence in GREETING] == sorted(said.index(sentence) for sentence in GREETING)


async def test_the_greeting_asks_the_database_nothing(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it takes as long for whoever is known."""

    def no_database(*_: object) -> None:
        raise AssertionError("somebody was looked for")

    monkeypatch.setattr("teamhope.kit.database.ENGINE.transaction", no_database)
    assert (await ask(client, STRANGER)).status_code == 200


async def test_it_names_nobody_and_nothing(client: httpx.AsyncClient) -> None:
    said = " ".join(SAID.findall((await ask(client, STRANGER)).text)).casefold()
    assert "press 0" in said
    for word in ("hope", "program", "famil", "child", "volunt", "missing", "support", "ayuda", "niñ"):
        assert word not in said


async def test_who_cannot_sign_is_refused(client: httpx.AsyncClient) -> None:
    form = {"CallSid": "CA" + "0" * 32, "From": STRANGER}
    assert (await client.post(VOICE, data=form)).status_code == 403
    assert (await ask(client, STRANGER, "?step=unheard-of")).status_code == 403
    assert (await ask(client, STRANGER, CallSid="CA1")).status_code == 403
    assert (await ask(client, STRANGER, "?step=keyed", Digits="12345678;")).status_code == 403


async def test_who_was_suspended_since_she_entered_her_number_is_told_goodbye(client: httpx.AsyncClient) -> None:
    it = await due()
    await rows("update person set status = 'suspended' where id = $1", it.match.volunteer.person_id)
    query = f"?step=chosen&volunteer={it.match.volunteer.id}&call={it.id}&skip=0&again=0"
    answer = await ask(client, STRANGER, query, Digits="1")
    assert answer.status_code == 200
    assert SAID.findall(answer.text) == ["Goodbye.", "Adiós."]


# Guessing -------------------------------------------------------------------------------------------------------------


async def test_a_wrong_number_is_told_as_such_and_three_ring_a_person(our_line: Line) -> None:
    leg = await our_line.rings_us(STRANGER, "12345679#", "99990000#", "1#")
    heard = our_line.heard(STRANGER)
    assert heard[:16] == [*GREETING, *DID_NOT_WORK, *DID_NOT_WORK]
    assert heard[16] == "Nobody can take your call now. Please call again later."
    assert leg.is_over
    assert await rows("select 1 from audit_event where act = 'stranger_called'")


async def test_silence_rings_nobody(our_line: Line) -> None:
    leg = await our_line.rings_us(STRANGER)
    assert our_line.heard(STRANGER) == [*GREETING, *GREETING, *GREETING, "Goodbye.", "Adiós."]
    assert leg.is_over


async def test_no_number_of_a_caller_is_kept(our_line: Line) -> None:
    it = await due()
    await our_line.rings_us(STRANGER, "12345679#", await pin_of(it.match.volunteer))
    for table in ("phone_call", "phone_leg", "provider_callback", "audit_event", "sign_in_throttle"):
        assert STRANGER not in str(await rows(f"select * from {table}"))


# A volunteer ----------------------------------------------------------------------------------------------------------


async def test_she_hears_the_first_name_calls_and_logs_by_key(our_line: Line) -> None:
    it = await due()
    her, family = it.match.volunteer, it.match.request
    our_line.state.handset(family.number, talks=(Talk(600),))
    await our_line.rings_us(STRANGER, await pin_of(her), "1", "1")
    heard = our_line.heard(STRANGER)
    assert heard[4:6] == [
        f"Your next call is with {family.first_name}, Tuesday, 12:30 PM.",
        "To call now, press 1.",
    ]
    assert our_line.rung(family.number) == 1
    assert our_line.heard(family.number) == []
    (call,) = await calls_of_match(it.match.id)
    assert (call["outcome"], call["placed_via"], call["direction"]) == ("reached", "masked_bridge", "outbound")
    assert (call["talk_seconds"], call["follow_up"], call["logged_by"]) == (600, it.id, her.person_id)
    (phone_call,) = await phone_calls(volunteer=her.id)
    assert (phone_call["kind"], phone_call["call"]) == ("to_family", call["id"])
    legs = await rows("select party, person from phone_leg where phone_call = $1 order by created_at", phone_call["id"])
    assert {leg["party"]: leg["person"] for leg in legs} == {"volunteer": her.person_id, "family": None}


async def test_in_her_own_language_and_zone(our_line: Line) -> None:
    it = await due(volunteer={"language": "es", "timezone": "America/Los_Angeles"})
    await our_line.rings_us(STRANGER, await pin_of(it.match.volunteer), "5", "#", "")
    name = it.match.request.first_name
    assert our_line.heard(STRANGER)[4:6] == [
        f"Su próxima llamada es el martes, 10:30 a.m., con {name}.",
        "Para llamar ahora, oprima 1.",
    ]
    assert our_line.rung(it.match.request.number) == 0


async def test_with_no_call_today_nobody_is_rung(our_line: Line) -> None:
    her = await world.volunteer(now=NOW)
    await our_line.rings_us(her.phone, await pin_of(her), "1")
    assert our_line.heard(her.phone)[4:] == ["No call is promised for today.", "Goodbye."]
    assert await phone_calls(volunteer=her.id) == []


async def test_every_rule_is_asked_when_she_presses_the_key(our_line: Line) -> None:
    it = await due()
    pin = await pin_of(it.match.volunteer)
    await rows("update family set held_at = $2, hold_reason = 'threat' where id = $1 returning id",
               it.match.request.family_id, NOW)  # fmt: skip
    await our_line.rings_us(STRANGER, pin, "1")
    assert our_line.rung(it.match.request.number) == 0
    (phone_call,) = await phone_calls(volunteer=it.match.volunteer.id)
    assert phone_call["refused"] == "not_now_family_on_hold"


async def test_she_passes_one_over_and_calls_the_next(our_line: Line) -> None:
    first = await due()
    second = await world.family_request(status="matched", now=NOW)
    match = await world.match(second, first.match.volunteer, now=NOW)
    later = await world.follow_up(match, NOW + timedelta(hours=2), status="planned", now=NOW)
    our_line.state.handset(second.number, lift=Lift.NO_ANSWER)
    await our_line.rings_us(STRANGER, await pin_of(first.match.volunteer), "2", "1", "3")
    assert our_line.rung(first.match.request.number) == 0
    assert our_line.rung(second.number) == 1
    (call,) = await calls_of_match(match.id)
    assert (call["outcome"], call["follow_up"]) == ("no_answer", later.id)


async def test_another_volunteers_call_is_not_hers(client: httpx.AsyncClient) -> None:
    it, other = await due(), await world.volunteer(now=NOW)
    query = f"?step=chosen&volunteer={other.id}&call={it.id}&skip=0&again=0"
    assert SAID.findall((await ask(client, STRANGER, query, Digits="1")).text) == ["Goodbye.", "Adiós."]
    assert await phone_calls(volunteer=other.id) == []


async def test_one_call_under_way_is_enough(our_line: Line) -> None:
    it = await due()
    await rows(
        """insert into phone_call (id, kind, volunteer, family, match, created_at)
           values (gen_random_uuid(), 'to_family', $1, $2, $3, $4) returning id""",
        it.match.volunteer.id, it.match.request.family_id, it.match.id, NOW,
    )  # fmt: skip
    await our_line.rings_us(STRANGER, await pin_of(it.match.volunteer), "1")
    assert our_line.heard(STRANGER)[-2] == "Another call with you or with them is under way."


# A family that nobody may put through ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "why"),
    [
        ({"family": {"held_at": NOW, "hold_reason": "threat"}}, "family_on_hold"),
        ({"family": {"status": "closed"}}, "family_closed"),
        ({"consents": [ConsentKind.PEER_MATCH]}, "no_consent"),
    ],
)
async def test_a_right_pin_sounds_like_a_wrong_one_and_staff_are_asked(
    our_line: Line, family: dict[str, object], why: str
) -> None:
    it = await due(**family)
    request, her = it.match.request, it.match.volunteer
    await our_line.rings_us(request.number, await pin_of_family(request), "")
    assert our_line.heard(request.number)[:12] == [*GREETING, *DID_NOT_WORK, *GREETING][:12]
    assert our_line.rung(her.phone) == 0
    assert await phone_calls(family=request.family_id) == []
    assert await tasks_of(request.family_id) == ["pin_refused"]
    refused = await rows(
        "select reason from audit_event where act = 'refused_call' and subject = $1", request.contact_id
    )
    assert [row["reason"] for row in refused] == [why]


async def test_a_blocked_person_who_knows_the_pin_is_refused_by_his_own_number(our_line: Line) -> None:
    it = await due()
    request, blocked = it.match.request, world.a_phone(world.number())
    await world.blocked_person(request.family_id, phone=blocked, scope="no_contact")
    pin = await pin_of_family(request)
    await our_line.rings_us(blocked, pin, pin, pin)
    heard = our_line.heard(blocked)
    assert heard[:16] == [*GREETING, *DID_NOT_WORK, *DID_NOT_WORK]
    assert our_line.rung(it.match.volunteer.phone) == 0
    assert await tasks_of(request.family_id) == ["blocked_caller"]
    assert blocked not in str(await rows("select * from audit_event where subject = $1", request.contact_id))


# A family -------------------------------------------------------------------------------------------------------------


async def test_her_volunteers_telephone_rings_and_tells_the_name_after_a_key(our_line: Line) -> None:
    it = await due()
    request, her = it.match.request, it.match.volunteer
    our_line.state.handset(her.phone, keys=("1", "1", "1"))
    await our_line.rings_us(STRANGER, await pin_of_family(request), talks=(Talk(420),))
    assert our_line.heard(STRANGER)[4:] == ["Please wait. This may take a minute."]
    told = our_line.heard(her.phone)
    assert told[0] == "There is a call for you. To hear whose it is, press 1."
    assert told[1] == f"{request.first_name} is calling. To take the call, press 1."
    (call,) = await calls_of_match(it.match.id)
    assert (call["outcome"], call["direction"], call["placed_via"]) == ("inbound_received", "inbound", "program_line")
    assert (call["logged_by"], call["volunteer"]) == (her.person_id, her.id)
    (phone_call,) = await phone_calls(family=request.family_id)
    assert (phone_call["kind"], phone_call["call"]) == ("from_family", call["id"])
    assert phone_call["ended_at"] is not None


@pytest.mark.parametrize(
    "handset",
    [
        {"lift": Lift.NO_ANSWER},
        {"lift": Lift.BUSY},
        {"keys": ()},  # a voicemail box
        {"keys": ("1", "9", "9", "9")},
    ],
)
async def test_not_taken_it_is_promised_a_call_back(our_line: Line, handset: dict[str, object]) -> None:
    it = await due()
    request, her = it.match.request, it.match.volunteer
    our_line.state.handset(her.phone, **handset)
    await our_line.rings_us(STRANGER, await pin_of_family(request))
    assert our_line.heard(STRANGER)[5:] == CALLED_BACK
    assert (request.first_name in str(our_line.heard(her.phone))) == ("9" in handset.get("keys", ()))
    (call,) = await calls_of_match(it.match.id)
    assert (call["outcome"], call["placed_via"], call["logged_by"]) == ("inbound_missed", "program_line", None)


async def test_who_hangs_up_while_it_rings_is_called_back_too(our_line: Line) -> None:
    it = await due()
    request, her = it.match.request, it.match.volunteer
    our_line.state.handset(her.phone, by_hand=True)
    leg = await our_line.rings_us(STRANGER, await pin_of_family(request))
    assert not leg.is_over
    our_line.state.hang_up(STRANGER)
    await our_line.settle()
    (call,) = await calls_of_match(it.match.id)
    assert call["outcome"] == "inbound_missed"
    assert our_line.state.legs_of(her.phone) == []


async def test_out_of_her_hours_the_volunteers_telephone_stays_silent(our_line: Line) -> None:
    it = await due(volunteer={"availability": EVENINGS})
    request = it.match.request
    await our_line.rings_us(STRANGER, await pin_of_family(request))
    assert our_line.rung(it.match.volunteer.phone) == 0
    assert our_line.heard(STRANGER)[4:] == CALLED_BACK
    assert [call["outcome"] for call in await calls_of_match(it.match.id)] == ["inbound_missed"]


async def test_in_the_familys_language(our_line: Line) -> None:
    it = await due(languages=(("es", "native"),), volunteer={"languages": (("es", "native"),)})
    our_line.state.handset(it.match.volunteer.phone, lift=Lift.BUSY)
    await our_line.rings_us(STRANGER, await pin_of_family(it.match.request))
    assert our_line.heard(STRANGER)[4:] == [
        "Espere, por favor. Puede tardar un minuto.",
        "Le devolveremos la llamada.",
        "Para hablar con alguien, oprima 0.",
        "Adiós.",
    ]


async def test_without_a_volunteer_staff_are_asked_to_call_back_once(our_line: Line) -> None:
    request = await world.family_request(now=NOW)
    pin = await pin_of_family(request)
    for _ in range(2):
        await our_line.rings_us(STRANGER, pin)
    assert our_line.heard(STRANGER)[4:7] == CALLED_BACK
    assert await tasks_of(request.family_id) == ["call_back"]


async def test_the_provider_asking_twice_rings_once(client: httpx.AsyncClient) -> None:
    it = await due()
    pin = (await pin_of_family(it.match.request)).removesuffix("#")
    answers = [await ask(client, STRANGER, "?step=keyed&again=0", Digits=pin) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    (phone_call,) = await phone_calls(family=it.match.request.family_id)
    legs = await rows("select party from phone_leg where phone_call = $1", phone_call["id"])
    assert sorted(leg["party"] for leg in legs) == ["family", "volunteer"]


async def test_a_hold_that_comes_while_it_rings_counts(our_line: Line) -> None:
    it = await due()
    request, her = it.match.request, it.match.volunteer
    our_line.state.handset(her.phone, by_hand=True)
    await our_line.rings_us(STRANGER, await pin_of_family(request))
    (leg,) = our_line.state.legs_of(her.phone)
    our_line.state.lift(leg, Lift.ANSWER)
    await our_line.settle()
    our_line.state.press(leg, "1")
    await our_line.settle()
    await rows(
        "update family set held_at = $2, hold_reason = 'threat' where id = $1 returning id", request.family_id, NOW
    )
    our_line.state.press(leg, "1")
    await our_line.settle()
    (phone_call,) = await phone_calls(family=request.family_id)
    assert phone_call["cleared_at"] is None
    assert our_line.heard(her.phone)[-1] == "This call is over already."


async def test_a_call_she_took_and_did_not_log_by_key_waits_on_her_page(our_line: Line) -> None:
    it = await due()
    request, her = it.match.request, it.match.volunteer
    later = "update follow_up set due_at = $2, window_end_at = $3 where id = $1 returning id"
    await rows(later, it.id, NOW + timedelta(days=2), NOW + timedelta(days=2, hours=2))
    our_line.state.handset(her.phone, keys=("1", "1", "#"))
    await our_line.rings_us(STRANGER, await pin_of_family(request), talks=(Talk(420),))
    assert await calls_of_match(it.match.id) == []
    async with at_the_browser(her) as browsing:
        today = (await browsing.get("/")).text
        assert f'href="/calls/{it.id}/log"' in today
        assert "A call is not logged yet" in today
        saved = await fill_in(browsing, it, outcome="inbound_received", talk_minutes=7)
        assert saved.status_code == 303, saved.text
        assert "A call is not logged yet" not in (await browsing.get("/")).text
    (call,) = await calls_of_match(it.match.id)
    assert (call["outcome"], call["direction"], call["placed_via"]) == ("inbound_received", "inbound", "program_line")
    (phone_call,) = await phone_calls(family=request.family_id)
    assert phone_call["call"] == call["id"]


async def test_who_cannot_wait_for_the_call_back_may_ask_for_a_person(our_line: Line) -> None:
    it = await due(languages=(("es", "native"),), volunteer={"availability": EVENINGS})
    await our_line.rings_us(STRANGER, await pin_of_family(it.match.request), "0")
    assert our_line.heard(STRANGER)[6:] == [
        "Nadie puede atender su llamada ahora. Vuelva a llamar más tarde, por favor.",
        "Adiós.",
    ]
    assert [call["outcome"] for call in await calls_of_match(it.match.id)] == ["inbound_missed"]

"""The provider's questions and reports: who may send them, and that order, number and time do not matter."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from itertools import permutations
from time import monotonic
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import browser
from tests.slices.calls.kit import calls_of
from tests.slices.telephone.kit import NOW, PUBLIC, SETTINGS, TOKEN, legs, phone_call, rows, statuses, tapped
from twilio.request_validator import RequestValidator

from teamhope.calls.jobs import tend_calls
from teamhope.settings import Settings
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.voice import VOICE_PATH, VOICE_STATUS_PATH

SID, OTHER_SID = "CA" + "1" * 32, "CA" + "2" * 32
ASKED = {"CallSid": SID, "CallStatus": "in-progress", "Direction": "outbound-api", "From": "+12025550100"}
TOLD = {"CallSid": SID, "CallStatus": "completed", "CallDuration": "720", "To": "+12025550177"}
NOBODY = UUID(int=7)


@pytest.fixture
async def web(fake: Fake) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(SETTINGS, now=lambda: NOW) as client:
        yield client


def signature(form: Mapping[str, str], address: str, token: str = TOKEN, public: str = PUBLIC) -> str:
    return str(RequestValidator(token).compute_signature(public + address, dict(form)))


async def send(web: httpx.AsyncClient, address: str, form: Mapping[str, str]) -> httpx.Response:
    return await web.post(address, data=dict(form), headers={"X-Twilio-Signature": signature(form, address)})


async def her_leg(it: world.AFollowUp) -> UUID:
    """Hers, of which the provider has the call."""
    leg_id: UUID = (await legs(it))["volunteer"]["id"]
    await rows(
        "update phone_leg set status = 'dialling', dialling_at = now(), lease_owner = 'worker', "
        "lease_until = now() + interval '1 minute' where id = $1",
        leg_id,
    )
    return leg_id


async def ask(web: httpx.AsyncClient, leg_id: UUID, step: str = "answered", **fields: str) -> httpx.Response:
    return await send(web, f"{VOICE_PATH}?leg={leg_id}&step={step}", ASKED | fields)


async def tell(web: httpx.AsyncClient, leg_id: UUID, **fields: str) -> int:
    return (await send(web, f"{VOICE_STATUS_PATH}?leg={leg_id}", TOLD | fields)).status_code


ADDRESSES = [f"{VOICE_PATH}?leg={NOBODY}&step=answered", f"{VOICE_STATUS_PATH}?leg={NOBODY}", VOICE_STATUS_PATH]


class TestForged:
    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"X-Twilio-Signature": ""},
            {"X-Twilio-Signature": b64encode(b"0" * 20).decode()},
            {"X-Twilio-Signature": "x" * 10_000},
            {"X-Twilio-Signature": "ñ".encode() * 28},
        ],
    )
    async def test_signature(self, web: httpx.AsyncClient, address: str, given: dict[str, str]) -> None:
        answer = await web.post(address, data=ASKED, headers=given)
        assert (answer.status_code, answer.content) == (403, b"")

    @pytest.mark.parametrize("address", ADDRESSES)
    async def test_signed_by_or_for_another(self, web: httpx.AsyncClient, address: str) -> None:
        for wrong in (
            signature(ASKED, address, token="guess"),
            signature(ASKED, address, public="https://evil.example"),
            signature(ASKED, address.partition("?")[0] + "?leg=another"),
            signature(ASKED | {"CallStatus": "failed"}, address),
        ):
            answer = await web.post(address, data=ASKED, headers={"X-Twilio-Signature": wrong})
            assert answer.status_code == 403
        assert await rows("select from provider_callback") == []

    @pytest.mark.parametrize("path", [VOICE_PATH, VOICE_STATUS_PATH])
    @pytest.mark.parametrize("body", [b"", b"\xff\xfe%ff", b"&".join([b"a=1"] * 5000), b"a=" + b"x" * 2_000_000])
    async def test_body(self, web: httpx.AsyncClient, path: str, body: bytes) -> None:
        headers = {"X-Twilio-Signature": "x" * 28, "Content-Type": "application/x-www-form-urlencoded"}
        assert (await web.post(path, content=body, headers=headers)).status_code in {403, 413}

    @pytest.mark.parametrize(
        "query", ["?leg=%00&step=%ff", "?leg=1", "?leg=&" + "a=&" * 900, "?leg=&step=key&again=9x"]
    )
    async def test_odd_address(self, web: httpx.AsyncClient, query: str) -> None:
        for path in (VOICE_PATH, VOICE_STATUS_PATH):
            assert (await send(web, path + query, ASKED)).status_code == 403

    async def test_an_empty_token_signs_nothing(self, fake: Fake) -> None:
        address = ADDRESSES[0]
        async with browser(Settings(public_url=PUBLIC)) as web:
            answer = await web.post(
                address, data=ASKED, headers={"X-Twilio-Signature": signature(ASKED, address, token="")}
            )
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "fields", [{"CallSid": ""}, {"CallSid": "SM" + "1" * 32}, {"CallSid": SID + "\0"}, {"Digits": "1; drop"},
                   {"Digits": "1" * 21}]
    )  # fmt: skip
    async def test_signed_but_no_question(self, web: httpx.AsyncClient, fields: dict[str, str]) -> None:
        assert (await ask(web, await her_leg(await tapped()), **fields)).status_code == 403

    @pytest.mark.parametrize("fields", [{"CallStatus": "x" * 41}, {"CallStatus": "Done\0"}, {"CallSid": "CA1"}])
    async def test_signed_but_no_report(self, web: httpx.AsyncClient, fields: dict[str, str]) -> None:
        assert await tell(web, NOBODY, **fields) == 403
        assert await rows("select from provider_callback") == []

    async def test_nobody_reads_here(self, web: httpx.AsyncClient) -> None:
        for path in (VOICE_PATH, VOICE_STATUS_PATH):
            assert (await web.get(path)).status_code == 405


class TestAsked:
    async def test_before_our_own_commit_of_the_sid(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        answer = await ask(web, await her_leg(it))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/xml")
        leg = (await legs(it))["volunteer"]
        assert (leg["status"], leg["provider_sid"]) == ("answered", SID)

    async def test_with_parameters_of_next_year(self, web: httpx.AsyncClient) -> None:
        answer = await ask(web, await her_leg(await tapped()), StirVerstat="é ñ", NewThing="1")
        assert answer.status_code == 200

    async def test_a_leg_that_nobody_knows(self, web: httpx.AsyncClient) -> None:
        assert (await ask(web, NOBODY)).status_code == 403

    async def test_a_step_that_nobody_knows(self, web: httpx.AsyncClient) -> None:
        leg_id = await her_leg(await tapped())
        for step in ("", "page", "../key", "%00"):
            assert (await ask(web, leg_id, step)).status_code == 403

    async def test_another_call_than_the_legs_own(self, web: httpx.AsyncClient) -> None:
        leg_id = await her_leg(await tapped())
        await ask(web, leg_id)
        assert (await ask(web, leg_id, "key", Digits="1", CallSid=OTHER_SID)).status_code == 403

    async def test_a_call_that_is_another_legs(self, web: httpx.AsyncClient) -> None:
        ours, other = await tapped(), await tapped()
        await ask(web, await her_leg(ours))
        leg_id = await her_leg(other)
        assert (await ask(web, leg_id)).status_code == 403
        await tell(web, leg_id)
        await tend_calls(None, NOW)
        assert await statuses(other) == {"volunteer": "dialling"}

    async def test_a_replay_after_the_end(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        await tell(web, leg_id)
        await tend_calls(None, NOW)
        assert (await ask(web, leg_id, "key", Digits="1")).status_code == 403
        assert (await phone_call(it))["cleared_at"] is None

    async def test_ten_presses_at_once_ring_the_family_once(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        answers = await asyncio.gather(*(ask(web, leg_id, "key", Digits="1") for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        found = await rows(
            "select from phone_leg where phone_call = $1 and party = 'family'", (await phone_call(it))["id"]
        )
        assert len(found) == 1

    async def test_pressed_again_what_was_refused_stays_refused(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        hold = "update family set held_at = $2, hold_reason = $3 where id = $1"
        await rows(hold, it.match.request.family_id, NOW, "death")
        first = await ask(web, leg_id, "key", Digits="1")
        await rows(hold, it.match.request.family_id, None, None)
        again = await ask(web, leg_id, "key", Digits="1")
        assert (again.status_code, again.text) == (200, first.text)
        assert set(await statuses(it)) == {"volunteer"}

    async def test_who_was_suspended_meanwhile_is_told_goodbye(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        await ask(web, leg_id, "key", Digits="1")
        await rows("update person set status = 'suspended' where id = $1", it.match.volunteer.person_id)
        answer = await ask(web, leg_id, "outcome", Digits="1")
        assert answer.status_code == 200
        assert "Goodbye." in answer.text

    async def test_the_key_that_logs_sent_twice_is_saved_once(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        await ask(web, leg_id, "key", Digits="1")
        theirs = (await legs(it))["family"]["id"]
        for minutes in (12, 13):  # the provider's length of the call comes between
            talked = "update phone_leg set status = 'completed', answered_at = $2, ended_at = $3 where id = $1"
            await rows(talked, theirs, NOW - timedelta(minutes=minutes), NOW)
            answer = await ask(web, leg_id, "outcome", Digits="1")
            assert "It is saved" in answer.text
        assert [call["talk_seconds"] for call in await calls_of(it)] == [12 * 60]

    async def test_at_a_telephone_that_is_down_nothing_is_done(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        answer = await ask(web, leg_id, "key", Digits="1", CallStatus="completed")
        assert answer.status_code == 200
        assert "<Response />" in answer.text
        assert (await phone_call(it))["cleared_at"] is None

    async def test_the_family_meets_nobody_who_has_gone(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        await ask(web, leg_id, "key", Digits="1")
        await tell(web, leg_id)
        family_leg = (await legs(it))["family"]["id"]
        answer = await ask(web, family_leg, CallSid=OTHER_SID)
        assert "<Conference" not in answer.text
        assert "<Hangup" in answer.text
        assert "<Say" not in answer.text

    async def test_within_a_second(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        begun = monotonic()
        await ask(web, leg_id, "key", Digits="1")
        assert monotonic() - begun < 1


class TestTold:
    async def test_no_number_is_kept(self, web: httpx.AsyncClient) -> None:
        await tell(web, NOBODY)
        [row] = await rows("select provider_callback::text as all from provider_callback")
        assert "5550177" not in row["all"]

    async def test_ten_at_once_are_one(self, web: httpx.AsyncClient) -> None:
        assert await asyncio.gather(*(tell(web, NOBODY) for _ in range(10))) == [204] * 10
        assert len(await rows("select from provider_callback")) == 1

    async def test_an_endless_length_is_a_day(self, web: httpx.AsyncClient) -> None:
        assert await tell(web, NOBODY, CallDuration="999999999") == 204
        [row] = await rows("select seconds from provider_callback")
        assert row["seconds"] == 86_400

    async def test_before_our_own_commit_of_the_sid(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await tell(web, leg_id, CallStatus="ringing", CallDuration="")
        await tend_calls(None, NOW)
        assert await statuses(it) == {"volunteer": "ringing"}
        assert (await legs(it))["volunteer"]["provider_sid"] == SID

    async def test_of_another_call_it_is_kept_and_changes_nothing(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        await ask(web, leg_id)
        await tell(web, leg_id, CallSid=OTHER_SID)
        await tend_calls(None, NOW)
        assert await statuses(it) == {"volunteer": "answered"}

    @pytest.mark.parametrize("order", list(permutations(["initiated", "ringing", "in-progress", "completed"])))
    async def test_in_any_order_and_twice(
        self, web: httpx.AsyncClient, telephone: Telephone, order: tuple[str, ...]
    ) -> None:
        it = await tapped()
        leg_id = await her_leg(it)
        for word in (*order, *order):
            await tell(web, leg_id, CallStatus=word, CallDuration="720" if word == "completed" else "")
            await tend_calls(telephone, NOW)
        leg = (await legs(it))["volunteer"]
        assert (leg["status"], leg["talk_seconds"]) == ("completed", 720)
        assert leg["ended_at"] is not None
        assert (await phone_call(it))["ended_at"] is not None

    async def test_words_of_next_year(self, web: httpx.AsyncClient) -> None:
        it = await tapped()
        await tell(web, await her_leg(it), CallStatus="half-answered")
        await tend_calls(None, NOW)
        assert await statuses(it) == {"volunteer": "ringing"}

    async def test_of_a_leg_that_is_not_ours(self, web: httpx.AsyncClient) -> None:
        assert await tell(web, uuid4()) == 204
        await tend_calls(None, NOW)

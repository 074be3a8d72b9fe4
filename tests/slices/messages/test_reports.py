"""The provider's reports: who may send them, what is kept of them, and that order, number and time do not matter."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import browser
from tests.slices.messages.conftest import SETTINGS
from tests.slices.messages.kit import (
    HOUR,
    MINUTE,
    NOW,
    agreed,
    fetch,
    message_of,
    reminded,
    status_of,
    tasks_about,
    time_passes,
)
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN
from twilio.request_validator import RequestValidator

from teamhope.followups.jobs import apply_callbacks, ask_about_silent, dispatch_due
from teamhope.settings import Settings
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan, Fault
from teamhope.telephony.service import CALLBACK_PATH, callback_path

SID = "SM" + "1" * 32
FORM = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "delivered", "To": "+12025550100"}
ADDRESS = callback_path(UUID(int=7))


@pytest.fixture
async def web(fake: Fake) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(SETTINGS, now=lambda: NOW) as client:
        yield client


def signature(form: Mapping[str, str], address: str = ADDRESS, token: str = TOKEN, public: str = PUBLIC) -> str:
    return str(RequestValidator(token).compute_signature(public + address, dict(form)))


async def report(web: httpx.AsyncClient, address: str = ADDRESS, **fields: str) -> int:
    form = FORM | fields
    answer = await web.post(address, data=form, headers={"X-Twilio-Signature": signature(form, address)})
    return answer.status_code


async def kept() -> list[tuple[object, ...]]:
    return [tuple(row) for row in await fetch("select provider_sid, status, message from provider_callback")]


class TestForged:
    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({}, id="missing"),
            pytest.param({"X-Twilio-Signature": ""}, id="empty"),
            pytest.param({"X-Twilio-Signature": b64encode(b"0" * 20).decode()}, id="made up"),
            pytest.param({"X-Twilio-Signature": "x" * 10_000}, id="10,000 characters"),
            pytest.param({"X-Twilio-Signature": "ñ".encode() * 28}, id="not ASCII"),
            pytest.param({"X-Twilio-Signature": signature(FORM, token="guess")}, id="another token"),
            pytest.param({"X-Twilio-Signature": signature(FORM, public="https://evil.example")}, id="another host"),
            pytest.param({"X-Twilio-Signature": signature(FORM, public="http://hope.example")}, id="another scheme"),
            pytest.param({"X-Twilio-Signature": signature(FORM, CALLBACK_PATH)}, id="without the query"),
            pytest.param({"X-Twilio-Signature": signature(FORM, callback_path(UUID(int=8)))}, id="another attempt"),
            pytest.param({"X-Twilio-Signature": signature(FORM | {"MessageStatus": "failed"})}, id="another word"),
            pytest.param(
                {"X-Twilio-Signature": signature(FORM, public="https://evil.example"), "Host": "evil.example"},
                id="signed for the host it names",
            ),
        ],
    )
    async def test_signature(self, web: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        answer = await web.post(ADDRESS, data=FORM, headers=headers)
        assert (answer.status_code, answer.content) == (403, b"")
        assert await kept() == []

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            pytest.param(b"", "application/x-www-form-urlencoded", id="empty"),
            pytest.param(b"\xff\xfe%ff=%fe", "application/x-www-form-urlencoded", id="not text"),
            pytest.param(b"&".join([b"a=1"] * 5000), "application/x-www-form-urlencoded", id="5,000 fields"),
            pytest.param(b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded", id="20 kB"),
            pytest.param(b"a=" + b"x" * 2_000_000, "application/x-www-form-urlencoded", id="2 MB"),
            pytest.param(b"x" * 20_000, "text/plain", id="20 kB of text"),
            pytest.param(b"[" * 15_000, "application/json", id="deep JSON"),
            pytest.param(b"--x\r\n\r\n", "multipart/form-data; boundary=x", id="broken parts"),
            pytest.param(b"--x", "multipart/form-data", id="parts without a boundary"),
            pytest.param(b"a=1", "nonsense", id="odd type"),
            pytest.param(b"a=1", "application/x-www-form-urlencoded; charset=nonsense", id="odd alphabet"),
        ],
    )
    async def test_body(self, web: httpx.AsyncClient, body: bytes, kind: str) -> None:
        headers = {"X-Twilio-Signature": "x" * 28, "Content-Type": kind}
        answer = await web.post(ADDRESS, content=body, headers=headers)
        assert answer.status_code in {403, 413}
        assert await kept() == []

    @pytest.mark.parametrize(
        "address", ["/hooks/twilio/sms-status?%ff=%00&attempt=%", CALLBACK_PATH + "?" + "a=&" * 900]
    )
    async def test_address(self, web: httpx.AsyncClient, address: str) -> None:
        answer = await web.post(address, data=FORM, headers={"X-Twilio-Signature": signature(FORM)})
        assert answer.status_code == 403

    async def test_where_there_is_no_telephone_an_empty_token_signs_nothing(self, fake: Fake) -> None:
        async with browser(Settings(public_url=PUBLIC)) as web:
            answer = await web.post(ADDRESS, data=FORM, headers={"X-Twilio-Signature": signature(FORM, token="")})
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "fields",
        [{"MessageSid": ""}, {"MessageSid": "CA" + "1" * 32}, {"MessageSid": SID + "\0"}, {"MessageStatus": "x" * 41},
         {"MessageStatus": "Delivered\0"}],
    )  # fmt: skip
    async def test_signed_but_no_report_of_a_text(self, web: httpx.AsyncClient, fields: dict[str, str]) -> None:
        assert await report(web, **fields) == 403
        assert await kept() == []

    async def test_nobody_reads_here(self, web: httpx.AsyncClient) -> None:
        assert (await web.get(ADDRESS)).status_code == 405


class TestKept:
    async def test_the_sid_the_word_and_the_attempt(self, web: httpx.AsyncClient) -> None:
        assert await report(web) == 204
        assert await kept() == [(SID, "delivered", UUID(int=7))]

    async def test_no_number(self, web: httpx.AsyncClient) -> None:
        await report(web)
        [row] = await fetch("select provider_callback::text as all from provider_callback")
        assert "5550100" not in row["all"]

    async def test_with_parameters_and_words_of_next_year(self, web: httpx.AsyncClient) -> None:
        assert await report(web, NewThing="é ñ", MessageStatus="half_delivered") == 204
        assert await kept() == [(SID, "half_delivered", UUID(int=7))]

    @pytest.mark.parametrize("query", ["", "?attempt=", "?attempt=none", "?attempt=%00"])
    async def test_without_an_attempt(self, web: httpx.AsyncClient, query: str) -> None:
        assert await report(web, CALLBACK_PATH + query) == 204
        assert await kept() == [(SID, "delivered", None)]

    async def test_ten_at_once_are_one(self, web: httpx.AsyncClient) -> None:
        assert await asyncio.gather(*(report(web) for _ in range(10))) == [204] * 10
        assert len(await kept()) == 1

    async def test_a_replay_later_too(self, web: httpx.AsyncClient) -> None:
        await report(web)
        await apply_callbacks(NOW)
        assert await report(web) == 204
        assert len(await kept()) == 1

    async def test_for_seven_days_if_nobody_knows_the_text(self, web: httpx.AsyncClient) -> None:
        await report(web)
        await apply_callbacks(NOW + timedelta(days=6))
        assert len(await kept()) == 1
        await apply_callbacks(NOW + timedelta(days=8))
        assert await kept() == []


class TestApplied:
    async def sent(self, telephone: Telephone, fake: Fake) -> world.AVolunteer:
        who = await reminded()
        await dispatch_due(telephone, NOW, "worker")
        await fake.state.quiet()
        return who

    @pytest.mark.parametrize(
        "plan",
        [
            pytest.param(CallbackPlan(), id="in order"),
            pytest.param(CallbackPlan(copies=10), id="ten of each"),
            pytest.param(CallbackPlan(backwards=True), id="backwards"),
            pytest.param(CallbackPlan(before_answer=True), id="before the answer"),
            pytest.param(CallbackPlan(before_answer=True, backwards=True, copies=3), id="everything at once"),
        ],
    )
    async def test_delivered(self, telephone: Telephone, fake: Fake, plan: CallbackPlan) -> None:
        fake.state.plan = plan
        who = await self.sent(telephone, fake)
        assert {each.answer for each in fake.state.reports} == {204}
        for _ in range(2):
            await apply_callbacks(NOW)
        message = await message_of(who)
        assert (message["status"], message["lease_until"]) == ("delivered", None), "nobody needs to ask"

    async def test_before_our_own_commit(self, provider: str, telephone: Telephone, fake: Fake) -> None:
        """Taken, reported and worked through while the sender still waits for an answer that never comes."""
        who = await reminded()
        fake.state.script(Fault.HANG)
        async with connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC, timeout_seconds=1) as impatient:
            sending = asyncio.create_task(dispatch_due(impatient, NOW, "worker"))
            async with asyncio.timeout(1):
                while len(await kept()) < 3:  # noqa: ASYNC110 - another process would be the one to tell
                    await asyncio.sleep(0.01)
            await apply_callbacks(NOW)
            assert await status_of(who) == "delivered"
            await sending
        message = await message_of(who)
        assert (message["status"], message["provider_sid"]) == ("delivered", fake.state.texts[0].sid)

    async def test_a_report_proves_what_was_in_doubt(
        self, telephone: Telephone, fake: Fake, web: httpx.AsyncClient
    ) -> None:
        who = await reminded()
        fake.state.script(Fault.DOWN)
        await dispatch_due(telephone, NOW, "worker")
        await time_passes(20 * MINUTE)
        await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) == "uncertain"
        message_id = (await message_of(who))["id"]
        await report(web, callback_path(message_id), MessageStatus="a_word_of_next_year")
        await apply_callbacks(NOW)
        assert (await status_of(who), (await message_of(who))["provider_sid"]) == ("sent", SID)

    async def test_one_that_came_first_is_matched_later(
        self, telephone: Telephone, fake: Fake, web: httpx.AsyncClient
    ) -> None:
        """Configured at the provider without an attempt, so that only the sid tells what it is about."""
        fake.state.plan = CallbackPlan(dropped=True)
        await report(web, CALLBACK_PATH)
        await apply_callbacks(NOW)
        who = await self.sent(telephone, fake)
        await fetch("update message set provider_sid = $2 where person = $1", who.person_id, SID)
        await apply_callbacks(NOW)
        assert await status_of(who) == "delivered"

    async def test_those_that_match_nothing_hold_up_no_other(self, telephone: Telephone, fake: Fake) -> None:
        await fetch(
            "insert into provider_callback (id, provider_sid, status, received_at) "
            "select gen_random_uuid(), 'SM' || n, 'sent', $1 from generate_series(1, 500) n", NOW - HOUR,
        )  # fmt: skip
        who = await self.sent(telephone, fake)
        await apply_callbacks(NOW)
        assert await status_of(who) == "delivered"

    async def test_a_telephone_that_is_off(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        fake.state.unreachable.add(who.phone)
        await dispatch_due(telephone, NOW, "worker")
        await fake.state.quiet()
        await apply_callbacks(NOW)
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("failed", "30003")
        assert await agreed(who.person_id)

    async def test_a_stop_that_is_reported_late(self, telephone: Telephone, fake: Fake, web: httpx.AsyncClient) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        who = await self.sent(telephone, fake)
        message = await message_of(who)
        sid, address = fake.state.texts[0].sid, callback_path(message["id"])
        await report(web, address, MessageSid=sid, MessageStatus="failed", ErrorCode="21610")
        for _ in range(2):
            await apply_callbacks(NOW)
        assert await status_of(who) == "failed"
        assert await tasks_about(who) == [("number_stopped", "21610")]
        assert not await agreed(who.person_id)

    async def test_for_many_texts_by_several_workers(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        people = [await self.sent(telephone, fake) for _ in range(20)]
        rows = [(uuid4(), text.sid, word, NOW) for text in fake.state.texts for word in ("queued", "sent", "delivered")]
        Random(7).shuffle(rows)
        for row in rows:
            await fetch("insert into provider_callback (id, provider_sid, status, received_at) values ($1, $2, $3, $4)",
                        *row)  # fmt: skip
        await asyncio.gather(*(apply_callbacks(NOW) for _ in range(4)))
        assert {await status_of(who) for who in people} == {"delivered"}


class TestSilence:
    async def test_a_lost_report_is_made_good(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        who = await reminded()
        await dispatch_due(telephone, NOW, "worker")
        await fake.state.quiet()
        await ask_about_silent(telephone, NOW, "worker")
        assert await status_of(who) == "sent", "not at once"
        await time_passes(10 * MINUTE)
        await ask_about_silent(telephone, NOW, "worker")
        message = await message_of(who)
        assert (message["status"], message["lease_until"]) == ("delivered", None)

    async def test_it_is_asked_again_and_not_for_ever(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(dropped=True, pause_seconds=20)
        who = await reminded()
        await dispatch_due(telephone, NOW, "worker")
        await time_passes(11 * MINUTE)
        await ask_about_silent(telephone, NOW, "worker")
        message = await message_of(who)
        assert message["status"] == "sent"
        assert message["lease_until"] is not None
        await time_passes(24 * HOUR)
        await ask_about_silent(telephone, NOW, "worker")
        assert (await message_of(who))["lease_until"] is None

    async def test_of_the_provider_too(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        who = await reminded()
        await dispatch_due(telephone, NOW, "worker")
        await time_passes(11 * MINUTE)
        async with connect(ACCOUNT, TOKEN, NUMBER, "http://127.0.0.1:9", PUBLIC) as cut_off:
            await ask_about_silent(cut_off, NOW, "worker")
        assert await status_of(who) == "sent"
        await time_passes(11 * MINUTE)
        await ask_about_silent(telephone, NOW, "worker")
        assert await status_of(who) == "delivered"

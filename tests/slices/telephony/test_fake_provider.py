"""The fake provider: as strict as the real one, as unreliable as we ask, and it keeps count."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, ROSA, TOKEN, Heard

from teamhope.kit import clock
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan, Fault
from teamhope.telephony.service import callback_path, send
from teamhope.telephony.wording import reminder

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
GOOD = {"To": ROSA.phone, "From": NUMBER, "Body": reminder("en"), "StatusCallback": PUBLIC + callback_path(UUID(int=1))}


async def post(address: str, token: str = TOKEN, **fields: str | None) -> tuple[int, dict[str, Any]]:
    form = {name: value for name, value in {**GOOD, **fields}.items() if value is not None}
    async with httpx.AsyncClient(auth=(ACCOUNT, token)) as client:
        answer = await client.post(address, data=form)
    return answer.status_code, answer.json()


class TestRefusals:
    async def test_an_outsider(self, provider: str, fake: Fake) -> None:
        status, answer = await post(provider + MESSAGES, token="guess")
        assert (status, answer["code"]) == (401, 20003)
        assert not fake.state.texts

    async def test_without_a_password(self, provider: str) -> None:
        async with httpx.AsyncClient() as client:
            assert (await client.get(provider + MESSAGES)).status_code == 401

    async def test_another_account(self, provider: str) -> None:
        status, answer = await post(provider + MESSAGES.replace("AC00", "AC99"))
        assert (status, answer["code"]) == (404, 20404)

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("To", None, 21604),
            ("From", None, 21603),
            ("Body", "", 21602),
            ("To", "2025550101", 21211),
            ("Body", "x" * 1601, 21617),
            ("StatusCallback", "https://evil.example/", 21609),
        ],
    )
    async def test_a_bad_field(self, provider: str, fake: Fake, field: str, value: str | None, code: int) -> None:
        status, answer = await post(provider + MESSAGES, **{field: value})
        assert (status, answer["status"], answer["code"]) == (400, 400, code)
        assert answer["more_info"].endswith(str(code))
        assert not fake.state.texts


async def test_the_real_client_reads_what_it_created(telephone: Telephone, fake: Fake) -> None:
    await send(telephone, ROSA, reminder("es"), uuid4())
    await fake.state.quiet()
    text = await telephone.client.messages(fake.state.texts[0].sid).fetch_async()
    assert (text.to, text.body, text.status) == (ROSA.phone, reminder("es"), "delivered")
    assert text.date_sent is not None


async def test_the_real_clients_window_on_the_day_it_was_sent(telephone: Telephone, fake: Fake) -> None:
    await send(telephone, ROSA, reminder("es"), uuid4())
    await fake.state.quiet()
    now, minute = clock.now(), timedelta(minutes=1)

    async def listed(**window: Any) -> int:
        return len(await telephone.client.messages.list_async(to=ROSA.phone, limit=5, **window))

    assert await listed(date_sent_after=now - minute, date_sent_before=now + minute) == 1
    assert await listed(date_sent_after=now + minute) == 0
    assert await listed(date_sent_before=now - minute) == 0
    assert await listed(date_sent=fake.state.texts[0].sent_at) == 1


async def test_a_window_on_the_day_it_was_sent_hides_what_is_queued(telephone: Telephone, fake: Fake) -> None:
    fake.state.plan = CallbackPlan(pause_seconds=5)
    await send(telephone, ROSA, reminder("es"), uuid4())
    long_ago = clock.now() - timedelta(days=3)
    assert await telephone.client.messages.list_async(date_sent_after=long_ago, limit=5) == []
    assert len(await telephone.client.messages.list_async(limit=5)) == 1


class TestReports:
    async def test_signed_and_in_order(self, telephone: Telephone, fake: Fake, heard: Heard) -> None:
        attempt = uuid4()
        await send(telephone, ROSA, reminder("es"), attempt)
        await fake.state.quiet()
        assert heard.reports == [(callback_path(attempt), word) for word in ("queued", "sent", "delivered")]
        assert heard.forged == 0

    async def test_forged_with_another_token(self, telephone: Telephone, fake: Fake, heard: Heard, hooks: str) -> None:
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        form = {"MessageSid": fake.state.texts[0].sid, "MessageStatus": "failed"}
        url, made_up = hooks + callback_path(uuid4()), {"X-Twilio-Signature": "A" * 27 + "="}
        async with httpx.AsyncClient() as client:
            assert (await client.post(url, data=form, headers=made_up)).status_code == 403
            assert (await client.post(url, data=form)).status_code == 403
        assert (heard.forged, heard.words) == (2, ["queued", "sent", "delivered"])

    async def test_doubled(self, telephone: Telephone, fake: Fake, heard: Heard) -> None:
        fake.state.plan = CallbackPlan(copies=10)
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        assert [heard.words.count(word) for word in ("queued", "sent", "delivered")] == [10, 10, 10]
        assert fake.state.counts() == {ROSA.phone: 1}

    async def test_backwards(self, telephone: Telephone, fake: Fake, heard: Heard) -> None:
        fake.state.plan = CallbackPlan(backwards=True)
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        assert heard.words == ["delivered", "sent", "queued"]
        assert fake.state.texts[0].status == "delivered"

    async def test_dropped(self, telephone: Telephone, fake: Fake, heard: Heard) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        assert heard.words == []
        assert fake.state.texts[0].status == "delivered"

    async def test_before_the_answer(self, telephone: Telephone, fake: Fake, heard: Heard) -> None:
        fake.state.plan = CallbackPlan(before_answer=True)
        await send(telephone, ROSA, reminder("es"), uuid4())
        assert heard.words == ["queued", "sent", "delivered"]

    async def test_a_handset_that_is_off(self, telephone: Telephone, fake: Fake, heard: Heard) -> None:
        fake.state.unreachable.add(ROSA.phone)
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        assert (heard.words, heard.forged) == (["queued", "sent", "undelivered"], 0)

    async def test_nobody_hears(self, telephone: Telephone, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fake.state, "deliver_to", "http://127.0.0.1:9")
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        assert [report.answer for report in fake.state.reports] == [None, None, None]


class TestFromAnotherProcess:
    async def test_steered_and_counted(self, provider: str, telephone: Telephone) -> None:
        async with httpx.AsyncClient(base_url=provider) as control:
            busy = {"fault": Fault.BUSY, "times": 2, "retry_after": 1}
            assert (await control.post("/control/faults", json=busy)).status_code == 204
            assert (await control.put("/control/callbacks", json={"dropped": True})).status_code == 204
            for _ in range(3):
                await send(telephone, ROSA, reminder("en"), uuid4())
            counts = (await control.get("/control/counts")).json()
            assert counts == {"requests": {ROSA.phone: 3}, "taken": {ROSA.phone: 1}}
            assert (await control.post("/control/opted-out", json={"number": ROSA.phone})).status_code == 204
            assert (await post(provider + MESSAGES))[1]["code"] == 21610

    async def test_wrong_orders_are_refused(self, provider: str) -> None:
        async with httpx.AsyncClient(base_url=provider) as control:
            assert (await control.post("/control/faults", json={"fault": "rain"})).status_code == 400
            assert (await control.put("/control/callbacks", json={"copies": 0})).status_code == 400

    async def test_shown_and_forgotten(self, provider: str, telephone: Telephone, fake: Fake) -> None:
        await send(telephone, ROSA, reminder("es"), uuid4())
        await fake.state.quiet()
        async with httpx.AsyncClient(base_url=provider) as control:
            assert reminder("es") in (await control.get("/")).text
            assert [text["status"] for text in (await control.get("/control/texts")).json()] == ["delivered"]
            assert [report["answer"] for report in (await control.get("/control/reports")).json()] == [204] * 3
            assert (await control.delete("/control")).status_code == 204
            assert reminder("es") not in (await control.get("/")).text

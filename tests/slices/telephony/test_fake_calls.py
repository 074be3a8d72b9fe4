"""Calls of the fake provider as its customer sees them: made, listed, changed, reported, and gone wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from aiohttp import ClientPayloadError
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN
from tests.slices.telephony.programme import FAMILY, STATUS, VOLUNTEER, Programme, said, step
from twilio.base.exceptions import TwilioRestException

from teamhope.kit import clock
from teamhope.telephony.client import Throttled, connect
from teamhope.telephony.fake_handsets import Handset, Lift, Talk
from teamhope.telephony.fake_state import CallbackPlan, Fault

CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
GOOD = {"To": VOLUNTEER, "From": NUMBER, "Url": PUBLIC + step("hello"), "StatusCallback": PUBLIC + STATUS}
ALL = ["initiated", "ringing", "in-progress", "completed"]


async def post(address: str, token: str = TOKEN, **fields: str | None) -> tuple[int, dict[str, Any]]:
    form = {name: value for name, value in {**GOOD, **fields}.items() if value is not None}
    async with httpx.AsyncClient(auth=(ACCOUNT, token)) as client:
        answer = await client.post(address, data=form)
    return answer.status_code, answer.json()


class TestRefusals:
    async def test_an_outsider(self, programme: Programme) -> None:
        status, answer = await post(programme.provider + CALLS, token="guess")
        assert (status, answer["code"]) == (401, 20003)
        assert not programme.state.calls

    async def test_another_account(self, programme: Programme) -> None:
        status, answer = await post(programme.provider + CALLS.replace("AC00", "AC99"))
        assert (status, answer["code"]) == (404, 20404)

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("To", None, 21201),
            ("From", None, 21213),
            ("Url", None, 21205),
            ("To", "2025550101", 21211),
            ("From", FAMILY, 21210),
            ("Url", "https://evil.example/", 21205),
            ("Url", PUBLIC + ".evil.example/", 21205),
            ("StatusCallback", "https://evil.example/", 21609),
            ("Timeout", "soon", 20001),
            ("TimeLimit", "-1", 20001),
        ],
    )
    async def test_a_bad_field(self, programme: Programme, field: str, value: str | None, code: int) -> None:
        status, answer = await post(programme.provider + CALLS, **{field: value})
        assert (status, answer["status"], answer["code"]) == (400, 400, code)
        assert answer["more_info"].endswith(str(code))
        assert not programme.state.calls

    @pytest.mark.parametrize("query", ["PageSize=all", "StartTime=yesterday", "StartTime>=12"])
    async def test_a_list_of_something_else(self, programme: Programme, query: str) -> None:
        await programme.call(VOLUNTEER, "hello")
        async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN)) as client:
            answer = await client.get(f"{programme.provider}{CALLS}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, 20001)

    async def test_a_call_that_does_not_exist(self, programme: Programme) -> None:
        with pytest.raises(TwilioRestException) as refusal:
            await programme.client.calls("CA" + "0" * 32).fetch_async()
        assert (refusal.value.status, refusal.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("handset", "status", "words"),
    [
        (Handset(), "completed", ALL),
        (Handset(after_seconds=19), "completed", ALL),
        (Handset(after_seconds=21), "no-answer", ["initiated", "ringing", "no-answer"]),
        (Handset(Lift.BUSY), "busy", ["initiated", "ringing", "busy"]),
        (Handset(Lift.REFUSE), "busy", ["initiated", "ringing", "busy"]),
        (Handset(Lift.NO_ANSWER), "no-answer", ["initiated", "ringing", "no-answer"]),
        (Handset(Lift.FAIL), "failed", ["initiated", "failed"]),
    ],
)
async def test_what_a_telephone_does(programme: Programme, handset: Handset, status: str, words: list[str]) -> None:
    programme.state.handsets[VOLUNTEER] = handset
    programme.answers["hello"] = said("Good morning.")
    leg = await programme.call(VOLUNTEER, "hello", timeout=20)
    fetched = await programme.client.calls(leg.sid).fetch_async()
    assert (fetched.status, fetched.duration, fetched.direction) == (status, "0", "outbound-api")
    assert programme.words(leg) == words
    assert programme.heard(VOLUNTEER) == (["Good morning."] if status == "completed" else [])
    assert [report["SequenceNumber"] for report in programme.reports][-1] == "3"


async def test_a_script_given_with_the_call(programme: Programme) -> None:
    await programme.client.calls.create_async(to=VOLUNTEER, from_=NUMBER, twiml=str(said("Good morning.")))
    await programme.state.quiet()
    assert programme.heard(VOLUNTEER) == ["Good morning."]
    assert not programme.asked
    assert not programme.reports


class TestLists:
    async def test_by_who_and_how(self, programme: Programme) -> None:
        programme.state.handset(FAMILY, lift=Lift.BUSY)
        await programme.call(VOLUNTEER, "hello")
        await programme.call(FAMILY, "hello")
        programme.state.ring_us(FAMILY)
        await programme.state.quiet()

        async def listed(**wanted: str) -> list[tuple[str, str]]:
            calls = await programme.client.calls.list_async(**wanted)
            return [(call.to, call.status) for call in calls]

        assert await listed() == [(NUMBER, "completed"), (FAMILY, "busy"), (VOLUNTEER, "completed")]
        assert await listed(to=FAMILY) == [(FAMILY, "busy")]
        assert await listed(from_=FAMILY) == [(NUMBER, "completed")]
        assert await listed(status="busy") == [(FAMILY, "busy")]

    async def test_by_when_it_started(self, programme: Programme) -> None:
        leg = await programme.call(VOLUNTEER, "hello")
        now, minute = clock.now(), timedelta(minutes=1)

        async def listed(**window: Any) -> int:
            return len(await programme.client.calls.list_async(**window))

        assert await listed(start_time_after=now - minute, start_time_before=now + minute) == 1
        assert await listed(start_time_after=now + minute) == 0
        assert await listed(start_time_before=now - minute) == 0
        assert await listed(start_time=leg.started_at) == 1
        assert await listed(start_time=now - timedelta(days=1)) == 0

    async def test_page_by_page(self, programme: Programme) -> None:
        for _ in range(5):
            await programme.call(VOLUNTEER, "hello")
        calls = await programme.client.calls.list_async(to=VOLUNTEER, page_size=2)
        assert [call.sid for call in calls] == [leg.sid for leg in reversed(programme.state.calls)]
        assert len(await programme.client.calls.list_async(limit=3, page_size=2)) == 3


class TestChanges:
    async def test_ended_while_it_rings(self, programme: Programme) -> None:
        programme.state.handset(VOLUNTEER, by_hand=True)
        leg = await programme.call(VOLUNTEER, "hello")
        assert (await programme.client.calls(leg.sid).update_async(status="canceled")).status == "canceled"
        await programme.state.quiet()
        assert programme.words(leg) == ["initiated", "ringing", "canceled"]

    async def test_ended_in_the_middle(self, programme: Programme) -> None:
        programme.answers["hello"] = programme.meet()
        leg = await programme.call(VOLUNTEER, "hello")
        assert (await programme.client.calls(leg.sid).update_async(status="canceled")).status == "in-progress"
        assert (await programme.client.calls(leg.sid).update_async(status="completed")).status == "completed"
        await programme.state.quiet()
        assert programme.words(leg) == ALL

    async def test_called_away_into_another_script(self, programme: Programme) -> None:
        programme.answers |= {"hello": programme.meet(), "news": said("Something else."), "left": said("Not used.")}
        leg = await programme.call(VOLUNTEER, "hello")
        await programme.client.calls(leg.sid).update_async(url=PUBLIC + step("news"))
        await programme.state.quiet()
        assert programme.heard(VOLUNTEER) == ["Something else."]
        assert len(programme.told("left")) == 1
        assert leg.status == "completed"

    async def test_a_call_that_is_over(self, programme: Programme) -> None:
        leg = await programme.call(VOLUNTEER, "hello")
        for change in ({"status": "completed"}, {"url": PUBLIC + step("news")}):
            with pytest.raises(TwilioRestException) as refusal:
                await programme.client.calls(leg.sid).update_async(**change)
            assert refusal.value.code == 21220

    async def test_an_address_that_is_not_ours(self, programme: Programme) -> None:
        programme.answers["hello"] = programme.meet()
        leg = await programme.call(VOLUNTEER, "hello")
        with pytest.raises(TwilioRestException) as refusal:
            await programme.client.calls(leg.sid).update_async(url="https://evil.example/")
        assert refusal.value.code == 21205
        assert leg.status == "in-progress"


class TestReports:
    async def test_only_those_wanted(self, programme: Programme) -> None:
        call = programme.client.calls.create_async
        await call(to=VOLUNTEER, from_=NUMBER, url=PUBLIC + step("hello"), status_callback=PUBLIC + STATUS)
        await programme.state.quiet()
        assert [report["CallStatus"] for report in programme.reports] == ["completed"]

    async def test_events_that_do_not_exist_report_nothing(self, programme: Programme) -> None:
        wrong = ["initiated ringing answered completed"]
        assert (await post(programme.provider + CALLS, StatusCallbackEvent=wrong[0]))[0] == 201
        await programme.state.quiet()
        assert not programme.reports
        assert [problem.code for problem in programme.state.problems] == [21626]

    @pytest.mark.parametrize(
        ("plan", "words"),
        [
            (CallbackPlan(copies=3), [word for word in ALL for _ in range(3)]),
            (CallbackPlan(backwards=True), ALL[::-1]),
            (CallbackPlan(dropped=True), []),
            (CallbackPlan(pause_seconds=0.01), ALL),
        ],
    )
    async def test_unreliable(self, programme: Programme, plan: CallbackPlan, words: list[str]) -> None:
        programme.state.plan = plan
        leg = await programme.call(VOLUNTEER, "hello")
        assert programme.words(leg) == words
        assert leg.status == "completed"

    async def test_before_the_answer(self, programme: Programme) -> None:
        programme.state.plan = CallbackPlan(before_answer=True)
        await post(programme.provider + CALLS)
        assert [report["CallStatus"] for report in programme.reports] == ["completed"]

    async def test_how_long_it_took(self, programme: Programme) -> None:
        programme.answers["hello"] = programme.meet()
        programme.state.handset(FAMILY, talks=(Talk(721),))
        await programme.call(VOLUNTEER, "hello")
        leg = await programme.call(FAMILY, "hello")
        assert programme.reports[-1]["CallSid"] == leg.sid
        assert (programme.reports[-1]["CallDuration"], programme.reports[-1]["Duration"]) == ("721", "13")
        fetched = await programme.client.calls(leg.sid).fetch_async()
        assert fetched.end_time - fetched.start_time >= timedelta(seconds=721)


class TestFaults:
    async def test_busy(self, programme: Programme) -> None:
        programme.state.script(Fault.BUSY, retry_after=7)
        with pytest.raises(Throttled) as busy:
            await programme.call(VOLUNTEER, "hello")
        assert busy.value.retry_after_seconds == 7
        assert not programme.state.calls
        await programme.call(VOLUNTEER, "hello")
        assert (programme.state.dialled[VOLUNTEER], len(programme.state.calls)) == (2, 1)

    @pytest.mark.parametrize(("fault", "status", "taken"), [(Fault.DOWN, 503, 0), (Fault.ERROR_AFTER_ACCEPT, 500, 1)])
    async def test_errors(self, programme: Programme, fault: Fault, status: int, taken: int) -> None:
        programme.state.script(fault)
        with pytest.raises(TwilioRestException) as refusal:
            await programme.call(VOLUNTEER, "hello")
        await programme.state.quiet()
        assert refusal.value.status == status
        assert [leg.status for leg in programme.state.calls] == ["completed"] * taken

    async def test_hanging(self, programme: Programme) -> None:
        programme.state.script(Fault.HANG)
        async with connect(ACCOUNT, TOKEN, NUMBER, programme.provider, PUBLIC, timeout_seconds=0.2) as telephone:
            with pytest.raises(TimeoutError):
                await telephone.client.calls.create_async(to=VOLUNTEER, from_=NUMBER, twiml=str(said("Hello.")))
        programme.state.release()
        await programme.state.quiet()
        assert programme.heard(VOLUNTEER) == ["Hello."]

    async def test_cut_off(self, programme: Programme) -> None:
        programme.state.script(Fault.CUT_OFF)
        with pytest.raises(ClientPayloadError):
            await programme.call(VOLUNTEER, "hello")
        await programme.state.quiet()
        assert len(programme.state.calls) == 1


class TestFromAnotherProcess:
    async def test_telephones_are_steered(self, programme: Programme) -> None:
        programme.answers |= {"hello": programme.meet(), "": said("Thank you for calling.")}
        async with httpx.AsyncClient(base_url=programme.provider) as control:
            by_hand = {"number": VOLUNTEER, "handset": {"by_hand": True}}
            assert (await control.put("/control/handsets", json=by_hand)).status_code == 204
            leg = await programme.call(VOLUNTEER, "hello")
            assert (leg.status, leg.asks) == ("ringing", "lift")
            await control.post("/control/lifts", json={"number": VOLUNTEER, "lift": "answer"})
            await programme.state.quiet()
            assert (leg.status, leg.asks) == ("in-progress", "talk")
            await control.post("/control/keys", json={"number": VOLUNTEER, "keys": "*"})
            await programme.state.quiet()
            assert leg.status == "completed"
            assert (await control.post("/control/rings", json={"number": FAMILY})).json()["sid"].startswith("CA")
            await programme.state.quiet()
            heard = [call["heard"] for call in (await control.get("/control/calls")).json()]
            assert heard == [[], [{"text": "Thank you for calling.", "language": "en-US"}]]
            counts = (await control.get("/control/call-counts")).json()
            assert counts == {"requests": {VOLUNTEER: 1}, "taken": {VOLUNTEER: 1, FAMILY: 1}}

    async def test_told_to_hang_up(self, programme: Programme) -> None:
        programme.answers["hello"] = programme.meet()
        leg = await programme.call(VOLUNTEER, "hello")
        async with httpx.AsyncClient(base_url=programme.provider) as control:
            assert (await control.post("/control/hang-ups", json={"number": VOLUNTEER})).status_code == 204
            await programme.state.quiet()
            assert leg.status == "completed"
            assert (await control.delete("/control")).status_code == 204
            assert (await control.get("/control/calls")).json() == []

    async def test_wrong_orders_are_refused(self, programme: Programme) -> None:
        async with httpx.AsyncClient(base_url=programme.provider) as control:
            lifted = await control.put("/control/handsets", json={"number": FAMILY, "handset": {"lift": "sing"}})
            assert lifted.status_code == 400


async def test_patience_has_an_end(programme: Programme) -> None:
    programme.state.usual_handset = Handset(by_hand=True, talks=(Talk(60),))
    programme.state.patience_seconds = 0.05
    programme.answers["hello"] = programme.meet()
    for number in (VOLUNTEER, FAMILY):
        await programme.call(number, "hello")
    volunteer = programme.state.calls[0]
    assert volunteer.task
    await asyncio.wait([volunteer.task], timeout=5)
    assert (volunteer.status, volunteer.seconds) == ("completed", 60)

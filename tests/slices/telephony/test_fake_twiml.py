"""What is heard at a telephone of the fake provider, and what we are asked, for the TwiML that we answer with."""

from typing import Any

import pytest
from tests.slices.telephony.exchange import NUMBER
from tests.slices.telephony.programme import ADVOCATE, FAMILY, VOLUNTEER, Programme, said, step
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from teamhope.telephony.fake_handsets import HANG_UP, Handset, Lift, Talk
from teamhope.telephony.fake_legs import Heard
from teamhope.telephony.fake_ringing import SORRY

R = "<Response>{}</Response>".format


@pytest.mark.parametrize(
    ("twiml", "keys", "heard"),
    [
        (R("<Say>One</Say><Say>two</Say>"), (), ["One", "two"]),
        (R("<Say>One</Say><Hangup/><Say>two</Say>"), (), ["One"]),
        (R("<Say>One  <break/> and\n a half</Say>"), (), ["One and a half"]),
        (R("<Play>/static/tone.mp3</Play>"), (), ["https://hope.example/static/tone.mp3"]),
        (R(f"<Redirect>{step('next')}</Redirect><Say>Not this</Say>"), (), ["Next"]),
        (R("<Gather><Say>Press</Say><Pause/></Gather><Say>Nothing</Say>"), (), ["Press", "Nothing"]),
        (R(f"<Gather action='{step('next')}' numDigits='1'><Say>Press</Say></Gather>"), ("1",), ["Press", "Next"]),
        (R("<Gather><Say>Press</Say></Gather><Say>Nothing</Say>"), (HANG_UP,), ["Press"]),
        (R("<Gather numDigits='1'><Say>Again</Say></Gather>"), ("1", "2"), ["Again"] * 3),
    ],
)
async def test_what_is_heard(programme: Programme, twiml: str, keys: tuple[str, ...], heard: list[str]) -> None:
    programme.answers |= {"hello": twiml, "next": said("Next")}
    programme.state.handset(VOLUNTEER, keys=keys)
    leg = await programme.call(VOLUNTEER, "hello")
    assert programme.heard(VOLUNTEER) == heard
    assert leg.status == "completed"
    assert not programme.state.problems


async def test_in_which_language(programme: Programme) -> None:
    answer = VoiceResponse()
    answer.say("Buenos días.", language="es-US")
    programme.answers["hello"] = answer
    await programme.call(VOLUNTEER, "hello")
    assert programme.state.heard_at(VOLUNTEER) == [Heard("Buenos días.", "es-US")]


@pytest.mark.parametrize(
    ("attributes", "keys", "digits", "seconds"),
    [
        ({"num_digits": 1}, "1", "1", 0),
        ({"num_digits": 1}, "123", "1", 0),
        ({"num_digits": 6}, "123456", "123456", 0),
        ({"num_digits": 6}, "1234", "1234", 5),
        ({"num_digits": 6, "timeout": 8}, "1234", "1234", 8),
        ({"finish_on_key": "#"}, "1234#5", "1234", 0),
        ({}, "1234#", "1234", 0),
        ({"finish_on_key": "*"}, "12#*", "12#", 0),
        ({"finish_on_key": ""}, "12#", "12#", 5),
        ({"num_digits": 1}, "", None, 5),
        ({"timeout": "auto"}, "12", "12", 5),
        ({"num_digits": 1, "action_on_empty_result": True}, "", "", 5),
    ],
)
async def test_the_keys_that_we_are_told(
    programme: Programme, attributes: dict[str, Any], keys: str, digits: str | None, seconds: int
) -> None:
    answer = VoiceResponse()
    answer.append(Gather(action=step("pressed"), **attributes))
    programme.answers["hello"] = answer
    programme.state.handset(VOLUNTEER, keys=(keys,))
    leg = await programme.call(VOLUNTEER, "hello")
    assert [form["Digits"] for form in programme.told("pressed")] == ([] if digits is None else [digits])
    assert leg.seconds == seconds


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (500, 11200),
        (404, 11200),
        ("<Response><Say>", 12100),
        ("<Answer/>", 12100),
        ("not even this", 12100),
        (R("<Redirect>https://evil.example/</Redirect>"), 11200),
    ],
)
async def test_our_mistakes_end_the_call(programme: Programme, answer: str | int, code: int) -> None:
    programme.answers["hello"] = answer
    leg = await programme.call(VOLUNTEER, "hello")
    assert programme.state.heard_at(VOLUNTEER) == [SORRY]
    assert leg.status == "completed"
    assert [problem.code for problem in programme.state.problems] == [code]


async def test_what_twilio_does_not_know_is_passed_over(programme: Programme) -> None:
    programme.answers["hello"] = R("<Sing/><Say tempo='slow'>Hello</Say>")
    await programme.call(VOLUNTEER, "hello")
    assert programme.heard(VOLUNTEER) == ["Hello"]
    assert [problem.message for problem in programme.state.problems] == ["Sing is no verb here", "Say has no tempo"]


class TestComingIn:
    async def test_answered(self, programme: Programme) -> None:
        programme.answers[""] = said("Thank you for calling.")
        leg = programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        [form] = programme.told("")
        assert (form["CallStatus"], form["Direction"], form["From"], form["To"]) == (
            "ringing",
            "inbound",
            FAMILY,
            NUMBER,
        )
        assert programme.heard(FAMILY) == ["Thank you for calling."]
        assert (leg.status, leg.answered_at is not None) == ("completed", True)

    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            (R("<Reject/>"), "no-answer"),
            (R("<Reject reason='busy'/>"), "busy"),
            (R("<Say>Hello</Say><Reject/>"), "completed"),
            (R(""), "completed"),
            (500, "completed"),
        ],
    )
    async def test_turned_away(self, programme: Programme, answer: str | int, status: str) -> None:
        programme.answers[""] = answer
        leg = programme.state.ring_us("anonymous")
        await programme.state.quiet()
        assert (leg.status, leg.answered_at is not None) == (status, status == "completed")

    async def test_the_number_reports_the_end(self, programme: Programme) -> None:
        leg = programme.state.ring_us(FAMILY, "https://hope.example/hooks/twilio/voice-status")
        await programme.state.quiet()
        assert programme.words(leg) == ["completed"]


def connecting(**attributes: Any) -> VoiceResponse:
    answer = VoiceResponse()
    dial = Dial(action=step("dialled"), **attributes)
    dial.number(ADVOCATE)
    answer.append(dial)
    return answer


class TestDialANumber:
    @pytest.mark.parametrize(
        ("handset", "outcome"),
        [
            (Handset(talks=(Talk(90),)), ("completed", "90", "true")),
            (Handset(Lift.BUSY), ("busy", None, "false")),
            (Handset(Lift.NO_ANSWER), ("no-answer", None, "false")),
            (Handset(Lift.FAIL), ("failed", None, "false")),
            (Handset(after_seconds=21), ("no-answer", None, "false")),
        ],
    )
    async def test_what_comes_of_it(
        self, programme: Programme, handset: Handset, outcome: tuple[str, str | None, str]
    ) -> None:
        programme.answers |= {"": connecting(caller_id=NUMBER, timeout=20), "dialled": said("Goodbye.")}
        programme.state.handsets[ADVOCATE] = handset
        leg = programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        [form] = programme.told("dialled")
        assert (form["DialCallStatus"], form.get("DialCallDuration"), form["DialBridged"]) == outcome
        [child] = programme.state.calls_to(ADVOCATE)
        assert (child.sid, child.sender, child.direction) == (form["DialCallSid"], NUMBER, "outbound-dial")
        assert programme.heard(FAMILY) == ["Goodbye."]
        assert leg.status == "completed"

    async def test_without_a_caller_id_the_callers_own_is_shown(self, programme: Programme) -> None:
        programme.answers[""] = connecting()
        programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        assert programme.state.calls_to(ADVOCATE)[0].sender == FAMILY

    async def test_a_strangers_caller_id(self, programme: Programme) -> None:
        programme.answers[""] = connecting(caller_id=VOLUNTEER)
        programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        assert [problem.code for problem in programme.state.problems] == [13214]
        assert not programme.state.calls_to(ADVOCATE)

    async def test_the_caller_hangs_up(self, programme: Programme) -> None:
        programme.answers[""] = connecting()
        programme.state.handset(FAMILY, talks=(Talk(30),))
        leg = programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        [child] = programme.state.calls_to(ADVOCATE)
        assert (leg.status, child.status, child.seconds) == ("completed", "completed", 30)
        assert programme.told("dialled")[0]["CallStatus"] == "completed"

    async def test_the_caller_hangs_up_while_it_rings(self, programme: Programme) -> None:
        programme.answers[""] = connecting()
        programme.state.handset(ADVOCATE, by_hand=True)
        programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        programme.state.hang_up(FAMILY)
        await programme.state.quiet()
        assert programme.state.calls_to(ADVOCATE)[0].status == "canceled"
        assert programme.told("dialled")[0]["DialCallStatus"] == "canceled"

    async def test_star(self, programme: Programme) -> None:
        programme.answers |= {"": connecting(hangup_on_star=True), "dialled": said("Back again.")}
        programme.state.handset(FAMILY, talks=(Talk(30, star=True),))
        programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        assert programme.told("dialled")[0]["DialCallDuration"] == "30"
        assert programme.heard(FAMILY) == ["Back again."]

    @pytest.mark.parametrize(("keys", "status"), [(("1",), "completed"), ((), "completed")])
    async def test_a_whisper_before_they_are_connected(
        self, programme: Programme, keys: tuple[str, ...], status: str
    ) -> None:
        answer, whisper = VoiceResponse(), VoiceResponse()
        dial = Dial()
        dial.number(ADVOCATE, url=step("whisper"))
        answer.append(dial)
        gather = Gather(action=step("pressed"), num_digits=1)
        gather.say("Press 1 to take the call.")
        whisper.append(gather)
        whisper.hangup()
        programme.answers |= {"": answer, "whisper": whisper}
        programme.state.handset(ADVOCATE, keys=keys, talks=(Talk(60),))
        programme.state.ring_us(FAMILY)
        await programme.state.quiet()
        [child] = programme.state.calls_to(ADVOCATE)
        assert programme.heard(ADVOCATE) == ["Press 1 to take the call."]
        assert (child.status, child.seconds) == (status, 60 if keys else 5)

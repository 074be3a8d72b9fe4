"""Conferences of the fake provider: who is in them, what they hear, who ends them, and what is reported."""

from collections import Counter

import pytest
from tests.slices.telephony.exchange import NUMBER, PUBLIC
from tests.slices.telephony.programme import ADVOCATE, FAMILY, ROOM, STATUS, VOLUNTEER, Programme, said, step
from twilio.base.exceptions import TwilioRestException
from twilio.twiml.voice_response import Gather, VoiceResponse

from teamhope.telephony.fake_handsets import Lift, Talk
from teamhope.telephony.fake_legs import Leg
from teamhope.telephony.fake_state import CallbackPlan, Fault

OF_TWO = ["participant-join", "participant-join", "conference-start", "participant-leave", "participant-leave"]


def events(programme: Programme) -> list[str]:
    return [form["StatusCallbackEvent"] for form in programme.meetings]


async def conference(programme: Programme, **wanted: str) -> str:
    [found] = await programme.client.conferences.list_async(friendly_name="the-room", **wanted)
    return str(found.sid)


async def both(programme: Programme) -> tuple[Leg, Leg]:
    """The volunteer's leaving ends it; the family's does not."""
    programme.answers |= {"volunteer": programme.meet(end_conference_on_exit=True), "family": programme.meet()}
    return await programme.call(VOLUNTEER, "volunteer"), await programme.call(FAMILY, "family")


class TestTwo:
    async def test_one_alone_does_not_start_it(self, programme: Programme) -> None:
        programme.answers["volunteer"] = programme.meet()
        leg = await programme.call(VOLUNTEER, "volunteer")
        assert events(programme) == ["participant-join"]
        assert (await programme.client.conferences(await conference(programme)).fetch_async()).status == "init"
        assert leg.status == "in-progress"

    async def test_two_who_do_not_start_it_wait(self, programme: Programme) -> None:
        programme.answers["hello"] = programme.meet(start_conference_on_enter=False)
        programme.state.handset(FAMILY, talks=(Talk(60),))
        for number in (VOLUNTEER, FAMILY):
            await programme.call(number, "hello")
        assert "conference-start" not in events(programme)
        assert all(leg.seconds == 0 for leg in programme.state.calls)

    async def test_the_one_who_ends_it_leaves(self, programme: Programme) -> None:
        programme.answers["left"] = said("Goodbye.")
        programme.state.handset(VOLUNTEER, talks=(Talk(720),))
        volunteer, family = await both(programme)
        assert [leg.status for leg in (volunteer, family)] == ["completed"] * 2
        assert [leg.seconds for leg in (volunteer, family)] == [720] * 2
        assert (programme.heard(FAMILY), programme.heard(VOLUNTEER)) == (["Goodbye."], [])
        assert events(programme) == [*OF_TWO, "conference-end"]
        ended = await programme.client.conferences(await conference(programme, status="completed")).fetch_async()
        assert ended.reason_conference_ended == "participant-with-end-conference-on-exit-left"
        assert ended.call_sid_ending_conference == volunteer.sid

    async def test_the_other_leaves(self, programme: Programme) -> None:
        programme.state.handset(FAMILY, talks=(Talk(720),))
        volunteer, family = await both(programme)
        assert (volunteer.status, family.status) == ("in-progress", "completed")
        programme.state.hang_up(VOLUNTEER)
        await programme.state.quiet()
        assert (volunteer.status, volunteer.seconds) == ("completed", 720)
        assert events(programme)[-1] == "conference-end"

    async def test_star_leaves_and_comes_back(self, programme: Programme) -> None:
        menu = VoiceResponse()
        gather = Gather(action=step("volunteer"), num_digits=1)
        gather.say("Press 1 to go back.")
        menu.append(gather)
        programme.answers |= {"left": menu, "volunteer": programme.meet(), "family": programme.meet()}
        programme.state.handset(VOLUNTEER, talks=(Talk(100, star=True), Talk(50)), keys=("1",))
        volunteer = await programme.call(VOLUNTEER, "volunteer")
        family = await programme.call(FAMILY, "family")
        assert programme.heard(VOLUNTEER) == ["Press 1 to go back."]
        assert (volunteer.status, volunteer.seconds, family.status) == ("completed", 150, "in-progress")
        assert Counter(events(programme))["participant-join"] == 3
        assert len(await programme.client.conferences.list_async()) == 1
        answered = [form["DialCallStatus"] for form in programme.told("left")]
        assert answered == ["answered"] * 2
        assert "DialCallDuration" not in programme.told("left")[0]

    async def test_a_star_that_leads_nowhere(self, programme: Programme) -> None:
        programme.answers["hello"] = "<Response><Dial><Conference>the-room</Conference></Dial></Response>"
        programme.state.handset(VOLUNTEER, talks=(Talk(100, star=True), Talk(50)))
        volunteer = await programme.call(VOLUNTEER, "hello")
        await programme.call(FAMILY, "hello")
        assert (volunteer.status, volunteer.seconds) == ("completed", 150)

    async def test_no_call_is_longer_than_its_limit(self, programme: Programme) -> None:
        programme.answers |= {"volunteer": programme.meet(), "family": programme.meet()}
        programme.state.handset(FAMILY, talks=(Talk(10**6),))
        volunteer = await programme.call(VOLUNTEER, "volunteer", time_limit=6 * 3600)
        family = await programme.call(FAMILY, "family", time_limit=24 * 3600)
        assert (volunteer.status, volunteer.seconds) == ("completed", 6 * 3600)
        assert (family.status, family.seconds) == ("completed", 24 * 3600)


class TestReports:
    @pytest.mark.parametrize(
        ("plan", "copies"),
        [(CallbackPlan(copies=4), 4), (CallbackPlan(backwards=True), 1), (CallbackPlan(dropped=True), 0)],
    )
    async def test_unreliable(self, programme: Programme, plan: CallbackPlan, copies: int) -> None:
        programme.state.plan = plan
        programme.state.handset(VOLUNTEER, talks=(Talk(720),))
        await both(programme)
        wanted = [event for event in [*OF_TWO, "conference-end"] for _ in range(copies)]
        assert events(programme) == (wanted[::-1] if plan.backwards else wanted)

    async def test_who_it_is_about(self, programme: Programme) -> None:
        volunteer, family = await both(programme)
        assert [form["CallSid"] for form in programme.meetings] == [volunteer.sid, family.sid, family.sid]
        assert {form["ConferenceSid"] for form in programme.meetings} == {await conference(programme)}
        assert {form["FriendlyName"] for form in programme.meetings} == {"the-room"}

    async def test_nobody_but_us(self, programme: Programme) -> None:
        programme.answers["hello"] = (
            "<Response><Dial><Conference statusCallback='https://evil.example/' statusCallbackEvent='join'>the-room"
            "</Conference></Dial></Response>"
        )
        await programme.call(VOLUNTEER, "hello")
        assert not programme.meetings
        assert [report.sid[:2] for report in programme.state.reports] == ["CA"] * 3


class TestThroughTheApi:
    async def test_somebody_is_brought_in(self, programme: Programme) -> None:
        await both(programme)
        room = programme.client.conferences(await conference(programme))
        added = await room.participants.create_async(
            from_=NUMBER, to=ADVOCATE, label="advocate", status_callback=PUBLIC + STATUS
        )
        await programme.state.quiet()
        assert (await room.participants("advocate").fetch_async()).status == "connected"
        assert len(await room.participants.list_async()) == 3
        await room.participants(added.call_sid).delete_async()
        await programme.state.quiet()
        assert len(await room.participants.list_async()) == 2
        assert programme.state.calls_to(ADVOCATE)[0].status == "completed"
        assert programme.reports[-1]["CallStatus"] == "completed"

    async def test_somebody_who_does_not_answer(self, programme: Programme) -> None:
        await both(programme)
        programme.state.handset(ADVOCATE, lift=Lift.NO_ANSWER)
        room = programme.client.conferences(await conference(programme))
        await room.participants.create_async(from_=NUMBER, to=ADVOCATE, end_conference_on_exit=True)
        await programme.state.quiet()
        assert len(await room.participants.list_async()) == 2
        assert programme.state.calls_to(ADVOCATE)[0].status == "no-answer"

    async def test_a_new_one_by_name(self, programme: Programme) -> None:
        new = programme.client.conferences("the-room")
        callback = {"conference_status_callback": PUBLIC + ROOM, "conference_status_callback_event": ["start", "join"]}
        for number in (VOLUNTEER, FAMILY):
            await new.participants.create_async(from_=NUMBER, to=number, **callback)
        await programme.state.quiet()
        assert events(programme) == ["participant-join", "participant-join", "conference-start"]

    async def test_a_telephone_that_still_rings_when_it_ends(self, programme: Programme) -> None:
        await both(programme)
        programme.state.handset(ADVOCATE, by_hand=True)
        room = programme.client.conferences(await conference(programme))
        await room.participants.create_async(from_=NUMBER, to=ADVOCATE)
        await programme.state.quiet()
        programme.state.hang_up(VOLUNTEER)
        await programme.state.quiet()
        assert programme.state.calls_to(ADVOCATE)[0].status == "canceled"

    async def test_a_whisper_to_one_of_them(self, programme: Programme) -> None:
        volunteer, _ = await both(programme)
        programme.answers["whisper"] = said("Ten minutes left.")
        room = programme.client.conferences(await conference(programme))
        await room.participants(volunteer.sid).update_async(announce_url=PUBLIC + step("whisper"))
        await programme.state.quiet()
        assert (programme.heard(VOLUNTEER), programme.heard(FAMILY)) == (["Ten minutes left."], [])
        with pytest.raises(TwilioRestException) as refusal:
            await room.participants(volunteer.sid).update_async(announce_url="https://evil.example/")
        assert refusal.value.code == 21402

    async def test_held_and_muted(self, programme: Programme) -> None:
        _, family = await both(programme)
        participant = programme.client.conferences(await conference(programme)).participants(family.sid)
        assert (await participant.update_async(muted=True)).muted
        held = await participant.update_async(hold=True, end_conference_on_exit=True)
        assert (held.hold, held.muted, held.end_conference_on_exit) == (True, True, True)
        await programme.state.quiet()
        assert events(programme)[-2:] == ["participant-mute", "participant-hold"]

    async def test_ended(self, programme: Programme) -> None:
        programme.answers["left"] = said("Goodbye.")
        volunteer, family = await both(programme)
        ended = await programme.client.conferences(await conference(programme)).update_async(status="completed")
        await programme.state.quiet()
        assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
        assert [leg.status for leg in (volunteer, family)] == ["completed"] * 2
        assert programme.heard(VOLUNTEER) == programme.heard(FAMILY) == ["Goodbye."]

    async def test_what_does_not_exist(self, programme: Programme) -> None:
        await both(programme)
        room = programme.client.conferences(await conference(programme))
        for asked in (programme.client.conferences("CF" + "0" * 32), room.participants("CA" + "0" * 32)):
            with pytest.raises(TwilioRestException) as refusal:
                await asked.fetch_async()
            assert refusal.value.code == 20404

    async def test_a_bad_number_and_a_fault(self, programme: Programme) -> None:
        await both(programme)
        room = programme.client.conferences(await conference(programme))
        with pytest.raises(TwilioRestException) as refusal:
            await room.participants.create_async(from_=NUMBER, to="12")
        assert refusal.value.code == 21211
        programme.state.script(Fault.ERROR_AFTER_ACCEPT)
        with pytest.raises(TwilioRestException) as refusal:
            await room.participants.create_async(from_=NUMBER, to=ADVOCATE)
        await programme.state.quiet()
        assert (refusal.value.status, len(programme.state.calls_to(ADVOCATE))) == (500, 1)

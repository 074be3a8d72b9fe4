"""Whole masked calls at the fake provider: who rings whom, what is heard, and what is logged afterwards."""

import asyncio
from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.calls.kit import calls_of
from tests.slices.telephone.kit import (
    NOW,
    NUMBER,
    due,
    legs,
    phone_call,
    rows,
    said_to,
    she,
    statuses,
    tapped,
    they,
    time_passes,
    work,
)

from teamhope.calls import service_ring
from teamhope.calls.jobs import ask_about_legs, dial_due, tend_calls
from teamhope.calls.rules_phone import Scene
from teamhope.families import service_contact
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_handsets import HANG_UP, Talk
from teamhope.telephony.fake_state import CallbackPlan, Fault
from teamhope.vocabulary.errors import IllegalMove, NotFound, Refused


class TestWhole:
    async def test_she_talks_and_logs_by_key(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        await work(fake, telephone)
        [call] = await calls_of(it)
        assert (call["outcome"], call["talk_seconds"], call["placed_via"]) == ("reached", 12 * 60, "masked_bridge")
        assert await statuses(it) == {"volunteer": "completed", "family": "completed"}
        carried = await phone_call(it)
        assert carried["call"] == call["id"]
        assert carried["ended_at"] is not None
        [status] = await rows("select status from follow_up where id = $1", it.id)
        assert status["status"] == "completed"
        assert await rows("select from follow_up where match = $1 and status = 'planned'", it.match.id)
        assert fake.state.problems == []

    async def test_both_see_the_number_of_the_program_alone(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        await work(fake, telephone)
        assert [(leg.to, leg.sender) for leg in fake.state.calls] == [
            (it.match.volunteer.phone, NUMBER),
            (it.match.request.number, NUMBER),
        ]

    async def test_the_family_hears_nothing_of_ours(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        await work(fake, telephone)
        assert said_to(fake, it.match.request.number) == []

    async def test_her_telephone_says_no_name(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        await work(fake, telephone)
        said = " ".join(said_to(fake, it.match.volunteer.phone))
        assert "press 1" in said
        assert it.match.request.first_name not in said
        assert "HOPE" not in said

    async def test_in_spanish(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped(volunteer={"language": "es"})
        she(fake, it, "1", "3")
        they(fake, it)
        await work(fake, telephone)
        heard = fake.state.heard_at(it.match.volunteer.phone)
        assert {each.language for each in heard} == {"es-MX"}
        assert heard[0].text == "Para que le comuniquemos con su llamada, oprima 1."
        assert [call["outcome"] for call in await calls_of(it)] == ["no_answer"]

    @pytest.mark.parametrize(
        ("lift", "status", "said"),
        [("no_answer", "no_answer", "Nobody answered."), ("busy", "busy", "The line is busy."),
         ("fail", "failed", "The call could not be connected.")],
    )  # fmt: skip
    async def test_not_reached(self, fake: Fake, telephone: Telephone, lift: str, status: str, said: str) -> None:
        it = await tapped()
        she(fake, it, "1", "3")
        they(fake, it, talk=None, lift=lift)
        await work(fake, telephone)
        assert (await statuses(it))["family"] == status
        assert said in said_to(fake, it.match.volunteer.phone)
        assert [(call["outcome"], call["talk_seconds"]) for call in await calls_of(it)] == [("no_answer", None)]

    async def test_star_leads_to_a_menu_and_back(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1", "1", talks=(Talk(60, star=True),))
        they(fake, it, talk=None)
        await work(fake, telephone)
        fake.state.hang_up(it.match.request.number)
        await work(fake, telephone)
        said = said_to(fake, it.match.volunteer.phone)
        assert "You are going back to the call." in said
        assert [call["outcome"] for call in await calls_of(it)] == ["reached"]

    async def test_who_says_that_it_is_over_leaves_no_family_in_silence(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "3", "1", talks=(Talk(60, star=True),))
        they(fake, it, talk=None)
        await work(fake, telephone)
        assert (await statuses(it))["family"] == "completed"
        assert [call["outcome"] for call in await calls_of(it)] == ["reached"]


class TestHerTelephone:
    async def test_not_answered_rings_nobody(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, lift="no_answer")
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "no_answer"}
        assert (await phone_call(it))["ended_at"] is not None
        assert (await service_ring.look(it.match.volunteer.actor, it.id)).scene is Scene.NOT_RUNG

    async def test_a_voicemail_box_presses_no_key(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it)
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "completed"}
        assert said_to(fake, it.match.volunteer.phone).count("To be connected to your call, press 1.") == 3

    async def test_hung_up_while_theirs_rings_stops_it(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1")
        they(fake, it, by_hand=True)
        await work(fake, telephone)
        fake.state.hang_up(it.match.volunteer.phone)
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "completed", "family": "cancelled"}
        assert (await phone_call(it))["ended_at"] is not None

    async def test_hung_up_in_the_talk_lets_the_family_go(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", talks=(Talk(90),))
        they(fake, it, talk=None)
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "completed", "family": "completed"}
        assert await calls_of(it) == []
        [waiting] = await service_ring.not_logged(it.match.volunteer.actor)
        assert waiting.follow_up_id == it.id

    async def test_hung_up_at_the_menu_it_is_not_logged(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", HANG_UP)
        they(fake, it)
        await work(fake, telephone)
        assert await calls_of(it) == []
        assert len(await service_ring.not_logged(it.match.volunteer.actor)) == 1

    async def test_a_wrong_key_is_asked_again_twice(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "8", "7", "2")
        they(fake, it)
        await work(fake, telephone)
        said = said_to(fake, it.match.volunteer.phone)
        assert said.count("That key means nothing here.") == 2
        assert said[-1] == "Please write it down when you sign in. Goodbye."
        assert "I left the agreed message: press 2." not in said  # there are no agreed words
        assert await calls_of(it) == []

    async def test_nine_calls_for_help_once(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "9", "9", "1")
        they(fake, it)
        await work(fake, telephone)
        opened = await rows("select level, opened_by from escalation where match = $1", it.match.id)
        assert [tuple(row) for row in opened] == [("imminent", it.match.volunteer.person_id)]
        assert [call["outcome"] for call in await calls_of(it)] == ["reached"]


class TestRefused:
    async def test_consent_taken_back_before_the_key(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        await rows("update family set held_at = now(), hold_reason = 'death' where id = $1", it.match.request.family_id)
        she(fake, it, "1")
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "completed"}
        carried = await phone_call(it)
        assert carried["cleared_at"] is None
        assert carried["refused"].startswith("not_now_")
        assert fake.state.calls_to(it.match.request.number) == []
        assert (await service_ring.look(it.match.volunteer.actor, it.id)).scene is Scene.REFUSED

    async def test_taken_back_between_the_key_and_the_ringing(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1")
        await dial_due(telephone, NOW, "worker")
        await fake.state.quiet()
        await rows("update family set held_at = now(), hold_reason = 'death' where id = $1", it.match.request.family_id)
        await work(fake, telephone)
        assert fake.state.calls_to(it.match.request.number) == []
        assert (await statuses(it))["family"] == "failed"
        assert "The call could not be connected." in said_to(fake, it.match.volunteer.phone)
        assert await service_ring.not_logged(it.match.volunteer.actor) == [], "nobody was rung"

    async def test_another_number_between_the_key_and_the_ringing(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1")
        await dial_due(telephone, NOW, "worker")
        await fake.state.quiet()
        other = world.a_phone(world.number())
        await service_contact.add_number(TESTS, it.match.request.contact_id, other, NOW)
        await rows("update contact_phone set safe_to_call = false where id = $1", it.match.request.phone_id)
        await work(fake, telephone)
        assert fake.state.calls_to(other) == fake.state.calls_to(it.match.request.number) == []
        assert (await statuses(it))["family"] == "failed"

    async def test_at_night_nobody_is_rung(self, fake: Fake) -> None:
        night = NOW.replace(hour=9)
        it = await due(night)
        with pytest.raises(Refused, match="not_now_"):
            await service_ring.ring(it.match.volunteer.actor, it.id, night)
        assert await rows("select from phone_call where follow_up = $1", it.id) == []

    async def test_what_is_over_rings_nobody(self, fake: Fake) -> None:
        it = await due()
        await rows("update follow_up set status = 'completed', ended_at = now() where id = $1", it.id)
        with pytest.raises(IllegalMove):
            await service_ring.ring(it.match.volunteer.actor, it.id, NOW)

    async def test_another_volunteer(self, fake: Fake) -> None:
        it, other = await due(), await due()
        with pytest.raises(NotFound):
            await service_ring.ring(other.match.volunteer.actor, it.id, NOW)

    async def test_one_tap_more_rings_once(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        await service_ring.ring(it.match.volunteer.actor, it.id, NOW)
        await work(fake, telephone)
        assert fake.state.dialled[it.match.volunteer.phone] == 1

    async def test_an_old_wish_rings_nobody(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        await work(fake, telephone, NOW + timedelta(minutes=3))
        assert await statuses(it) == {"volunteer": "cancelled"}
        assert fake.state.calls == []

    async def test_she_changes_her_mind_while_hers_rings(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", by_hand=True)
        await work(fake, telephone)
        await service_ring.change_mind(it.match.volunteer.actor, it.id, NOW)
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "cancelled"}


class TestTrouble:
    async def test_no_report_comes_and_the_poll_closes_it(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        fake.state.plan = CallbackPlan(dropped=True)
        she(fake, it, "1", talks=(Talk(90),))
        they(fake, it, talk=600)
        await work(fake, telephone)
        assert (await statuses(it))["volunteer"] == "answered"
        await time_passes(timedelta(minutes=6))
        for _ in range(2):
            await ask_about_legs(telephone, NOW, "worker")
            await work(fake, telephone)
            await time_passes(timedelta(minutes=6))
        assert await statuses(it) == {"volunteer": "completed", "family": "completed"}
        assert (await phone_call(it))["ended_at"] is not None

    @pytest.mark.parametrize("fault", [Fault.ERROR_AFTER_ACCEPT, Fault.CUT_OFF])
    async def test_a_lost_answer_rings_once(self, fake: Fake, telephone: Telephone, fault: Fault) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        fake.state.script(fault)
        await work(fake, telephone)
        assert fake.state.dialled[it.match.volunteer.phone] == 1
        assert [call["outcome"] for call in await calls_of(it)] == ["reached"]

    async def test_a_busy_provider_is_asked_again(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        fake.state.script(Fault.BUSY, retry_after=2)
        await work(fake, telephone)
        assert (await statuses(it)) == {"volunteer": "queued"}
        await work(fake, telephone, NOW + timedelta(seconds=6))
        assert [call["outcome"] for call in await calls_of(it)] == ["reached"]

    async def test_two_workers_ring_once(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1", "1")
        they(fake, it)
        for _ in range(4):
            await asyncio.gather(*(dial_due(telephone, NOW, name) for name in ("one", "other")))
            await fake.state.quiet()
            await asyncio.gather(*(tend_calls(telephone, NOW) for _ in range(2)))
        assert set(fake.state.dialled.values()) == {1}
        assert [call["outcome"] for call in await calls_of(it)] == ["reached"]

    async def test_killed_between_intent_and_record(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, by_hand=True)
        await dial_due(telephone, NOW, "worker")
        [sid] = [leg.sid for leg in fake.state.calls]
        await rows(
            "update phone_leg set status = 'dialling', provider_sid = null, lease_owner = 'killed', "
            "lease_until = now() - interval '1 second' where person = $1",
            it.match.volunteer.person_id,
        )
        await dial_due(telephone, NOW, "another")
        assert fake.state.dialled[it.match.volunteer.phone] == 1
        assert (await legs(it))["volunteer"]["provider_sid"] == sid

    async def test_never_taken_is_said_after_ten_minutes(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        await rows(
            "update phone_leg set status = 'dialling', dialling_at = now() - interval '3 minutes', "
            "lease_until = now() where person = $1",
            it.match.volunteer.person_id,
        )
        await dial_due(telephone, NOW, "worker")
        assert await statuses(it) == {"volunteer": "uncertain"}
        await time_passes(timedelta(minutes=10))
        await ask_about_legs(telephone, NOW, "worker")
        assert await statuses(it) == {"volunteer": "failed"}
        assert fake.state.dialled[it.match.volunteer.phone] == 0

    @pytest.mark.parametrize(
        "plan", [CallbackPlan(copies=3), CallbackPlan(backwards=True), CallbackPlan(before_answer=True)]
    )
    async def test_reports_thrice_backwards_and_early(
        self, fake: Fake, telephone: Telephone, plan: CallbackPlan
    ) -> None:
        it = await tapped()
        fake.state.plan = plan
        she(fake, it, "1", "1")
        they(fake, it)
        await work(fake, telephone)
        assert await statuses(it) == {"volunteer": "completed", "family": "completed"}
        assert [(call["outcome"], call["talk_seconds"]) for call in await calls_of(it)] == [("reached", 720)]

    async def test_ten_minutes_before_the_end_she_alone_is_told(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        she(fake, it, "1")
        they(fake, it, talk=None)
        await work(fake, telephone)
        await tend_calls(telephone, NOW + timedelta(hours=5, minutes=50))
        await fake.state.quiet()
        assert said_to(fake, it.match.volunteer.phone)[-1].startswith("Only you hear this")
        assert said_to(fake, it.match.request.number) == []
        await tend_calls(telephone, NOW + timedelta(hours=5, minutes=51))
        await fake.state.quiet()
        assert len([text for text in said_to(fake, it.match.volunteer.phone) if "Only you" in text]) == 1

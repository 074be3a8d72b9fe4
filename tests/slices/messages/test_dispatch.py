"""Sending what is due: whatever the provider does, nothing is lost, nothing doubled, and each end has a name."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest
from tests import world
from tests.slices.messages.kit import (
    CHICAGO,
    HOUR,
    MINUTE,
    NOW,
    TODAY,
    TONIGHT,
    YESTERDAY,
    agreed,
    fetch,
    message_of,
    reminded,
    status_of,
    tasks_about,
    time_passes,
    volunteers_with_a_call,
)
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.followups import rules_messages as rules
from teamhope.followups import service_messages as service
from teamhope.followups.jobs import ask_about_silent, dispatch_due, plan_reminders
from teamhope.followups.service_reminders import queue_reminder
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan, Fault
from teamhope.telephony.wording import reminder
from teamhope.vocabulary.calls import MessageStatus


def taken(fake: Fake, who: world.AVolunteer) -> int:
    return fake.state.counts().get(who.phone, 0)


class TestNotSent:
    async def test_without_a_telephone_it_waits(self, fake: Fake) -> None:
        who = await reminded()
        assert await dispatch_due(None, NOW, "worker") is None
        await ask_about_silent(None, NOW, "worker")
        assert await status_of(who) == "queued"

    async def test_before_it_is_due(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        due_at = (await message_of(who))["due_at"]
        assert await dispatch_due(telephone, due_at - MINUTE, "worker") == due_at
        assert await status_of(who) == "queued"
        assert not fake.state.requests

    @pytest.mark.parametrize("change", ["agreed_to_sms = false", "status = 'suspended'"])
    async def test_to_somebody_who_may_not_be_sent_one_any_more(
        self, telephone: Telephone, fake: Fake, change: str
    ) -> None:
        who = await reminded()
        await fetch(f"update person set {change} where id = $1", who.person_id)
        await dispatch_due(telephone, NOW, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("cancelled", "not_agreed")
        assert not fake.state.requests

    @pytest.mark.parametrize("status", ["completed", "cancelled", "suspended"])
    async def test_when_no_call_is_left_that_day(self, telephone: Telephone, fake: Fake, status: str) -> None:
        [(who, call)] = await volunteers_with_a_call(1)
        await queue_reminder(who.person_id, TONIGHT, CHICAGO, YESTERDAY)
        await fetch("update follow_up set status = $2 where id = $1", call.id, status)
        await dispatch_due(telephone, NOW, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("cancelled", "no_call")
        assert not fake.state.requests

    async def test_on_the_day_after(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        await dispatch_due(telephone, NOW + timedelta(days=1), "worker")
        assert await status_of(who) == "cancelled"
        assert not fake.state.requests

    async def test_nothing_due_wants_no_pass(self, telephone: Telephone, fake: Fake) -> None:
        assert await dispatch_due(telephone, NOW, "worker") is None


async def test_sent_in_her_language(telephone: Telephone, fake: Fake) -> None:
    who = await reminded(language="es")
    assert await dispatch_due(telephone, NOW, "worker") is None
    [text] = fake.state.texts
    message = await message_of(who)
    assert (text.to, text.body) == (who.phone, reminder("es"))
    assert (message["status"], message["provider_sid"], message["attempts"]) == ("sent", text.sid, 1)
    assert message["lease_owner"] is None


async def test_a_second_pass_sends_nothing(telephone: Telephone, fake: Fake) -> None:
    who = await reminded()
    for _ in range(3):
        await dispatch_due(telephone, NOW, "worker")
        await time_passes(2 * MINUTE)
    assert taken(fake, who) == 1


class TestNotTaken:
    """The provider definitely did not take it: it is tried again, later each time, and sent once."""

    async def test_busy(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        fake.state.script(Fault.BUSY, retry_after=120)
        next_at = await dispatch_due(telephone, NOW, "worker")
        message = await message_of(who)
        assert (message["status"], message["error_code"], message["sending_at"]) == ("queued", "throttled", None)
        assert next_at is not None
        assert next_at == message["due_at"]
        assert NOW + 2 * MINUTE <= next_at <= NOW + 3 * MINUTE
        await dispatch_due(telephone, next_at - timedelta(seconds=1), "worker")
        assert fake.state.requests[who.phone] == 1
        await dispatch_due(telephone, next_at, "worker")
        assert (await status_of(who), taken(fake, who), (await message_of(who))["attempts"]) == ("sent", 1, 2)

    async def test_a_provider_that_cannot_be_reached(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        async with connect(ACCOUNT, TOKEN, NUMBER, "http://127.0.0.1:9", PUBLIC) as cut_off:
            await dispatch_due(cut_off, NOW, "worker")
            assert (await message_of(who))["error_code"] == "unreachable"
            await dispatch_due(cut_off, NOW + HOUR, "worker")
        assert (await message_of(who))["due_at"] > NOW + HOUR + MINUTE
        await dispatch_due(telephone, NOW + 2 * HOUR, "worker")
        assert (await status_of(who), taken(fake, who)) == ("sent", 1)

    async def test_an_account_that_is_refused(self, provider: str, fake: Fake) -> None:
        who = await reminded()
        async with connect(ACCOUNT, "old-token", NUMBER, provider, PUBLIC) as telephone:
            await dispatch_due(telephone, NOW, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("queued", "account")

    async def test_all_day(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        fake.state.script(Fault.BUSY)
        await dispatch_due(telephone, NOW, "worker")
        await dispatch_due(telephone, TONIGHT + 2 * HOUR, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("failed", "too_late")


class TestRefused:
    async def test_she_has_answered_stop(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        fake.state.opted_out.add(who.phone)
        await dispatch_due(telephone, NOW, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("failed", "21610")
        assert await tasks_about(who) == [("number_stopped", "21610")]
        assert not await agreed(who.person_id)

    async def test_for_a_reason_of_ours(self, provider: str, fake: Fake) -> None:
        who = await reminded()
        async with connect(ACCOUNT, TOKEN, NUMBER, provider, "https://other.example") as telephone:
            await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) == "failed"
        assert await tasks_about(who) == [("other", "21609")]
        assert await agreed(who.person_id)


class TestNobodyKnows:
    """It may have been taken: it is asked for, never sent again."""

    @pytest.mark.parametrize("fault", [Fault.ERROR_AFTER_ACCEPT, Fault.CUT_OFF])
    async def test_taken_and_the_answer_was_lost(self, telephone: Telephone, fake: Fake, fault: Fault) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        who = await reminded()
        fake.state.script(fault)
        asks_at = await dispatch_due(telephone, NOW, "worker")
        assert asks_at is not None
        assert asks_at > clock.now()
        assert await status_of(who) == "sending"
        await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) == "sending", "it is asked for later, not at once"
        await time_passes(MINUTE)
        await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) in {"sent", "delivered"}
        assert (fake.state.requests[who.phone], taken(fake, who)) == (1, 1)

    async def test_a_provider_that_hangs(self, provider: str, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        who = await reminded()
        fake.state.script(Fault.HANG)
        async with connect(ACCOUNT, TOKEN, NUMBER, provider, PUBLIC, timeout_seconds=0.3) as impatient:
            await dispatch_due(impatient, NOW, "worker")
        assert await status_of(who) == "sending"
        await time_passes(MINUTE)
        await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) in {"sent", "delivered"}
        assert fake.state.requests[who.phone] == 1

    async def test_a_telephone_that_is_too_patient(
        self, telephone: Telephone, fake: Fake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "SEND_WITHIN", timedelta(seconds=0.3))
        who = await reminded()
        fake.state.script(Fault.HANG)
        await dispatch_due(telephone, NOW, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("sending", "no_answer")

    async def test_never_taken(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        fake.state.script(Fault.DOWN)
        await dispatch_due(telephone, NOW, "worker")
        await time_passes(MINUTE)
        await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) == "sending", "the list may be late"
        await time_passes(20 * MINUTE)
        for _ in range(2):
            await dispatch_due(telephone, NOW, "worker")
        assert await status_of(who) == "uncertain"
        assert await tasks_about(who) == [("uncertain_message", None)]
        await time_passes(20 * MINUTE)
        await ask_about_silent(telephone, NOW, "worker")
        assert await status_of(who) == "uncertain"
        await time_passes(12 * HOUR)
        await ask_about_silent(telephone, NOW, "worker")
        assert (await status_of(who), (await message_of(who))["error_code"]) == ("failed", "never_taken")
        assert fake.state.requests[who.phone] == 1
        assert len(await tasks_about(who)) == 1

    async def test_a_provider_that_cannot_be_asked_either(self, telephone: Telephone, fake: Fake) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        who = await reminded()
        fake.state.script(Fault.ERROR_AFTER_ACCEPT)
        await dispatch_due(telephone, NOW, "worker")
        async with connect(ACCOUNT, TOKEN, NUMBER, "http://127.0.0.1:9", PUBLIC) as cut_off:
            await time_passes(30 * MINUTE)
            await dispatch_due(cut_off, NOW, "worker")
            assert await status_of(who) == "sending"
            await time_passes(HOUR)
            await dispatch_due(cut_off, NOW, "worker")
        assert await status_of(who) == "uncertain"
        await time_passes(20 * HOUR)
        await ask_about_silent(telephone, NOW, "worker")
        assert await status_of(who) == "delivered", "what is found late is believed"

    async def test_the_next_days_reminder_waits_for_it(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        fake.state.script(Fault.DOWN)
        await dispatch_due(telephone, NOW, "worker")
        await queue_reminder(who.person_id, TONIGHT, CHICAGO, NOW)
        tomorrow = TODAY + timedelta(days=1)
        await fetch(
            "insert into message (id, person, kind, local_date, due_at, created_at) "
            "values (gen_random_uuid(), $1, 'daily_reminder', $2, $3, $3)", who.person_id, tomorrow, NOW,
        )  # fmt: skip
        await fetch("update follow_up set due_at = due_at + interval '1 day', window_end_at = window_end_at "
                    "+ interval '1 day' where volunteer = $1", who.id)  # fmt: skip
        next_day = NOW + timedelta(days=1)
        next_at = await dispatch_due(telephone, next_day, "worker")
        [waiting] = await fetch("select status, due_at from message where local_date = $1 and person = $2",
                                tomorrow, who.person_id)  # fmt: skip
        assert (waiting["status"], waiting["due_at"]) == ("queued", next_day + rules.WAIT_FOR_THE_OTHER)
        assert next_at is not None
        assert fake.state.requests[who.phone] == 1

    async def test_a_text_of_another_day_is_not_todays(self, telephone: Telephone, fake: Fake) -> None:
        """She moved a day westward, so that the second was posted right after the first."""
        fake.state.plan = CallbackPlan(dropped=True)
        who = await reminded()
        await dispatch_due(telephone, NOW, "worker")
        await fetch("update message set local_date = local_date - 1 where person = $1", who.person_id)
        await queue_reminder(who.person_id, TONIGHT, CHICAGO, NOW)
        fake.state.script(Fault.DOWN)
        await dispatch_due(telephone, NOW, "worker")
        await time_passes(20 * MINUTE)
        await dispatch_due(telephone, NOW, "worker")
        rows = await fetch("select status from message where person = $1 order by local_date", who.person_id)
        assert [row["status"] for row in rows] == ["sent", "uncertain"]


class TestLeases:
    async def test_whoever_lost_time_sends_nothing(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        [message] = await service.claim_due("slow", NOW)
        await time_passes(rules.LEASE - rules.SEND_WITHIN + timedelta(seconds=1))
        assert await service.begin_sending(message, NOW) is None
        assert await status_of(who) == "queued"
        await time_passes(MINUTE)
        await dispatch_due(telephone, NOW, "quick")
        assert taken(fake, who) == 1

    async def test_whoever_lost_the_lease_sends_nothing(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        [message] = await service.claim_due("worker", NOW)
        await time_passes(2 * MINUTE)
        [again] = await service.claim_due("worker", NOW)
        assert await service.begin_sending(message, NOW) is None, "the same name is not the same lease"
        assert await service.begin_sending(again, NOW) is not None
        assert await service.begin_sending(again, NOW) is None, "an intent is committed once"
        assert (await message_of(who))["attempts"] == 1

    async def test_what_is_leased_is_left_alone(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        await service.claim_due("somebody", NOW)
        next_at = await dispatch_due(telephone, NOW, "worker")
        assert next_at is not None
        assert timedelta() < next_at - clock.now() <= rules.LEASE
        assert (await status_of(who), fake.state.requests[who.phone]) == ("queued", 0)

    async def test_an_old_holder_decides_nothing(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        [old] = await service.claim_due("old", NOW)
        assert await service.begin_sending(old, NOW)
        await time_passes(2 * MINUTE)
        await service.claim_due("new", NOW)
        await service.record(old, rules.Change(MessageStatus.QUEUED, MINUTE), NOW)
        assert await status_of(who) == "sending"

    async def test_but_what_the_provider_told_it_counts(self, telephone: Telephone, fake: Fake) -> None:
        who = await reminded()
        [old] = await service.claim_due("old", NOW)
        assert await service.begin_sending(old, NOW)
        await time_passes(20 * MINUTE)
        await dispatch_due(telephone, NOW, "new")
        assert await status_of(who) == "uncertain"
        await service.record(old, rules.Change(MessageStatus.SENT, certain=True, sid="SM" + "0" * 32), NOW)
        assert await status_of(who) == "sent"


async def test_each_step_is_on_record(telephone: Telephone, fake: Fake, db: Addresses) -> None:
    who = await reminded()
    await dispatch_due(telephone, NOW, "worker")
    owner = await asyncpg.connect(db.owner)
    sql = "select act from audit_event where subject = $1 order by seq"
    acts = [row["act"] for row in await owner.fetch(sql, (await message_of(who))["id"])]
    await owner.close()
    assert acts == ["sends_reminder", "message_sent"]


@pytest.mark.timeout(120)
async def test_two_dispatchers_send_each_of_200_once(telephone: Telephone, fake: Fake) -> None:
    people = [who for who, _ in await volunteers_with_a_call(200)]
    await plan_reminders(NOW)

    async def work(owner: str) -> None:
        next_at: datetime | None = NOW
        while next_at is not None:
            next_at = await dispatch_due(telephone, NOW, owner)

    await asyncio.gather(work("one"), work("two"))
    assert fake.state.requests == dict.fromkeys((who.phone for who in people), 1)
    counted = await fetch("select status, count(*) from message where person = any($1) group by status",
                          [who.person_id for who in people])  # fmt: skip
    assert [tuple(row) for row in counted] == [("sent", 200)]

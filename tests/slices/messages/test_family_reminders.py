"""Reminders to families: off unless wanted, asked again as they leave, and nothing leaves after a no or a hold."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests import world
from tests.app_kit import browser, sign_in
from tests.slices.messages.kit import HOUR, MINUTE, NOW, fetch, time_passes
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC

from teamhope.families.service_contact import How
from teamhope.followups import service_families, service_messages, service_replies
from teamhope.followups.jobs import (
    apply_callbacks,
    apply_replies,
    dispatch_due,
    erase_bodies,
    remind_families,
)
from teamhope.followups.service_moves import move
from teamhope.kit.database import acting_as, connection
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan, Fault
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db", "fake")

DAY = timedelta(days=1)
TOMORROW = NOW + DAY  # Wednesday 9:00 in Denver
WANTS_TEXTS = {"safe_to_text": True, "only_i_see_this_phone": True}
STOPPED = {"stopped_at": NOW, "stop_reason": "wrong_number"}
AGREED = (*world.AGREED_KINDS, ConsentKind.SMS_REMINDER)
STAFF = Actor(Role.COORDINATOR, name="token")


async def announced(due_at: datetime = TOMORROW, **about: Any) -> world.AFollowUp:
    """A promised call of a family that wants to be reminded."""
    settings: dict[str, Any] = {"consents": AGREED, "contact_phone": WANTS_TEXTS, "status": "matched", "now": NOW - DAY}
    request = await world.family_request(**(settings | about))
    of = await world.match(request, await world.volunteer(credentials=(), agreed_to_sms=False), now=NOW - DAY)
    return await world.follow_up(of, due_at, now=NOW - DAY)


async def reminders_of(call: world.AFollowUp) -> list[tuple[str, str | None]]:
    sql = "select status, error_code from message where follow_up = $1 and contact is not null order by local_date"
    return [tuple(row) for row in await fetch(sql, call.id)]


async def tasks_of(call: world.AFollowUp) -> list[tuple[str, str | None]]:
    sql = "select kind, detail from task where family = $1 order by kind"
    return [tuple(row) for row in await fetch(sql, call.match.request.family_id)]


def bodies(fake: Fake, call: world.AFollowUp) -> list[str]:
    return [text.body for text in fake.state.texts if text.to == call.match.request.number]


async def send(telephone: Telephone, now: datetime = NOW) -> None:
    await remind_families(now)
    await dispatch_due(telephone, now, "worker")


class TestWhoWantsNone:
    @pytest.mark.parametrize(
        "about",
        [
            pytest.param({"consents": world.AGREED_KINDS}, id="no consent"),
            pytest.param({"contact_phone": {"only_i_see_this_phone": True}}, id="not safe to text"),
            pytest.param({"contact_phone": WANTS_TEXTS | STOPPED}, id="number stopped"),
            pytest.param({"contact_phone": WANTS_TEXTS | {"confirmed_on": date(2025, 4, 7)}}, id="asked long ago"),
            pytest.param({"family": {"held_at": NOW, "hold_reason": "other"}}, id="on hold"),
            pytest.param({"contact": {"contact_preference": "they_call_us"}}, id="they call us"),
            pytest.param({"contact": {"adult": False}}, id="a child"),
        ],
    )
    async def test_is_sent_none(self, telephone: Telephone, fake: Fake, about: dict[str, Any]) -> None:
        call = await announced(**about)
        await send(telephone)
        assert (await reminders_of(call), fake.state.counts()) == ([], {})

    async def test_a_blocked_persons_line(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced()
        await world.blocked_person(call.match.request.family_id, phone=call.match.request.number)
        await send(telephone)
        assert (await reminders_of(call), fake.state.counts()) == ([], {})


class TestWhatIsSent:
    @pytest.mark.parametrize(
        ("about", "body"),
        [
            ({}, "Reminder: your call is Wed 9:00 AM."),
            ({"languages": (("es", "native"),)}, "Recordatorio: su llamada es mié 9:00 a.m."),
            ({"contact_phone": WANTS_TEXTS | {"no_time_in_text": True}}, "You have a reminder."),
            ({"languages": (("es", "native"),), "contact_phone": WANTS_TEXTS | {"no_time_in_text": True}},
             "Tiene un recordatorio."),
        ],
    )  # fmt: skip
    async def test_the_words_of_the_family(
        self, telephone: Telephone, fake: Fake, about: dict[str, Any], body: str
    ) -> None:
        call = await announced(**about)
        for _ in range(3):
            await send(telephone)
        assert bodies(fake, call) == [body]
        assert await reminders_of(call) == [("sent", None)]

    async def test_no_hour_where_we_do_not_know_theirs(self, telephone: Telephone, fake: Fake) -> None:
        noon = NOW + HOUR  # 12:00 in New York, whose hours an unknown zone keeps
        call = await announced(noon + DAY, timezone=None)
        await send(telephone, noon)
        assert bodies(fake, call) == ["You have a reminder."]

    async def test_not_sooner_than_a_day_before(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced(TOMORROW + MINUTE)
        await send(telephone)
        assert bodies(fake, call) == []
        await send(telephone, NOW + MINUTE)
        assert len(bodies(fake, call)) == 1

    async def test_in_the_evening_it_waits_for_the_morning(self, telephone: Telephone, fake: Fake) -> None:
        evening = datetime.fromisoformat("2026-04-07T20:30-06:00")
        call = await announced(evening + timedelta(hours=16))  # 12:30
        await send(telephone, evening)
        nine = datetime.fromisoformat("2026-04-08T09:00-06:00")
        [row] = await fetch("select due_at, status from message where follow_up = $1", call.id)
        assert (row["due_at"], row["status"], bodies(fake, call)) == (nine, "queued", [])
        await dispatch_due(telephone, nine, "worker")
        assert len(bodies(fake, call)) == 1

    async def test_one_a_day_for_a_contact(self, telephone: Telephone, fake: Fake) -> None:
        first = await announced()
        again = await world.follow_up(first.match, TOMORROW + HOUR, seq=1, plan_id=first.plan_id, now=NOW - DAY)
        await send(telephone)
        await fetch("update message set sending_at = $1 where follow_up = $2", NOW, first.id)
        await send(telephone, NOW + HOUR)
        assert (len(bodies(fake, first)), await reminders_of(again)) == (1, [])

    async def test_never_of_a_retry(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced()
        await fetch("update follow_up set status = 'retry_wait' where id = $1", call.id)
        await send(telephone)
        assert bodies(fake, call) == []


class TestACallThatChanges:
    async def test_one_that_was_due_and_was_moved_is_promised_again(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced(NOW)
        await fetch("update follow_up set status = 'due' where id = $1", call.id)
        await move(STAFF, call.id, TOMORROW, "family", NOW)
        await send(telephone)
        assert len(bodies(fake, call)) == 1

    async def test_cancelled(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced()
        await remind_families(NOW)
        await fetch("update follow_up set status = 'cancelled', ended_at = $2 where id = $1", call.id, NOW)
        await dispatch_due(telephone, NOW, "worker")
        assert (await reminders_of(call), bodies(fake, call)) == ([("cancelled", "no_call")], [])

    async def test_moved_to_another_day(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced()
        await remind_families(NOW)
        friday = datetime.fromisoformat("2026-04-10T17:00-06:00")
        await move(STAFF, call.id, friday, "family", NOW)
        await dispatch_due(telephone, NOW, "worker")
        assert (await reminders_of(call), bodies(fake, call)) == ([("cancelled", "no_call")], [])
        await send(telephone, friday - DAY)
        assert bodies(fake, call) == ["Reminder: your call is Fri 5:00 PM."]


async def says_no(call: world.AFollowUp, words: str = "stop") -> None:
    await service_replies.keep("SM" + uuid4().hex, call.match.request.number, words, NOW)


async def is_held(call: world.AFollowUp) -> None:
    await service_families.hold(call.match.volunteer.actor, call.match.request.family_id, NOW)


async def takes_back(call: world.AFollowUp) -> None:
    how = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    kind = ConsentKind.SMS_REMINDER
    await service_families.take_back_consent(STAFF, call.match.request.contact_id, kind, how, NOW)


class TestStops:
    @pytest.mark.parametrize(
        ("stop", "code"), [(says_no, "no_consent"), (is_held, "no_call"), (takes_back, "no_consent")]
    )
    async def test_what_is_queued_does_not_leave(
        self, telephone: Telephone, fake: Fake, stop: Callable[[world.AFollowUp], Awaitable[None]], code: str
    ) -> None:
        call = await announced()
        await remind_families(NOW)
        await stop(call)
        await dispatch_due(telephone, NOW, "worker")
        assert (await reminders_of(call), bodies(fake, call)) == ([("cancelled", code)], [])
        await apply_replies(NOW)
        await send(telephone)
        assert bodies(fake, call) == []

    @pytest.mark.timeout(120)
    @pytest.mark.parametrize("stop", [says_no, is_held, takes_back])
    async def test_however_it_races_three_dispatchers(
        self,
        telephone: Telephone,
        fake: Fake,
        monkeypatch: pytest.MonkeyPatch,
        stop: Callable[[world.AFollowUp], Awaitable[None]],
    ) -> None:
        monkeypatch.setattr(service_messages, "BATCH", 2)
        in_time, too_late = 0, 0
        for _ in range(10):
            calls = [await announced() for _ in range(12)]
            await remind_families(NOW)
            still_queued = await race(telephone, calls, stop)
            left = {call.id for call in calls if bodies(fake, call)}
            assert not still_queued & left, "a text left after the stop"
            assert all(len(bodies(fake, call)) <= 1 for call in calls)
            in_time, too_late = in_time + len(still_queued), too_late + len(left)
            if in_time and too_late:
                return
        pytest.fail("one side won every time: nothing was tried")


async def race(
    telephone: Telephone, calls: list[world.AFollowUp], stop: Callable[[world.AFollowUp], Awaitable[None]]
) -> set[UUID]:
    """Those whose reminder had not begun to leave when the stop was written; all are decided when this returns."""
    still_queued: set[UUID] = set()

    async def stops(call: world.AFollowUp) -> None:
        await asyncio.sleep(random.uniform(0, 0.4))
        await stop(call)
        if (await reminders_of(call))[0][0] == "queued":
            still_queued.add(call.id)

    async def work(owner: str) -> None:
        next_at: datetime | None = NOW
        while next_at is not None and next_at <= NOW:
            next_at = await dispatch_due(telephone, NOW, owner)

    await asyncio.gather(*(work(f"w{n}") for n in range(3)), *map(stops, calls))
    await work("last")
    return still_queued


class TestWhatTheProviderSays:
    async def test_a_no_that_it_knows_of_is_kept(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced(owner=(await world.staff()).id)
        fake.state.opted_out.add(call.match.request.number)
        await send(telephone)
        assert await reminders_of(call) == [("failed", "21610")]
        assert await tasks_of(call) == [("number_stopped", "texts_stopped")]
        kept = await fetch(
            "select granted, method from consent where contact = $1 order by at desc", call.match.request.contact_id
        )
        assert tuple(kept[0]) == (False, "sms_keyword")
        next_call = await world.follow_up(call.match, TOMORROW + DAY, seq=1, plan_id=call.plan_id, now=NOW)
        await send(telephone, NOW + DAY)
        assert await reminders_of(next_call) == []

    async def test_a_number_that_takes_no_texts_is_sent_none_again(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced(phone="+1202555")  # too short for the provider
        await send(telephone)
        assert await reminders_of(call) == [("failed", "21211")]
        assert await tasks_of(call) == [("number_stopped", "21211")]
        sql = "select safe_to_text, safe_to_call, stopped_at from contact_phone where id = $1"
        [phone] = await fetch(sql, call.match.request.phone_id)
        assert tuple(phone) == (False, True, None), "calls go on"

    async def test_one_that_nobody_knows_of_is_looked_up_never_sent_again(
        self, telephone: Telephone, fake: Fake
    ) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        call = await announced()
        fake.state.script(Fault.DOWN)
        await send(telephone)
        for _ in range(3):
            await time_passes(12 * MINUTE)
            await dispatch_due(telephone, NOW, "worker")
        assert await reminders_of(call) == [("uncertain", None)]
        assert await tasks_of(call) == [("uncertain_message", None)]
        assert fake.state.requests[call.match.request.number] == 1

    async def test_a_lost_answer_is_found_though_she_took_her_consent_back(
        self, telephone: Telephone, fake: Fake
    ) -> None:
        fake.state.plan = CallbackPlan(dropped=True)
        call = await announced()
        fake.state.script(Fault.ERROR_AFTER_ACCEPT)
        await send(telephone)
        await takes_back(call)
        await time_passes(MINUTE)
        await dispatch_due(telephone, NOW, "worker")
        assert [status for status, _ in await reminders_of(call)] in (["sent"], ["delivered"])

    async def test_one_text_in_doubt_at_a_time(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced()
        again = await world.follow_up(call.match, TOMORROW + DAY, seq=1, plan_id=call.plan_id, now=NOW - DAY)
        await remind_families(NOW)
        await fetch("update message set status = 'uncertain' where follow_up = $1", call.id)
        [row] = await fetch("select contact, contact_phone from message where follow_up = $1", call.id)
        await fetch(
            "insert into message (id, contact, contact_phone, follow_up, kind, local_date, due_at, created_at)"
            " values (gen_random_uuid(), $1, $2, $3, 'family_reminder', '2026-04-09', $4, $4)",
            row["contact"], row["contact_phone"], again.id, NOW,
        )  # fmt: skip
        await dispatch_due(telephone, NOW + DAY, "worker")
        assert await reminders_of(again) == [("queued", None)]
        assert bodies(fake, call) == []


class TestWordsAtTheProvider:
    async def test_are_erased_once_the_text_has_arrived(self, telephone: Telephone, fake: Fake) -> None:
        call = await announced()
        await send(telephone)
        assert await erase_bodies(telephone, NOW) == 0, "not yet"
        await fake.state.quiet()
        await apply_callbacks(NOW)
        assert await erase_bodies(telephone, NOW) == 1
        assert bodies(fake, call) == [""]
        assert await erase_bodies(telephone, NOW) == 0, "once"

    async def test_a_provider_that_refuses_is_asked_again(
        self, telephone: Telephone, fake: Fake, provider: str
    ) -> None:
        call = await announced()
        await send(telephone)
        await fake.state.quiet()
        await apply_callbacks(NOW)
        async with connect(ACCOUNT, "old-token", NUMBER, provider, PUBLIC) as refused:
            assert await erase_bodies(refused, NOW) == 0
        assert bodies(fake, call) != [""]
        assert await erase_bodies(telephone, NOW) == 1

    async def test_one_that_it_has_lost_is_done(self, telephone: Telephone, fake: Fake) -> None:
        await announced()
        await send(telephone)
        await fake.state.quiet()
        await apply_callbacks(NOW)
        fake.state.texts.clear()
        assert await erase_bodies(telephone, NOW) == 1

    async def test_without_a_telephone_nothing_is_asked(self) -> None:
        assert await erase_bodies(None, NOW) == 0


class TestWhoSeesIt:
    async def test_outsiders_see_no_reminder(self) -> None:
        call = await announced()
        await remind_families(NOW)
        team = await world.team("West")
        scoped = Actor(Role.COORDINATOR, name="token", team_id=team)
        other = (await world.volunteer()).actor
        for outsider in (other, scoped, Actor(Role.LEADERSHIP, name="token"), Actor(Role.AUDITOR, name="token")):
            async with acting_as(outsider):
                assert await connection().fetch("select id from message where follow_up = $1", call.id) == []
        async with acting_as(call.match.volunteer.actor):
            assert len(await connection().fetch("select id from message where follow_up = $1", call.id)) == 1

    async def test_the_pages_say_whether_and_when_without_the_number(self, telephone: Telephone, fake: Fake) -> None:
        call, coordinator = await announced(), await world.staff()
        await send(telephone)
        silent = await announced(consents=world.AGREED_KINDS)
        async with browser(now=lambda: NOW) as desk:
            await sign_in(desk, coordinator)
            page = (await desk.get(f"/families/{call.match.request.family_id}")).text
            assert "A day before each call" in page
            page = (await desk.get(f"/families/{silent.match.request.family_id}")).text
            assert "No reminders go out. They have not agreed to reminders by text" in page
            week = (await desk.get("/schedule")).text
            assert "reminder sent" in week
            assert call.match.request.number not in week
        async with browser(now=lambda: NOW) as outside:
            assert (await outside.get("/schedule")).status_code in {302, 303, 401}

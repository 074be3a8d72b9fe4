"""Nudges about promised calls: queued ahead, sent when the time comes, dropped once they are not wanted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests import world
from tests.slices.messages.kit import HOUR, MINUTE, NOW, TONIGHT, clear, fetch, volunteers_with_a_call

from teamhope.followups.jobs import dispatch_due, plan_nudges
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.wording import to_volunteer
from teamhope.vocabulary.calls import MessageKind

START, END = MessageKind.NUDGE_AT_START, MessageKind.NUDGE_AT_END
ENDS = TONIGHT + 2 * HOUR
SOON = TONIGHT - 10 * MINUTE


@pytest.fixture(autouse=True)
async def _clean(db: Addresses) -> AsyncIterator[None]:
    yield
    await clear()


async def nudges_of(who: world.AVolunteer) -> dict[str, Any]:
    rows = await fetch("select kind, status, due_at, error_code from message where person = $1", who.person_id)
    return {row["kind"]: (row["status"], row["due_at"]) for row in rows}


async def test_each_is_queued_once_shortly_before() -> None:
    [(who, _)] = await volunteers_with_a_call(1)
    await plan_nudges(NOW)
    assert await nudges_of(who) == {}
    for _ in range(2):
        await plan_nudges(SOON)
    assert await nudges_of(who) == {START: ("queued", TONIGHT), END: ("queued", ENDS)}


@pytest.mark.parametrize("about", [{"agreed_to_sms": False}, {"timezone": "Asia/Tokyo"}])
async def test_not_to_those_who_did_not_agree_nor_in_their_night(about: dict[str, Any]) -> None:
    [(who, _)] = await volunteers_with_a_call(1, TONIGHT - 4 * HOUR, **about)  # 4:00 and 6:00 in Tokyo
    await plan_nudges(SOON - 4 * HOUR)
    assert await nudges_of(who) == {}


async def test_one_for_each_of_two_calls_at_one_time(telephone: Telephone, fake: Fake) -> None:
    [(who, call)] = await volunteers_with_a_call(1)
    await world.follow_up(call.match, TONIGHT, seq=1, plan_id=call.plan_id)
    await plan_nudges(SOON)
    for minutes in (0, 5):
        await dispatch_due(telephone, TONIGHT + minutes * MINUTE, "worker")
        await fake.state.quiet()
        await fetch("update message set status = 'delivered' where status = 'sent'")
    assert fake.state.counts() == {who.phone: 2}
    assert {text.body for text in fake.state.texts} == {to_volunteer(START, "en")}


async def test_at_the_start_and_at_the_end(telephone: Telephone, fake: Fake) -> None:
    [(who, _)] = await volunteers_with_a_call(1, language="es")
    await plan_nudges(SOON)
    assert await dispatch_due(telephone, TONIGHT - MINUTE, "worker") == TONIGHT
    for at in (TONIGHT, ENDS):
        await dispatch_due(telephone, at, "worker")
        await fetch("update message set status = 'delivered' where status = 'sent'")
    assert [text.body for text in fake.state.texts] == [to_volunteer(START, "es"), to_volunteer(END, "es")]
    assert fake.state.counts() == {who.phone: 2}


@pytest.mark.parametrize("change", ["status = 'completed', ended_at = due_at", "status = 'in_progress'"])
async def test_not_when_she_has_called_or_calls(telephone: Telephone, fake: Fake, change: str) -> None:
    [(who, call)] = await volunteers_with_a_call(1)
    await plan_nudges(SOON)
    await fetch(f"update follow_up set {change} where id = $1", call.id)
    await dispatch_due(telephone, TONIGHT, "worker")
    assert ((await nudges_of(who))[START][0], fake.state.counts()) == ("cancelled", {})


async def test_not_when_a_call_of_hers_is_written_down_without_it(telephone: Telephone, fake: Fake) -> None:
    [(who, call)] = await volunteers_with_a_call(1)
    await plan_nudges(SOON)
    await world.call(call.match, now=TONIGHT + MINUTE)
    await dispatch_due(telephone, TONIGHT + 3 * MINUTE, "worker")
    assert ((await nudges_of(who))[START][0], fake.state.counts()) == ("cancelled", {})


async def test_a_call_that_was_put_off_takes_its_nudge_along(telephone: Telephone, fake: Fake) -> None:
    [(who, call)] = await volunteers_with_a_call(1)
    await plan_nudges(SOON)
    later = "update follow_up set due_at = due_at + $2, window_end_at = window_end_at + $2 where id = $1"
    await fetch(later.replace("$2", "$2::interval"), call.id, HOUR)
    await dispatch_due(telephone, TONIGHT, "worker")
    assert (await nudges_of(who))[START] == ("queued", TONIGHT + HOUR)
    assert not fake.state.requests


async def test_a_day_later_nothing_is_left_to_say(telephone: Telephone, fake: Fake) -> None:
    [(who, _)] = await volunteers_with_a_call(1)
    await plan_nudges(SOON)
    await dispatch_due(telephone, TONIGHT + timedelta(days=1), "worker")
    assert {status for status, _ in (await nudges_of(who)).values()} == {"cancelled"}
    assert not fake.state.requests

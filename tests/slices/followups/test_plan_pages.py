"""The safe-contact plan: who keeps it, that each save is dated, and that staff are asked again in time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import DAY, HOUR, NOW, follow_up_row, row, rows

from teamhope.families import jobs
from teamhope.followups.service import clear_call
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
TODAY = NOW.date()
PLAN: dict[str, Any] = {
    "contact_preference": "program_calls",
    "safe_to_call": "on",
    "voicemail": "agreed_words",
    "agreed_words": "It is Vera. I will try again.",
    "shared_with": "her mother",
    "if_someone_else_answers": "say_agreed_words",
    "code_word": "bluebird",
    "day_1": "1",
    "from_1": "09:00",
    "until_1": "18:00",
}


async def a_call(confirmed: int = 0, **family: Any) -> world.AFollowUp:
    """`confirmed` days ago."""
    phone = {"confirmed_on": TODAY - timedelta(days=confirmed)}
    request = await world.family_request(status="matched", now=NOW, contact_phone=phone, **family)
    who = await world.volunteer(password=PASSWORD, now=NOW)
    return await world.follow_up(await world.match(request, who, now=NOW), NOW + HOUR, now=NOW)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


def page_of(it: world.AFollowUp) -> str:
    return f"/families/{it.match.request.family_id}/reach/plan/{it.match.request.phone_id}"


async def asked(it: world.AFollowUp) -> list[tuple[object, ...]]:
    found = await rows(
        "select detail, status from task where contact = $1 order by opened_at, detail", it.match.request.contact_id
    )
    return [tuple(each) for each in found]


async def test_only_coordinators_keep_it(client: httpx.AsyncClient) -> None:
    it, other = await a_call(), await a_call()
    for outsider in (it.match.volunteer, await world.staff(Role.ADVOCATE)):
        await sign_in(client, outsider)
        assert (await client.get(page_of(it))).status_code == 403
        assert (await submit(client, page_of(it), page="/me", **PLAN)).status_code == 403
    await sign_in(client, await world.staff())
    strange = f"/families/{it.match.request.family_id}/reach/plan/{other.match.request.phone_id}"
    assert (await client.get(strange)).status_code == 404
    assert (await submit(client, strange, page="/me", **PLAN)).status_code == 404


async def test_a_save_is_dated_and_calls_go_on(client: httpx.AsyncClient) -> None:
    it = await a_call(confirmed=200)
    with pytest.raises(Refused, match="not_now_confirm_number"):
        await clear_call(it.match.volunteer.actor, it.id, NOW)
    assert await jobs.ask_to_reconfirm(NOW) >= 1
    await sign_in(client, await world.staff())
    texts = {"only_i_see_this_phone": "on", "safe_to_text": "on", "no_time_in_text": "on"}
    assert (await submit(client, page_of(it), **(PLAN | texts))).status_code == 303
    sql = "select confirmed_on, voicemail, no_time_in_text from contact_phone where id = $1"
    assert tuple(await row(sql, it.match.request.phone_id)) == (TODAY, "agreed_words", True)
    again = (await client.get(page_of(it))).text
    assert all(words in again for words in ("It is Vera. I will try again.", "her mother", "bluebird"))
    assert await asked(it) == [("confirm_now", "done")]
    assert (await clear_call(it.match.volunteer.actor, it.id, NOW)).number


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agreed_words": "Team HOPE called"}, "agreed_words"),
        ({"voicemail": "none"}, "if_someone_else_answers"),
        ({"safe_to_text": "on"}, "safe_to_text"),
        ({"until_1": "08:00"}, "day_1"),
    ],
)
async def test_what_cannot_be_true_is_named_and_nothing_is_saved(
    client: httpx.AsyncClient, changes: dict[str, str], field: str
) -> None:
    it = await a_call(confirmed=10)
    await sign_in(client, await world.staff())
    answer = await submit(client, page_of(it), **(PLAN | changes))
    assert (answer.status_code, f'href="#field-{field}"' in answer.text) == (422, True)
    kept = await row("select confirmed_on from contact_phone where id = $1", it.match.request.phone_id)
    assert kept["confirmed_on"] == TODAY - 10 * DAY


async def test_a_family_that_calls_us_is_called_no_more(client: httpx.AsyncClient) -> None:
    it = await a_call()
    await sign_in(client, await world.staff())
    await submit(client, page_of(it), **(PLAN | {"contact_preference": "they_call_us"}))
    assert (await follow_up_row(it.id))["status"] == "cancelled"


async def test_a_blocked_persons_line_gets_no_plan(client: httpx.AsyncClient) -> None:
    it = await a_call()
    await world.blocked_person(it.match.request.family_id, phone=it.match.request.number)
    await sign_in(client, await world.staff())
    assert (await submit(client, page_of(it), **PLAN)).status_code == 409


async def test_staff_are_asked_once_before_the_end_and_once_after_it() -> None:
    it, young = await a_call(confirmed=165), await a_call(confirmed=160)
    await jobs.ask_to_reconfirm(NOW)
    assert (await asked(it), await asked(young)) == ([], [])
    tomorrow = NOW + DAY
    for _ in range(2):
        await jobs.ask_to_reconfirm(tomorrow)
    assert await asked(it) == [("confirm_soon", "open")]
    await rows("update task set status = 'dropped', closed_at = opened_at where contact = $1 returning id",
               it.match.request.contact_id)  # fmt: skip
    await jobs.ask_to_reconfirm(tomorrow + DAY)
    assert await asked(it) == [("confirm_soon", "dropped")]
    for _ in range(2):
        await jobs.ask_to_reconfirm(NOW + 16 * DAY)
    assert await asked(it) == [("confirm_soon", "dropped"), ("confirm_now", "open")]


async def test_nobody_is_asked_about_a_closed_family_or_one_that_calls_us() -> None:
    closed = await a_call(confirmed=300, family={"status": "closed"})
    calls_us = await a_call(confirmed=300, contact={"contact_preference": "they_call_us"})
    await jobs.ask_to_reconfirm(NOW)
    assert await asked(closed) + await asked(calls_us) == []

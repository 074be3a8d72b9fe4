"""How a family may be reached: who may change it, and what that does to numbers and promised calls."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import HOUR, NOW, follow_up_row, row, rows

from teamhope.followups.service import clear_call
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def it(db: Addresses) -> world.AFollowUp:
    request = await world.family_request(status="matched", now=NOW)
    who = await world.volunteer(password=PASSWORD, now=NOW)
    return await world.follow_up(await world.match(request, who, now=NOW), NOW + HOUR, now=NOW)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def cora(client: httpx.AsyncClient, db: Addresses) -> httpx.AsyncClient:
    await sign_in(client, await world.staff())
    return client


def page_of(it: world.AFollowUp) -> str:
    return f"/families/{it.match.request.family_id}/reach"


async def test_neither_volunteers_nor_advocates_change_it(client: httpx.AsyncClient, it: world.AFollowUp) -> None:
    path, number = page_of(it), it.match.request.phone_id
    assert (await client.get(path)).status_code == 303
    for outsider in (it.match.volunteer, await world.staff(Role.ADVOCATE)):
        await sign_in(client, outsider)
        assert (await client.get(path)).status_code == 403
        for act in ("consents", "numbers", f"numbers/{number}/confirm", f"numbers/{number}/stop"):
            assert (await submit(client, f"{path}/{act}", page="/")).status_code == 403


async def test_another_familys_numbers_and_people_are_not_there(cora: httpx.AsyncClient, it: world.AFollowUp) -> None:
    path, other = page_of(it), await world.family_request(now=NOW)
    for act in ("confirm", "stop"):
        answer = await submit(cora, f"{path}/numbers/{other.phone_id}/{act}", page=path)
        assert answer.status_code == 404
    said = {"contact": other.contact_id, "kind": "voice_call", "said": "no"}
    assert (await submit(cora, f"{path}/consents", page=path, **said)).status_code == 404
    new = {"whose": other.contact_id, "phone": "202-555-0143"}
    assert (await submit(cora, f"{path}/numbers", page=path, **new)).status_code == 404
    assert (await cora.get(f"/families/{uuid4()}/reach")).status_code == 404


async def test_what_the_family_takes_back_cancels_its_calls(cora: httpx.AsyncClient, it: world.AFollowUp) -> None:
    path = page_of(it)
    said = {"contact": it.match.request.contact_id, "kind": "voice_call", "said": "no", "method": "written"}
    assert (await submit(cora, f"{path}/consents", page=path, **said)).status_code == 303
    assert (await follow_up_row(it.id))["status"] == "cancelled"
    assert "Phone calls," not in (await cora.get(path)).text
    await submit(cora, f"{path}/consents", page=path, **(said | {"said": "yes"}))
    given = await rows(
        "select granted from consent where contact = $1 and kind = 'voice_call' order by at, granted",
        it.match.request.contact_id,
    )
    assert [each["granted"] for each in given] == [False, True, True]


async def test_an_old_number_is_confirmed_and_calls_go_on(cora: httpx.AsyncClient, it: world.AFollowUp) -> None:
    path, number, volunteer = page_of(it), it.match.request.phone_id, it.match.volunteer.actor
    await rows("update contact_phone set confirmed_on = '2025-01-01' where id = $1 returning id", number)
    with pytest.raises(Refused, match="not_now_confirm_number"):
        await clear_call(volunteer, it.id, NOW)
    assert (await submit(cora, f"{path}/numbers/{number}/confirm", page=path)).status_code == 303
    assert (await clear_call(volunteer, it.id, NOW)).number == it.match.request.number


async def test_a_number_is_stopped_and_only_the_familys_word_brings_it_back(
    cora: httpx.AsyncClient, it: world.AFollowUp
) -> None:
    path, asked = page_of(it), it.match.request
    await submit(cora, f"{path}/numbers/{asked.phone_id}/stop", page=path)
    again = await submit(cora, f"{path}/numbers", page=path, whose=asked.contact_id, phone=asked.number)
    assert again.status_code == 422, "a stopped number does not come back as a new one"
    assert (await row("select count(*) as n from contact_phone where family = $1", asked.family_id))["n"] == 1
    await submit(cora, f"{path}/numbers/{asked.phone_id}/confirm", page=path)
    assert (await row("select stopped_at from contact_phone where id = $1", asked.phone_id))["stopped_at"] is None


async def test_a_blocked_persons_line_is_neither_added_nor_confirmed(
    cora: httpx.AsyncClient, it: world.AFollowUp
) -> None:
    path, asked, theirs = page_of(it), it.match.request, world.a_phone(world.number())
    await world.blocked_person(asked.family_id, phone=theirs)
    added = await submit(cora, f"{path}/numbers", page=path, whose=asked.contact_id, phone=theirs)
    assert added.status_code == 422
    await world.blocked_person(asked.family_id, phone=asked.number)
    assert (await submit(cora, f"{path}/numbers/{asked.phone_id}/confirm", page=path)).status_code == 409


async def test_a_new_number_is_used_where_the_old_one_was_stopped(cora: httpx.AsyncClient, it: world.AFollowUp) -> None:
    path, asked = page_of(it), it.match.request
    await submit(cora, f"{path}/numbers/{asked.phone_id}/stop", page=path)
    new = world.a_phone(world.number())
    added = await submit(cora, f"{path}/numbers", page=path, whose=asked.contact_id, phone=new)
    assert added.status_code == 303
    assert (await clear_call(it.match.volunteer.actor, it.id, NOW)).number == new

"""The pages of a call that is put through: who may see them, what they say, and the form that knows it already."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.calls.kit import HIDDEN, calls_of
from tests.slices.telephone.kit import NOW, PAGES, due, phone_call, rows, she, statuses, tapped, they, work

from teamhope.accounts.rules import keeps_alive
from teamhope.calls import service_keypad, service_ring
from teamhope.calls.service_not_logged import ask_to_log
from teamhope.settings import Settings
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("fake")


@asynccontextmanager
async def at(who: object, settings: Settings = PAGES) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(settings, now=lambda: NOW) as client:
        await sign_in(client, who)  # type: ignore[arg-type]
        yield client


def without_spaces(text: str) -> str:
    return re.sub(r"\D", "", text)


class TestOutsiders:
    async def test_anonymous(self) -> None:
        it = await tapped()
        async with browser(PAGES, now=lambda: NOW) as client:
            for path in ("", "/state"):
                assert (await client.get(f"/calls/{it.id}/ring{path}")).status_code in {303, 401}
            for path in ("", "/stop", "/advocate"):
                assert (await client.post(f"/calls/{it.id}/ring{path}")).status_code in {303, 401, 403}
        assert await statuses(it) == {"volunteer": "queued"}

    async def test_another_volunteer(self) -> None:
        it = await tapped()
        other = await world.volunteer(password=PASSWORD, now=NOW)
        async with at(other) as client:
            for path in ("", "/state"):
                assert (await client.get(f"/calls/{it.id}/ring{path}")).status_code == 404
            for path in ("", "/stop", "/advocate"):
                answer = await submit(client, f"/calls/{it.id}/ring{path}", page="/me")
                assert answer.status_code == 404
        assert await statuses(it) == {"volunteer": "queued"}
        assert (await phone_call(it))["ended_at"] is None

    @pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADVOCATE, Role.ADMIN, Role.AUDITOR])
    async def test_roles_that_call_nobody(self, role: Role) -> None:
        it = await tapped()
        async with at(await world.staff(role)) as client:
            assert (await client.get(f"/calls/{it.id}/ring")).status_code == 403

    async def test_a_coordinator_calls_as_before(self) -> None:
        it = await due()
        async with at(await world.staff(Role.COORDINATOR)) as client:
            page = await client.get(f"/calls/{it.id}/place")
            assert "/ring" not in page.text
            assert (await submit(client, f"/calls/{it.id}/ring", page=f"/calls/{it.id}/place")).status_code == 404

    async def test_rows_are_seen_by_her_and_staff_alone(self) -> None:
        it = await tapped()
        seen = await service_ring.not_logged(it.match.volunteer.actor)
        assert seen == []
        other = (await due()).match.volunteer
        async with at(other) as client:
            assert it.match.request.first_name not in (await client.get("/")).text


class TestPutThrough:
    async def test_from_today(self) -> None:
        it = await due()
        async with at(it.match.volunteer) as client:
            answer = await submit(client, f"/calls/{it.id}/ring", page="/")
            assert answer.headers["location"] == f"/calls/{it.id}/ring"
            page = (await client.get(answer.headers["location"])).text
        assert "Your telephone rings now." in page
        assert "Leave no message" in page
        assert "I changed my mind" in page
        assert without_spaces(it.match.request.number) not in without_spaces(page)
        assert await statuses(it) == {"volunteer": "queued"}

    async def test_from_the_page_before_a_call(self) -> None:
        it = await due()
        async with at(it.match.volunteer) as client:
            page = (await client.get(f"/calls/{it.id}/place")).text
            assert f'action="/calls/{it.id}/ring"' in page
            assert "Nobody sees it: they see the number of the program." in page
            assert (await submit(client, f"/calls/{it.id}/place")).status_code == 200  # the other way stays

    async def test_without_a_telephone_of_ours_the_number_is_shown_as_before(self) -> None:
        it = await due()
        async with at(it.match.volunteer, Settings()) as client:
            for path in ("/", f"/calls/{it.id}/place"):
                assert "/ring" not in (await client.get(path)).text
            refused = await submit(client, f"/calls/{it.id}/ring", page=f"/calls/{it.id}/place")
            assert refused.status_code == 409
            assert "No telephone is set up here." in refused.text

    async def test_without_a_telephone_of_hers(self) -> None:
        it = await due()
        await rows("update person set phone = null, phone_index = null where id = $1", it.match.volunteer.person_id)
        async with at(it.match.volunteer) as client:
            assert f"/calls/{it.id}/ring" not in (await client.get("/")).text
            refused = await submit(client, f"/calls/{it.id}/ring", page=f"/calls/{it.id}/place")
            assert refused.status_code == 409
            assert "We do not know your telephone number." in refused.text

    async def test_while_another_call_of_hers_is_under_way(self) -> None:
        it = await tapped()
        match = await world.match(await world.family_request(status="matched", now=NOW), it.match.volunteer, now=NOW)
        second = await world.follow_up(match, NOW, status="due", now=NOW)
        async with at(it.match.volunteer) as client:
            refused = await submit(client, f"/calls/{second.id}/ring", page="/")
            assert refused.status_code == 409
            assert "Another call is under way" in refused.text

    async def test_the_part_that_changes_is_asked_for_while_it_is_under_way(
        self, fake: Fake, telephone: Telephone
    ) -> None:
        it = await tapped()
        async with at(it.match.volunteer) as client:
            assert 'hx-trigger="every 3s"' in (await client.get(f"/calls/{it.id}/ring/state")).text
            she(fake, it, lift="no_answer")
            await work(fake, telephone)
            after = (await client.get(f"/calls/{it.id}/ring/state")).text
            assert "hx-trigger" not in after
            assert "Your telephone was not answered" in after

    def test_who_only_looks_is_not_there_for_that(self) -> None:
        assert not keeps_alive("/calls/1/ring/state", "GET")
        assert keeps_alive("/calls/1/ring", "GET")

    async def test_she_changes_her_mind(self) -> None:
        it = await tapped()
        async with at(it.match.volunteer) as client:
            answer = await submit(client, f"/calls/{it.id}/ring/stop", page=f"/calls/{it.id}/ring")
            assert answer.headers["location"] == "/?done=call_stopped"
        assert (await phone_call(it))["ended_at"] == NOW

    async def test_why_it_was_refused_is_said(self, fake: Fake, telephone: Telephone) -> None:
        it = await tapped()
        await rows("update family set held_at = now(), hold_reason = 'death' where id = $1", it.match.request.family_id)
        she(fake, it, "1")
        await work(fake, telephone)
        async with at(it.match.volunteer) as client:
            page = (await client.get(f"/calls/{it.id}/ring")).text
        assert "Try again" in page
        assert "hx-trigger" not in page


class TestNotLogged:
    async def talked(self, fake: Fake, telephone: Telephone) -> world.AFollowUp:
        it = await tapped()
        she(fake, it, "1", "#")
        they(fake, it)
        await work(fake, telephone)
        return it

    async def test_today_says_so_and_the_form_knows_the_call(self, fake: Fake, telephone: Telephone) -> None:
        it = await self.talked(fake, telephone)
        carried = await phone_call(it)
        path = f"/calls/{it.id}/log"
        async with at(it.match.volunteer) as client:
            assert "You called. It is not logged yet." in (await client.get("/")).text
            form = (await client.get(path)).text
            assert 'name="talk_minutes" ' in form
            assert 'value="12"' in form
            fields = dict(HIDDEN.findall(form))
            assert fields["key"] == str(carried["id"])
            answer = await submit(client, path, **fields, outcome="reached", talk_minutes="12")
            assert answer.status_code == 303, answer.text
            assert "It is not logged yet." not in (await client.get("/")).text
        [call] = await calls_of(it)
        assert (call["placed_via"], call["talk_seconds"]) == ("masked_bridge", 720)
        assert (await phone_call(it))["call"] == call["id"]

    async def test_logged_by_key_while_the_form_stood_open(self, fake: Fake, telephone: Telephone) -> None:
        it = await self.talked(fake, telephone)
        path = f"/calls/{it.id}/log"
        async with at(it.match.volunteer) as client:
            fields = dict(HIDDEN.findall((await client.get(path)).text))
            [call] = await service_ring.not_logged(it.match.volunteer.actor)
            await service_keypad.log_by_key(
                it.match.volunteer.actor, call, Outcome.NO_ANSWER, NOW, ZoneInfo("America/New_York")
            )
            answer = await submit(client, path, **fields, outcome="reached")
            assert answer.status_code == 409
            assert "This call is logged already" in answer.text
        assert [call["outcome"] for call in await calls_of(it)] == ["no_answer"]

    async def test_one_that_was_logged_otherwise_is_not_asked_for(self, fake: Fake, telephone: Telephone) -> None:
        it = await self.talked(fake, telephone)
        await rows("update phone_call set cleared_at = $2 where follow_up = $1", it.id, NOW - timedelta(hours=1))
        await world.call(it.match, now=NOW, follow_up=it.id)
        assert await service_ring.not_logged(it.match.volunteer.actor) == []

    async def test_after_a_day_a_coordinator_is_asked_once(self, fake: Fake, telephone: Telephone) -> None:
        it = await self.talked(fake, telephone)
        about_it = ("select kind, detail from task where volunteer = $1", it.match.volunteer.id)
        await ask_to_log(NOW + timedelta(hours=23))
        assert await rows(*about_it) == []
        for hours in (25, 26):
            await ask_to_log(NOW + timedelta(hours=hours))
        assert [tuple(row) for row in await rows(*about_it)] == [("other", "call_not_logged")]

"""The note that is being typed: for its writer alone, kept over sign-outs, never overwritten unseen."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import submit
from tests.slices.calls.kit import HIDDEN, NOW, at_the_browser, calls_of, due, fill_in, rows

from teamhope.calls.rules_drafts import KEPT_FOR
from teamhope.calls.service_drafts import delete_old_drafts, unfinished

pytestmark = pytest.mark.usefixtures("db")
NOTE = "Her sister is staying, quill4."


async def type_in(client: httpx.AsyncClient, it: world.AFollowUp, note: str, **hidden: object) -> httpx.Response:
    """The note field's own request: it takes the whole form along."""
    page = f"/calls/{it.id}/log"
    fields = {"key": uuid4(), "draft_version": 0, "outcome": "reached", "talk_minutes": "7"} | hidden
    return await submit(client, f"/drafts/{it.id}", page=page, note=note, **fields)


async def drafts(it: world.AFollowUp) -> list[object]:
    return await rows("select * from call_draft where follow_up = $1", it.id)


async def test_another_person_at_the_same_computer_sees_nothing() -> None:
    it, staff = await due(), await world.staff()
    async with at_the_browser(it.match.volunteer) as client:
        assert (await type_in(client, it, NOTE)).status_code == 200
    async with at_the_browser(staff) as client:
        assert NOTE not in (await client.get(f"/calls/{it.id}/log")).text
    assert await unfinished(staff.actor) == []
    assert await unfinished(it.match.volunteer.actor) == [it.id]


async def test_it_is_sealed_and_says_when_it_was_saved() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await type_in(client, it, NOTE)
    assert "Draft saved at 12:30 PM" in answer.text
    assert 'id="draft-version" name="draft_version" value="1" hx-swap-oob="true"' in answer.text
    (draft,) = await drafts(it)
    assert b"sister" not in draft["note"]  # type: ignore[index]


async def test_it_outlives_the_session_and_ends_with_the_log() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        await type_in(client, it, NOTE)
        await submit(client, "/logout", page="/me")
    async with at_the_browser(it.match.volunteer) as client:
        form = (await client.get(f"/calls/{it.id}/log")).text
        assert NOTE in form
        assert (await fill_in(client, it, outcome="reached", note=NOTE)).status_code == 303
    assert await drafts(it) == []


async def test_an_emptied_note_leaves_no_draft() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        await type_in(client, it, NOTE)
        assert "Draft saved" not in (await type_in(client, it, "", draft_version=1)).text
    assert await drafts(it) == []


async def test_a_window_never_conflicts_with_itself() -> None:
    it, key = await due(), uuid4()
    async with at_the_browser(it.match.volunteer) as client:
        for note in (NOTE, NOTE + " She sleeps", NOTE + " She sleeps better."):
            assert (await type_in(client, it, note, key=key)).status_code == 200


async def test_a_second_window_is_told_and_shown_both_texts() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        await type_in(client, it, NOTE)
        clash = await type_in(client, it, "Something else entirely, quill5.")
        assert clash.status_code == 409
        assert NOTE in clash.text
        assert "Something else entirely, quill5." in clash.text


async def test_a_window_that_has_read_the_note_goes_on_with_it() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        await type_in(client, it, NOTE)
        hidden = dict(HIDDEN.findall((await client.get(f"/calls/{it.id}/log")).text))
        assert hidden["draft_version"] == "1"
        assert (await type_in(client, it, NOTE + " More.", **hidden)).status_code == 200


async def test_saving_the_call_does_not_lose_what_another_window_has_written() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        before = dict(HIDDEN.findall((await client.get(f"/calls/{it.id}/log")).text))
        await type_in(client, it, NOTE)
        asked = await fill_in(client, it, **before, outcome="reached", note="Something else, quill6.")
        assert asked.status_code == 409
        assert NOTE in asked.text
        assert "Something else, quill6." in asked.text
        assert await calls_of(it) == []
        now = dict(HIDDEN.findall(asked.text))
        answer = await fill_in(client, it, **now, outcome="reached", note="Something else, quill6.")
        assert answer.status_code == 303


async def test_after_three_days_it_is_gone() -> None:
    old, fresh = await due(), await due()
    async with at_the_browser(old.match.volunteer, NOW - KEPT_FOR) as client:
        await type_in(client, old, NOTE)
    async with at_the_browser(fresh.match.volunteer, NOW - KEPT_FOR + timedelta(seconds=1)) as client:
        await type_in(client, fresh, NOTE)
    async with at_the_browser(old.match.volunteer) as client:
        assert NOTE not in (await client.get(f"/calls/{old.id}/log")).text
    assert await delete_old_drafts(NOW) == 1
    assert (await drafts(old), len(await drafts(fresh))) == ([], 1)
    assert await delete_old_drafts(NOW) == 0

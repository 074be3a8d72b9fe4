"""A cover person's call is put through as the volunteer's would be, while she is asked for it and no longer."""

import pytest
from tests.app_kit import browser
from tests.slices.calls.kit import calls_of
from tests.slices.followups.kit import watch_promises
from tests.slices.followups.test_cover_calls import UNCOVERED_AT, Story, a_story
from tests.slices.telephone.kit import SETTINGS, legs
from tests.slices.telephone.test_voice_hooks import ask, her_leg

from teamhope.calls import service_ring
from teamhope.telephony.fake import Fake
from teamhope.vocabulary.errors import NotFound


async def rung(story: Story) -> None:
    await watch_promises(UNCOVERED_AT)
    await service_ring.ring(story.cover.actor, story.promised.id, UNCOVERED_AT)


async def test_before_she_is_asked_nobody_is_rung(fake: Fake) -> None:
    story = await a_story()
    with pytest.raises(NotFound):
        await service_ring.ring(story.cover.actor, story.promised.id, UNCOVERED_AT)


async def test_her_own_telephone_rings_and_her_key_logs_it_as_hers(fake: Fake) -> None:
    story = await a_story()
    await rung(story)
    assert (await legs(story.promised))["volunteer"]["person"] == story.cover.person_id
    leg_id = await her_leg(story.promised)
    async with browser(SETTINGS, now=lambda: UNCOVERED_AT) as web:
        await ask(web, leg_id)
        assert "<Conference" in (await ask(web, leg_id, "key", Digits="1")).text
        assert "saved" in (await ask(web, leg_id, "outcome", Digits="1")).text
    [call] = await calls_of(story.promised)
    assert (call["volunteer"], call["outcome"], call["placed_via"]) == (story.cover.id, "reached", "masked_bridge")


async def test_the_volunteer_does_not_see_that_call(fake: Fake) -> None:
    story = await a_story()
    await rung(story)
    with pytest.raises(NotFound):
        await service_ring.look(story.match.volunteer.actor, story.promised.id)
    assert (await service_ring.look(story.cover.actor, story.promised.id)).subject.match_id == story.match.id

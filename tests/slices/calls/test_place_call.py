"""Before the call: how to speak, then the number, and never the number before."""

import re

import pytest
from tests import world
from tests.app_kit import submit
from tests.slices.calls.kit import NOW, at_the_browser, due, rows

from teamhope.calls.web import dial, spoken
from teamhope.tables.families import ContactPhone
from teamhope.vocabulary.families import ConsentKind

pytestmark = pytest.mark.usefixtures("db")


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


async def test_the_number_is_not_in_any_page_before_it_is_asked_for() -> None:
    it = await due(contact={"answers_blocked_numbers": True})
    request = it.match.request
    async with at_the_browser(it.match.volunteer) as client:
        before = (await client.get(f"/calls/{it.id}/place")).text
        assert request.first_name in before
        assert "Leave no message" in before
        assert "Show the number and call" in before
        assert digits(request.number)[1:] not in digits(before)
        shown = await submit(client, f"/calls/{it.id}/place")
        assert shown.status_code == 200
        assert f'href="tel:*67{request.number[1:]}"' in shown.text
        log = re.search(r'href="(/calls/[^"]*/log\?started=[^"]*)"', shown.text)
        assert log
        form = (await client.get(log[1].replace("%3A", ":"))).text
        assert digits(request.number)[1:] not in digits(form)
        assert 'name="talk_minutes"' in form
    (call,) = await rows("select status from follow_up where id = $1", it.id)
    assert call["status"] == "in_progress"


async def test_the_exact_agreed_words_and_nothing_else() -> None:
    words = "This is Ana. Please call me when you can."
    it = await due(consents=(*world.AGREED_KINDS, ConsentKind.VOICEMAIL))
    await agree(it, words)
    async with at_the_browser(it.match.volunteer) as client:
        for page in (await client.get(f"/calls/{it.id}/place"), await submit(client, f"/calls/{it.id}/place")):
            assert f"“{words}”" in page.text
            assert "Leave no message" not in page.text


async def agree(it: world.AFollowUp, words: str) -> None:
    phone = it.match.request.phone_id
    await rows(
        "update contact_phone set voicemail = 'agreed_words', agreed_words = $2 where id = $1",
        phone,
        ContactPhone.agreed_words.seal(phone, words),
    )


async def test_words_without_consent_to_voicemail_are_not_offered() -> None:
    it = await due()
    await agree(it, "This is Ana.")
    async with at_the_browser(it.match.volunteer) as client:
        page = (await client.get(f"/calls/{it.id}/place")).text
    assert "This is Ana." not in page
    assert "Leave no message" in page


@pytest.mark.parametrize(
    ("rule", "words"),
    [("hang_up", "Hang up. Say nothing."), ("ask_for_contact", "by first name"), ("say_agreed_words", "hang up")],
)
async def test_what_to_do_if_someone_else_answers(rule: str, words: str) -> None:
    it = await due(contact={"if_someone_else_answers": rule})
    async with at_the_browser(it.match.volunteer) as client:
        assert words in (await client.get(f"/calls/{it.id}/place")).text


async def test_a_refusal_says_when_the_next_call_is_allowed_in_both_zones_and_shows_no_number() -> None:
    night = NOW.replace(hour=9)  # 2:00 AM in Denver
    it = await due(now=night)
    async with at_the_browser(it.match.volunteer, night) as client:
        refused = await submit(client, f"/calls/{it.id}/place")
    assert refused.status_code == 409
    assert "9:00 AM where they are (Mountain Time) · 10:00 AM where you are (Central Time)" in refused.text
    assert digits(it.match.request.number)[1:] not in digits(refused.text)
    assert "Show the number" not in refused.text


async def test_what_cannot_heal_by_waiting_is_refused_too() -> None:
    it = await due(family={"held_at": NOW})
    async with at_the_browser(it.match.volunteer) as client:
        refused = await submit(client, f"/calls/{it.id}/place")
    assert refused.status_code == 409
    assert "tel:" not in refused.text


@pytest.mark.parametrize(
    ("number", "prefix", "dialled", "read"),
    [
        ("+13035550142", "*67", "*6713035550142", "(303) 555-0142"),
        ("+13035550142", "", "+13035550142", "(303) 555-0142"),
        ("+525555550142", "*67", "+525555550142", "+525555550142"),
    ],
)
def test_how_a_number_is_dialled_and_read(number: str, prefix: str, dialled: str, read: str) -> None:
    assert (dial(number, prefix), spoken(number)) == (dialled, read)

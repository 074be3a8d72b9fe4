"""Pages of a new request: outsiders first, then the steps, what they refuse, and a form sent twice."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests import world
from tests.app_kit import CSRF, PASSWORD, TESTS, browser, sign_in

from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.families import ContactPhone, Family, SupportRequest
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
PATH = "/requests/new"
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')

WHO = {"first_name": "Fay", "relation": "mother", "language_1": "es", "level_1": "native", "level_2": "conversational"}
WHO |= {"phone": "+1 919 555 0199", "phone_kind": "mobile", "source": "advocate"}
EXPERIENCE = {
    "case_type": "CSE",
    "subtypes": ["csam", "trafficking"],
    "child_age_band": "13-15",
    "child_gender": "girl",
}
EXPERIENCE |= {"trajectory": "exploited_minor_at_home", "event_month": "2025-03"}
REACH = {"contact_preference": "program_calls", "safe_to_call": "on", "voicemail": "agreed_words"}
REACH |= {"agreed_words": "Hi, call me back", "if_someone_else_answers": "hang_up", "timezone": "America/Denver"}
REACH |= {"state": "CO", "day_1": "0", "from_1": "18:00", "until_1": "20:00"}
TEXTS = {"only_i_see_this_phone": "on", "safe_to_text": "on", "no_time_in_text": "on"}
CONSENT = {"consents": ["peer_match", "voice_call"], "method": "written", "wording_version": "2026-01"}
CONSENT |= {"blocked_name_2": "Rex", "blocked_relation_2": "uncle", "blocked_scope_2": "no_release"}
WISHES = {"gender": "woman", "gender_strength": "required", "match_mode": "one_to_one", "urgency": "urgent"}


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        await sign_in(client, await world.staff())
        yield client


async def press(client: httpx.AsyncClient, shown: httpx.Response, go: str, **typed: Any) -> httpx.Response:
    """Sends the form that a page shows with what was typed, its hidden fields as they are."""
    data: dict[str, Any] = {}
    for name, value in FIELD.findall(shown.text):
        data.setdefault(name, []).append(html.unescape(value))
    return await client.post(PATH, data=data | typed | {"go": go})


async def to_check(client: httpx.AsyncClient, **who: str) -> httpx.Response:
    shown = await client.get(PATH)
    for answers in (WHO | {"phone": world.a_phone(world.number())} | who, EXPERIENCE, REACH | TEXTS, CONSENT, WISHES):
        shown = await press(client, shown, "next", **answers)
        assert shown.status_code == 200, shown.text
    return shown


async def requests_saved() -> int:
    async with acting_as(TESTS):
        return int(await SupportRequest.count())


async def test_strangers_volunteers_and_leadership_enter_nothing(db: Addresses) -> None:
    async with browser() as client:
        assert (await client.get(PATH)).status_code == 303
        await sign_in(client, await world.volunteer(password=PASSWORD))
        assert (await client.get(PATH)).status_code == 403
        await sign_in(client, await world.staff(Role.LEADERSHIP))
        assert (await client.get(PATH)).status_code == 403
        token = CSRF.search((await client.get("/me")).text)
        assert token
        sent = await client.post(PATH, data={"_csrf_token": token[1], "go": "save", "step": "check", **WHO})
        assert sent.status_code == 403
    assert await requests_saved() == 0


async def test_five_steps_and_a_check_save_one_request_with_every_answer(client: httpx.AsyncClient) -> None:
    check = await to_check(client)
    for words in (
        "Fay",
        "“Hi, call me back”",
        "Rex",
        "Mountain Time",
        "Monday 6:00 PM–8:00 PM",
        "Urgent",
        "Yes, without",
    ):
        assert words in html.unescape(check.text)
    saved = await press(client, check, "save")
    assert saved.status_code == 303, saved.text
    path = saved.headers["location"]
    assert path.endswith("?done=request_saved")
    async with acting_as(TESTS):
        row = await SupportRequest.select().where(SupportRequest.id == path[10:46]).first()
        phone = await ContactPhone.select().where(ContactPhone.family == row["family"]).first()
        assert ContactPhone.agreed_words.unseal(phone["id"], phone["agreed_words"]) == "Hi, call me back"
        assert phone["no_time_in_text"]
    assert (row["status"], row["urgency"]) == ("ready", "urgent")
    shown = await client.get(path)
    assert shown.status_code == 200
    assert "Find a volunteer" in shown.text


async def test_saving_twice_saves_once(client: httpx.AsyncClient) -> None:
    check = await to_check(client)
    before = await requests_saved()
    first, second = await press(client, check, "save"), await press(client, check, "save")
    assert first.headers["location"] == second.headers["location"]
    assert await requests_saved() == before + 1


async def test_back_keeps_what_was_typed_and_nothing_stands_in_an_address_or_cookie(
    client: httpx.AsyncClient,
) -> None:
    shown = await press(client, await client.get(PATH), "next", **WHO)
    back = await press(client, shown, "who", case_type="FA", trajectory="still_missing")
    assert back.status_code == 200
    assert 'value="Fay"' in back.text
    again = await press(client, back, "next", **WHO)
    assert re.search(r'value="FA"\s+checked', again.text)
    assert "Fay" not in str(again.url) + str(dict(client.cookies))


@pytest.mark.parametrize(
    ("step", "changes", "field"),
    [
        (0, {"first_name": " "}, "first_name"),
        (0, {"phone": "12"}, "phone"),
        (0, {"relation": "robot"}, "relation"),
        (1, {"subtypes": ["international"]}, "subtypes"),
        (1, {"event_month": "2099-01"}, "event_month"),
        (2, {"agreed_words": "Team HOPE here"}, "agreed_words"),
        (2, {"day_2": "1"}, "day_2"),
        (2, {"until_1": "17:00"}, "day_1"),
        (2, {"timezone": "EST"}, "timezone"),
        (2, {"safe_to_text": "on"}, "safe_to_text"),
        (3, {"blocked_name_2": "", "blocked_relation_2": "uncle"}, "blocked_name_2"),
        (3, {"blocked_phone_2": "12"}, "blocked_phone_2"),
        (4, {"community": "bowling"}, "community"),
    ],
)
async def test_a_step_is_left_only_when_its_answers_can_be_true(
    client: httpx.AsyncClient, step: int, changes: dict[str, Any], field: str
) -> None:
    shown = await client.get(PATH)
    answers = [WHO, EXPERIENCE, REACH, CONSENT, WISHES]
    for each in answers[:step]:
        shown = await press(client, shown, "next", **each)
    refused = await press(client, shown, "next", **(answers[step] | changes))
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert 'name="first_name"' in refused.text


async def test_a_blocked_persons_number_goes_back_to_the_step_that_asks_for_it(client: httpx.AsyncClient) -> None:
    number = world.a_phone(world.number())
    check = await to_check(client, phone=number)
    request = await world.family_request()
    await world.blocked_person(request.family_id, phone=number)
    before = await requests_saved()
    refused = await press(client, check, "save")
    assert refused.status_code == 422
    assert 'href="#field-phone"' in refused.text
    assert await requests_saved() == before


async def test_the_same_family_is_shown_beside_the_new_one_before_anything_is_saved(client: httpx.AsyncClient) -> None:
    known = await world.family_request(first_name="Faye")
    before = await requests_saved()
    check = await to_check(client, phone=known.number)
    assert known.family_no in check.text
    assert "Faye" in check.text
    assert "Same phone number" in check.text
    assert await requests_saved() == before


async def test_fields_nobody_asked_for_are_not_carried(client: httpx.AsyncClient) -> None:
    shown = await press(client, await client.get(PATH), "next", **WHO, evil="<script>")
    assert shown.status_code == 200
    assert "evil" not in shown.text
    odd = await press(client, shown, "nowhere", form_key="not a key", step="no step")
    assert odd.status_code == 200
    async with acting_as(TESTS):
        assert not await Family.exists().where(Family.family_no == "evil")

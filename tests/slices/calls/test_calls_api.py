"""POST /api/v1/calls, as programs use it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser
from tests.slices.calls.kit import NOW, calls_of, due

from teamhope.accounts import service as accounts
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


def body(it: world.AFollowUp, **over: object) -> dict[str, Any]:
    return {
        "follow_up_id": str(it.id),
        "direction": "outbound",
        "channel": "voice",
        "outcome": "reached",
        "started_at": "2026-11-24T11:05:00-07:00",
        "talk_minutes": 22,
        "language": "en",
        "topics": ["grief"],
        "needs": ["attorney"],
    } | over


async def send(holder: object, what: dict[str, Any], *, key: str | None = "", language: str = "en") -> httpx.Response:
    token = await accounts.create_token(TESTS, "tests", holder, NOW)  # type: ignore[arg-type]
    headers = {"authorization": f"Bearer {token}", "accept-language": language}
    if key is not None:
        headers["idempotency-key"] = key or str(uuid4())
    async with browser(now=lambda: NOW) as client:
        return await client.post("/api/v1/calls", json=what, headers=headers)


async def test_outsiders() -> None:
    it, other = await due(), await due()
    assert (await send(other.match.volunteer.person_id, body(it))).status_code == 404
    assert (await send(Role.LEADERSHIP, body(it))).status_code == 403
    async with browser(now=lambda: NOW) as client:
        assert (await client.post("/api/v1/calls", json=body(it))).status_code == 401
    assert await calls_of(it) == []


async def test_a_call_and_its_next_follow_up() -> None:
    it = await due()
    answer = await send(it.match.volunteer.person_id, body(it))
    assert answer.status_code == 201, answer.text
    (call,) = await calls_of(it)
    found = answer.json()
    assert found["call_id"] == str(call["id"])
    coming = found["next_follow_up"]
    assert set(coming) == {"id", "match_id", "due_at", "window", "status"}
    assert coming["due_at"] == coming["window"]["start"]
    assert coming["due_at"].endswith("-07:00")
    assert (call["talk_seconds"], call["needs"]) == (1320, ["attorney"])


async def test_the_same_key_answers_the_same_and_another_call_under_it_is_refused() -> None:
    it = await due()
    who, key = it.match.volunteer.person_id, "retry-1"
    first = await send(who, body(it), key=key)
    again = await send(who, body(it), key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await send(who, body(it, outcome="no_answer", talk_minutes=None), key=key)
    assert (other.status_code, other.json()["code"]) == (409, "same_key_other_call")
    assert len(await calls_of(it)) == 1


async def test_a_key_of_another_person_is_another_key() -> None:
    one, two = await due(), await due()
    assert (await send(one.match.volunteer.person_id, body(one), key="k")).status_code == 201
    assert (await send(two.match.volunteer.person_id, body(two), key="k")).status_code == 201


@pytest.mark.parametrize("key", [None, " ", "k" * 201])
async def test_a_key_is_required(key: str | None) -> None:
    it = await due()
    answer = await send(it.match.volunteer.person_id, body(it), key=key)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "key_needed")


@pytest.mark.parametrize(
    ("over", "field", "code"),
    [
        ({"outcome": "no_answer"}, "talk_minutes", "nobody_to_talk_with"),
        ({"outcome": "callback_requested"}, "callback_at", "say_when_to_call"),
        ({"outcome": "third_party_refused"}, "answered_by", "say_who_answered"),
        ({"direction": "inbound"}, "outcome", "for_our_calls"),
        ({"escalation_level": "urgent"}, "escalation_level", "only_in_a_crisis"),
        ({"topics": ["weather"]}, "topics", "not_a_choice"),
        ({"note": "202-555-0143"}, "note", "note_has_phone"),
        ({"follow_up_id": None}, "follow_up_id", "follow_up_or_match"),
        ({"match_id": str(uuid4())}, "follow_up_id", "follow_up_or_match"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_problems_name_field_and_code(over: dict[str, Any], field: str, code: str, language: str) -> None:
    it = await due()
    answer = await send(it.match.volunteer.person_id, body(it, **over), language=language)
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    assert (error["field"], error["code"]) == (field, code)
    assert error["message"]


@pytest.mark.parametrize(
    "over", [{"surprise": 1}, {"started_at": "2026-11-24T11:05:00"}, {"outcome": "chatted"}, {"needs": ["money"]}]
)
async def test_what_the_shape_does_not_know_is_refused(over: dict[str, Any]) -> None:
    it = await due()
    answer = await send(it.match.volunteer.person_id, body(it, **over))
    assert answer.status_code == 422
    assert await calls_of(it) == []


async def test_a_call_of_a_match_and_a_crisis_with_all_else_empty() -> None:
    it = await due()
    crisis = {"match_id": str(it.match.id), "outcome": "crisis_escalated"}
    assert (await send(it.match.volunteer.person_id, crisis)).status_code == 201
    (call,) = await calls_of(it)
    assert (call["escalation_level"], call["direction"], call["language"]) == ("imminent", "outbound", "en")


async def test_a_contact_of_another_family_is_not_there() -> None:
    it, other = await due(), await due()
    wrong = body(it, contact_id=str(other.match.request.contact_id))
    assert (await send(Role.COORDINATOR, wrong)).status_code == 404
    right = body(it, contact_id=str(it.match.request.contact_id))
    assert (await send(Role.COORDINATOR, right)).status_code == 201


async def test_a_call_of_anothers_match_is_not_there() -> None:
    it, other = await due(), await due()
    for outcome in ("reached", "crisis_escalated"):
        theirs = {"match_id": str(it.match.id), "outcome": outcome}
        assert (await send(other.match.volunteer.person_id, theirs)).status_code == 404
    assert await calls_of(it) == []


@pytest.mark.parametrize(("status", "answered"), [("accepted", 409), ("declined_by_volunteer", 409), ("closed", 201)])
async def test_before_the_introduction_there_is_no_call_to_log_but_a_crisis(status: str, answered: int) -> None:
    match = await world.match(await world.family_request(now=NOW), await world.volunteer(now=NOW), status, now=NOW)
    told = {"match_id": str(match.id), "outcome": "no_answer"}
    answer = await send(Role.COORDINATOR, told)
    assert answer.status_code == answered, answer.text
    assert (await send(Role.COORDINATOR, told | {"outcome": "crisis_escalated"})).status_code == 201

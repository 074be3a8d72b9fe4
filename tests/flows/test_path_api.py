"""The path as a program walks it with tokens, to the yearly count; and what it is told when it errs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser
from tests.slices.families.entries import entry

from teamhope.accounts import service as accounts
from teamhope.calls.rules import LoggedCall
from teamhope.calls.service import log_call
from teamhope.kit.embedded_roles import Addresses
from teamhope.reports.suppression import FEWEST_FAMILIES
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
NOW = datetime(2026, 10, 13, 23, tzinfo=UTC)  # a Tuesday: 6:00 PM in Chicago, 5:00 PM in Denver
ZONE = ZoneInfo("America/New_York")
SAME = {"case_type": "ERU", "relation": "mother", "trajectory": "recovered_longer_term"}
NOBODY = "00000000-0000-4000-8000-000000000000"
PROBLEM = "application/problem+json"
KEY_OF_FIRST = {"idempotency-key": "first of Marisol"}


@dataclass(frozen=True, slots=True)
class Path:
    """A request that waits, a volunteer for it, and a client that speaks as whom its token names."""

    client: httpx.AsyncClient
    luz: world.AVolunteer
    tokens: dict[str, dict[str, str]]

    async def send(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = self.tokens[who] | more.pop("headers", {})
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def get(self, who: str, path: str, **params: str) -> Any:
        answer = await self.send(who, "GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, body: object, **headers: str) -> Any:
        answer = await self.send(who, "POST", path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture(scope="module")
async def path(db: Addresses) -> AsyncIterator[Path]:
    luz = await world.volunteer(name="Luz", languages=(("es", "native"), ("en", "fluent")), lived=SAME, now=NOW)
    holders = {"coordinator": Role.COORDINATOR, "leadership": Role.LEADERSHIP, "luz": luz.person_id}
    tokens = {
        who: {"authorization": f"Bearer {await accounts.create_token(TESTS, who, holder, NOW)}"}
        for who, holder in holders.items()
    }
    async with browser(now=lambda: NOW) as client:
        yield Path(client, luz, tokens)


async def others_called() -> None:
    """Calls of as many families as it takes for a year's figure to be shown."""
    una = await world.volunteer(name="Una", now=NOW)
    for n in range(FEWEST_FAMILIES):
        match = await world.match(await world.family_request(status="matched", now=NOW), una, now=NOW)
        call = LoggedCall(outcome=Outcome.REACHED, match_id=match.id, started_at=NOW)
        await log_call(una.actor, call, NOW, f"other {n}", ZONE)


async def test_from_a_request_to_the_yearly_count(path: Path) -> None:
    await others_called()
    before = (await path.get("leadership", f"/reports/{NOW.year}"))["figures"]["A1"]["value"]

    request = await path.post("coordinator", "/requests", entry(case_type="ERU", subtypes=[]))
    assert (request["status"], request["missing"]) == ("ready", [])
    found = await path.get("coordinator", f"/requests/{request['id']}/candidates", limit="5")
    assert [each["volunteer_id"] for each in found["candidates"]] == [str(path.luz.id)]
    assert found["excluded"]["by_rule"] == {"H2": 1}  # Una has all the families she can take

    proposal = {"volunteer_id": str(path.luz.id), "both_said_yes": True}
    match = await path.post("coordinator", f"/requests/{request['id']}/match", proposal)
    assert match["status"] == "introduced"

    (follow_up,) = (await path.get("luz", "/follow-ups"))["items"]
    assert follow_up["match_id"] == match["match_id"]
    call = {"follow_up_id": follow_up["id"], "outcome": "reached", "talk_minutes": 20}
    logged = await path.post("luz", "/calls", call, **KEY_OF_FIRST)
    assert datetime.fromisoformat(logged["next_follow_up"]["due_at"]) > NOW
    again = await path.post("luz", "/calls", call, **KEY_OF_FIRST)
    assert again == logged
    other = await path.send("luz", "POST", "/calls", json=call | {"talk_minutes": 21}, headers=KEY_OF_FIRST)
    assert (other.status_code, other.json()["code"]) == (409, "same_key_other_call")

    after = await path.get("leadership", f"/reports/{NOW.year}")
    assert after["figures"]["A1"]["value"] == before + 1
    assert "Marisol" not in str(after)


async def test_anonymous_and_other_roles_walk_no_step(path: Path) -> None:
    for method, address in (
        ("GET", "/follow-ups"),
        ("POST", "/calls"),
        ("POST", "/requests"),
        ("GET", "/reports/2026"),
    ):
        answer = await path.client.request(method, f"/api/v1{address}")
        assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
    for who, method, address in (
        ("luz", "POST", "/requests"),
        ("luz", "GET", "/reports/2026"),
        ("leadership", "GET", "/follow-ups"),
        ("leadership", "POST", "/calls"),
        ("leadership", "GET", f"/requests/{NOBODY}/candidates"),
    ):
        assert (await path.send(who, method, address, json={})).status_code == 403


# What cannot be read, or cannot be ------------------------------------------------------------------------------------

ADDRESSES = ("/requests", f"/requests/{NOBODY}/match", "/calls")
UNREADABLE: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "no JSON": (b"{", 400),
    "deep": (b"[" * 100_000, 400),
    "deep and closed": (b"[" * 100_000 + b"]" * 100_000, 400),
    "deep objects": (b'{"a":' * 50_000, 400),
    "odd bytes": (b"\xff\xfe\x00\x01", 400),
    "odd bytes in a text": (b'{"relation": "\xff\xff"}', 400),
    "half a surrogate": (b'{"relation": "\\ud800"}', 400),
    "two megabytes": (b'{"relation": "' + b"a" * 2_000_000 + b'"}', 413),
    "a number": (b"12", 422),
    "null": (b"null", 422),
    "a list": (b"[]", 422),
    "not a number": (b'{"relation": NaN}', 400),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("address", ADDRESSES)
async def test_what_cannot_be_read_is_refused_in_words(path: Path, address: str, name: str) -> None:
    content, status = UNREADABLE[name]
    who = "luz" if address == "/calls" else "coordinator"
    headers = {"content-type": "application/json", "idempotency-key": "unreadable"}
    answer = await path.send(who, "POST", address, content=content, headers=headers)
    assert answer.headers["content-type"] == PROBLEM
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] in {"malformed", "body_too_large", "invalid"}


IMPOSSIBLE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("/requests", entry(colour="blue"), "colour"),
    ("/requests", entry(contact__colour="blue"), "colour"),
    ("/requests", entry(relation=7), "relation"),
    ("/requests", entry(relation=None), "relation"),
    ("/requests", entry(contact="Marisol"), "contact"),
    ("/requests", entry(contact__first_name="\x00"), "first_name"),
    ("/requests", entry(contact__first_name="a" * 121), "first_name"),
    ("/requests", entry(contact__phone="911"), "phone"),
    ("/requests", entry(contact__windows=[{"weekday": 7, "start": "18:00", "end": "20:00"}]), "weekday"),
    ("/requests", entry(contact__windows=[{"weekday": 0, "start": "20:00", "end": "18:00"}]), "windows"),
    ("/requests", entry(timezone="Mars/Olympus"), "timezone"),
    ("/requests", entry(event_month="2025-13"), "event_month"),
    ("/requests", entry(event_month="2099-01"), "event_month"),
    ("/requests", entry(case_type="XX"), "case_type"),
    ("/requests", entry(urgency="soonish"), "urgency"),
    (f"/requests/{NOBODY}/match", {}, "volunteer_id"),
    (f"/requests/{NOBODY}/match", {"volunteer_id": "Luz"}, "volunteer_id"),
    (f"/requests/{NOBODY}/match", {"volunteer_id": NOBODY, "both_said_yes": "yes"}, "both_said_yes"),
    ("/calls", {"outcome": "reached"}, "follow_up_id"),
    ("/calls", {"outcome": "flew", "match_id": NOBODY}, "outcome"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "talk_minutes": 1e99}, "talk_minutes"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "talk_minutes": "ten"}, "talk_minutes"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "started_at": "2026-10-13T18:00:00"}, "started_at"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "started_at": "never"}, "started_at"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "needs": ["a_car"]}, "needs"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "note": "a" * 5000}, "note"),
    ("/calls", {"outcome": "reached", "match_id": NOBODY, "mood": 3}, "mood"),
)


@pytest.mark.parametrize(("address", "body", "field"), IMPOSSIBLE)
async def test_what_cannot_be_is_refused_with_its_field(path: Path, address: str, body: object, field: str) -> None:
    who = "luz" if address == "/calls" else "coordinator"
    answer = await path.send(who, "POST", address, json=body, headers={"idempotency-key": "impossible"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), answer.text
    told = answer.json()
    assert told["code"] == "invalid"
    assert any(field in problem["field"] or field in problem["message"] for problem in told["errors"]), told["errors"]


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("coordinator", f"/requests/{NOBODY}/candidates?limit=0"),
        ("coordinator", f"/requests/{NOBODY}/candidates?limit=many"),
        ("luz", "/follow-ups?due_before=yesterday"),
        ("luz", "/follow-ups?volunteer_id=Luz"),
        ("luz", "/follow-ups?cursor=%FF%00"),
        ("leadership", "/reports/MMXXVI"),
        ("leadership", "/reports/99999"),
    ],
)
async def test_odd_addresses_are_refused_with_their_part(path: Path, who: str, address: str) -> None:
    answer = await path.send(who, "GET", address)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), answer.text
    assert answer.json()["errors"][0]["field"]


async def test_a_call_needs_its_key_and_a_match_that_is_hers(path: Path) -> None:
    call = {"outcome": "reached", "match_id": NOBODY}
    keyless = await path.send("luz", "POST", "/calls", json=call)
    assert (keyless.status_code, keyless.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    strange = await path.send("luz", "POST", "/calls", json=call, headers={"idempotency-key": "k"})
    assert (strange.status_code, strange.json()["code"]) == (404, "not_found")
    gone = await path.send("coordinator", "GET", f"/requests/{NOBODY}/candidates")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")

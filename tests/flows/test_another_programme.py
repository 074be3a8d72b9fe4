"""The path with another programme's words: bereavement support needs a file and no code."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests import world
from tests.app_kit import TESTS, browser
from tests.slices.families.entries import entry

from teamhope.accounts import service as accounts
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.programme import load_programme, programme, use_programme

NOW = datetime(2026, 10, 13, 23, tzinfo=UTC)  # a Tuesday: 6:00 PM in Chicago
ILLNESS = {"case_type": "ILLNESS", "relation": "mother", "trajectory": "later_years"}
REQUEST = {"case_type": "ILLNESS", "subtypes": ["cancer"], "relation": "mother", "trajectory": "first_year"}


@pytest.fixture(autouse=True)
def _bereavement() -> Iterator[None]:
    before = programme()
    use_programme(load_programme(Path(__file__).parent.parent / "programmes" / "bereavement.toml"))
    yield
    use_programme(before)


async def test_from_a_request_to_a_logged_call(db: Addresses) -> None:
    volunteer = await world.volunteer(languages=(("es", "native"), ("en", "fluent")), lived=ILLNESS, now=NOW)
    await world.volunteer(languages=(("es", "native"),), lived={"case_type": "ERU"}, now=NOW)  # a word of another file
    coordinator, hers = [
        {"authorization": f"Bearer {await accounts.create_token(TESTS, 'test', holder, NOW)}"}
        for holder in (Role.COORDINATOR, volunteer.person_id)
    ]
    async with browser(now=lambda: NOW) as client:
        unknown = await client.post("/api/v1/requests", headers=coordinator, json=entry(case_type="ERU", subtypes=[]))
        assert unknown.status_code == 422
        request = (await client.post("/api/v1/requests", headers=coordinator, json=entry(**REQUEST))).json()
        assert request["status"] == "ready", request
        at = f"/api/v1/requests/{request['id']}"
        found = (await client.get(f"{at}/candidates", headers=coordinator)).json()
        assert [each["volunteer_id"] for each in found["candidates"]] == [str(volunteer.id)]
        assert "Illness" in str(found["candidates"][0]["reasons"])
        proposal = {"volunteer_id": str(volunteer.id), "both_said_yes": True}
        assert (await client.post(f"{at}/match", headers=coordinator, json=proposal)).status_code == 201
        (follow_up,) = (await client.get("/api/v1/follow-ups", headers=hers)).json()["items"]
        call = {"follow_up_id": follow_up["id"], "outcome": "reached", "talk_minutes": 20, "topics": ["grief"]}
        logged = await client.post("/api/v1/calls", headers=hers | {"idempotency-key": "one"}, json=call)
        assert logged.status_code == 201, logged.text

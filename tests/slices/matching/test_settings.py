"""How matching weighs is decided in versions, by administrators; the rules that protect people are no setting."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service, service_settings
from teamhope.matching.forms_settings import answers_of
from teamhope.matching.rules_settings import MatchSettings
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import programme

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
HERE = "/admin/matching"


@pytest.fixture(autouse=True)
async def as_built_in(no_other_volunteer: None) -> None:
    await service_settings.decide(TESTS, MatchSettings(), NOW)


@pytest.fixture
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff(Role.ADMIN))
        yield client


def answers(**changed: object) -> dict[str, object]:
    codes = [each.code for each in programme().subtypes]
    return {name: str(value) for name, value in (answers_of(MatchSettings(), codes) | changed).items()}


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.COORDINATOR, Role.LEADERSHIP, Role.AUDITOR])
async def test_nobody_else_decides(role: Role) -> None:
    who = await world.volunteer(password=PASSWORD) if role is Role.VOLUNTEER else await world.staff(role)
    async with browser() as client:
        assert (await client.post(HERE, data={})).status_code in {303, 403}
        await sign_in(client, who)
        assert (await client.get(HERE)).status_code == 403


async def test_a_new_version_ranks_anew_and_is_stored_with_the_match(client: httpx.AsyncClient) -> None:
    sister = await world.volunteer(lived={"relation": "sibling", "trajectory": "recovered_reuniting"})
    mother = await world.volunteer(lived={"case_type": "LIM", "trajectory": "exploited_minor_at_home"})
    request = await world.family_request(trajectory="recovered_reuniting")
    ranked = (await service.candidates(COORDINATOR, request.id, 2, NOW)).candidates
    assert [each.volunteer_id for each in ranked] == [sister.id, mother.id]
    saved = await submit(client, HERE, **answers(weight_experience=0, weight_role=100, answer_hours=48))
    assert saved.status_code == 303
    ranked = (await service.candidates(COORDINATOR, request.id, 2, NOW)).candidates
    assert [each.volunteer_id for each in ranked] == [mother.id, sister.id]
    version = (await service_settings.show_settings(TESTS))[0].version
    match_id = await service.propose(COORDINATOR, request.id, mother.id, NOW)
    async with acting_as(TESTS):
        row = await Match.select().where(Match.id == match_id).first()
    assert row is not None
    assert (row["weights_version"], row["answer_due_at"]) == (version, NOW + timedelta(hours=48))


async def test_a_rare_circumstance_counts_more(client: httpx.AsyncClient) -> None:
    await submit(client, HERE, **answers(rarity_long_term_missing=9))
    settings = (await service_settings.show_settings(TESTS))[0]
    assert settings.rarity == {"long_term_missing": 9}
    shown = re.search(r'<input[^>]*name="rarity_long_term_missing"[^>]*>', (await client.get(HERE)).text)
    assert shown
    assert 'value="9"' in shown[0]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weight_experience": 101}, "weight_experience"),
        ({"weight_role": "-1"}, "weight_role"),
        ({"answer_hours": 0}, "answer_hours"),
        ({"answer_hours": 3, "urgent_answer_hours": 4}, "urgent_answer_hours"),
        ({"rarity_tribal": 0}, "rarity_tribal"),
        ({"rarity_unheard_of": 2}, "rarity_unheard_of"),
    ],
)
async def test_what_cannot_be_is_named_and_nothing_is_saved(
    client: httpx.AsyncClient, changed: dict[str, object], field: str
) -> None:
    before = await service_settings.show_settings(TESTS)
    answer = await submit(client, HERE, **answers(**changed))
    assert answer.status_code == 422
    assert f"#field-{field}" in answer.text or field == "rarity_unheard_of"
    assert await service_settings.show_settings(TESTS) == before


async def test_a_number_that_is_too_large_is_told_its_limit(client: httpx.AsyncClient) -> None:
    assert "Enter 100 or less." in (await submit(client, HERE, **answers(weight_role=101))).text


async def test_something_must_count() -> None:
    with pytest.raises(Invalid):
        await service_settings.decide(TESTS, MatchSettings(weights=dict.fromkeys(MatchSettings().weights, 0)), NOW)

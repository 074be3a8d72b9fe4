"""The moves of a volunteer's state: each by a button, guarded, and what is missing is said."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.families import CredentialKind
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers import service

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
THIS_MONTH = NOW.date().replace(day=1)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


async def status_of(who: world.AVolunteer) -> str:
    return (await service.load_profile(TESTS, who.id)).status


async def move(client: httpx.AsyncClient, who: world.AVolunteer, to: str) -> httpx.Response:
    return await submit(client, f"/volunteers/{who.id}/status", page=f"/volunteers/{who.id}", to=to)


async def test_strangers_volunteers_leadership_and_another_team_move_nobody(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(team=await world.team())
    path = f"/volunteers/{her.id}/status"
    assert (await client.post(path, data={"to": "on_break"})).status_code in {303, 403}
    for who in (await world.volunteer(password=PASSWORD), await world.staff(Role.LEADERSHIP)):
        await sign_in(client, who)
        assert (await submit(client, path, page="/me", to="on_break")).status_code == 403
    west = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=await world.team("West"))
    with pytest.raises(NotFound):
        await service.set_status(west, her.id, VolunteerStatus.ON_BREAK, NOW)
    assert await status_of(her) == "active"


async def test_a_coordinator_of_another_team_who_sees_her_does_not_move_her() -> None:
    east = await world.team("East")
    her = await world.volunteer(team=await world.team("West"))
    await world.match(await world.family_request(family={"team": east}), her, "closed")
    await world.match(await world.family_request(family={"team": east}), her, "unable_to_contact")
    coordinator = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=east)
    assert (await service.load_profile(coordinator, her.id)).id == her.id
    with pytest.raises(NotFound):
        await service.set_status(coordinator, her.id, VolunteerStatus.ON_BREAK, NOW)


async def test_an_applicant_becomes_a_volunteer_and_leaves(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(status="applicant")
    await sign_in(client, await world.staff())
    for to in ("screening", "training", "probation", "active", "on_break", "active", "suspended", "alumni"):
        page = (await client.get(f"/volunteers/{her.id}")).text
        assert f'name="to" value="{to}"' in page
        assert (await move(client, her, to)).status_code == 303
        assert await status_of(her) == to
    query = "select reason from audit_event where act = 'changed_volunteer' and subject = $1 order by seq"
    async with acting_as(TESTS):
        noted = [row["reason"] for row in await connection().fetch(query, her.id)]
    assert noted[:2] == ["screening", "training"]
    assert len(noted) == 8


@pytest.mark.parametrize(
    ("status", "to", "asked_again"),
    [("screening", "rejected", True), ("active", "alumni", True), ("active", "on_break", False)],
)
async def test_what_ends_it_is_pressed_twice(
    client: httpx.AsyncClient, status: str, to: str, asked_again: bool
) -> None:
    her = await world.volunteer(status=status)
    await sign_in(client, await world.staff())
    before = (await client.get(f"/volunteers/{her.id}")).text.split(f'name="to" value="{to}"')[0]
    assert (before.count("<details>") > before.count("</details>")) is asked_again


async def test_a_move_that_the_machine_does_not_know_is_refused(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(status="applicant")
    await sign_in(client, await world.staff())
    for to in ("training", "active", "applicant", "alumni"):
        assert (await move(client, her, to)).status_code == 409
    assert (await move(client, her, "flying")).status_code == 422
    assert await status_of(her) == "applicant"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_who_lived_through_it_lately_waits_and_is_told_until_when(
    client: httpx.AsyncClient, language: str
) -> None:
    her = await world.volunteer(status="applicant", lived={"event_month": THIS_MONTH})
    await sign_in(client, await world.staff(language=language))
    page = (await client.get(f"/volunteers/{her.id}")).text
    ready = date(THIS_MONTH.year + (THIS_MONTH.month + 17) // 12, (THIS_MONTH.month + 17) % 12 + 1, 1)
    year = str(ready.year)
    sentence = "Ready to begin from" if language == "en" else "Podrá comenzar a partir de"
    assert sentence in page
    assert year in page.split(sentence)[1][:60]
    assert 'name="to" value="screening"' not in page
    refused = await move(client, her, "screening")
    assert refused.status_code == 409
    assert sentence in refused.text
    assert await status_of(her) == "applicant"


async def test_without_the_month_nobody_is_screened(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(status="applicant", lived={"event_month": None})
    await sign_in(client, await world.staff())
    assert "Enter for each experience the month" in (await client.get(f"/volunteers/{her.id}")).text
    assert (await move(client, her, "screening")).status_code == 409


async def test_what_is_missing_is_listed(client: httpx.AsyncClient) -> None:
    checked = (CredentialKind.BACKGROUND_CHECK,)
    her = await world.volunteer(status="screening", credentials=checked)
    await sign_in(client, await world.staff())
    page = (await client.get(f"/volunteers/{her.id}")).text
    assert "Missing or ended: Confidentiality agreement" in page
    assert "Missing or ended: Background check" not in page
    assert (await move(client, her, "training")).status_code == 409


async def test_who_has_families_finds_somebody_for_them_first(client: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    for _ in range(2):
        await world.match(await world.family_request(), her, "active")
    await sign_in(client, await world.staff())
    assert "Find someone for 2 families first." in (await client.get(f"/volunteers/{her.id}")).text
    for status in ("on_break", "suspended", "alumni"):
        assert (await move(client, her, status)).status_code == 409
    with pytest.raises(Refused, match="volunteer_has_families"):
        await service.set_status(TESTS, her.id, VolunteerStatus.ALUMNI, NOW)

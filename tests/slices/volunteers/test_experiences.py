"""What a volunteer lived through: outsiders first, then adding, changing and removing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.families import ChildAgeBand
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service, service_lived
from teamhope.volunteers.rules_lived import Lived

pytestmark = pytest.mark.usefixtures("db")
NEW = {
    "case_type": "CSE",
    "relation": "father",
    "child_age_band": "9-12",
    "child_gender": "girl",
    "event_month": "2019-05",
}
SOMEBODY = {"name": "Rosa", "email": "rosa@example.org", "timezone": "America/Denver", "language": "es"}
SOMEBODY |= {"language_1": "es", "level_1": "native"}
ANOTHER = Lived("FA", "mother", None, frozenset({"international"}), None, ChildAgeBand.UNKNOWN)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.fixture
async def cora(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await sign_in(client, await world.staff())
    return client


async def lived_of(volunteer_id: UUID) -> tuple[Lived, ...]:
    return (await service.load_profile(TESTS, volunteer_id)).lived


async def the_id(her: world.AVolunteer) -> UUID:
    (only,) = await lived_of(her.id)
    assert only.id is not None
    return only.id


async def test_strangers_volunteers_and_leadership_enter_nothing(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(password=PASSWORD)
    hers = f"/volunteers/{her.id}/experiences"
    paths = (f"{hers}/new", f"{hers}/{await the_id(her)}")
    for path in paths:
        assert (await client.get(path)).status_code == 303
    lead = await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=await world.team())
    for who in (her, await world.volunteer(password=PASSWORD), lead, await world.staff(Role.LEADERSHIP)):
        await sign_in(client, who)
        for path in paths:
            assert (await client.get(path)).status_code == 403
            assert (await submit(client, path, page="/me", **NEW)).status_code == 403
        assert (await submit(client, f"{paths[1]}/remove", page="/me")).status_code == 403
    assert len(await lived_of(her.id)) == 1


async def test_a_coordinator_of_another_team_changes_nothing_even_where_she_sees_her() -> None:
    east, west, now = await world.team("East"), await world.team("West"), clock.now()
    her, unseen = await world.volunteer(team=west), await world.volunteer(team=west)
    await world.match(await world.family_request(family={"team": east}), her, "active")
    coordinator = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=east)
    assert (await service.load_profile(coordinator, her.id)).id == her.id
    for each in (her, unseen):
        before = await lived_of(each.id)
        mine = Lived("FA", "father", None, frozenset(), None, ChildAgeBand.UNKNOWN, id=before[0].id)
        with pytest.raises(NotFound):
            await service_lived.add_lived(coordinator, each.id, ANOTHER, now)
        with pytest.raises(NotFound):
            await service_lived.change_lived(coordinator, each.id, mine, now)
        with pytest.raises(NotFound):
            await service_lived.remove_lived(coordinator, each.id, await the_id(each), now)
        assert await lived_of(each.id) == before


async def test_one_is_added_and_told_in_words(cora: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    path = f"/volunteers/{her.id}"
    done = await submit(cora, f"{path}/experiences/new", subtypes=["csam", "tribal"], **NEW)
    assert done.headers["location"] == f"{path}?done=saved"
    page = " ".join((await cora.get(path)).text.split())
    for words in ("Endangered runaway · Mother", "March 2021", "Child sexual exploitation", "Tribal community"):
        assert words in page
    for words in (
        "Where things stand: not known",
        "May 2019",
        "Age of the child then: 9 to 12 years",
        "Gender of the child: Girl",
    ):
        assert words in page


async def test_one_is_changed(cora: httpx.AsyncClient) -> None:
    her = await world.volunteer(lived={"subtypes": ["missing_from_care"]})
    path = f"/volunteers/{her.id}/experiences/{await the_id(her)}"
    page = (await cora.get(path)).text
    assert 'value="missing_from_care" checked' in page
    assert 'value="2021-03"' in page
    assert "/remove" not in page
    assert (await submit(cora, path, subtypes="csam", **NEW)).status_code == 303
    (now,) = await lived_of(her.id)
    assert (now.case_type, now.relation, now.trajectory, now.subtypes) == ("CSE", "father", None, {"csam"})


async def test_codes_that_the_programme_has_no_more_stay_until_somebody_chooses_others(cora: httpx.AsyncClient) -> None:
    old = {"case_type": "GONE", "trajectory": "gone", "relation": "gone", "subtypes": ["gone"]}
    her = await world.volunteer(lived=old)
    path = f"/volunteers/{her.id}/experiences/{await the_id(her)}"
    page = (await cora.get(path)).text
    assert page.count('value="gone" selected') == 2
    assert 'value="gone" checked' in page
    assert (await submit(cora, path, **(old | {"child_age_band": "9-12"}))).status_code == 303
    assert (await submit(cora, path, **NEW)).status_code == 303
    assert (await submit(cora, path, **(NEW | {"relation": "gone"}))).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"case_type": "XX"}, "case_type"),
        ({"case_type": ""}, "case_type"),
        ({"relation": "robot"}, "relation"),
        ({"trajectory": "nowhere"}, "trajectory"),
        ({"event_month": "2099-01"}, "event_month"),
        ({"event_month": "May"}, "event_month"),
        ({"child_age_band": "99"}, "child_age_band"),
        ({"subtypes": "missing_from_care"}, "subtypes"),
    ],
)
async def test_what_cannot_be_true_is_refused_and_nothing_typed_is_lost(
    cora: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    her = await world.volunteer()
    for path in ("new", await the_id(her)):
        refused = await submit(cora, f"/volunteers/{her.id}/experiences/{path}", **(NEW | changes))
        assert refused.status_code == 422
        assert f'href="#field-{field}"' in refused.text
        assert field == "relation" or 'value="father" selected' in refused.text
    added = await submit(cora, "/volunteers/new", **(SOMEBODY | NEW | changes))
    assert f'href="#field-{field}"' in added.text
    assert [each.case_type for each in await lived_of(her.id)] == ["ERU"]


async def test_circumstances_of_another_kind_are_told_as_at_intake(cora: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    refused = await submit(cora, f"/volunteers/{her.id}/experiences/new", subtypes="international", **NEW)
    assert "Choose only details that belong to the kind of experience." in refused.text


async def test_one_is_removed_and_the_last_stays(cora: httpx.AsyncClient) -> None:
    her = await world.volunteer()
    first, hers = await the_id(her), f"/volunteers/{her.id}/experiences"
    refused = await submit(cora, f"{hers}/{first}/remove", page=f"{hers}/{first}")
    assert refused.status_code == 409
    assert "At least one experience must stay." in refused.text
    await service_lived.add_lived(TESTS, her.id, ANOTHER, clock.now())
    assert f'action="{hers}/{first}/remove"' in (await cora.get(f"{hers}/{first}")).text
    done = await submit(cora, f"{hers}/{first}/remove", page=f"{hers}/{first}")
    assert done.headers["location"] == f"/volunteers/{her.id}?done=experience_removed"
    assert await lived_of(her.id) == (ANOTHER,)
    assert (await cora.get(f"{hers}/{first}")).status_code == 404


async def test_two_who_remove_at_once_leave_one() -> None:
    her, now = await world.volunteer(), clock.now()
    second = await service_lived.add_lived(TESTS, her.id, ANOTHER, now)
    first = next(each.id for each in await lived_of(her.id) if each.id != second)
    assert first is not None
    tried = (service_lived.remove_lived(TESTS, her.id, each, now) for each in (first, second))
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert [type(answer) for answer in answers if answer is not None] == [Refused]
    assert len(await lived_of(her.id)) == 1


async def test_one_of_somebody_else_is_not_found(cora: httpx.AsyncClient) -> None:
    her, other = await world.volunteer(), await world.volunteer()
    await service_lived.add_lived(TESTS, her.id, ANOTHER, clock.now())
    path, start = f"/volunteers/{her.id}/experiences", f"/volunteers/{her.id}/experiences/new"
    for strange in (await the_id(other), uuid4()):
        assert (await cora.get(f"{path}/{strange}")).status_code == 404
        assert (await submit(cora, f"{path}/{strange}", page=start, **NEW)).status_code == 404
        assert (await submit(cora, f"{path}/{strange}/remove", page=start)).status_code == 404
    assert [each.case_type for each in await lived_of(other.id)] == ["ERU"]


async def test_each_act_is_noted() -> None:
    her, now = await world.volunteer(), clock.now()
    added = await service_lived.add_lived(TESTS, her.id, ANOTHER, now)
    again = Lived("FA", "father", None, frozenset(), None, ChildAgeBand.UNKNOWN, id=added)
    await service_lived.change_lived(TESTS, her.id, again, now)
    await service_lived.remove_lived(TESTS, her.id, added, now)
    async with acting_as(TESTS):
        rows = await connection().fetch("select act from audit_event where subject = $1", added)
    assert {row["act"] for row in rows} == {"added_experience", "changed_experience", "removed_experience"}

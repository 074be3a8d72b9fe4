"""A volunteer and a family who may know of each other: outsiders first, then who says so, and what it keeps from."""

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
from teamhope.matching import queries_connections, service, service_connections, service_everyone, service_states
from teamhope.matching.rules import MatchRefused
from teamhope.vocabulary.errors import IllegalMove, Invalid, NotFound
from teamhope.vocabulary.families import ConnectionEnd, ConnectionKind
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
KIND = ConnectionKind.SAME_COURT_CASE
NEUTRAL = "Possible connection: ask before matching."


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.fixture
async def vera(no_other_volunteer: None) -> world.AVolunteer:
    """She alone takes families."""
    return await world.volunteer(password=PASSWORD)


@pytest.fixture
async def request_(db: Addresses) -> world.ARequest:
    return await world.family_request(trajectory="recovered_reuniting")


async def rows(sql: str, *values: object) -> list[Any]:
    async with acting_as(TESTS):
        found: list[Any] = await connection().fetch(sql, *values)
        return found


async def standing(family_id: UUID) -> list[tuple[UUID, str]]:
    found = await rows("select volunteer, kind from known_connection where family = $1 and ended_at is null", family_id)
    return [(each["volunteer"], each["kind"]) for each in found]


async def coordinator(team: UUID | None = None) -> Actor:
    return Actor(Role.COORDINATOR, (await world.staff()).id, team_id=team)


async def recorded(vera: world.AVolunteer, family_id: UUID) -> UUID:
    await service_connections.record(await coordinator(), family_id, vera.id, KIND, NOW)
    found: UUID = (await rows("select id from known_connection where family = $1", family_id))[0]["id"]
    return found


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_only_coordinators_open_and_change_it(
    client: httpx.AsyncClient, vera: world.AVolunteer, request_: world.ARequest
) -> None:
    connection_id = await recorded(vera, request_.family_id)
    pages = (f"/families/{request_.family_id}/connections", f"/volunteers/{vera.id}/connections")
    for page in pages:
        assert (await client.get(page)).status_code == 303
    lead = await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=await world.team())
    others = [await world.staff(role) for role in (Role.LEADERSHIP, Role.ADVOCATE, Role.ADMIN, Role.AUDITOR)]
    for outsider in (vera, await world.volunteer(password=PASSWORD), lead, *others):
        await sign_in(client, outsider)
        for page in pages:
            assert (await client.get(page)).status_code == 403
            for act in ("", f"/{connection_id}/end"):
                assert (await submit(client, page + act, page="/me")).status_code == 403
    assert await standing(request_.family_id) == [(vera.id, KIND)]


async def test_rows_are_hidden_from_everybody_but_coordinators_in_scope(
    vera: world.AVolunteer, request_: world.ARequest
) -> None:
    await recorded(vera, request_.family_id)
    await world.match(request_, vera, "active")
    colleague = await world.volunteer()
    away, near = await coordinator(await world.team("East")), await coordinator()
    others = [(await world.staff(role)).actor for role in (Role.LEADERSHIP, Role.ADVOCATE, Role.ADMIN, Role.AUDITOR)]
    for someone in (vera.actor, colleague.actor, away, *others):
        async with acting_as(someone):
            assert await queries_connections.list_of_family(request_.family_id) == []
            assert await queries_connections.list_of_volunteer(vera.id) == []
    async with acting_as(near):
        assert [each.kind for each in await queries_connections.list_of_family(request_.family_id)] == [KIND]


async def test_a_coordinator_of_another_team_records_and_ends_nothing(vera: world.AVolunteer) -> None:
    east, west = await world.team("East"), await world.team("West")
    theirs = await world.family_request(family={"team": west})
    mine = await world.family_request(family={"team": east})
    connection_id = await recorded(vera, theirs.family_id)
    scoped = await coordinator(east)
    near = await world.volunteer(team=east)
    for family, volunteer in ((theirs.family_id, near.id), (mine.family_id, vera.id)):
        with pytest.raises(NotFound):
            await service_connections.record(scoped, family, volunteer, KIND, NOW)
    with pytest.raises(Invalid):
        await service_connections.record_by_reference(scoped, theirs.family_no, near.id, KIND, NOW)
    with pytest.raises(NotFound):
        await service_connections.end_of_volunteer(scoped, vera.id, connection_id, ConnectionEnd.MISTAKE, NOW)
    await service_connections.record(scoped, mine.family_id, near.id, KIND, NOW)


async def test_another_volunteer_says_nothing_of_a_family_that_she_is_not_asked_for(
    vera: world.AVolunteer, request_: world.ARequest
) -> None:
    match = await world.match(request_, vera, "proposed_to_volunteer")
    other = await world.volunteer()
    with pytest.raises(NotFound):
        await service_connections.may_know_offered(other.actor, match.id, NOW)
    for someone in (other, vera):  # an offer is not a family that she accompanies
        with pytest.raises(NotFound):
            await service_connections.may_know_own(someone.actor, request_.family_id, NOW)
    assert await standing(request_.family_id) == []


# What it keeps from ---------------------------------------------------------------------------------------------------


async def test_the_two_are_matched_on_no_path(vera: world.AVolunteer, request_: world.ARequest) -> None:
    actor = await coordinator()
    connection_id = await recorded(vera, request_.family_id)
    found = await service.candidates(actor, request_.id, 5, NOW)
    assert vera.id not in [each.volunteer_id for each in found.candidates]
    assert [(e.rule, e.text) for e in found.first_excluded if e.volunteer_id == vera.id] == [("H6", NEUTRAL)]
    everyone = await service_everyone.suggest(actor, NOW, kept=[(request_.id, vera.id)])
    assert everyone.dropped == 1
    chosen = {(each.asked.id, each.candidate.volunteer_id) for each in everyone.suggestions if each.candidate}
    assert (request_.id, vera.id) not in chosen
    with pytest.raises(MatchRefused) as refused:
        await service.propose(actor, request_.id, vera.id, NOW, "A reason sets it aside for nobody", both_said_yes=True)
    assert refused.value.facts["why"] == NEUTRAL
    match = await world.match(request_, vera, "family_notified")
    with pytest.raises(MatchRefused, match="possible_connection"):
        await service_states.introduce(actor, match.id, NOW)
    await service_connections.end_of_family(actor, request_.family_id, connection_id, ConnectionEnd.ASKED_BOTH, NOW)
    async with acting_as(TESTS):
        await world.Match.update({"status": "rejected_by_coordinator"}).where(world.Match.id == match.id)
    assert await service.propose(actor, request_.id, vera.id, NOW)


async def test_what_is_known_of_a_family_that_was_entered_twice_counts_for_the_one_that_stays(
    vera: world.AVolunteer, request_: world.ARequest
) -> None:
    twice = await world.family_request(family={"duplicate_of": request_.family_id}, status="duplicate")
    await recorded(vera, twice.family_id)
    with pytest.raises(MatchRefused, match="possible_connection"):
        await service.propose(await coordinator(), request_.id, vera.id, NOW)


async def of_another_team(twice_of: world.ARequest, **of: Any) -> world.ARequest:
    """The same family once more, entered by a team that a coordinator of another does not see."""
    family = {"duplicate_of": twice_of.family_id, "team": await world.team("West")}
    return await world.family_request(family=family, status="duplicate", **of)


@pytest.mark.parametrize("known_by", ["record", "number", "blocked person"])
async def test_what_another_team_knows_of_a_family_that_was_entered_twice_counts_too(
    no_other_volunteer: None, known_by: str
) -> None:
    east = await world.team("East")
    vera = await world.volunteer(team=east)
    mine = await world.family_request(trajectory="recovered_reuniting", family={"team": east})
    twice = await of_another_team(mine, **({"phone": vera.phone} if known_by == "number" else {}))
    if known_by == "record":
        await recorded(vera, twice.family_id)
    elif known_by == "blocked person":
        await world.blocked_person(twice.family_id, phone=vera.phone)
    scoped = await coordinator(east)
    found = await service.candidates(scoped, mine.id, 5, NOW)
    assert [(e.rule, e.text) for e in found.first_excluded if e.volunteer_id == vera.id] == [("H6", NEUTRAL)]
    everyone = await service_everyone.suggest(scoped, NOW, kept=[(mine.id, vera.id)])
    assert everyone.dropped == 1
    with pytest.raises(MatchRefused, match="possible_connection"):
        await service.propose(scoped, mine.id, vera.id, NOW)


async def test_a_match_that_lives_ends_by_no_record_but_a_coordinator_is_asked(
    client: httpx.AsyncClient, vera: world.AVolunteer, request_: world.ARequest
) -> None:
    match = await world.match(request_, vera, "active")
    await sign_in(client, await world.staff())
    assert "Possible connection" not in (await client.get(f"/matches/{match.id}")).text
    page = f"/families/{request_.family_id}/connections"
    answer = await submit(client, page, volunteer=str(vera.id), kind=KIND)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, page)
    assert (await rows("select status from match where id = $1", match.id))[0]["status"] == "active"
    tasks = await rows("select detail, volunteer from task where family = $1", request_.family_id)
    assert [tuple(each) for each in tasks] == [("possible_connection", vera.id)]
    for banner in (f"/matches/{match.id}", f"/families/{request_.family_id}"):
        assert "Possible connection" in (await client.get(banner)).text
        assert "court" not in (await client.get(banner)).text
    assert "may know of each other" in (await client.get("/tasks")).text
    written = "select act, reason from audit_event where subject in (select id from known_connection where family = $1)"
    audit = await rows(written, request_.family_id)
    assert [tuple(each) for each in audit] == [("recorded_connection", None)]


# The pages ------------------------------------------------------------------------------------------------------------


async def test_a_coordinator_names_a_family_by_its_reference_and_lets_the_two_be_matched_for_a_reason(
    client: httpx.AsyncClient, vera: world.AVolunteer, request_: world.ARequest
) -> None:
    await sign_in(client, await world.staff())
    page = f"/volunteers/{vera.id}/connections"
    wrong = await submit(client, page, family_no="F-NOBODY-1", kind=KIND)
    assert (wrong.status_code, 'value="F-NOBODY-1"' in wrong.text) == (422, True)
    assert "Enter the reference of a family" in wrong.text
    typed = f" {request_.family_no.lower()}"
    assert (await submit(client, page, family_no=typed, kind=KIND)).status_code == 303
    again = await submit(client, page, family_no=typed, kind=KIND)
    assert (again.status_code, "This is recorded already." in again.text) == (422, True)
    assert (await submit(client, page, family_no=typed, kind="same_family")).status_code == 303
    shown = (await client.get(page)).text
    assert request_.family_no in shown
    assert "Same court case" in shown
    of_kind = "select id from known_connection where volunteer = $1 and kind = $2"
    connection_id = (await rows(of_kind, vera.id, KIND))[0]["id"]
    elsewhere = f"/families/{(await world.family_request()).family_id}/connections/{connection_id}/end"
    assert (await submit(client, elsewhere, page=page, reason="mistake")).status_code == 404
    ending = await submit(client, f"{page}/{connection_id}/end", page=page)
    assert ending.status_code == 422, "a reason is needed"
    assert (await submit(client, f"{page}/{connection_id}/end", page=page, reason="mistake")).status_code == 303
    assert (await submit(client, f"{page}/{connection_id}/end", page=page, reason="mistake")).status_code == 404
    kept = await rows("select end_reason, ended_by from known_connection where id = $1", connection_id)
    assert kept[0]["end_reason"] == "mistake"
    assert kept[0]["ended_by"]
    assert await standing(request_.family_id) == [(vera.id, "same_family")]
    assert (await client.get(f"/volunteers/{uuid4()}/connections")).status_code == 404


async def test_one_button_takes_the_offer_back_and_is_no_answer_of_hers(
    client: httpx.AsyncClient, vera: world.AVolunteer, request_: world.ARequest
) -> None:
    actor = await coordinator()
    match_id = await service.propose(actor, request_.id, vera.id, NOW)
    await sign_in(client, vera)
    offer = f"/matches/{match_id}"
    assert "I may know this family" in (await client.get(offer)).text
    assert (await submit(client, f"{offer}/may-know", page=offer)).status_code == 303
    assert await standing(request_.family_id) == [(vera.id, "personally_known")]
    found = (await rows("select m.status, r.status as request from match m join support_request r on r.id = m.request"
                        " where m.id = $1", match_id))[0]  # fmt: skip
    assert tuple(found) == ("rejected_by_coordinator", "ready")
    assert "taken back" in (await client.get(offer)).text
    assert await rows("select id from task where family = $1", request_.family_id) == []
    with pytest.raises(IllegalMove):
        await service_connections.may_know_offered(vera.actor, match_id, NOW)
    shown = await service_connections.list_of_family(actor, request_.family_id)
    assert [each.said_herself for each in shown] == [True]
    await service_connections.end_of_family(actor, request_.family_id, shown[0].id, ConnectionEnd.MISTAKE, NOW)
    assert await service.propose(actor, request_.id, vera.id, NOW), "it was no refusal"


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD])
async def test_she_says_so_of_a_family_that_she_accompanies_and_calls_go_on(
    client: httpx.AsyncClient, request_: world.ARequest, role: Role
) -> None:
    who = await world.volunteer(password=PASSWORD, role=role, team=await world.team())
    match = await world.match(request_, who, "active")
    await sign_in(client, who)
    page = f"/families/{request_.family_id}"
    for _ in range(2):  # twice is as good as once
        assert (await submit(client, f"{page}/may-know", page=page)).status_code == 303
    shown = (await client.get(page)).text
    assert "You told us that you may know this family." in shown
    assert "Tell the coordinator" not in shown
    assert await standing(request_.family_id) == [(who.id, "personally_known")]
    assert (await rows("select status from match where id = $1", match.id))[0]["status"] == "active"
    assert len(await rows("select id from task where family = $1", request_.family_id)) == 1


async def test_what_a_coordinator_has_recorded_is_not_told_to_her_when_she_says_it_too(
    vera: world.AVolunteer, request_: world.ARequest
) -> None:
    await world.match(request_, vera, "active")
    actor = await coordinator()
    await service_connections.record(actor, request_.family_id, vera.id, ConnectionKind.PERSONALLY_KNOWN, NOW)
    await service_connections.may_know_own(vera.actor, request_.family_id, NOW)
    assert await standing(request_.family_id) == [(vera.id, "personally_known")]

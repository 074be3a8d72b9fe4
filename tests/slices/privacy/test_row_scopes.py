"""The second wall alone: a coordinator's team, and what is left to a volunteer when a match is over."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.accounts import service as accounts
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import TOKEN_ROLES, Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


async def seen(actor: Actor, table: str, ids: set[UUID]) -> set[UUID]:
    """Which of these rows the actor reads."""
    async with acting_as(actor):
        rows = await connection().fetch(f"select id from {table} where id = any($1)", list(ids))
    return {row["id"] for row in rows}


async def tried(actor: Actor, statement: str, *values: object) -> str:
    """What the database answers: "UPDATE 0", or "refused"."""
    try:
        async with acting_as(actor):
            return str(await connection().execute(statement, *values))
    except asyncpg.InsufficientPrivilegeError:
        return "refused"


async def scoped(team: UUID) -> Actor:
    return Actor(Role.COORDINATOR, (await world.staff()).id, None, team)


# A coordinator of a team ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Teams:
    """Of each kind of family one; `caller` is West's and calls a family that East looks after."""

    east: Actor
    west: Actor
    looked_after: world.ARequest
    matched: world.AMatch
    over: world.AMatch
    offered_once: world.AMatch
    nobodys: world.ARequest
    caller: world.AVolunteer


@pytest.fixture(scope="module")
async def teams(db: Addresses) -> Teams:
    east, west = await world.team("East"), await world.team("West")
    vera, wilma = await world.volunteer(team=east), await world.volunteer(team=west)
    looked_after = await world.family_request(family={"team": east})
    await world.match(looked_after, wilma, "active")
    over = await world.match(await world.family_request(), vera, "closed", now=NOW - timedelta(days=91))
    offered_once = await world.match(await world.family_request(), vera, "declined_by_volunteer")
    return Teams(
        await scoped(east),
        await scoped(west),
        looked_after,
        await world.match(await world.family_request(), vera, "active"),
        over,
        offered_once,
        await world.family_request(),
        wilma,
    )


async def test_a_coordinator_of_a_team_has_its_families_and_those_of_its_volunteers(teams: Teams) -> None:
    families = {
        teams.looked_after.family_id: "looked after",
        teams.matched.request.family_id: "matched",
        teams.over.request.family_id: "matched, over for 91 days",
        teams.offered_once.request.family_id: "offered once",
        teams.nobodys.family_id: "nobody's",
    }
    of_east = {families[each] for each in await seen(teams.east, "family", set(families))}
    assert of_east == {"looked after", "matched"}
    of_west = {families[each] for each in await seen(teams.west, "family", set(families))}
    assert of_west == {"looked after"}  # one of West's volunteers calls it
    everything = {families[each] for each in await seen(Actor(Role.COORDINATOR, uuid4()), "family", set(families))}
    assert everything == set(families.values())


async def test_what_hangs_on_a_family_goes_with_it(teams: Teams) -> None:
    follow_up = await world.follow_up(teams.matched, NOW + timedelta(hours=1))
    call = await world.call(teams.matched)
    for table, id_ in (
        ("contact", teams.matched.request.contact_id),
        ("contact_phone", teams.matched.request.phone_id),
        ("incident", teams.matched.request.incident_id),
        ("support_request", teams.matched.request.id),
        ("match", teams.matched.id),
        ("follow_up", follow_up.id),
        ("call", call),
        ("volunteer", teams.matched.volunteer.id),
        ("person", teams.matched.volunteer.person_id),
    ):
        assert await seen(teams.east, table, {id_}) == {id_}, table
        assert await seen(teams.west, table, {id_}) == set(), table


async def test_whoever_calls_a_teams_family_is_known_to_it_and_kept_by_her_own(teams: Teams) -> None:
    wilma = teams.caller
    assert await seen(teams.east, "volunteer", {wilma.id}) == {wilma.id}
    for change in ("max_open_matches = 1", "status = 'on_break'"):
        assert await tried(teams.east, f"update volunteer set {change} where id = $1", wilma.id) == "UPDATE 0"
        assert await tried(teams.west, f"update volunteer set {change} where id = $1", wilma.id) == "UPDATE 1"


FAMILY = "insert into family (id, family_no, intake_source, team, created_at) values ($1, $2, 'advocate', $3, now()) returning id"  # noqa: E501


async def test_what_she_enters_is_her_teams_and_stays_it(teams: Teams) -> None:
    east, west = teams.east, teams.west
    for team in (west.team_id, None):
        assert await tried(east, FAMILY, uuid4(), f"F-X-{world.number()}", team) == "refused"
    family = uuid4()
    assert await tried(east, FAMILY, family, f"F-X-{world.number()}", east.team_id) == "INSERT 0 1"
    assert await tried(east, "update family set team = $2 where id = $1", family, west.team_id) == "refused"
    assert await tried(east, "update family set held_at = now() where id = $1", family) == "UPDATE 1"
    assert await tried(west, "update family set held_at = null where id = $1", family) == "UPDATE 0"


OF_FAMILIES = {
    "support_request": "urgency = 'urgent'",
    "contact": "relation = relation",
    "contact_phone": "safe_to_call = false",
    "match": "status = 'paused'",
    "call": "voided_at = now(), void_reason = 'duplicate'",
}


@pytest.mark.parametrize("table", OF_FAMILIES)
async def test_she_changes_what_is_her_teams_and_nothing_else(teams: Teams, table: str) -> None:
    match = await world.match(await world.family_request(), teams.matched.volunteer, "active")
    ids = {
        "support_request": match.request.id,
        "contact": match.request.contact_id,
        "contact_phone": match.request.phone_id,
        "match": match.id,
        "call": await world.call(match),
    }
    change = f"update {table} set {OF_FAMILIES[table]} where id = $1"
    assert await tried(teams.west, change, ids[table]) == "UPDATE 0"
    assert await tried(teams.east, change, ids[table]) == "UPDATE 1"


MATCH = """
    insert into match (id, request, family, volunteer, status, status_since, weights_version, proposed_at,
      counted_offered_on)
    values ($1, $2, $3, $4, 'proposed_to_volunteer', now(), 'x', now(), current_date)
"""


async def test_she_asks_volunteers_for_her_teams_families_alone(teams: Teams) -> None:
    waiting = await world.family_request(family={"team": teams.east.team_id})
    vera = teams.matched.volunteer.id
    proposal = (uuid4(), waiting.id, waiting.family_id, vera)
    assert await tried(teams.west, MATCH, *proposal) == "refused"
    assert await tried(teams.east, MATCH, uuid4(), teams.nobodys.id, teams.nobodys.family_id, vera) == "refused"
    assert await tried(teams.east, MATCH, *proposal) == "INSERT 0 1"


PERSON = (
    "insert into person (id, name, role, timezone, team, created_at) values ($1, '', 'volunteer', 'UTC', $2, now())"
)


async def test_she_adds_volunteers_to_her_team(teams: Teams) -> None:
    for team in (teams.west.team_id, None):
        assert await tried(teams.east, PERSON, uuid4(), team) == "refused"
    assert await tried(teams.east, PERSON, uuid4(), teams.east.team_id) == "INSERT 0 1"


@pytest.mark.parametrize("role", sorted(TOKEN_ROLES))
async def test_a_token_without_a_person_has_no_team(teams: Teams, role: Role) -> None:
    visitor = await accounts.visitor_of_token(await accounts.create_token(TESTS, "sums", role, NOW), NOW)
    assert visitor is not None
    assert (visitor.actor.role, visitor.actor.person_id, visitor.actor.team_id) == (role, None, None)
    families = await seen(visitor.actor, "family", {teams.nobodys.family_id})
    assert families == ({teams.nobodys.family_id} if role is Role.COORDINATOR else set())


# When a match is over -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ended:
    """Vera's match that ended so many days ago, and her call in it."""

    vera: Actor
    match: world.AMatch
    call: UUID


async def ended(days: int, status: str = "closed") -> Ended:
    since = NOW - timedelta(days=days)
    vera = await world.volunteer()
    match = await world.match(await world.family_request(), vera, status, now=since)
    call = await world.call(match, now=since - timedelta(hours=2), note="She slept well.")
    return Ended(vera.actor, match, call)


async def all_of(actor: Actor, view: str) -> list[asyncpg.Record]:
    async with acting_as(actor):
        return list(await connection().fetch(f"select * from {view}"))


GONE = ("family", "contact", "contact_phone", "consent", "incident", "support_request", "match", "follow_up", "call")


@pytest.mark.parametrize("status", ["closed", "unable_to_contact"])
@pytest.mark.parametrize("days", [0, 89, 91])
async def test_of_a_match_that_is_over_no_row_is_hers(days: int, status: str) -> None:
    it = await ended(days, status)
    await world.follow_up(it.match, NOW + timedelta(hours=1))
    rows = {table: await all_of(it.vera, table) for table in GONE}
    assert {table for table, found in rows.items() if found} == set()


@pytest.mark.parametrize("days", [0, 89])
async def test_for_90_days_she_has_its_reference_and_her_calls_without_contact_and_note(days: int) -> None:
    it = await ended(days)
    past, call = (await all_of(it.vera, "past_match"))[0], (await all_of(it.vera, "past_call"))[0]
    assert past["family_no"] == call["family_no"] == it.match.request.family_no
    assert call["id"] == it.call
    assert not {"contact", "note", "family", "first_name", "number"} & {*past.keys(), *call.keys()}
    assert await all_of(it.vera, "past_minutes") == []


async def test_then_her_minutes_are_left(db: Addresses) -> None:
    it = await ended(91)
    assert await all_of(it.vera, "past_match") == []
    assert await all_of(it.vera, "past_call") == []
    minutes = (await all_of(it.vera, "past_minutes"))[0]
    assert dict(minutes) == {
        "volunteer": it.vera.volunteer_id,
        "started_at": NOW - timedelta(days=91, hours=2),
        "talk_minutes": 10,
    }


async def test_nobody_else_reads_what_is_left(db: Addresses) -> None:
    it, old = await ended(10), await ended(100)
    stranger = (await world.volunteer(team=await world.team())).actor
    for actor in (stranger, (await world.staff(Role.LEADERSHIP)).actor, Actor(Role.COORDINATOR, uuid4())):
        for view in ("past_match", "past_call", "past_minutes"):
            shown = {row["volunteer"] for row in await all_of(actor, view)}
            assert not shown & {it.vera.volunteer_id, old.vera.volunteer_id}


async def test_an_offer_that_is_over_never_shows_the_reference(db: Addresses) -> None:
    it = await ended(1, "declined_by_volunteer")
    assert [row["family_no"] for row in await all_of(it.vera, "past_match")] == [None]


async def test_a_family_that_is_hers_again_is_hers_with_all_her_calls(db: Addresses) -> None:
    it = await ended(200)
    await world.match(it.match.request, it.match.volunteer, "active")
    assert await seen(it.vera, "call", {it.call}) == {it.call}
    assert await all_of(it.vera, "past_call") == await all_of(it.vera, "past_minutes") == []


@pytest.mark.parametrize("view", ["past_match", "past_call", "past_minutes", "audited_call"])
async def test_nothing_is_written_through_a_view(view: str) -> None:
    vera = (await ended(1)).vera
    async with acting_as(vera):
        column = await connection().fetchval(
            "select attname from pg_attribute where attrelid = $1::regclass and attnum = 1", view
        )
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ObjectNotInPrerequisiteStateError)):
        async with acting_as(vera):
            await connection().execute(f"update {view} set {column} = {column}")

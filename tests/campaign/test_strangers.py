"""Strangers ask by id for families, calls and people that are not theirs: 0 leaks (security.md §4, 12).

With row-level security alone, and through the application; over random worlds, against an oracle in Python.
"""

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from random import Random
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.app_kit import PASSWORD, browser
from tests.campaign.strangers import World, build
from tests.campaign.strangers_oracle import TABLES, Oracle, all_ids
from tests.slices.privacy.objects import Asker, enter
from tests.slices.privacy.scopes import SCOPES
from tests.slices.privacy.test_every_route import LET_IN, PARAMETER, Route, private

from teamhope.accounts.policy import PERMISSIONS
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Actor, Role

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(3600)]

# Worlds, and how often it is asked in each: 5,000 times in the campaign.
SIZES = [pytest.param(1, 200, id="short"), pytest.param(10, 500, id="long", marks=pytest.mark.campaign)]


@pytest.fixture
def chance() -> Random:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    return Random(seed)


# Row-level security alone ---------------------------------------------------------------------------------------------

A_COLUMN_THAT_CHANGES = """
    select attname from pg_attribute where attrelid = $1::regclass and has_column_privilege(attrelid, attnum, 'update')
      and attnum > 0 order by attnum desc limit 1
"""
# What somebody could add about a family or a volunteer of hers, if the policies let her.
ADDED = {
    "consent": """
        insert into consent (id, family, contact, kind, granted, at, method, wording_version, language)
        values ($1, $2, (select id from contact where family = $2), 'voicemail', false, now(), 'web_form', '1', 'en')
    """,
    "contact": """
        insert into contact (id, family, first_name, first_name_index, relation, languages, created_at)
        select $1, $2, ''::bytea, ''::bytea, (select relation from contact limit 1), '[]', now()
    """,
    "escalation": """
        insert into escalation (id, family, opened_by, level, opened_at) values ($1, $2, $3, 'concern', now())
    """,
    "task": """
        insert into task (id, kind, family, opened_by, opened_at, due_on)
        values ($1, 'other', $2, $3, now(), current_date)
    """,
    "service_event": """
        insert into service_event (id, family, program, happened_on, status)
        values ($1, $2, 'resource_sent', current_date, 'completed')
    """,
    "call": """
        insert into call (id, family, volunteer, direction, channel, placed_via, outcome, started_at, language,
          logged_at, logged_by, counted_on, counted_case_type)
        values ($1, $2, $4, 'outbound', 'voice', 'program_line', 'busy', now(), 'en', now(), $3, current_date, 'ERU')
    """,
}


class RolledBack(Exception):
    """Nothing of a trial stays."""


async def tried(actor: Actor, sql: str, *values: object) -> int:
    """How many rows a statement would have changed; 0 where it is refused."""
    changed = 0
    try:
        async with acting_as(actor):
            done = await connection().execute(sql, *values)
            changed = int(done.split()[-1])
            raise RolledBack
    except (RolledBack, asyncpg.InsufficientPrivilegeError, asyncpg.NotNullViolationError):
        return changed


async def reads(actor: Actor, table: str, id_: UUID) -> bool:
    async with acting_as(actor):
        return bool(await connection().fetchval(f"select exists (select from {table} where id = $1)", id_))


async def asks_once(made: World, chance: Random, columns: dict[str, str]) -> tuple[str, str | None]:
    """What was tried, and what leaked or was withheld."""
    actor = chance.choice(made.askers)[0]
    oracle = Oracle(made, actor)
    act = chance.choice(("read", "change", "add"))
    if act == "add":
        table, family = chance.choice(sorted(ADDED)), chance.choice(made.families).id
        values = (uuid4(), family, actor.person_id, actor.volunteer_id)
        used = values[: 4 if "$4" in ADDED[table] else 3 if "$3" in ADDED[table] else 2]
        added = await tried(actor, ADDED[table], *used)
        return act, f"{actor.role} adds to {table}" if added and family not in oracle.families() else None
    table = chance.choice(TABLES)
    id_ = chance.choice(all_ids(made, table) or [uuid4()])
    hers = id_ in oracle.rows(table)
    if act == "read":
        seen = await reads(actor, table, id_)
        return act, None if seen is hers else f"{actor.role} {'reads' if seen else 'does not read'} {table} {id_}"
    column = columns[table]
    changed = await tried(actor, f'update {table} set "{column}" = "{column}" where id = $1', id_)
    return act, f"{actor.role} changes {table} {id_}" if changed and not hers else None


@pytest.mark.parametrize(("worlds", "times"), SIZES)
async def test_row_level_security_alone_leaks_nothing(db: Addresses, chance: Random, worlds: int, times: int) -> None:
    asked: Counter[str] = Counter()
    leaks: list[str] = []
    async with acting_as(Actor(Role.COMMAND)):
        columns = {table: await connection().fetchval(A_COLUMN_THAT_CHANGES, table) for table in TABLES}
    for _ in range(worlds):
        made = await build(chance)
        leaks += [fault async for fault in _unequal(made)]
        for _ in range(times):
            act, fault = await asks_once(made, chance, columns)
            asked[act] += 1
            leaks += [fault] if fault else []
    print(f"row-level security alone: {asked.total()} by id ({dict(asked)}) in {worlds} worlds, {len(leaks)} leaks")
    assert not leaks, "\n".join(leaks)


async def test_a_planted_leak_is_found(db: Addresses, chance: Random) -> None:
    made = await build(chance)
    assert [fault async for fault in _unequal(made)] == []
    owner = await asyncpg.connect(db.owner)
    try:
        await owner.execute("create policy planted on contact_phone for select using (true)")
        assert {fault.split(" sees of ")[1].split()[0] async for fault in _unequal(made)} == {"contact_phone"}
    finally:
        await owner.execute("drop policy planted on contact_phone")
        await owner.close()


async def _unequal(made: World) -> AsyncIterator[str]:
    """Where what an actor reads of a whole table differs from what she may; and what is left of what is over."""
    for actor, _ in made.askers:
        oracle = Oracle(made, actor)
        async with acting_as(actor):
            for table in TABLES:
                everything = set(all_ids(made, table))
                seen = {row[0] for row in await connection().fetch(f"select id from {table}")} & everything
                if seen != oracle.rows(table):
                    extra, missing = len(seen - oracle.rows(table)), len(oracle.rows(table) - seen)
                    yield f"{actor.role} (team {actor.team_id}) sees of {table} {extra} too many, {missing} too few"
            past = {row["id"] for row in await connection().fetch("select id from past_call")}
            if past != oracle.past_calls():
                yield f"{actor.role}: past_call"
            past = {row["id"] for row in await connection().fetch("select id from past_match")}
            if past != oracle.past_matches():
                yield f"{actor.role}: past_match"


# Through the application ----------------------------------------------------------------------------------------------

TABLE_OF = {
    "family_id": "family",
    "phone_id": "contact_phone",
    "request_id": "support_request",
    "match_id": "match",
    "follow_up_id": "follow_up",
    "call_id": "call",
    "task_id": "task",
    "escalation_id": "escalation",
    "volunteer_id": "volunteer",
    "blocked_id": "blocked_person",
}
WORD = {"/escalations/": "act", "/matches/": "pause"}


def asked_routes() -> list[Route]:
    """Those that name one row, by a parameter of TABLE_OF."""
    return [route for route in private() if len(route.rows) == 1 and route.rows[0] in TABLE_OF.keys() & SCOPES.keys()]


def address(route: Route, id_: UUID) -> str:
    word = next((word for start, word in WORD.items() if route.path.startswith(start)), "")
    return PARAMETER.sub(lambda found: str(id_) if found[1] in TABLE_OF else word, route.path)


def leaked(made: World, oracle: Oracle, text: str) -> Iterator[str]:
    """First names and references of families that are not hers."""
    hers, past = oracle.families(), oracle.past_references()
    for family in made.families:
        if family.id not in hers:
            marks = {family.request.first_name, family.request.family_no} - past
            yield from (mark for mark in marks if f"{mark} " in text or f"{mark}<" in text or f'{mark}"' in text)


async def asks_the_application(made: World, asker: Asker, actor: Actor, route: Route, chance: Random) -> list[str]:
    oracle, table = Oracle(made, actor), TABLE_OF[route.rows[0]]
    id_ = chance.choice(all_ids(made, table) or [uuid4()])
    known = oracle.rows(table) | oracle.past_matches() | oracle.past_calls()
    assert route.permission is not None
    inside = actor.role in PERMISSIONS[route.permission] and id_ in known
    if inside and route.method == "POST":
        return []  # her own to change; the next would ask about another world
    answer = await asker.ask(route.method, address(route, id_))
    said = f"{route.name} as {actor.role} (team {actor.team_id}): {answer.status_code}"
    refused = answer.status_code in {403, 404} or (answer.status_code == 422 and route.method == "POST")
    faults = [said] if not (refused or (inside and answer.status_code in LET_IN)) else []
    return [*faults, *(f"{said} shows {mark}" for mark in leaked(made, oracle, answer.text))]


@pytest.mark.parametrize(("worlds", "times"), SIZES)
async def test_the_application_leaks_nothing(db: Addresses, chance: Random, worlds: int, times: int) -> None:
    faults: list[str] = []
    routes, asked = asked_routes(), 0
    for _ in range(worlds):
        made = await build(chance, password=PASSWORD)
        for n, (actor, who) in enumerate(made.askers):
            async with browser() as client:
                asker = await enter(client, who)
                for _ in range(times // len(made.askers) + (n < times % len(made.askers))):
                    faults += await asks_the_application(made, asker, actor, chance.choice(routes), chance)
                    asked += 1
    print(f"through the application: {asked} by id in {worlds} worlds, {len(faults)} leaks")
    assert not faults, "\n".join(faults)

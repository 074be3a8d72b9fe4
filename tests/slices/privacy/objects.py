"""Everybody who asks, and one object of every kind for each of `Whose`: what test_every_route asks about."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from tests import world
from tests.app_kit import CSRF, PASSWORD, TESTS, browser, sign_in
from tests.slices.privacy.scopes import ROLE, Who, Whose

from teamhope.accounts import service as accounts
from teamhope.care import service_debriefs as debriefs
from teamhope.imports import columns
from teamhope.imports import queries as imports
from teamhope.imports.rules import ImportKind
from teamhope.imports.rules_csv import Line, Sheet
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.tables.audit import BreakGlass
from teamhope.tables.families import Consent
from teamhope.tables.messages import InboundText
from teamhope.vocabulary.people import DOORKEEPER, Actor, Role

NOW: Final = clock.now()
ENDED: Final = {Whose.CLOSED: timedelta(days=10), Whose.OVER: timedelta(days=100)}


@dataclass(frozen=True)
class People:
    east: UUID
    west: UUID
    vera: world.AVolunteer
    olga: world.AVolunteer
    former: world.AVolunteer
    known: dict[Who, Any]  # whoever asks and can sign in


@dataclass(frozen=True)
class Asker:
    """Somebody with a browser and, for the API, a token."""

    client: httpx.AsyncClient
    csrf: str
    token: str

    async def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> httpx.Response:
        """`form`: what is sent by POST besides the token."""
        if path.startswith("/api/"):
            headers = {"authorization": f"Bearer {self.token}", "idempotency-key": str(uuid4())} if self.token else {}
            return await self.client.request(
                method, path, headers=headers, json=dict(form or {}) if method == "POST" else None
            )
        data = {"_csrf_token": self.csrf, **(form or {})} if method == "POST" else None
        return await self.client.request(method, path, data=data)


@dataclass(frozen=True)
class Objects:
    """One of each, by the name of its path parameter; and the marks by which a page would show the family."""

    ids: dict[str, UUID]
    marks: tuple[str, ...]


async def people() -> People:
    """The suspended one has a family, and is not suspended yet."""
    east, west = await world.team("East"), await world.team("West")
    vera, former = await _volunteer(east), await _volunteer(east, status="alumni")
    known: dict[Who, Any] = {Who.VERA: vera, Who.FORMER: former, Who.SUSPENDED: await _volunteer(east)}
    await world.match(await world.family_request(), known[Who.SUSPENDED], "active")
    known[Who.LEAD] = await _volunteer(east, role=Role.TEAM_LEAD)
    for who in ROLE.keys() - known.keys():
        known[who] = await world.staff(ROLE[who])
    async with acting_as(TESTS):
        for who, team in ((Who.EAST, east), (Who.WEST, west)):
            await connection().execute("update person set team = $2 where id = $1", known[who].id, team)
    return People(east, west, vera, await world.volunteer(team=west), former, known)


async def _volunteer(team: UUID, **columns: Any) -> world.AVolunteer:
    return await world.volunteer(team=team, password=PASSWORD, **columns)


@asynccontextmanager
async def askers(them: People) -> AsyncIterator[dict[Who, Asker]]:
    """Everybody, signed in once; then one of them is suspended."""
    async with AsyncExitStack() as stack:
        found = {who: await enter(await stack.enter_async_context(browser()), them.known.get(who)) for who in Who}
        await accounts.suspend(TESTS, them.known[Who.SUSPENDED].person_id, NOW)
        yield found


async def enter(client: httpx.AsyncClient, who: Any) -> Asker:
    token = ""
    if who is not None:
        await sign_in(client, who)
        person_id = getattr(who, "person_id", who.id)
        token = await accounts.create_token(TESTS, "every route", person_id, NOW)
    form = CSRF.search((await client.get("/help" if who else "/login")).text)
    assert form
    return Asker(client, form[1], token)


async def objects(them: People, whose: Whose) -> Objects:
    """All new: whoever changes one of them changes nobody else's."""
    team = {Whose.OWN: them.east, Whose.OTHERS: them.west}.get(whose)
    caller = them.olga if whose is Whose.OTHERS else them.vera
    request = await world.family_request(family={"team": team}, status="closed" if whose in ENDED else "active")
    blocked = await world.blocked_person(request.family_id, phone=world.a_phone(world.number()))
    match = await _match(request, caller, whose)
    follow_up = await world.follow_up(match, NOW + timedelta(hours=1))
    call = await world.call(match, now=NOW - timedelta(hours=1))
    herself = {Whose.OWN: them.vera, Whose.OTHERS: them.olga}.get(whose, them.former)
    someone = await world.volunteer(team=them.west if whose is Whose.OTHERS else them.east)
    ids = {
        "family_id": request.family_id,
        "contact_id": request.contact_id,
        "phone_id": request.phone_id,
        "request_id": request.id,
        "match_id": match.id,
        "follow_up_id": follow_up.id,
        "call_id": call,
        "blocked_id": blocked,
        "cover_id": await world.cover_person(match, someone),
        "connection_id": await world.known_connection(request.family_id, someone.id),
        "date_id": await world.sensitive_date(request.family_id, 5, 4),
        "volunteer_id": someone.id,
        "person_id": someone.person_id,
    }
    ids["debrief_id"] = await debriefs.open_debrief(call, herself.id, NOW)
    async with acting_as(TESTS):
        ids["experience_id"] = await connection().fetchval(EXPERIENCE, someone.id)
        ids["activity_id"] = await connection().fetchval(ACTIVITY, someone.person_id, uuid4())
        await connection().execute(PHONE_CALL, uuid4(), follow_up.id)
        ids |= {name: await _insert(name, sql, request, whose) for name, sql in OF_FAMILY.items()}
    for name, sql in OF_HERSELF.items():
        ids[name] = uuid4()
        async with acting_as(DOORKEEPER if name in AT_THE_DOOR else TESTS):
            await connection().execute(sql, ids[name], herself.person_id)
    ids["opening_id"] = await _opening(them, whose)
    ids["import_id"] = await _import(them, whose)
    return Objects(ids, (request.first_name, request.family_no))


async def _match(request: world.ARequest, caller: world.AVolunteer, whose: Whose) -> world.AMatch:
    if whose not in ENDED:
        return await world.match(request, caller, "active")
    return await world.match(request, caller, "closed", now=NOW - ENDED[whose])


async def _insert(name: str, sql: str, request: world.ARequest, whose: Whose) -> UUID:
    id_ = uuid4()
    if name == "escalation_id":
        is_open = whose is Whose.OTHERS
        status, ended = ("open", None) if is_open else ("closed", NOW)
        await connection().execute(sql, id_, request.family_id, NOW, status, ended)
    elif name == "release_id":
        texts = (Consent.recipient.seal(id_, "School"), Consent.purpose.seal(id_, "Absence"))
        await connection().execute(sql, id_, request.family_id, request.contact_id, NOW, *texts)
    elif name == "reply_id":
        texts = (InboundText.sender.seal(id_, "+12025550101"), InboundText.words.seal(id_, "Can we do 7 instead?"))
        await connection().execute(sql, id_, request.family_id, NOW, *texts)
    else:
        await connection().execute(sql, id_, request.family_id, NOW)
    return id_


async def _opening(them: People, whose: Whose) -> UUID:
    """Of a family that nobody else asks about; what is over has expired."""
    who = Who.WEST if whose is Whose.OTHERS else Who.ADVOCATE
    opened_by = them.known[who].id
    family, opened_at = (await world.family_request()).family_id, NOW - ENDED.get(whose, timedelta())
    id_ = uuid4()
    async with acting_as(Actor(ROLE[who], opened_by)):
        words = BreakGlass.words.seal(id_, "She is alone there.")
        await connection().execute(OPENING, id_, opened_by, family, words, opened_at, opened_at + timedelta(hours=1))
    return id_


async def _import(them: People, whose: Whose) -> UUID:
    """A row with an error. Whoever uploads another file loses the one before: each is of a coordinator's at once."""
    kind = ImportKind.FAMILIES if whose is Whose.CLOSED else ImportKind.VOLUNTEERS
    owner = (await world.staff()).actor if whose is Whose.OTHERS else them.known[Who.COORDINATOR].actor
    sheet = Sheet(HEADERS[kind], (Line(2, ("",) * len(HEADERS[kind])),))
    async with acting_as(owner):
        since = NOW - timedelta(days=2) if whose is Whose.OVER else NOW
        return await imports.insert_upload(owner, kind, sheet, since)


HEADERS: Final = {kind: tuple(columns.required(kind)) for kind in ImportKind}
PHONE_CALL: Final = """
    insert into phone_call (id, kind, volunteer, family, match, follow_up, created_at, ended_at)
    select $1, 'to_family', volunteer, family, match, id, created_at, created_at from follow_up where id = $2
"""
EXPERIENCE: Final = "select id from lived_experience where volunteer = $1"
ACTIVITY: Final = """
    insert into activity (id, volunteer, kind, happened_on, minutes, recorded_by, recorded_at)
    select $2, id, 'training', current_date, 60, $1, now() from volunteer where person = $1 returning id
"""
OPENING: Final = """
    insert into break_glass (id, person, family, reason, words, opened_at, expires_at)
    values ($1, $2, $3, 'danger_now', $4, $5, $6)
"""
OF_FAMILY: Final = {
    "task_id": """
        insert into task (id, kind, detail, family, opened_at, due_on)
        values ($1, 'other', 'rematch', $2, $3, current_date)
    """,
    "escalation_id": """
        insert into escalation (id, family, level, opened_at, status, acknowledged_at, help_confirmed_at, closed_at)
        values ($1, $2, 'concern', $3, $4, $5, $5, $5)
    """,
    "reply_id": """
        insert into inbound_text
          (id, provider_sid, sender_index, meaning, family, received_at, applied_at, sender, words)
        values ($1, gen_random_uuid()::text, '', 'other', $2, $3, $3, $4, $5)
    """,
    "difference_id": """
        insert into call_difference (id, kind, call, started_at, found_at)
        select $1, 'not_carried', id, $3, $3 from call where family = $2 limit 1
    """,
    "release_id": """
        insert into consent (id, family, contact, kind, granted, at, method, wording_version, language, recipient,
          purpose, expires_on)
        values ($1, $2, $3, 'release_to_third_party', true, $4, 'written', '2026-01', 'en', $5, $6, current_date + 30)
    """,
}
AT_THE_DOOR: Final = frozenset({"passkey_id", "session_id"})
OF_HERSELF: Final = {
    "away_id": """
        insert into time_away (id, volunteer, first_on, last_on)
        select $1, id, current_date + 1, current_date + 2 from volunteer where person = $2
    """,
    "other_day_id": """
        insert into other_hours (id, volunteer, day)
        select $1, v.id, coalesce((select max(o.day) from other_hours o where o.volunteer = v.id), current_date) + 1
        from volunteer v where person = $2
    """,
    "own_activity_id": """
        insert into activity (id, volunteer, kind, happened_on, minutes, recorded_by, recorded_at)
        select $1, id, 'training', current_date, 60, $2, now() from volunteer where person = $2
    """,
    "passkey_id": """
        insert into passkey (id, person, credential_id, public_key, sign_count, label, created_at)
        values ($1, $2, uuid_send($1), '', 0, 'Phone', now())
    """,
    "session_id": """
        insert into sign_in_session (id_hash, id, person, created_at, confirmed_at, seen_at, expires_at)
        values (uuid_send($1), $1, $2, now(), now(), now(), now() + interval '1 hour')
    """,
    "shift_id": """
        insert into on_call_shift (id, person, duty, starts_at, ends_at, added_at)
        select $1, $2, 'advocate', at, at + interval '1 hour', now()
        from (select coalesce(max(ends_at), now()) as at from on_call_shift where person = $2) last
    """,
    "token_id": """
        insert into api_token (id, token_hash, label, person, created_at, expires_at)
        values ($1, uuid_send($1), 'x', $2, now(), now() + interval '1 day')
    """,
}

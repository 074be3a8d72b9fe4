"""A family with everything that can be known of one, each word marked; and looking for the marks in every column."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from tests import world
from tests.app_kit import TESTS
from tests.slices.reports import history

from teamhope.families import service_pins
from teamhope.families.indexes import first_name_index, number_index
from teamhope.kit import crypto
from teamhope.kit.crypto import KeyProblem
from teamhope.kit.database import acting_as, connection, pool_of
from teamhope.kit.embedded_postgres import run_binary
from teamhope.kit.embedded_roles import Addresses
from teamhope.reports import queries as report_queries
from teamhope.reports import service as reports
from teamhope.retention import service
from teamhope.tables.audit import BreakGlass
from teamhope.tables.calls import Call, CallDraft
from teamhope.tables.care import Debrief, Escalation, Task
from teamhope.tables.families import Contact, ContactPhone
from teamhope.tables.followups import FollowUpMove
from teamhope.tables.matches import Handover, Match
from teamhope.vocabulary.people import Role

DAY, YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True)
class Planted:
    """`since`: when everything with the family had ended."""

    match: world.AMatch
    calls: tuple[UUID, ...]
    words: frozenset[str]
    indexes: frozenset[bytes]
    since: datetime

    @property
    def family_id(self) -> UUID:
        return self.match.request.family_id

    @property
    def number(self) -> str:
        return self.match.request.number


@asynccontextmanager
async def as_owner(db: Addresses) -> AsyncIterator[None]:
    async with pool_of(db.owner, most=2, guarded=False):
        yield


async def purge(db: Addresses, now: datetime, *, dry_run: bool = False) -> dict[str, int]:
    async with as_owner(db):
        return await service.purge(now, dry_run=dry_run)


async def rows(statement: str, *values: object) -> list[asyncpg.Record]:
    async with acting_as(TESTS):
        found: list[asyncpg.Record] = await connection().fetch(statement, *values)
    return found


async def value(statement: str, *values: object) -> object:
    async with acting_as(TESTS):
        return await connection().fetchval(statement, *values)


async def plant(db: Addresses, since: datetime, *, who: world.AVolunteer | None = None, **request: Any) -> Planted:
    """All that ended at `since`: one match that was closed, with calls, promises, notes and help."""
    async with as_owner(db):
        return await _plant(since, who, request)


async def _plant(since: datetime, who: world.AVolunteer | None, request: dict[str, Any]) -> Planted:
    status = str(request.pop("match_status", "closed"))
    mark = f"zqx{world.number()}e"  # in every word that is planted, and in nothing else
    name = mark.title()
    who = who or await world.volunteer(now=since - YEAR)
    begun = since - 90 * DAY
    asked = await world.family_request(
        first_name=name, status=str(request.pop("status", "closed")), now=begun, status_since=since,
        family={"status": "closed"}, incident={"child_gender": "girl"}, **request,
    )  # fmt: skip
    match = await world.match(asked, who, status, now=begun, status_since=since, score_breakdown=f'{{"{mark}": 1}}')
    due = await world.follow_up(match, since - 30 * DAY, status="completed", now=begun, ended_at=since - 30 * DAY)
    await world.blocked_person(asked.family_id, phone=world.a_phone(world.number()), name=name, relation=f"ex {mark}")
    await world.known_connection(asked.family_id, who.id, now=begun)
    await world.sensitive_date(asked.family_id, 5, 4, now=begun)
    await service_pins.make_pin(TESTS, asked.contact_id, begun)
    calls = await _log(match, due, since, mark)
    await _say_more(match, due, calls[0], since, mark)
    words = frozenset({mark, asked.number, asked.number[2:], asked.family_no})
    indexes = frozenset({number_index(asked.number), first_name_index(name)})
    return Planted(match, calls, words, indexes, since)


async def _log(match: world.AMatch, due: world.AFollowUp, since: datetime, mark: str) -> tuple[UUID, ...]:
    calls = []
    for days, outcome in ((60, "no_answer"), (30, "reached"), (10, "reached")):
        row = history.call_row(
            match.request.family_id, since - days * DAY + timedelta(minutes=17), outcome=outcome, match=match.id,
            contact=match.request.contact_id, volunteer=match.volunteer.id, counted_relation="mother",
            counted_state="CO", follow_up=due.id if days == 30 else None, topics=["coping_day_to_day"],
            needs=["counselor"], emotional_load=4, idempotency_key=f"{mark} {uuid4()}",
            talk_seconds=None if outcome == "no_answer" else 61 + days,
        )  # fmt: skip
        row.note = Call.note.seal(row.id, f"Her {mark} sister comes")
        calls.append(row)
    return tuple(await history.calls(*calls))


async def _say_more(match: world.AMatch, due: world.AFollowUp, call: UUID, since: datetime, mark: str) -> None:
    request, help_id, draft, glass, task = match.request, uuid4(), uuid4(), uuid4(), uuid4()
    staff = await world.staff(Role.COORDINATOR)
    async with acting_as(TESTS):
        await Contact.update(
            {
                Contact.shared_with: Contact.shared_with.seal(request.contact_id, f"{mark} roommate"),
                Contact.code_word: Contact.code_word.seal(request.contact_id, f"{mark}bird"),
            }
        ).where(Contact.id == request.contact_id)
        words = ContactPhone.agreed_words.seal(request.phone_id, f"It's {mark}")
        await ContactPhone.update({ContactPhone.voicemail: "agreed_words", ContactPhone.agreed_words: words}).where(
            ContactPhone.id == request.phone_id
        )
        reason = Match.override_reason.seal(match.id, f"{mark} knows her")
        await Match.update({Match.override_reason: reason}).where(Match.id == match.id)
        handover = uuid4()
        await Handover.insert(
            Handover(id=handover, match=match.id, family=request.family_id, topics=["coping_day_to_day"],
                     helps=["silence"], note=Handover.note.seal(handover, f"{mark} likes mornings"),
                     written_by=match.volunteer.person_id, written_at=since)
        )  # fmt: skip
        closed = {"status": "closed", "acknowledged_at": since, "closed_at": since, "help_confirmed_at": since}
        await Escalation.insert(
            Escalation(id=help_id, opened_by=match.volunteer.person_id, family=request.family_id, match=match.id,
                       call=call, level="urgent", where_now=Escalation.where_now.seal(help_id, f"{mark}ville"),
                       opened_at=since, **closed)
        )  # fmt: skip
        await CallDraft.insert(
            CallDraft(id=draft, person=match.volunteer.person_id, follow_up=due.id, version=1, form_key=uuid4(),
                      note=CallDraft.note.seal(draft, f"{mark} draft"), updated_at=since)
        )  # fmt: skip
        await BreakGlass.insert(
            BreakGlass(id=glass, person=staff.id, family=request.family_id, reason="danger_now", opened_at=since,
                       words=BreakGlass.words.seal(glass, f"{mark} called"), expires_at=since + DAY)
        )  # fmt: skip
        await Task.insert(
            Task(id=task, kind="other", family=request.family_id, call=call, status="done", opened_at=since,
                 due_on=since.date(), closed_at=since, closed_by=staff.id)
        )  # fmt: skip
        await Debrief.insert(Debrief(id=uuid4(), call=call, volunteer=match.volunteer.id, due_at=since, done_at=since))
        await FollowUpMove.insert(
            FollowUpMove(id=uuid4(), follow_up=due.id, moved_at=since, moved_for="family", from_due_at=since,
                         to_due_at=since + timedelta(minutes=95))
        )  # fmt: skip


# Looking for the marks ------------------------------------------------------------------------------------------------

COLUMNS = """
    select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
      and format_type(a.atttypid, a.atttypmod) = 'bytea'
"""
TABLES = "select tablename from pg_tables where schemaname = 'public'"


async def found_in_database(db: Addresses, planted: Planted) -> list[str]:
    """Where any of the words or indexes is, in any row of any table, opened where it can be; and in a fresh dump."""
    owner = await asyncpg.connect(db.owner)
    try:
        plain = [name async for name in _plain(owner, planted)]
        sealed = [name async for name in _sealed(owner, planted)]
    finally:
        await owner.close()
    return [*plain, *sealed, *in_dump(db, planted)]


async def _plain(owner: asyncpg.Connection, planted: Planted) -> AsyncIterator[str]:
    for (table,) in await owner.fetch(TABLES):
        for (text,) in await owner.fetch(f'select t::text from "{table}" t'):
            for mark in _marks(text, planted):
                yield f"{table}: {mark}"


async def _sealed(owner: asyncpg.Connection, planted: Planted) -> AsyncIterator[str]:
    for table, column in await owner.fetch(COLUMNS):
        if not await owner.fetchval(
            "select count(*) from pg_attribute where attrelid = $1::regclass and attname = 'id'", f'"{table}"'
        ):
            continue
        for row_id, sealed in await owner.fetch(f'select id, "{column}" from "{table}" where "{column}" is not null'):
            try:
                text = crypto.unseal(crypto.keys(), f"{table}.{column}.{row_id}", sealed)
            except KeyProblem:
                continue
            for mark in _marks(text, planted):
                yield f"{table}.{column}: {mark}"


def in_dump(db: Addresses, planted: Planted) -> list[str]:
    return [f"dump: {mark}" for mark in _marks(run_binary("pg_dump", "--data-only", dsn=db.owner), planted)]


def _marks(text: str, planted: Planted) -> Iterator[str]:
    low = text.lower()
    yield from (word for word in planted.words if word.lower() in low)
    yield from (index.hex() for index in planted.indexes if index.hex() in low)


# Counting -------------------------------------------------------------------------------------------------------------


async def figures(first: int, last: int, now: datetime) -> dict[str, object]:
    """Everything the report says of each year, and the counts behind it, which it hides where they are small."""
    span = (date(first, 1, 1), date(last + 1, 1, 1))
    async with acting_as(TESTS):
        counts = {
            "calls": await report_queries.count_calls(*span),
            "supported": await report_queries.count_supported_families(*span),
            "members": await report_queries.list_members(),
            "matches": await report_queries.list_matches(*span),
        }
    years = range(first, last + 1)
    return counts | {str(year): await reports.yearly_report(TESTS, year, now, history.ZONE) for year in years}


async def everything(db: Addresses) -> str:
    """The rows of every table, without the audit, which says that somebody looked."""
    without = [f"--exclude-table={name}" for name in ("audit_event", "audit_unsealed", "audit_seal")]
    return run_binary("pg_dump", "--data-only", "--restrict-key=x", *without, dsn=db.owner)


def list_in(folder: Path) -> Path:
    return folder / "erasures.jsonl"

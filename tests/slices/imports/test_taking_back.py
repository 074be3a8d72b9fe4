"""What the database itself refuses to take back: what no import made, what is a day old, what was changed."""

import asyncio
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.imports.files import a_family, a_file, a_volunteer

from teamhope.imports import service
from teamhope.imports.rules import Choice, ImportKind
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Actor

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(60)]
NOW = clock.now()
LONG_AGO = NOW - timedelta(days=30)
ONE = {ImportKind.VOLUNTEERS: a_volunteer, ImportKind.FAMILIES: a_family}
TABLE = {ImportKind.VOLUNTEERS: "volunteer", ImportKind.FAMILIES: "family"}
# What somebody else writes about one, none of it in the row that is locked first.
CHANGES = {
    ImportKind.VOLUNTEERS: "update lived_experience set case_type = 'ERU' where volunteer = $1",
    ImportKind.FAMILIES: "update contact set adult = not adult where family = $1",
}
WAITS_FOR_US = "select exists (select from pg_locks where pg_backend_pid() = any (pg_blocking_pids(pid)))"


@pytest.fixture(scope="module")
async def cora(db: Addresses) -> Actor:
    return (await world.staff()).actor


@pytest.fixture(scope="module")
async def other(db: Addresses) -> Actor:
    return (await world.staff()).actor


async def imported(who: Actor, kind: ImportKind, now: datetime = NOW) -> service.Look:
    import_id = await service.upload(who, kind, a_file([ONE[kind](), ONE[kind]()]), now)
    await service.confirm(who, import_id, Choice(), now)
    return await service.show(who, import_id, now)


async def forged(who: Actor, table: str, subject: UUID, at: datetime) -> UUID:
    """A row of an import that never was, written by SQL alone."""
    upload, row = uuid4(), uuid4()
    statements: list[tuple[str, tuple[Any, ...]]] = [
        (f"update {table} set created_at = $2 where id = $1", (subject, at)),
        (
            "insert into csv_import (id, kind, person, sheet, uploaded_at) values ($1, $2, $3, '', $4)",
            (upload, "families", who.person_id, at),
        ),
        (
            f"insert into imported_row (id, upload, number, {table}, made_hash)"
            f" values ($1, $2, 2, $3, {table}_state($3))",
            (row, upload, subject),
        ),
        ("update csv_import set sheet = null, imported_at = $2, left_out = 0 where id = $1", (upload, at)),
    ]
    async with acting_as(who):
        for sql, values in statements:
            await connection().execute(sql, *values)
    return row


async def refused(who: Actor, row: UUID) -> str:
    with pytest.raises(asyncpg.RestrictViolationError) as wrong:
        async with acting_as(who):
            await connection().execute("select take_back($1)", row)
    return str(wrong.value)


async def count(table: str, *ids: UUID) -> int:
    async with acting_as(TESTS):
        return int(await connection().fetchval(f"select count(*) from {table} where id = any($1)", list(ids)))


@pytest.mark.parametrize(
    ("entered", "is_hers", "imported_at"),
    [(LONG_AGO, True, NOW), (LONG_AGO, True, LONG_AGO), (NOW, False, NOW)],
    ids=["an old one", "an old one long ago", "another's"],
)
async def test_no_family_is_deleted_that_no_import_made(
    cora: Actor, other: Actor, entered: datetime, is_hers: bool, imported_at: datetime
) -> None:
    entered_by = (cora if is_hers else other).person_id
    family = (await world.family_request(now=entered, entered_by=entered_by)).family_id
    await refused(cora, await forged(cora, "family", family, imported_at))
    assert await count("family", family) == 1


async def test_no_volunteer_is_deleted_whom_no_import_made(db: Addresses, cora: Actor, other: Actor) -> None:
    look = await imported(other, ImportKind.VOLUNTEERS, LONG_AGO)
    owner = await asyncpg.connect(db.owner)
    await owner.execute("delete from csv_import where id = $1", look.upload.id)  # as the nightly purge does
    await owner.close()
    await refused(cora, await forged(cora, "volunteer", look.made[0].subject, NOW))
    assert await count("volunteer", look.made[0].subject) == 1


@pytest.mark.parametrize("kind", ImportKind)
async def test_an_import_of_yesterday_is_final(cora: Actor, kind: ImportKind) -> None:
    look = await imported(cora, kind, NOW - timedelta(hours=24))
    for row in look.made:
        assert "in its day" in await refused(cora, row.id)
    assert await count(TABLE[kind], *(row.subject for row in look.made)) == 2


@pytest.mark.parametrize("kind", ImportKind)
async def test_what_was_changed_since_is_refused(cora: Actor, kind: ImportKind) -> None:
    row = (await imported(cora, kind)).made[0]
    async with acting_as(TESTS):
        await connection().execute(CHANGES[kind], row.subject)
    assert "changed since" in await refused(cora, row.id)


@pytest.mark.parametrize("kind", ImportKind)
async def test_what_is_being_changed_is_waited_for_and_stays(cora: Actor, kind: ImportKind) -> None:
    look = await imported(cora, kind)
    changed = look.made[0].subject
    async with asyncio.timeout(10), acting_as(TESTS):
        await connection().execute(CHANGES[kind], changed)
        taking = asyncio.create_task(service.take_back(cora, look.upload.id, NOW), context=Context())
        while not await connection().fetchval(WAITS_FOR_US):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)
    look = await taking
    assert [(row.subject, look.why_it_stays(row)) for row in look.made] == [(changed, "stays_changed")]
    assert look.upload.taken_back == 1


@pytest.mark.parametrize("kind", ImportKind)
async def test_the_audit_names_each_that_was_deleted(cora: Actor, kind: ImportKind) -> None:
    look = await imported(cora, kind)
    ids = [row.subject for row in look.made]
    async with acting_as(TESTS):
        await connection().execute(CHANGES[kind], ids[1])
    await service.take_back(cora, look.upload.id, NOW)
    sql = "select subject_kind, subject, reason from audit_event where actor_person = $1 and act = 'took_back'"
    async with acting_as(TESTS):
        found = [tuple(row) for row in await connection().fetch(f"{sql} and subject = any($2)", cora.person_id, ids)]
    assert found == [(TABLE[kind], ids[0], None)]

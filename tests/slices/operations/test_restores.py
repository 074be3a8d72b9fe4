"""A restore forgets what was erased since, sends nothing twice, lets nobody back in, and marks what is not finished."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in

from teamhope.backups import back_up
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.nightly import Night, purge_today
from teamhope.operations.service import Unfit, claim_for_demonstration, refuse_unfit
from teamhope.restores import finish, restore
from teamhope.retention import erasure_list
from teamhope.retention.erasure_list import ErasureListProblem
from teamhope.vocabulary.people import Role
from teamhope.volunteers.service_calendar import make_feed
from teamhope.volunteers.service_pins import make_pin

pytestmark = pytest.mark.timeout(60)
NOW = clock.now()
HOUR = timedelta(hours=1)


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(db.owner)
    yield connection
    await connection.execute("update installation set restore_unfinished = false")
    await connection.close()


@pytest.fixture
def erasures(tmp_path: Path) -> Path:
    path = tmp_path / erasure_list.FILE_NAME
    erasure_list.use_erasure_list(path)
    return path


async def is_unfinished(owner: asyncpg.Connection) -> bool:
    return bool(await owner.fetchval("select restore_unfinished from installation"))


async def restored(db: Addresses, folder: Path) -> None:
    await restore(db.owner, await back_up(db.owner, folder / f"{uuid4()}.backup", clock.now()), replace=True)


async def test_nothing_is_served_before_the_restore_is_finished(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    await restored(db, tmp_path)
    for start in (refuse_unfit, claim_for_demonstration):
        with pytest.raises(Unfit, match="restore is not finished"):
            await start(TESTS)
    async with browser() as client:
        assert (await client.get("/readyz")).json() == {"status": "restore_unfinished"}
    with pytest.raises(Unfit):
        await purge_today(Night(db.owner, tmp_path, ZoneInfo("America/New_York")), NOW)
    await finish(db.owner, erasures, NOW)
    await refuse_unfit(TESTS)
    assert not await is_unfinished(owner)
    assert await owner.fetchval("select count(*) from audit_event where act = 'finished_restore'") == 1


async def test_who_was_erased_after_the_backup_stays_erased(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    erased, kept = await world.family_request(), await world.family_request()
    backup = await back_up(db.owner, tmp_path / "before.backup", NOW)
    erasure_list.append(erasures, [erased.family_id], NOW + HOUR)
    await restore(db.owner, backup, replace=True)
    assert await status_of(owner, erased.family_id) == "open"
    assert await finish(db.owner, erasures, NOW + 2 * HOUR) == 1
    assert await status_of(owner, erased.family_id) == "anonymised"
    assert await status_of(owner, kept.family_id) == "open"
    assert not await is_unfinished(owner)


async def status_of(owner: asyncpg.Connection, family: UUID) -> str:
    return str(await owner.fetchval("select status from family where id = $1", family))


async def test_a_list_that_cannot_be_believed_leaves_the_mark(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    await restored(db, tmp_path)
    erasures.write_text("nobody wrote this\n")
    with pytest.raises(ErasureListProblem, match="1"):
        await finish(db.owner, erasures, NOW)
    assert await is_unfinished(owner)
    erasures.write_text("")
    await finish(db.owner, erasures, NOW)
    assert not await is_unfinished(owner)


MESSAGE = """
    insert into message (id, person, kind, local_date, due_at, status, created_at, sending_at, lease_until, lease_owner)
    values ($1, $2, 'daily_reminder', $3, $4, $5, $4, $6, $6, $7) returning id
"""


async def a_message(owner: asyncpg.Connection, status: str, due_in: timedelta) -> UUID:
    person = (await world.volunteer()).person_id
    at = clock.now() + due_in
    leased = at if status == "sending" else None
    row = (uuid4(), person, at.date(), at, status, leased, "another process" if leased else None)
    return UUID(str(await owner.fetchval(MESSAGE, *row)))


async def test_no_family_is_told_again_of_a_call_of_which_it_may_have_been(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    texts = {"safe_to_text": True, "only_i_see_this_phone": True}
    request = await world.family_request(status="matched", contact_phone=texts)
    of = await world.match(request, await world.volunteer())
    near = await world.follow_up(of, clock.now() + 20 * HOUR)
    far = await world.follow_up(of, clock.now() + 30 * HOUR, seq=1, plan_id=near.plan_id)
    await restored(db, tmp_path)
    told = await owner.fetch("select follow_up, status from message where follow_up = any($1)", [near.id, far.id])
    assert [tuple(row) for row in told] == [(near.id, "failed")]


async def test_no_text_and_no_letter_that_was_due_is_sent_again(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    became = {
        await a_message(owner, "queued", -HOUR): "failed",
        await a_message(owner, "queued", HOUR): "queued",
        await a_message(owner, "sending", -HOUR): "uncertain",
        await a_message(owner, "sent", -HOUR): "sent",
    }
    letter, person = uuid4(), (await world.staff(Role.ADMIN)).id
    await owner.execute(
        "insert into letter (id, person, kind, link, due_at, created_at) values ($1, $2, 'reset', 'x', now(), now())",
        letter,
        person,
    )
    await restored(db, tmp_path)
    rows = {row["id"]: row for row in await owner.fetch("select * from message where id = any($1)", list(became))}
    assert {id_: row["status"] for id_, row in rows.items()} == became
    asked_next = [row["lease_until"] for row in rows.values() if row["status"] == "uncertain"]
    assert asked_next[0] <= clock.now()
    assert tuple(await owner.fetchrow("select status, link from letter where id = $1", letter)) == ("failed", None)


async def test_who_was_signed_in_is_not_any_more_and_no_token_works(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    ana = await world.staff(Role.ADMIN)
    expires = "now(), now() + interval '1 hour'"
    await owner.execute(
        f"""insert into one_use_link (token_hash, kind, person, created_at, expires_at)
              values ('t', 'reset', $1, {expires})""",
        ana.id,
    )
    await owner.execute(
        """insert into sign_in_step (id_hash, kind, expires_at)
           values ('s', 'passkey_sign_in', now() + interval '1 hour')"""
    )
    await owner.execute(
        f"""insert into api_token (id, token_hash, label, person, created_at, expires_at)
              values (gen_random_uuid(), 'a', 'Reports', $1, {expires})""",
        ana.id,
    )
    await make_feed((await world.volunteer()).actor, NOW)
    await make_pin((await world.volunteer()).actor, NOW)
    async with browser() as client:
        await sign_in(client, ana)
        assert (await client.get("/")).status_code == 200
        await restored(db, tmp_path)
        await finish(db.owner, erasures, NOW)
        assert (await client.get("/")).status_code == 303
    for table in ("sign_in_session", "sign_in_step", "one_use_link", "calendar_feed", "calling_pin"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0
    assert await owner.fetchval("select count(*) from api_token where revoked_at is null") == 0


async def test_a_run_that_the_backup_shows_as_under_way_hinders_nobody(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    await owner.execute(
        """insert into operation_run (id, operation, local_date, started_at)
           values (gen_random_uuid(), 'purge', $1, now())""",
        clock.now().date(),
    )
    await restored(db, tmp_path)
    await finish(db.owner, erasures, NOW)
    assert await purge_today(Night(db.owner, tmp_path, ZoneInfo("UTC")), clock.now())


async def test_a_manifest_names_the_last_seal_of_the_audit(
    db: Addresses, owner: asyncpg.Connection, tmp_path: Path, erasures: Path
) -> None:
    await owner.execute(
        """insert into audit_seal (number, month, events, sealed_at, previous, hmac)
           values (7001, '2026-03-01', '{}', now(), 'p', '\\x0a0b')"""
    )
    done = await restore(db.owner, await back_up(db.owner, tmp_path / "sealed.backup", NOW), replace=True)
    assert done.manifest.seal is not None
    assert (done.manifest.seal.number, done.manifest.seal.hmac) == (7001, "0a0b")

"""Backup, drop everything, restore: the same rows. A backup that is not whole and ours changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests import world
from tests.app_kit import PASSWORD, Someone, browser, sign_in
from tests.conftest import KEYS

from teamhope import backups, restores
from teamhope.backups import BackupProblem, back_up
from teamhope.kit import clock, crypto
from teamhope.kit.crypto import KeyProblem, KeyRing
from teamhope.kit.embedded_postgres import run_binary
from teamhope.kit.embedded_roles import Addresses
from teamhope.restores import restore
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.timeout(60)

NAME, EMAIL, PHONE = "Zephyrine", "zephyrine@canary.example", "+15125550142"
OTHER = KeyRing(keys=(b"o" * 32,), lookup=b"l" * 32, signing=b"s" * 32)
OTHER_LOOKUP = KeyRing(keys=KEYS.keys, lookup=b"o" * 32, signing=KEYS.signing)
ROTATED = KeyRing(keys=(b"n" * 32, *KEYS.keys), lookup=KEYS.lookup, signing=KEYS.signing)
OWN_RULES = ("installation", "sign_in_session")  # what a restore changes: test_restores.py
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
async def somebody(db: Addresses) -> Someone:
    """Who can sign in, beside a family and a volunteer whose name, e-mail and number are easy to find."""
    person = await world.volunteer(name=NAME, password=PASSWORD)
    await world.match(await world.family_request(first_name=NAME, phone=PHONE), person)
    staff = await world.staff(Role.ADMIN)
    return Someone(staff.id, staff.email, staff.role)


@pytest.fixture
async def backup(db: Addresses, somebody: Someone, tmp_path: Path) -> Path:
    return await back_up(db.owner, tmp_path / "a.backup", clock.now())


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(db.owner)
    yield connection
    await connection.close()


async def rows_of(owner: asyncpg.Connection) -> Rows:
    names = [row[0] for row in await owner.fetch("select tablename from pg_tables where schemaname = 'public'")]
    return {
        name: sorted((tuple(row) for row in await owner.fetch(f'select * from "{name}"')), key=str)
        for name in names
        if name not in OWN_RULES
    }


async def drop_everything(owner: asyncpg.Connection) -> None:
    await owner.execute(restores.EMPTY_IT)


async def test_everything_comes_back(db: Addresses, backup: Path, somebody: Someone, owner: asyncpg.Connection) -> None:
    before = await rows_of(owner)
    assert len(before["family"]) == len(before["match"]) == 1
    await drop_everything(owner)
    restored = await restore(db.owner, backup, replace=False)
    after = await rows_of(owner)
    assert after == before
    assert {name: restored.rows[name] for name in after} == {name: len(rows) for name, rows in after.items()}
    async with browser() as client:
        await sign_in(client, somebody)


async def test_replacing_takes_away_what_came_later(db: Addresses, backup: Path, owner: asyncpg.Connection) -> None:
    before = await rows_of(owner)
    await owner.execute("create table later (id integer)")
    await world.family_request()
    await restore(db.owner, backup, replace=True)
    assert await rows_of(owner) == before


async def test_row_security_and_grants_come_back_too(db: Addresses, backup: Path, owner: asyncpg.Connection) -> None:
    schema = run_binary("pg_dump", "--schema-only", "--restrict-key=x", dsn=db.owner)
    await restore(db.owner, backup, replace=True)
    assert run_binary("pg_dump", "--schema-only", "--restrict-key=x", dsn=db.owner) == schema


async def test_data_is_not_replaced_unasked(db: Addresses, backup: Path, owner: asyncpg.Connection) -> None:
    before = await rows_of(owner)
    with pytest.raises(BackupProblem, match="--replace"):
        await restore(db.owner, backup, replace=False)
    assert await rows_of(owner) == before


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda whole: whole[:-1], "end is missing"),
        (lambda whole: whole[: len(whole) // 2], "end is missing"),
        (lambda whole: whole[:40], "end is missing"),
        (lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), "changed"),
        (lambda whole: whole[:60] + bytes([whole[60] ^ 1]) + whole[61:], "changed"),
        (lambda whole: whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], "changed"),
        (lambda whole: whole + b"x", "added"),
        (lambda whole: b"", "not a backup"),
        (lambda whole: b"PGDMP" + whole, "not a backup"),
        (lambda whole: whole[:8] + b"\x02" + whole[9:], "newer release"),
    ],
)
async def test_a_damaged_backup_changes_nothing(
    db: Addresses, backup: Path, owner: asyncpg.Connection, damage: Any, told: str
) -> None:
    before = await rows_of(owner)
    backup.write_bytes(damage(backup.read_bytes()))
    with pytest.raises(BackupProblem, match=told):
        await restore(db.owner, backup, replace=True)
    assert await rows_of(owner) == before


@pytest.mark.parametrize(
    ("ring", "error", "told"), [(OTHER, KeyProblem, "ENCRYPTION_KEYS"), (OTHER_LOOKUP, BackupProblem, "LOOKUP_KEY")]
)
async def test_other_keys_open_nothing(
    db: Addresses, backup: Path, owner: asyncpg.Connection, ring: KeyRing, error: type[Exception], told: str
) -> None:
    before = await rows_of(owner)
    crypto.use_keys(ring)
    try:
        with pytest.raises(error, match=told):
            await restore(db.owner, backup, replace=True)
    finally:
        crypto.use_keys(KEYS)
    assert await rows_of(owner) == before


async def test_a_backup_opens_after_its_key_was_rotated(db: Addresses, backup: Path) -> None:
    crypto.use_keys(ROTATED)
    try:
        await restore(db.owner, backup, replace=True)
    finally:
        crypto.use_keys(KEYS)


async def test_a_backup_of_a_newer_release_is_refused(
    db: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, somebody: Someone
) -> None:
    migrations = ("0001_foundation", "0099_later")
    newer = backups.Manifest("9.0", migrations, clock.now(), backups.lookup_key_id(), keys=(), seal=None)
    file = tmp_path / "newer.backup"
    backups._write(db.owner, file, newer, ())
    with pytest.raises(BackupProblem, match="0099_later"):
        await restore(db.owner, file, replace=True)


async def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    db: Addresses, backup: Path, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await rows_of(owner)
    monkeypatch.setattr(restores, "EMPTY_IT", "drop schema public cascade; create schema public; create table call ();")
    with pytest.raises(BackupProblem, match="call"):
        await restore(db.owner, backup, replace=True)
    assert await rows_of(owner) == before


async def test_a_file_that_is_there_is_not_overwritten(db: Addresses, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupProblem, match="there already"):
        await back_up(db.owner, backup, clock.now())
    assert backup.read_bytes() == before


async def test_a_failed_backup_leaves_no_file_behind(db: Addresses, tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="pg_dump"):  # under row-level security it would miss rows
        await back_up(db.application, tmp_path / "b.backup", clock.now())
    assert list(tmp_path.iterdir()) == []


async def test_neither_backup_nor_database_shows_a_name_an_address_or_a_number(
    db: Addresses, backup: Path, owner: asyncpg.Connection
) -> None:
    plain = run_binary("pg_dump", dsn=db.owner).casefold()
    sealed = backup.read_bytes()
    stored = [str(await owner.fetchval("select count(*) from person"))]
    assert stored != ["0"]
    for canary in (NAME, EMAIL, PHONE, PHONE.removeprefix("+1")):
        assert canary.casefold() not in plain
        assert canary.encode().hex() not in plain
        assert canary.encode() not in sealed
    assert b"0001_foundation" not in sealed
    assert oct(backup.stat().st_mode & 0o777) == "0o600"

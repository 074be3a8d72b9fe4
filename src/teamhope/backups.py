"""A backup is one encrypted file: a manifest, then what pg_dump says. It is read whole before anything is replaced."""

import asyncio
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Final

import msgspec

from teamhope.kit import crypto, migrations
from teamhope.kit.client_programs import ProgramFailed, program
from teamhope.kit.database import acting_as, connection, pool_of
from teamhope.kit.sealed_stream import CHUNK, StreamProblem, open_stream, seal_stream
from teamhope.vocabulary.people import command

SUFFIX: Final = ".backup"
QUIETLY: Final = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse")
ONE_AT_A_TIME: Final = f"do $$ begin perform pg_advisory_xact_lock({migrations.LOCK}); end $$;\n"
EMPTY_IT: Final = """
drop schema public cascade;
create schema public authorization pg_database_owner;
grant usage on schema public to public;
"""
TABLES: Final = "select tablename from pg_tables where schemaname = 'public' order by tablename"


class BackupProblem(RuntimeError):
    """One sentence. The database is as it was before."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself before its rows; `lookup_key` tells which key its indexes need."""

    release: str
    migrations: tuple[str, ...]
    created_at: datetime
    lookup_key: str


def new_file_in(folder: Path, now: datetime) -> Path:
    return folder / f"teamhope-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}{SUFFIX}"


async def back_up(owner_url: str, file: Path, now: datetime) -> Path:
    """Writes everything in the database to a new encrypted file, complete or not there. Raises BackupProblem."""
    manifest = Manifest(version("teamhope"), await _migrations_in(owner_url), now, _lookup_key_id())
    await asyncio.to_thread(_write, owner_url, file, manifest)
    return file


async def restore(owner_url: str, file: Path, *, replace: bool) -> dict[str, int]:
    """Puts a backup into an empty database, or with `replace` in the place of what is there; rows by table.

    The whole file is verified first, and the rest happens in one transaction. Raises BackupProblem.
    """
    if not replace and await _tables(owner_url):
        raise BackupProblem("The database is not empty: give --replace to put the backup in the place of all its data.")
    await asyncio.to_thread(_verify, file)
    await asyncio.to_thread(_load, owner_url, file, EMPTY_IT if replace else "")
    return await _tables(owner_url)


async def _migrations_in(owner_url: str) -> tuple[str, ...]:
    async with pool_of(owner_url, most=1, guarded=False), acting_as(command("backup")):
        pending = await migrations.pending()
    return tuple(name for name in migrations.known() if name not in pending)


async def _tables(owner_url: str) -> dict[str, int]:
    async with pool_of(owner_url, most=1, guarded=False), acting_as(command("restore")):
        await connection().execute("set local statement_timeout = 0")  # counting ten years of calls takes its time
        names = [row["tablename"] for row in await connection().fetch(TABLES)]
        return {name: await connection().fetchval(f'select count(*) from "{name}"') for name in names}  # noqa: S608


def _lookup_key_id() -> str:
    return crypto.id_of(crypto.keys().lookup).hex()


def _write(owner_url: str, file: Path, manifest: Manifest) -> None:
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        if file.exists():
            raise BackupProblem(f"{file} is there already: choose another name.")
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            seal_stream(crypto.keys(), _manifest_and_dump(manifest, owner_url), out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(file)
    except OSError as problem:
        raise BackupProblem(f"{file} cannot be written: {problem.strerror}.") from problem
    except ProgramFailed as problem:
        raise BackupProblem(f"No backup was made. {problem}") from problem
    finally:
        unfinished.unlink(missing_ok=True)


def _manifest_and_dump(manifest: Manifest, owner_url: str) -> Iterator[bytes]:
    head = msgspec.json.encode(manifest)
    yield len(head).to_bytes(4) + head
    with program("pg_dump", ["--format=custom"], dsn=owner_url, stdin=DEVNULL, stdout=PIPE) as dumping:
        assert dumping.stdout is not None
        while piece := dumping.stdout.read(CHUNK):
            yield piece


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Manifest, Iterator[bytes]]]:
    """What the backup says of itself, and its dump. Raises BackupProblem, for a damaged one wherever it shows."""
    try:
        with file.open("rb") as sealed:
            pieces = open_stream(crypto.keys(), sealed)
            first = next(pieces)
            end = 4 + int.from_bytes(first[:4])
            yield msgspec.json.decode(first[4:end], type=Manifest), chain([first[end:]], pieces)
    except (StreamProblem, msgspec.MsgspecError) as problem:
        raise BackupProblem(f"{file} cannot be restored: {problem}.") from problem
    except ProgramFailed as problem:
        raise BackupProblem(f"{file} could not be restored. {problem}") from problem
    except OSError as problem:
        raise BackupProblem(f"{file} cannot be read: {problem.strerror}.") from problem


def _verify(file: Path) -> None:
    """Reads every byte, and has pg_restore read every row, without a database."""
    with _opened(file) as (manifest, dump):
        _refuse_foreign(manifest)
        with program("pg_restore", [f"--file={os.devnull}"]) as reading:
            _feed(reading, dump)


def _refuse_foreign(manifest: Manifest) -> None:
    if unknown := set(manifest.migrations) - set(migrations.known()):
        raise BackupProblem(
            f"The backup was made by release {manifest.release}, which has migrations unknown here "
            f"({', '.join(sorted(unknown))}): restore it with that release."
        )
    if manifest.lookup_key != _lookup_key_id():
        raise BackupProblem("The backup was made with another TEAMHOPE_LOOKUP_KEY: give the one of that time.")


def _load(owner_url: str, file: Path, emptying: str) -> None:
    """As one transaction, which is committed only after pg_restore has read the last verified byte."""
    with _opened(file) as (_, dump), program("psql", QUIETLY, dsn=owner_url) as loading:
        assert loading.stdin is not None
        loading.stdin.write(f"begin; set local client_min_messages = warning;\n{ONE_AT_A_TIME}{emptying}".encode())
        loading.stdin.flush()
        with program("pg_restore", ["--no-owner", "--file=-"], stdout=loading.stdin) as reading:
            _feed(reading, dump)
        loading.stdin.write(b"\ncommit;\n")


def _feed(reading: "Popen[bytes]", dump: Iterable[bytes]) -> None:
    assert reading.stdin is not None
    for piece in dump:
        reading.stdin.write(piece)

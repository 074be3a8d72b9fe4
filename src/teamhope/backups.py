"""A backup is one encrypted file: a manifest, then what pg_dump says. It is read whole before anything is replaced."""

import asyncio
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
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
from teamhope.kit.database import acting_as, pool_of
from teamhope.kit.sealed_stream import CHUNK, StreamProblem, open_stream, seal_stream
from teamhope.operations.queries_keys import Standing, load_standing
from teamhope.operations.rules import Backup
from teamhope.vocabulary.people import command

BACKUP: Final = command("backup")
STAMP: Final = "%Y%m%dT%H%M%SZ"  # UTC
OURS: Final = re.compile(r"teamhope-(\d{8}T\d{6}Z)-[0-9a-f]{4}\.backup")
UNFINISHED: Final = re.compile(rf"\.{OURS.pattern}\.[0-9a-f]{{8}}")


class BackupProblem(RuntimeError):
    """One sentence. The database is as it was before."""


class Seal(msgspec.Struct, frozen=True):
    """The last of the audit's chain: a database that ends before it was cut."""

    number: int
    hmac: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself before its rows; `lookup_key` and `keys` are the ids of all keys that it needs."""

    release: str
    migrations: tuple[str, ...]
    created_at: datetime
    lookup_key: str
    keys: tuple[str, ...]
    seal: Seal | None


def new_file_in(folder: Path, now: datetime) -> Path:
    return folder / f"teamhope-{now.astimezone(UTC):{STAMP}}-{secrets.token_hex(2)}.backup"


async def back_up(owner_url: str, file: Path, now: datetime) -> Path:
    """Writes everything in the database to a new encrypted file, complete or not there. Raises BackupProblem."""
    async with pool_of(owner_url, most=1, guarded=False):
        if pending := await _pending():  # of an earlier release, whose tables we do not know
            await asyncio.to_thread(_write, owner_url, file, _manifest(now, pending, None), ())
            return file
        async with acting_as(BACKUP):
            standing = await load_standing()
            same = (f"--snapshot={standing.snapshot}",)
            await asyncio.to_thread(_write, owner_url, file, _manifest(now, (), standing), same)
    return file


def backups_in(folder: Path, named: re.Pattern[str] = OURS) -> list[Backup]:
    """Files that are named as we name backups; with UNFINISHED, what one that was killed had written until then."""
    found = [match for path in folder.glob("*") if (match := named.fullmatch(path.name))]
    return [Backup(match[0], made_at) for match in found if (made_at := _instant(match[1]))]


def _instant(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:  # digits, but of no day
        return None


async def _pending() -> tuple[str, ...]:
    async with acting_as(BACKUP):
        return await migrations.pending()


def _manifest(now: datetime, pending: tuple[str, ...], standing: Standing | None) -> Manifest:
    """Without a standing any key of ours may be needed."""
    return Manifest(
        release=version("teamhope"),
        migrations=tuple(name for name in migrations.known() if name not in pending),
        created_at=now,
        lookup_key=lookup_key_id(),
        keys=tuple(sorted({*standing.keys, crypto.ids_in_use()[0]})) if standing else crypto.ids_in_use(),
        seal=Seal(*standing.seal) if standing and standing.seal else None,
    )


def lookup_key_id() -> str:
    return crypto.id_of(crypto.keys().lookup).hex()


def _write(owner_url: str, file: Path, manifest: Manifest, how: Sequence[str]) -> None:
    try:
        if file.exists():
            raise BackupProblem(f"{file} is there already: choose another name.")
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(file, _manifest_and_dump(manifest, owner_url, how))
    except OSError as problem:
        raise BackupProblem(f"{file} cannot be written: {problem.strerror}.") from problem
    except ProgramFailed as problem:
        raise BackupProblem(f"No backup was made. {problem}") from problem


def _write_whole(file: Path, pieces: Iterator[bytes]) -> None:
    """Under another name, until it is complete and on the disk."""
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            seal_stream(crypto.keys(), pieces, out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _manifest_and_dump(manifest: Manifest, owner_url: str, how: Sequence[str]) -> Iterator[bytes]:
    head = msgspec.json.encode(manifest)
    yield len(head).to_bytes(4) + head
    with program("pg_dump", ["--format=custom", *how], dsn=owner_url, stdin=DEVNULL, stdout=PIPE) as dumping:
        assert dumping.stdout is not None
        while piece := dumping.stdout.read(CHUNK):
            yield piece


@contextmanager
def opened(file: Path) -> Iterator[tuple[Manifest, Iterator[bytes]]]:
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


def verify(file: Path) -> Manifest:
    """Reads every byte, and has pg_restore read every row, without a database. Raises BackupProblem, KeyProblem."""
    with opened(file) as (manifest, dump):
        _refuse_foreign(manifest)
        with program("pg_restore", [f"--file={os.devnull}"]) as reading:
            feed(reading, dump)
    return manifest


def keys_of(file: Path) -> tuple[str, ...]:
    """The ids of the keys that the backup needs, its own and its values'. Raises BackupProblem, KeyProblem."""
    with opened(file) as (manifest, _):
        return manifest.keys


def _refuse_foreign(manifest: Manifest) -> None:
    if unknown := set(manifest.migrations) - set(migrations.known()):
        raise BackupProblem(
            f"The backup was made by release {manifest.release}, which has migrations unknown here "
            f"({', '.join(sorted(unknown))}): restore it with that release."
        )
    if manifest.lookup_key != lookup_key_id():
        raise BackupProblem("The backup was made with another TEAMHOPE_LOOKUP_KEY: give the one of that time.")


def feed(reading: "Popen[bytes]", dump: Iterable[bytes]) -> None:
    assert reading.stdin is not None
    for piece in dump:
        reading.stdin.write(piece)

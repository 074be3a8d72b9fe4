"""Families that were erased, in a file outside the database: what a restored backup must forget again.

One JSON line each: the family's random id, when, and an HMAC by the lookup key, which is never rotated.
"""

import fcntl
import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from teamhope.kit import crypto

FILE_NAME: Final = "erasures.jsonl"
OWNER_ONLY: Final = 0o600


class ErasureListProblem(RuntimeError):
    """One sentence: which lines cannot be believed, or why the list cannot be written."""


@dataclass(frozen=True, slots=True)
class Erasure:
    family: UUID
    erased_at: datetime


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    family: UUID
    erased_at: datetime
    hmac: str


def append(path: Path, families: Iterable[UUID], now: datetime) -> None:
    """On the disk when it returns. What a crash left half written at the end is taken off first."""
    lines = b"".join(_line_of(Erasure(family, now)) + b"\n" for family in families)
    try:
        with _opened(path) as file:
            _mend_end(file)
            os.write(file, lines)
            os.fsync(file)
    except OSError as problem:
        raise ErasureListProblem(f"{path} cannot be written: {problem.strerror}.") from problem


def read(path: Path) -> tuple[tuple[Erasure, ...], tuple[int, ...]]:
    """What can be believed, in order, and the numbers of the lines that cannot; nothing where there is no file.

    A torn last line belongs to an erasure that was never committed: it is neither.
    """
    try:
        *lines, last = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return (), ()
    except OSError as problem:
        raise ErasureListProblem(f"{path} cannot be read: {problem.strerror}.") from problem
    found = [_erasure_of(line) for line in lines]
    wrong = tuple(number for number, erasure in enumerate(found, 1) if erasure is None)
    tail = _erasure_of(last) if last else None
    return tuple(each for each in (*found, tail) if each is not None), wrong


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
        if is_new:
            _sync_folder(path.parent)
    finally:
        os.close(file)


def _sync_folder(folder: Path) -> None:
    """Else a lost machine could forget that there is such a file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mend_end(file: int) -> None:
    whole = os.pread(file, os.fstat(file).st_size, 0)
    end = whole.rfind(b"\n") + 1
    if end == len(whole):
        return
    if _erasure_of(whole[end:]) is None:
        os.ftruncate(file, end)
    else:
        os.write(file, b"\n")


def _line_of(erasure: Erasure) -> bytes:
    return msgspec.json.encode(_Line(erasure.family, erasure.erased_at, _hmac_of(erasure)))


def _erasure_of(line: bytes) -> Erasure | None:
    """None unless this deployment wrote it."""
    try:
        read = msgspec.json.decode(line, type=_Line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    erasure = Erasure(read.family, read.erased_at)
    return erasure if hmac.compare_digest(read.hmac.encode(), _hmac_of(erasure).encode()) else None


def _hmac_of(erasure: Erasure) -> str:
    text = f"{erasure.family}\x1f{erasure.erased_at.isoformat()}"
    return crypto.blind_index(crypto.keys(), "erasure", text).hex()


_path: Path | None = None


def use_erasure_list(path: Path) -> None:
    """Called once by each composition root."""
    global _path  # noqa: PLW0603 - one list per deployment, like the key ring
    _path = path


def list_in_use() -> Path:
    if _path is None:
        raise ErasureListProblem("No list of erasures is in use.")
    return _path

"""How sealed rows are chained, and what is wrong with a chain: a changed, a deleted, an inserted row, a broken link."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from teamhope.audit.rules import Entry, canonical

BATCH: Final = 5_000  # rows of one seal at most
ROW, SEAL, DROPPED = "audit", "audit_seal", "audit_dropped"  # purposes of the signatures

Sign = Callable[[str, str], bytes]  # purpose, text


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that is in no seal yet."""

    seq: int
    id: UUID
    at: datetime
    hmac: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it stands, with the signature that stands beside it."""

    entry: Entry
    hmac: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """What a seal says. `month` is the first day of the UTC month of every row; `previous` the former seal's hmac."""

    number: int
    month: date
    events: tuple[UUID, ...]
    sealed_at: datetime
    previous: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    link: Link
    hmac: bytes
    dropped_at: datetime | None = None
    dropped_hmac: bytes | None = None


class FaultKind(StrEnum):
    ROW_CHANGED = "row_changed"
    ROW_DELETED = "row_deleted"
    ROW_INSERTED = "row_inserted"
    SEAL_CHANGED = "seal_changed"
    LINK_BROKEN = "link_broken"
    DROP_FORGED = "drop_forged"


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` is a row's id or a seal's number."""

    kind: FaultKind
    where: UUID | int


def by_month(rows: Sequence[Waiting]) -> list[tuple[date, tuple[Waiting, ...]]]:
    """The UTC months, the first met first; the rows of each in the given order."""
    months: dict[date, list[Waiting]] = {}
    for row in rows:
        months.setdefault(row.at.astimezone(UTC).date().replace(day=1), []).append(row)
    return [(month, tuple(found)) for month, found in months.items()]


def chained(rows: Sequence[Waiting], last: Seal | None, now: datetime, sign: Sign) -> list[Seal]:
    """One seal for each month of the rows, each pointing to the one before it; the first of all points to nothing."""
    seals: list[Seal] = []
    for month, found in by_month(rows):
        number, previous = _expected_after(last)
        link = Link(number, month, tuple(row.id for row in found), now, previous)
        last = Seal(link, sign(SEAL, link_text(link, [row.hmac for row in found])))
        seals.append(last)
    return seals


def _expected_after(last: Seal | None) -> tuple[int, bytes]:
    return (last.link.number + 1, last.hmac) if last else (1, b"")


def link_text(link: Link, row_hmacs: Sequence[bytes]) -> str:
    """The text under a seal: all that it says, and the signature of each row, in order."""
    rows = [f"{event}:{hmac.hex()}" for event, hmac in zip(link.events, row_hmacs, strict=True)]
    return "\x1f".join((str(link.number), *_said(link), *rows))


def dropped_text(seal: Seal, dropped_at: datetime) -> str:
    """The text under the mark that retention dropped the rows: without them it says the whole seal once more."""
    link = seal.link
    return "\x1f".join(
        (
            str(link.number),
            *_said(link),
            *map(str, link.events),
            seal.hmac.hex(),
            dropped_at.astimezone(UTC).isoformat(),
        )
    )


def _said(link: Link) -> tuple[str, str, str]:
    return link.month.isoformat(), link.sealed_at.astimezone(UTC).isoformat(), link.previous.hex()


def faults_of_link(seal: Seal, last: Seal | None) -> Iterator[Fault]:
    """Whether it follows the seal before it, by number and by what it points to. One fault at most."""
    if (seal.link.number, seal.link.previous) != _expected_after(last):
        yield Fault(FaultKind.LINK_BROKEN, seal.link.number)


def faults_of_seal(seal: Seal, rows: Mapping[UUID, Kept], sign: Sign) -> Iterator[Fault]:
    """Row by row in the seal's order, then the seal. `rows` are those of its events that are in the table.

    What a seal says can be checked only while each of its rows is there and as it was.
    """
    if seal.dropped_at is not None:
        yield from _faults_of_dropped(seal, seal.dropped_at, rows, sign)
        return
    found = [fault for event in seal.link.events for fault in _faults_of_row(event, rows.get(event), sign)]
    yield from found
    if not found and sign(SEAL, link_text(seal.link, [rows[event].hmac for event in seal.link.events])) != seal.hmac:
        yield Fault(FaultKind.SEAL_CHANGED, seal.link.number)


def _faults_of_dropped(seal: Seal, dropped_at: datetime, rows: Mapping[UUID, Kept], sign: Sign) -> Iterator[Fault]:
    if sign(DROPPED, dropped_text(seal, dropped_at)) != seal.dropped_hmac:
        yield Fault(FaultKind.DROP_FORGED, seal.link.number)
    for event in seal.link.events:
        if event in rows:
            yield Fault(FaultKind.ROW_INSERTED, event)


def _faults_of_row(event: UUID, row: Kept | None, sign: Sign) -> Iterator[Fault]:
    if row is None:
        yield Fault(FaultKind.ROW_DELETED, event)
    elif sign(ROW, canonical(row.entry)) != row.hmac:
        yield Fault(FaultKind.ROW_CHANGED, event)


def faults_of_tail(events: Sequence[UUID], rows: Mapping[UUID, Kept], sign: Sign) -> Iterator[Fault]:
    """Rows that wait for their seal: each must be there, and be signed."""
    for event in events:
        yield from _faults_of_row(event, rows.get(event), sign)

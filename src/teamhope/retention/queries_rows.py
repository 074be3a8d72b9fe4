"""Rows that go, or lose their words, once their period is over; each statement is counted before it is done."""

# ruff: noqa: S608 - statements made of words of this file

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from teamhope.kit.database import connection
from teamhope.retention.rules import Kind
from teamhope.vocabulary.states import HOLDS_A_PLACE

# Of a family that a legal hold keeps, and of whoever counts as the same family.
HELD: Final = """exists (
    select from legal_hold h join family held on held.id = h.family join family f on f.id = {family}
    where h.lifted_at is null and coalesce(held.duplicate_of, held.id) = coalesce(f.duplicate_of, f.id))"""
LIVE: Final = ", ".join(f"'{status}'" for status in sorted(HOLDS_A_PLACE))


@dataclass(frozen=True, slots=True)
class Rows:
    """`where` speaks of the table's columns; $1 is the instant before which a row must have ended. `blank`: a column
    that is emptied instead.
    """

    kind: Kind
    table: str
    where: str
    blank: str = ""


def _of_family(table: str, where: str) -> str:
    return f"{where} and not {HELD.format(family=f'{table}.family')}"


# The audit goes last, by its own slice: the others are decided by what it says.
ROWS: Final[tuple[Rows, ...]] = (
    Rows(
        Kind.NOTES,
        "call",
        _of_family(
            "call",
            f"""note is not null and logged_at < $1 and not exists (
                select from match m where m.id = call.match and (m.status in ({LIVE}) or m.status_since >= $1))""",
        ),
        "note",
    ),
    Rows(
        Kind.NOTES,
        "match",
        _of_family("match", f"override_reason is not null and status not in ({LIVE}) and status_since < $1"),
        "override_reason",
    ),
    Rows(
        Kind.NOTES,
        "handover",
        _of_family(
            "handover",
            f"""note is not null and not exists (
                select from match m where m.id = handover.match and (m.status in ({LIVE}) or m.status_since >= $1))""",
        ),
        "note",
    ),
    Rows(Kind.NOTES, "escalation", _of_family("escalation", "where_now is not null and closed_at < $1"), "where_now"),
    Rows(Kind.DRAFTS, "call_draft", "updated_at < $1"),
    Rows(Kind.IMPORTS, "csv_import", "coalesce(imported_at, uploaded_at) < $1"),
    Rows(Kind.DRAFTS, "prepared_proposal", "prepared_at < $1"),  # with its pairs
    Rows(Kind.SIGN_IN, "sign_in_session", "expires_at < $1"),
    Rows(Kind.SIGN_IN, "sign_in_step", "expires_at < $1"),
    Rows(Kind.SIGN_IN, "sign_in_throttle", "blocked_until < $1"),
    Rows(Kind.SIGN_IN, "one_use_link", "least(used_at, expires_at) < $1"),
    Rows(Kind.LETTERS, "letter", "ended_at < $1"),
    Rows(Kind.MESSAGES, "message", "created_at < $1 and status not in ('queued', 'sending', 'uncertain')"),
    Rows(Kind.MESSAGES, "phone_call", _of_family("phone_call", "ended_at < $1")),  # with its legs
    Rows(Kind.MESSAGES, "call_difference", "found_at < $1"),
    Rows(Kind.CALLBACKS, "provider_callback", "received_at < $1"),
    Rows(
        Kind.CALLBACKS,
        "inbound_text",
        _of_family("inbound_text", "received_at < $1 and applied_at is not null and words is null"),
    ),
    Rows(Kind.TASKS, "task", _of_family("task", "closed_at < $1")),
    Rows(Kind.HEARTBEATS, "worker_heartbeat", "seen_at < $1"),
    Rows(Kind.HEARTBEATS, "recurring_job", "finished_at < $1"),
    Rows(Kind.RUNS, "operation_run", "started_at < $1"),
    Rows(Kind.REGISTERS, "legal_hold", "lifted_at < $1"),
    Rows(Kind.REGISTERS, "erasure_request", "done_at < $1"),
    Rows(Kind.REGISTERS, "release", _of_family("release", "recorded_at < $1")),
    Rows(Kind.REGISTERS, "break_glass", _of_family("break_glass", "expires_at < $1 and reviewed_at is not null")),
    Rows(Kind.REGISTERS, "api_token", "least(revoked_at, expires_at) < $1"),
)
ROW_KINDS: Final = tuple(dict.fromkeys(rows.kind for rows in ROWS))


async def count_rows(kind: Kind, before: datetime) -> int:
    return sum([await connection().fetchval(_count(rows), before) for rows in ROWS if rows.kind is kind])


async def purge_rows(kind: Kind, before: datetime) -> int:
    """How many rows went or were emptied."""
    done = [await connection().execute(_purge(rows), before) for rows in ROWS if rows.kind is kind]
    return sum(int(tag.rpartition(" ")[2]) for tag in done)


def _count(rows: Rows) -> str:
    return f'select count(*) from "{rows.table}" where {rows.where}'


def _purge(rows: Rows) -> str:
    if rows.blank:
        return f'update "{rows.table}" set {rows.blank} = null where {rows.where}'
    return f'delete from "{rows.table}" where {rows.where}'


async def load_days() -> Mapping[str, int]:
    """What was decided otherwise than the defaults."""
    return {row["kind"]: row["days"] for row in await connection().fetch("select kind, days from retention_period")}

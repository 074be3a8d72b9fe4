"""Writes many rows at once: seals what is encrypted, fills the blind indexes, and lets PostgreSQL read JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

import msgspec
from piccolo.table import Table

from teamhope.accounts.queries import email_index, find_person_by_email, phone_index
from teamhope.families.indexes import first_name_index, number_index
from teamhope.kit.database import connection
from teamhope.tables import accounts, calls, care, families, followups, matches, referrals, volunteers
from teamhope.tables.columns import Encrypted
from teamhope.tables.operations import Installation

Row = Mapping[str, Any]

# Every table after those it names.
TABLES: Final[tuple[type[Table], ...]] = (
    accounts.Team,
    accounts.Person,
    volunteers.Volunteer,
    volunteers.LivedExperience,
    volunteers.Credential,
    volunteers.TimeAway,
    volunteers.OtherHours,
    volunteers.Activity,
    families.Family,
    families.Contact,
    families.ContactPhone,
    families.Consent,
    families.BlockedPerson,
    families.Incident,
    families.SupportRequest,
    matches.Match,
    matches.CoverPerson,
    followups.FollowUpPlan,
    followups.FollowUp,
    followups.FollowUpMove,
    calls.Call,
    care.Escalation,
    care.OnCallShift,
    care.FallbackNumber,
    care.Debrief,
    care.Task,
    referrals.ServiceEvent,
    referrals.FaonMember,
    referrals.FaonProof,
    referrals.FaonParticipation,
    referrals.FaonRequest,
)
INDEXES: Final[Mapping[tuple[str, str], tuple[str, Callable[[str], bytes]]]] = {
    ("person", "email"): ("email_index", email_index),
    ("person", "phone"): ("phone_index", phone_index),
    ("contact", "first_name"): ("first_name_index", first_name_index),
    ("contact_phone", "number"): ("number_index", number_index),
    ("blocked_person", "phone"): ("phone_index", number_index),
}
BATCH: Final = 4_000  # rows a statement: far below the statement's 10 seconds, and little memory


async def is_loaded(email: str) -> bool:
    return await find_person_by_email(email) is not None


async def fix_report_zone(name: str) -> None:
    """The zone by whose days the calls were counted; what is fixed already stays."""
    await Installation.update({Installation.report_timezone: name}).where(Installation.report_timezone.is_null())


async def write(rows: Mapping[str, Sequence[Row]]) -> None:
    """All rows, in the order of TABLES and their own. Raises whatever constraint a row breaks."""
    unknown = rows.keys() - {table._meta.tablename for table in TABLES}
    assert not unknown, unknown
    for table in TABLES:
        for alike in _by_columns(rows.get(table._meta.tablename, ())):
            await _insert(table, alike)


def _by_columns(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Batches of rows that name the same columns: what a row does not name is left to the table's default."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for group in alike.values():
        waiting = iter(group)
        while batch := list(islice(waiting, BATCH)):
            yield batch


async def _insert(table: type[Table], rows: Sequence[Row]) -> None:
    name, ready = table._meta.tablename, [_ready(table, row) for row in rows]
    columns = ", ".join(f'"{column}"' for column in ready[0])
    statement = (
        f'insert into "{name}" ({columns}) '  # noqa: S608 - names of our own columns
        f'select {columns} from json_populate_recordset(null::"{name}", $1::json)'
    )
    await connection().execute(statement, msgspec.json.encode(ready).decode())


def _ready(table: type[Table], row: Row) -> dict[str, Any]:
    """The row as PostgreSQL reads it: sealed, with its blind indexes."""
    name, ready = table._meta.tablename, dict(row)
    for column in table._meta.columns:
        text = row.get(column._meta.name)
        if isinstance(column, Encrypted) and column._meta.name in row:
            ready[column._meta.name] = _bytes(column.seal_if(_id_of(row), text))
        if (name, column._meta.name) in INDEXES:
            index, of = INDEXES[name, column._meta.name]
            ready[index] = _bytes(of(text) if text else None)
    return ready


def _id_of(row: Row) -> UUID:
    id_: UUID = row["id"]
    return id_


def _bytes(value: bytes | None) -> str | None:
    """As PostgreSQL writes bytea."""
    return None if value is None else rf"\x{value.hex()}"

"""Which key each encrypted value was written with, and values written anew under the newest. As the owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from teamhope.kit import crypto
from teamhope.kit.crypto import KeyProblem
from teamhope.kit.database import SESSION_SETTINGS, connection, take_time
from teamhope.piccolo_app import APP_CONFIG
from teamhope.tables.columns import Encrypted

Column = Encrypted  # what use cases call it, who know no tables
# A value is version, key id, nonce, ciphertext (kit/crypto.py); the id is four bytes from the second on.
KEY_ID: Final = "substr({column}, 2, 4)"
OTHERS: Final = """
    select application_name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name like $1
"""


def encrypted_columns() -> tuple[Column, ...]:
    """Every one of every table, so that a new column cannot be forgotten."""
    tables = sorted(set(APP_CONFIG.table_classes), key=lambda table: table._meta.tablename)
    return tuple(column for table in tables for column in table._meta.columns if isinstance(column, Encrypted))


def name_of(column: Column) -> str:
    return f"{column._meta.table._meta.tablename}.{column._meta.name}"


def _names_of(column: Column) -> tuple[str, str]:
    return f'"{column._meta.table._meta.tablename}"', f'"{column._meta.name}"'


def _ids_of(column: Column) -> str:
    table, name = _names_of(column)
    return f"select {KEY_ID.format(column=name)} as key_id from {table} where {name} is not null"  # noqa: S608 - ours


def _all_ids() -> str:
    return " union all ".join(_ids_of(column) for column in encrypted_columns())


async def count_by_key() -> dict[str, int]:
    """How many values were written with each key, by its id in hexadecimal."""
    await _take_hours()
    rows = await connection().fetch(f"select key_id, count(*) from ({_all_ids()}) v group by key_id")  # noqa: S608
    return {bytes(row["key_id"]).hex(): row["count"] for row in rows}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a backup of this very snapshot holds: `seal` is the number and HMAC of the last audit seal."""

    snapshot: str
    keys: tuple[str, ...]
    seal: tuple[int, str] | None


async def load_standing() -> Standing:
    """All of one snapshot, which pg_dump can read while this transaction lasts; it may now last as long as it likes."""
    await _take_hours()
    row: Any = await connection().fetchrow(
        f"""
        select pg_export_snapshot() as snapshot, s.number, s.hmac,
               array(select distinct encode(key_id, 'hex') from ({_all_ids()}) v order by 1) as keys
        from (select) one left join (select number, hmac from audit_seal order by number desc limit 1) s on true
        """  # noqa: S608 - names of ours
    )
    seal = None if row["number"] is None else (row["number"], bytes(row["hmac"]).hex())
    return Standing(row["snapshot"], tuple(row["keys"]), seal)


async def _take_hours() -> None:
    """Every value is looked at, and who reads along may take hours."""
    await take_time()
    await connection().execute("set local idle_in_transaction_session_timeout = 0")


@dataclass(frozen=True, slots=True)
class Batch:
    """`last` is the id to go on after; None at the end."""

    last: UUID | None
    written: int


async def reseal_batch(column: Column, after: UUID, limit: int) -> Batch:
    """Writes the next values under other keys than the newest anew, in the order of ids, each only if it is unchanged.

    A value that does not open is left as it is. Rows that somebody holds are passed over: they are locked together and
    nobody is waited for, so that no page waits for more than one batch and none is the victim of a deadlock.
    """
    table, name = _names_of(column)
    rows = await connection().fetch(
        f"""
        select id, {name} as value from {table} where id > $1 and {KEY_ID.format(column=name)} <> $2
        order by id limit $3 for no key update skip locked
        """,  # noqa: S608 - names of ours
        after,
        crypto.id_of(crypto.keys().keys[0]),
        limit,
    )
    changes = [(row["id"], row["value"], anew) for row in rows if (anew := _anew(column, row)) is not None]
    await connection().executemany(
        f"update {table} set {name} = $3 where id = $1 and {name} = $2",  # noqa: S608 - names of ours
        changes,
    )
    return Batch(rows[-1]["id"] if len(rows) == limit else None, len(changes))


def _anew(column: Column, row: Any) -> bytes | None:
    try:
        return column.reseal(row["id"], row["value"])
    except KeyProblem:
        return None


async def others_keys() -> Sequence[frozenset[str]]:
    """The key ids of each connection that another process of ours has open now, as far as it tells them."""
    rows = await connection().fetch(OTHERS, f"{SESSION_SETTINGS['application_name']} %")
    told = (frozenset(row["application_name"].split()[1:]) for row in rows)
    return [ids for ids in told if not ids <= {"listener"}]

"""Audit rows: the application may add them and cannot read, change or delete them."""

from teamhope.audit.rules import Entry
from teamhope.kit.database import connection

# Not through Piccolo's insert: it asks for the row back, and the application may not read this table.
INSERT = """
    insert into audit_event (id, at, actor_role, actor_person, actor_name, act, subject_kind, subject, reason, hmac)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def insert_entry(entry: Entry, signature: bytes) -> None:
    actor = entry.actor
    await connection().execute(
        INSERT,
        entry.id,
        entry.at,
        actor.role,
        actor.person_id,
        actor.name,
        entry.act,
        entry.subject_kind,
        entry.subject,
        entry.reason,
        signature,
    )

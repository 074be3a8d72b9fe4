"""Audit rows: the application may add them and cannot read, change or delete them."""

from collections.abc import Sequence

from teamhope.audit.rules import Entry
from teamhope.kit.database import connection
from teamhope.vocabulary.people import Actor

# Not through Piccolo's insert: it asks for the row back, and the application may not read this table.
INSERT = """
    insert into audit_event (id, at, actor_role, actor_person, actor_name, act, subject_kind, subject, reason, hmac)
    select e.id, e.at, $1, $2, $3, e.act, e.subject_kind, e.subject, e.reason, e.hmac
    from unnest($4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::uuid[], $9::text[], $10::bytea[])
      as e (id, at, act, subject_kind, subject, reason, hmac)
"""


async def insert_entries(actor: Actor, entries: Sequence[Entry], signatures: Sequence[bytes]) -> None:
    """All of one actor, in one statement."""
    await connection().execute(
        INSERT,
        actor.role,
        actor.person_id,
        actor.name,
        [entry.id for entry in entries],
        [entry.at for entry in entries],
        [entry.act for entry in entries],
        [entry.subject_kind for entry in entries],
        [entry.subject for entry in entries],
        [entry.reason for entry in entries],
        signatures,
    )

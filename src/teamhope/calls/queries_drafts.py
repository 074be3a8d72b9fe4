"""Rows of notes being typed, as facts."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from teamhope.calls.rules_drafts import Draft
from teamhope.kit.database import connection
from teamhope.tables.calls import CallDraft


async def hold_draft(person_id: UUID, follow_up_id: UUID) -> None:
    """Another window of the same person waits until the transaction has ended."""
    await connection().execute("select pg_advisory_xact_lock(hashtextextended($1, 1))", f"{person_id} {follow_up_id}")


async def find_draft(person_id: UUID, follow_up_id: UUID) -> Draft | None:
    row = await CallDraft.select().where(_of(person_id, follow_up_id)).first()
    if row is None:
        return None
    return Draft(CallDraft.note.unseal(row["id"], row["note"]), row["version"], row["form_key"], row["updated_at"])


async def save_draft(person_id: UUID, follow_up_id: UUID, draft: Draft) -> None:
    """In the place of the former one, if there was one."""
    id_ = uuid4()
    await delete_draft(person_id, follow_up_id)
    await CallDraft.insert(
        CallDraft(
            id=id_,
            person=person_id,
            follow_up=follow_up_id,
            note=CallDraft.note.seal(id_, draft.note),
            version=draft.version,
            form_key=draft.form_key,
            updated_at=draft.updated_at,
        )
    )


async def delete_draft(person_id: UUID, follow_up_id: UUID) -> None:
    await CallDraft.delete().where(_of(person_id, follow_up_id))


async def delete_older_than(moment: datetime) -> int:
    gone = await CallDraft.delete().where(CallDraft.updated_at <= moment).returning(CallDraft.id)
    return len(gone)


async def list_drafts_of(person_id: UUID) -> list[UUID]:
    """The follow-ups about which she has an unfinished note, the oldest first."""
    rows = (
        await CallDraft.select(CallDraft.follow_up).where(CallDraft.person == person_id).order_by(CallDraft.updated_at)
    )
    return [row["follow_up"] for row in rows]


def _of(person_id: UUID, follow_up_id: UUID) -> Any:
    return (CallDraft.person == person_id) & (CallDraft.follow_up == follow_up_id)

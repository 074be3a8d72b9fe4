"""The note that is being typed: for its writer alone, never overwritten unseen, gone when no longer needed."""

from datetime import datetime
from uuid import UUID

from teamhope.calls import queries, queries_drafts
from teamhope.calls.rules_drafts import KEPT_FOR, Draft, Typed, conflict
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.people import WORKER, Actor


class ChangedElsewhere(Refused):
    """Another window wrote the note in the meantime; `saved` is what it wrote."""

    def __init__(self, saved: Draft) -> None:
        super().__init__("note_changed_elsewhere")
        self.saved = saved


async def save_draft(actor: Actor, follow_up_id: UUID, typed: Typed, now: datetime) -> Draft | None:
    """What is saved now; None where the note is empty. Raises NotFound for another's follow-up, ChangedElsewhere."""
    person_id = _writer(actor)
    async with acting_as(actor):
        await queries.load_subject(follow_up_id)
        await queries_drafts.hold_draft(person_id, follow_up_id)
        saved = await queries_drafts.find_draft(person_id, follow_up_id)
        if saved is not None and conflict(saved, typed):
            raise ChangedElsewhere(saved)
        if not typed.note.strip():
            await queries_drafts.delete_draft(person_id, follow_up_id)
            return None
        version = max(saved.version if saved else 0, typed.version) + 1
        draft = Draft(typed.note, version, typed.form_key, now)
        await queries_drafts.save_draft(person_id, follow_up_id, draft)
    return draft


async def load_draft(actor: Actor, follow_up_id: UUID, now: datetime) -> Draft | None:
    """Her own, if it is not too old."""
    async with acting_as(actor):
        draft = await queries_drafts.find_draft(_writer(actor), follow_up_id)
    return draft if draft and now - draft.updated_at < KEPT_FOR else None


async def forget_draft(actor: Actor, follow_up_id: UUID, typed: Typed | None = None) -> None:
    """When the call is logged. Raises ChangedElsewhere if `typed` does not know what another window has written."""
    if actor.person_id is None:
        return
    async with acting_as(actor):
        await queries_drafts.hold_draft(actor.person_id, follow_up_id)
        saved = await queries_drafts.find_draft(actor.person_id, follow_up_id)
        if saved is not None and typed is not None and conflict(saved, typed):
            raise ChangedElsewhere(saved)
        await queries_drafts.delete_draft(actor.person_id, follow_up_id)


async def unfinished(actor: Actor) -> list[UUID]:
    """The follow-ups about which she has an unfinished note, the oldest first."""
    async with acting_as(actor):
        return await queries_drafts.list_drafts_of(_writer(actor))


async def delete_old_drafts(now: datetime) -> int:
    """One pass over everybody's drafts of KEPT_FOR ago or earlier; how many are gone. Twice does no harm."""
    async with acting_as(WORKER):
        return await queries_drafts.delete_older_than(now - KEPT_FOR)


def _writer(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotFound("draft")
    return actor.person_id

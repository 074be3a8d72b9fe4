"""Whose call about a family is: the match's volunteer's, or that of whoever is asked to cover for her."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from teamhope.calls import queries
from teamhope.calls.queries import Subject
from teamhope.followups import service as followups
from teamhope.vocabulary.people import Actor


async def subject_of(
    actor: Actor, follow_up_id: UUID | None, match_id: UUID | None = None, contact_id: UUID | None = None,
    now: datetime | None = None,
) -> Subject:  # fmt: skip
    """Inside acting_as: of a follow-up, or of a match. A call that she covers is hers, and what it asks of her.

    `now` None: by the database's clock. Raises NotFound for what the actor may not see.
    """
    subject = await queries.load_subject(follow_up_id, match_id, contact_id)
    if actor.volunteer_id is None or not await followups.covers(actor, subject.match_id, now):
        return subject
    return replace(subject, volunteer_id=actor.volunteer_id)

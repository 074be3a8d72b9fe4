"""What an audit row says, in the one form that is signed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from teamhope.vocabulary.people import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """`act` and `reason` are codes: no free text, no name, no number."""

    id: UUID
    at: datetime
    actor: Actor
    act: str
    subject_kind: str
    subject: UUID | None
    reason: str | None


def canonical(entry: Entry) -> str:
    """The text under the signature: every field, in the order of the table, absent ones as empty."""
    parts = (
        entry.id,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor.role,
        entry.actor.person_id,
        entry.actor.name,
        entry.act,
        entry.subject_kind,
        entry.subject,
        entry.reason,
    )
    return "\x1f".join("" if part is None else str(part) for part in parts)

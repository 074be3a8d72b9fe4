"""What one volunteer leaves to the next: when it may be written, what it may hold, how far the family agreed to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from teamhope.families.rules_contact import ConsentRecord, standing_consent
from teamhope.vocabulary.calls import Helps
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.notes import NOTE_LONGEST, note_problem
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.programme import Programme
from teamhope.vocabulary.states import MatchStatus

Problem = tuple[str, str, dict[str, object]]  # field, code, facts: as vocabulary.errors.Invalid takes them

# The volunteer knows the family, and it is still hers.
ACCOMPANIES: Final = frozenset(
    {
        MatchStatus.INTRODUCED,
        MatchStatus.ACTIVE,
        MatchStatus.PAUSED,
        MatchStatus.TRANSFERRING,
        MatchStatus.CLOSING,
    }
)
# Whoever coordinates may write when the volunteer has gone.
AFTERWARDS: Final = frozenset({MatchStatus.CLOSED, MatchStatus.UNABLE_TO_CONTACT})


@dataclass(frozen=True, slots=True)
class Handover:
    """`topics` are codes of the programme. `note` is None where nobody wrote one."""

    topics: tuple[str, ...] = ()
    helps: tuple[Helps, ...] = ()
    note: str | None = None


class Sharing(StrEnum):
    """What the next volunteer may know, as the family answered."""

    NOTHING = "nothing"
    FACTS = "facts"
    NOTE = "note"


KINDS: Final = (ConsentKind.HANDOVER_FACTS, ConsentKind.HANDOVER_NOTE)
AGREED: Final[dict[Sharing, frozenset[ConsentKind]]] = {
    Sharing.NOTHING: frozenset(),
    Sharing.FACTS: frozenset({ConsentKind.HANDOVER_FACTS}),
    Sharing.NOTE: frozenset(KINDS),
}


def may_write(status: MatchStatus, role: Role) -> bool:
    return status in ACCOMPANIES or (status in AFTERWARDS and role is Role.COORDINATOR)


def problems_of(handover: Handover, programme: Programme) -> Iterator[Problem]:
    """Each field that cannot be kept; a note is held to what a call's note is (domain.md §4.8)."""
    if not all(programme.has("topic", topic) for topic in handover.topics):
        yield "topics", "not_a_choice", {}
    yield from problems_of_note("note", handover.note)


def problems_of_note(field: str, note: str | None) -> Iterator[Problem]:
    if note is not None and len(note) > NOTE_LONGEST:
        yield field, "too_long", {"limit": NOTE_LONGEST}
    code = note_problem(note or "")
    if code is not None:
        yield field, code, {}


def agreed_to(records: Iterable[ConsentRecord], since: datetime, noted_at: datetime) -> frozenset[ConsentKind]:
    """What the family's latest answers allow; an answer of before `since` was about another volunteer.

    A yes to the note is one to its words, so it has to come after `noted_at`. The database holds whoever comes next to
    the same (handed_over, migration 0008).
    """
    records = tuple(record for record in records if record.kind in KINDS)
    answered = {record.kind for record in records if _counts(record, since, noted_at)}
    return standing_consent(records) & answered


def _counts(record: ConsentRecord, since: datetime, noted_at: datetime) -> bool:
    return record.at > max(since, noted_at) if record.kind is ConsentKind.HANDOVER_NOTE else record.at >= since


def answer_of(records: Iterable[ConsentRecord], since: datetime, noted_at: datetime) -> Sharing | None:
    """The family's answer in one word; None where it was not asked since."""
    records = [record for record in records if record.kind in KINDS and record.at >= since]
    agreed = agreed_to(records, since, noted_at)
    if ConsentKind.HANDOVER_NOTE in agreed:
        return Sharing.NOTE
    return Sharing.FACTS if agreed else Sharing.NOTHING if records else None


def ask_again(records: Iterable[ConsentRecord], since: datetime, noted_at: datetime) -> bool:
    """Whether the family said yes to a note that has become another since."""
    records = tuple(records)
    return ConsentKind.HANDOVER_NOTE in agreed_to(records, since, since) - agreed_to(records, since, noted_at)

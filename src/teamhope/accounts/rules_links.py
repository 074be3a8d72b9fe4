"""What a link that works once leads to, and which words a password must not be made of."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.accounts.rules import normalised_email
from teamhope.letters.rules import LINK_LIFE, LetterKind
from teamhope.vocabulary.people import PersonStatus, Role

LONGEST_JUDGED: Final = 64  # characters: zxcvbn needs up to 33 ms for them and 6 s for 200, whose beginning is enough
NOBODY: Final = UUID(int=0)
MOST_RESETS: Final = 3  # links at a time, so that nobody's mailbox can be filled by asking
PATH: Final = "/welcome/"
NOT_A_LETTER: Final = re.compile(r"[^a-z0-9\u00df-\uffff]+")


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where links lead, and whether letters can bring them; else whoever asks for one is shown it, this once."""

    public_url: str
    letters: bool

    def link(self, secret: str) -> str:
        return f"{self.public_url.rstrip('/')}{PATH}{secret}"


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whom a live link is for, and why."""

    person_id: UUID
    role: Role
    kind: LetterKind
    name: str
    email: str


def expires_at(kind: LetterKind, now: datetime) -> datetime:
    """An invitation lasts 72 hours, a reset 60 minutes."""
    return now + LINK_LIFE[kind]


def may_be_invited(status: PersonStatus, has_email: bool) -> bool:
    """Signing in needs both."""
    return status is PersonStatus.ACTIVE and has_email


def asking_again(email: str) -> str:
    """Under which attempts to reset are counted: not with those to sign in, which nobody else shall slow down."""
    return f"reset {normalised_email(email)}"


def words_of(texts: Iterable[str]) -> list[str]:
    """Each text and its parts of three characters or more, case-folded, in order, each once."""
    found: list[str] = []
    for text in texts:
        folded = text.casefold()
        found += [folded, *(part for part in NOT_A_LETTER.split(folded) if len(part) >= 3)]
    return list(dict.fromkeys(found))

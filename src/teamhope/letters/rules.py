"""How long the link of a letter works, when a letter is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from teamhope.vocabulary.people import PersonStatus


class LetterKind(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"
    BREAK_GLASS = "break_glass"
    CALL_FOR_HELP = "call_for_help"


class LetterStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


K = LetterKind
# The letters' words name these (wording.py).
LINK_LIFE: Final = {K.INVITATION: timedelta(hours=72), K.RESET: timedelta(minutes=60)}
# A link that has ended helps nobody; an invitation that came after two days would find nobody waiting.
TRIED_FOR: Final = {
    K.INVITATION: timedelta(hours=24),
    K.RESET: LINK_LIFE[K.RESET],
    K.BREAK_GLASS: timedelta(hours=24),
    K.CALL_FOR_HELP: timedelta(hours=24),
}

FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=4)
JITTER: Final = 0.25  # of the delay, added by chance, so that letters that failed together do not come back together
SEND_WITHIN: Final = timedelta(seconds=40)  # connection, TLS, sign-in and letter: 10 seconds for each answer
LEASE: Final = timedelta(seconds=60)  # longer than SEND_WITHIN; then another worker takes the letter


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A claimed letter. `attempts` counts this one; `email` is as the person's row has it now."""

    id: UUID
    kind: LetterKind
    link: str | None
    attempts: int
    created_at: datetime
    email: str | None
    status: PersonStatus
    language: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The post office has the letter and answers for it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never take this letter. `code` is SMTP's, or a word of ours."""

    code: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """Nothing is known to be wrong with the letter: it may be tried again."""

    code: str


Answer = Taken | Refused | Unreached


@dataclass(frozen=True, slots=True)
class Ended:
    status: LetterStatus
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    due_at: datetime
    error_code: str


def bar(letter: DueLetter) -> Refused | None:
    """Why the letter must not go, though it was queued: meanwhile she was suspended, or has no address."""
    if letter.status is not PersonStatus.ACTIVE:
        return Refused("not_active")
    return None if letter.email else Refused("no_address")


def delay_after(attempts: int, chance: float) -> timedelta:
    """1, 2, 4 … minutes and up to a quarter more, never above four hours. `chance` is in [0, 1)."""
    doubled = FIRST_DELAY * (1 << min(max(attempts, 1) - 1, 10))
    return min(doubled * (1 + JITTER * chance), LONGEST_DELAY)


def after(letter: DueLetter, answer: Answer, now: datetime, chance: float) -> Ended | Again:
    """What becomes of a letter. One that could not be tried again within its time has failed now."""
    if isinstance(answer, Taken):
        return Ended(LetterStatus.SENT)
    if isinstance(answer, Refused):
        return Ended(LetterStatus.FAILED, answer.code)
    due_at = now + delay_after(letter.attempts, chance)
    if due_at >= letter.created_at + TRIED_FOR[letter.kind]:
        return Ended(LetterStatus.FAILED, answer.code)
    return Again(due_at, answer.code)

"""When a session ends, how long a wrong password waits, and who may be sent a message."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from teamhope.vocabulary.people import Actor, PersonStatus, Role, StaffRecipient

IDLE: Final = timedelta(minutes=15)  # ux.md §3.0
VOLUNTEER_IDLE: Final = timedelta(minutes=30)  # she may be on a long call
ABSOLUTE: Final = timedelta(hours=12)
TOUCH_EVERY: Final = timedelta(minutes=1)  # how exact `seen_at` is; a write for every request would cost more
TOKEN_LIFE: Final = timedelta(days=90)
FREE_ATTEMPTS: Final = 3
LONGEST_DELAY: Final = timedelta(seconds=60)  # a delay, never a lock-out that somebody could use as a weapon
SHORTEST_PASSWORD: Final = 12  # characters (OWASP ASVS 5.0, 6.2.1 asks for 8, recommends 15)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: what a request may do and how its pages are written."""

    actor: Actor
    name: str
    language: str
    timezone: str
    session_hash: bytes | None  # None for an API token


@dataclass(frozen=True, slots=True)
class Session:
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def session_is_live(session: Session, role: Role, status: PersonStatus, now: datetime) -> bool:
    """Idle and absolute limits; a suspended person has no live session."""
    idle = VOLUNTEER_IDLE if role is Role.VOLUNTEER else IDLE
    return status is PersonStatus.ACTIVE and now < session.expires_at and now - session.seen_at < idle


def needs_touch(session: Session, now: datetime) -> bool:
    return now - session.seen_at >= TOUCH_EVERY


def delay_after(failures: int) -> timedelta:
    """How long the next attempt waits: none for the first three failures, then 1, 2, 4 … seconds up to a minute."""
    if failures <= FREE_ATTEMPTS:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS - 1, 10)), LONGEST_DELAY)


def normalised_email(text: str) -> str:
    """As it is compared: trimmed and case-folded. Not validated: only a sent message could do that."""
    return text.strip().casefold()


def new_secret() -> str:
    """256 bits of chance, for a session or a token; only its hash is kept."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()


@dataclass(frozen=True, slots=True)
class StaffFacts:
    person_id: UUID
    status: PersonStatus
    agreed_to_sms: bool
    phone: str | None
    language: str


def may_notify(staff: StaffFacts) -> StaffRecipient | None:
    """Leave to send a text to a person of the programme: active, with a phone, and she agreed. Default deny."""
    if staff.status is PersonStatus.ACTIVE and staff.agreed_to_sms and staff.phone:
        return StaffRecipient(staff.person_id, staff.phone, staff.language)
    return None

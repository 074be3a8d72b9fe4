"""When a session ends, how long a wrong password waits, and who may be sent a message."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from teamhope.vocabulary.people import Actor, PersonStatus, Role, StaffRecipient

IDLE: Final = timedelta(minutes=15)  # ux.md §3.0
ON_CALL_IDLE: Final = timedelta(minutes=30)  # a long call: nobody turns a page meanwhile
ABSOLUTE: Final = timedelta(hours=12)
PROOF_LASTS: Final = timedelta(minutes=10)  # how long she may change how she signs in after proving who she is
CALLERS: Final = frozenset({Role.VOLUNTEER, Role.TEAM_LEAD})
CALL_PAGES: Final = ("/calls", "/drafts")
CALL_STATE: Final = "/ring/state"  # asks by itself how far a call is
SESSION_PATH: Final = "/me/session"  # asks how long is left
TOUCH_EVERY: Final = timedelta(minutes=1)  # how exact `seen_at` is; a write for every request would cost more
TOKEN_LIFE: Final = timedelta(days=90)
FREE_ATTEMPTS: Final = 3
LONGEST_DELAY: Final = timedelta(seconds=60)  # a delay, never a lock-out that somebody could use as a weapon
SHORTEST_PASSWORD: Final = 12  # characters (OWASP ASVS 5.0, 6.2.1 asks for 8, recommends 15)


class SecondFactor(StrEnum):
    """What proved, besides or instead of a password, who she is."""

    PASSKEY = "passkey"
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class Session:
    """`id` names it in a list; only its secret opens it. `confirmed_at`: when she last proved who she is."""

    id: UUID
    device: str
    second_factor: SecondFactor | None
    on_call: bool
    created_at: datetime
    confirmed_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: what a request may do and how its pages are written. Behind an API token is no session."""

    actor: Actor
    name: str
    language: str
    timezone: str
    session_hash: bytes | None
    session: Session | None = None
    seconds_left: int = 0  # until the session ends by itself


def session_is_live(session: Session, role: Role, status: PersonStatus, now: datetime) -> bool:
    """Idle and absolute limits; a suspended person has no live session."""
    return status is PersonStatus.ACTIVE and now < session_ends_at(session, role)


def session_ends_at(session: Session, role: Role) -> datetime:
    """Without another page: 15 minutes after the last one, 30 for who calls and was on a call's page; 12 hours in all.

    Source: ux.md §3.0, security.md §2b (7.3.1, 7.3.2).
    """
    idle = ON_CALL_IDLE if session.on_call and role in CALLERS else IDLE
    return min(session.seen_at + idle, session.expires_at)


def is_on_call(path: str, before: bool) -> bool:
    """Whether the page she asks for is a call's. Saying that she is still there leaves it as it was."""
    if path == SESSION_PATH:
        return before
    return any(path == page or path.startswith(page + "/") for page in CALL_PAGES)


def keeps_alive(path: str, method: str) -> bool:
    """Whether a request counts as her being there: a page that asks how long is left does not."""
    return not (method == "GET" and (path == SESSION_PATH or path.endswith(CALL_STATE)))


def proof_is_fresh(session: Session | None, now: datetime) -> bool:
    """Whether she proved less than ten minutes ago who she is. Never for an API token."""
    return session is not None and now - session.confirmed_at < PROOF_LASTS


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


def may_ring(staff: StaffFacts) -> StaffRecipient | None:
    """Leave to ring a person of the programme: active, with a telephone. Texts ask for more (may_notify)."""
    if staff.status is PersonStatus.ACTIVE and staff.phone:
        return StaffRecipient(staff.person_id, staff.phone, staff.language)
    return None

"""How long a family stays open outside one's scope, who may review that, and why the audit may be taken out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

OPEN_FOR: Final = timedelta(minutes=60)  # the row policies hold it too
PAGE: Final = 50  # rows
EXPORT_MOST: Final = 10_000  # rows


class BreakGlassReason(StrEnum):
    DANGER_NOW = "danger_now"
    COORDINATOR_ABSENT = "coordinator_absent"
    TECHNICAL_FAULT = "technical_fault"
    COMPLAINT = "complaint"


class ExportReason(StrEnum):
    REGULAR_REVIEW = "regular_review"
    INCIDENT = "incident"
    COMPLAINT = "complaint"
    LEGAL_REQUEST = "legal_request"


@dataclass(frozen=True, slots=True)
class Opening:
    """`family_no` is the reference; of the family nothing else is told to who reviews."""

    id: UUID
    person: UUID
    family: UUID
    family_no: str
    reason: BreakGlassReason
    opened_at: datetime
    expires_at: datetime
    reviewed_at: datetime | None


def is_open(opening: Opening, now: datetime) -> bool:
    """Up to its end, and not at it."""
    return now < opening.expires_at


def may_review(opening: Opening, person_id: UUID | None) -> bool:
    """Anybody but who opened."""
    return person_id is not None and opening.person != person_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which audit rows; None for any. `since` is inclusive, `until` is not."""

    person: UUID | None = None
    act: str | None = None
    kind: str | None = None
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def days(first: date | None, last: date | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The whole local days from `first` to `last`, both included, as instants."""
    since = datetime.combine(first, time(), zone) if first else None
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
    return since, until

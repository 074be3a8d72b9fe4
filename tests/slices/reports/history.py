"""What happened, as rows: families without a contact, calls, services and FAON members, each as small as it may be."""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from tests.app_kit import TESTS

from teamhope.kit.database import acting_as
from teamhope.reports.rules import counted_on
from teamhope.tables.calls import Call
from teamhope.tables.families import Family
from teamhope.tables.referrals import FaonMember, FaonParticipation, FaonProof, ServiceEvent

ZONE = ZoneInfo("America/New_York")
_numbers = count(1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)


def family_row(duplicate_of: UUID | None = None) -> Family:
    return Family(
        id=uuid4(),
        family_no=f"F-PAST-{next(_numbers):06}",
        status="anonymised",
        primary_language="en",
        intake_source="hotline_call_center",
        duplicate_of=duplicate_of,
        created_at=datetime(2018, 1, 1, tzinfo=UTC),
    )


def call_row(family: UUID, started_at: datetime, **columns: Any) -> Call:
    """An outbound conversation by voice of ten minutes; `columns` override."""
    row = {
        "direction": "outbound",
        "channel": "voice",
        "placed_via": "own_phone_logged",
        "outcome": "reached",
        "talk_seconds": 600,
        "language": "en",
        "topics": [],
        "needs": [],
        "logged_at": started_at,
        "counted_on": counted_on(started_at, ZONE),
        "counted_case_type": "ERU",
    }
    return Call(id=uuid4(), family=family, started_at=started_at, **(row | columns))


async def families(number: int) -> list[UUID]:
    rows = [family_row() for _ in range(number)]
    async with acting_as(TESTS):
        await Family.insert(*rows)
    return [row.id for row in rows]


async def calls(*rows: Call) -> list[UUID]:
    async with acting_as(TESTS):
        await Call.insert(*rows)
    return [row.id for row in rows]


async def service_event(family: UUID, on: date, **columns: Any) -> UUID:
    row = {"program": "mental_health_support", "status": "completed"} | columns
    event = ServiceEvent(id=uuid4(), family=family, happened_on=on, **row)
    async with acting_as(TESTS):
        await ServiceEvent.insert(event)
    return event.id


async def members(number: int, joined_on: date, **columns: Any) -> list[UUID]:
    """Organisations in good standing from joining until the end of the second membership year."""
    row = {
        "kind": "organisation",
        "licence_required": False,
        "direct_services": True,
        "fee_modes": ["pro_bono"],
        "joined_on": joined_on,
        "attested_on": joined_on,
        "contact_confirmed_on": joined_on,
    }
    ids = [uuid4() for _ in range(number)]
    async with acting_as(TESTS):
        await FaonMember.insert(
            *(FaonMember(id=id_, name=FaonMember.name.seal(id_, f"Harbor {id_}"), **(row | columns)) for id_ in ids)
        )
        await FaonProof.insert(*(proof for id_ in ids for proof in _proofs(id_, joined_on)))
        await FaonParticipation.insert(
            *(FaonParticipation(id=uuid4(), member=id_, kind="event", happened_on=joined_on) for id_ in ids)
        )
    return ids


def _proofs(member: UUID, on: date) -> tuple[FaonProof, FaonProof]:
    in_two_years = on.replace(year=on.year + 2)
    return (
        FaonProof(id=uuid4(), member=member, kind="vetting", verified_on=on),
        FaonProof(id=uuid4(), member=member, kind="insurance", verified_on=on, expires_on=in_two_years),
    )

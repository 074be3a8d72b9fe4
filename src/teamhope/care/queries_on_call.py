"""Rows of the roster: shifts, and the number that is rung where nobody on call answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from asyncpg import ExclusionViolationError

from teamhope.care.rules_on_call import DUTIES, Shift
from teamhope.families.rules_hours import EASTERN, Span, zone_of
from teamhope.kit.database import connection
from teamhope.tables.accounts import Person
from teamhope.tables.care import FallbackNumber, OnCallShift
from teamhope.tables.operations import Installation
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Duty, Role

# An advocate sees every call for help, a coordinator where no team limits her.
MAY_ANSWER: Final = "p.status = 'active' and (p.role = 'advocate' or (p.role = 'coordinator' and p.team is null))"
# Whoever may not answer any more covers nothing.
SHIFTS: Final = f"""
    select s.id, s.person, s.duty, s.starts_at, s.ends_at, p.name, p.phone_index is not null as has_phone
    from on_call_shift s join person p on p.id = s.person
    where s.ends_at > $1 and s.starts_at < $2 and {MAY_ANSWER} order by s.starts_at, s.id
"""  # noqa: S608 - constants
ELIGIBLE: Final = f"select p.id, p.name, p.role from person p where {MAY_ANSWER}"  # noqa: S608 - constants


async def list_shifts(since: datetime, until: datetime) -> list[Shift]:
    """Those that touch the time, by their start."""
    return [_shift(row) for row in await connection().fetch(SHIFTS, since, until)]


def _shift(row: Mapping[str, Any]) -> Shift:
    return Shift(
        id=row["id"],
        person=row["person"],
        name=Person.name.unseal(row["person"], row["name"]),
        duty=Duty(row["duty"]),
        span=Span(row["starts_at"], row["ends_at"]),
        has_phone=row["has_phone"],
    )


async def list_eligible() -> dict[UUID, tuple[str, Duty]]:
    """Who may be on call, and as what; by name."""
    rows = await connection().fetch(ELIGIBLE)
    people = {row["id"]: (Person.name.unseal(row["id"], row["name"]), DUTIES[Role(row["role"])]) for row in rows}
    return dict(sorted(people.items(), key=lambda each: (each[1][0].casefold(), each[0])))


async def insert_shifts(
    person: UUID, duty: Duty, spans: Sequence[Span], added_by: UUID | None, now: datetime
) -> list[UUID]:
    """Raises Invalid when one of them overlaps a shift of hers."""
    shifts = [
        OnCallShift(
            id=uuid4(),
            person=person,
            duty=duty,
            starts_at=span.start,
            ends_at=span.end,
            added_by=added_by,
            added_at=now,
        )
        for span in spans
    ]
    try:
        await OnCallShift.insert(*shifts)
    except ExclusionViolationError as clash:
        raise Invalid.field("day", "on_call_already") from clash
    return [shift.id for shift in shifts]


async def delete_shift(shift_id: UUID) -> None:
    """Raises NotFound."""
    if not await OnCallShift.delete().where(OnCallShift.id == shift_id).returning(OnCallShift.id):
        raise NotFound("on_call_shift")


async def load_fallback() -> str | None:
    """In E.164; None where none is kept."""
    newest = FallbackNumber.select().order_by(FallbackNumber.changed_at, FallbackNumber.id, ascending=False)
    row = await newest.first()
    return FallbackNumber.number.unseal_if(row["id"], row["number"]) if row else None


async def insert_fallback(number: str | None, changed_by: UUID | None, now: datetime) -> UUID:
    id_ = uuid4()
    sealed = FallbackNumber.number.seal_if(id_, number)
    await FallbackNumber.insert(FallbackNumber(id=id_, number=sealed, changed_by=changed_by, changed_at=now))
    return id_


async def organisation_zone() -> ZoneInfo:
    """Where the organisation counts its days; New York until it has named a zone."""
    row = await Installation.select(Installation.report_timezone).first()
    return (zone_of(row["report_timezone"]) if row else None) or EASTERN

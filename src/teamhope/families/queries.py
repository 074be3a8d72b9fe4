"""Rows of requests as facts, and the moves of their states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import Column

from teamhope.families import queries_contact
from teamhope.families.rules_contact import standing_consent
from teamhope.families.rules_request import RequestFacts
from teamhope.kit.database import connection
from teamhope.tables.families import Contact, Family, Incident, SupportRequest
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ContactPreference, FamilyStatus, MatchMode, SpokenLanguage, Urgency
from teamhope.vocabulary.states import HOLDS_A_PLACE, WAITING_FOR_A_VOLUNTEER, RequestStatus


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list. `since`: ready, or entered where it is not ready yet."""

    id: UUID
    family_id: UUID
    family_no: str
    status: RequestStatus
    urgency: Urgency
    since: datetime
    language: str | None
    state: str | None
    case_type: str | None
    owner: UUID | None


@dataclass(frozen=True, slots=True)
class Filters:
    """`statuses` empty: every open state. `page` from 1."""

    statuses: frozenset[RequestStatus] = frozenset()
    owner: UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class OneRequest:
    id: UUID
    family_id: UUID
    family_no: str
    contact_id: UUID
    incident_id: UUID
    status: RequestStatus
    status_since: datetime
    requested_on: date
    ready_at: datetime | None
    resume_on: date | None
    urgency: Urgency
    match_mode: MatchMode
    preferences: tuple[dict[str, str], ...]
    owner: UUID | None


ROWS_MOST = 50
ENDED = frozenset({RequestStatus.CLOSED, RequestStatus.DECLINED, RequestStatus.DUPLICATE})
LIST = """
    select r.id, r.family, f.family_no, r.status, r.urgency, coalesce(r.ready_at, r.created_at) as since,
           f.primary_language as language, f.state, i.case_type, r.owner
    from support_request r join family f on f.id = r.family join incident i on i.id = r.incident
    where r.status = any($1) and ($2::uuid is null or r.owner = $2) and f.status <> 'anonymised'
    order by r.status = any($3) desc, since, r.id
    limit $4 offset $5
"""


async def list_requests(filters: Filters) -> list[RequestRow]:
    """Those that wait for a volunteer first, the oldest first; one more than ROWS_MOST if there is a next page."""
    statuses = filters.statuses or frozenset(RequestStatus) - ENDED
    rows = await connection().fetch(
        LIST,
        sorted(statuses),
        filters.owner,
        sorted(WAITING_FOR_A_VOLUNTEER),
        ROWS_MOST + 1,
        ROWS_MOST * (filters.page - 1),
    )
    return [
        RequestRow(
            id=row["id"],
            family_id=row["family"],
            family_no=row["family_no"],
            status=RequestStatus(row["status"]),
            urgency=Urgency(row["urgency"]),
            since=row["since"],
            language=row["language"],
            state=row["state"],
            case_type=row["case_type"],
            owner=row["owner"],
        )
        for row in rows
    ]


ONE = (
    SupportRequest.id, SupportRequest.family, SupportRequest.family.family_no, SupportRequest.contact,
    SupportRequest.incident, SupportRequest.status, SupportRequest.status_since, SupportRequest.requested_on,
    SupportRequest.ready_at, SupportRequest.resume_on, SupportRequest.urgency, SupportRequest.match_mode,
    SupportRequest.preferences, SupportRequest.owner,
)  # fmt: skip


async def load_request(request_id: UUID) -> OneRequest:
    """Raises NotFound if the actor may not see it."""
    row = await SupportRequest.select(*ONE).where(SupportRequest.id == request_id).first()
    if row is None:
        raise NotFound("request")
    return _one(row)


async def lock_request(request_id: UUID) -> OneRequest:
    """As load_request; the row stays locked to the end of the transaction."""
    await SupportRequest.select(SupportRequest.id).where(SupportRequest.id == request_id).lock_rows("UPDATE")
    return await load_request(request_id)


def _one(row: Mapping[str, Any]) -> OneRequest:
    return OneRequest(
        id=row["id"],
        family_id=row["family"],
        family_no=row["family.family_no"],
        contact_id=row["contact"],
        incident_id=row["incident"],
        status=RequestStatus(row["status"]),
        status_since=row["status_since"],
        requested_on=row["requested_on"],
        ready_at=row["ready_at"],
        resume_on=row["resume_on"],
        urgency=Urgency(row["urgency"]),
        match_mode=MatchMode(row["match_mode"]),
        preferences=msgspec.json.decode(row["preferences"], type=tuple[dict[str, str], ...]),
        owner=row["owner"],
    )


async def load_request_facts(family_id: UUID, contact_id: UUID, incident_id: UUID) -> RequestFacts:
    """What the guard of triage → ready asks."""
    contact = await Contact.select().where(Contact.id == contact_id).first()
    family = await Family.select(Family.timezone).where(Family.id == family_id).first()
    incident = await Incident.select(Incident.case_type).where(Incident.id == incident_id).first()
    if contact is None or family is None or incident is None:
        raise NotFound("request")
    languages = msgspec.json.decode(contact["languages"], type=tuple[SpokenLanguage, ...])
    return RequestFacts(
        consents=standing_consent(await queries_contact.load_consents(contact_id)),
        phones=await queries_contact.load_phones(contact_id),
        preference=ContactPreference(contact["contact_preference"]),
        zone=contact["timezone"] or family["timezone"],
        language=languages[0].code if languages else None,
        case_type=incident["case_type"],
    )


async def move_request(
    request_id: UUID, status: RequestStatus, now: datetime, *, ready_at: datetime | None, resume_on: date | None = None
) -> None:
    await SupportRequest.update(
        {
            SupportRequest.status: status,
            SupportRequest.status_since: now,
            SupportRequest.ready_at: ready_at,
            SupportRequest.resume_on: resume_on,
        }
    ).where(SupportRequest.id == request_id)


async def has_live_match(request_id: UUID) -> bool:
    live = "select exists (select from match where request = $1 and status = any($2))"
    return bool(await connection().fetchval(live, request_id, sorted(HOLDS_A_PLACE)))


async def has_open_request(family_id: UUID) -> bool:
    open_ = "select exists (select from support_request where family = $1 and not status = any($2))"
    return bool(await connection().fetchval(open_, family_id, sorted(ENDED)))


async def update_family(family_id: UUID, values: Mapping[str, object]) -> None:
    """Raises NotFound if the actor may not see it."""
    columns: dict[Column | str, Any] = dict(values.items())
    changed = await Family.update(columns).where(Family.id == family_id).returning(Family.id)
    if not changed:
        raise NotFound("family")


async def find_family(family_no: str) -> UUID | None:
    """Of a family that was entered twice, the one that stays."""
    known = (Family.family_no == family_no) & (Family.status != FamilyStatus.ANONYMISED)
    row = await Family.select(Family.id, Family.duplicate_of).where(known).first()
    return (row["duplicate_of"] or row["id"]) if row else None


async def merge_families(family_id: UUID, stays: UUID) -> None:
    """`stays` is no duplicate itself; whoever was a duplicate of the family is one of `stays`."""
    await Family.update({Family.duplicate_of: stays}).where(
        (Family.id == family_id) | (Family.duplicate_of == family_id)
    )


async def family_no_of(family_id: UUID) -> str | None:
    row = await Family.select(Family.family_no).where(Family.id == family_id).first()
    return row["family_no"] if row else None


async def zone_of_family(family_id: UUID) -> str | None:
    row = await Family.select(Family.timezone).where(Family.id == family_id).first()
    return row["timezone"] if row else None


RESUMING = """
    select r.id from support_request r join family f on f.id = r.family
    where r.status = 'on_hold' and r.resume_on <= ($1 at time zone coalesce(f.timezone, 'America/New_York'))::date
    order by r.resume_on, r.id limit 100
"""


async def list_resuming(now: datetime) -> list[UUID]:
    """Requests on hold whose day has come where the family is, the longest first."""
    return [row["id"] for row in await connection().fetch(RESUMING, now)]

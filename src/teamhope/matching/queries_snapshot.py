"""Rows of volunteers, and of what a family asks for, as matching's rules read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from teamhope.families.rules_hours import EASTERN, zone_of
from teamhope.kit.database import connection
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer
from teamhope.tables import volunteers as tables
from teamhope.tables.families import SupportRequest
from teamhope.tables.operations import Installation
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import (
    ContactPreference,
    CredentialKind,
    Gender,
    LanguageLevel,
    PreferenceAttribute,
    SpokenLanguage,
    Strength,
    Urgency,
    Window,
)
from teamhope.vocabulary.people import PersonStatus
from teamhope.vocabulary.states import HOLDS_A_PLACE, RequestStatus, VolunteerStatus

COLUMNS: Final = (
    tables.Volunteer.id,
    tables.Volunteer.status,
    tables.Volunteer.state,
    tables.Volunteer.gender,
    tables.Volunteer.languages,
    tables.Volunteer.availability,
    tables.Volunteer.off_limits,
    tables.Volunteer.max_open_matches,
    tables.Volunteer.person.timezone,
    tables.Volunteer.person.status,
)
LIMITS: Final = ("case_type", "subtype", "trajectory", "state")
PLACES: Final = """
    select volunteer, count(*) filter (where status = any($1)) as load, max(accepted_at) as matched_at
    from match where $2::uuid is null or volunteer = $2 group by volunteer
"""


@dataclass(frozen=True, slots=True)
class Preference:
    attribute: PreferenceAttribute
    value: str
    strength: Strength


@dataclass(frozen=True, slots=True)
class Asked:
    """One family's request: who and where it is, and `need`, what matching compares."""

    id: UUID
    status: RequestStatus
    urgency: Urgency
    ready_at: datetime | None
    family_id: UUID
    family_no: str
    on_hold: bool
    contact_id: UUID | None
    contact_preference: ContactPreference | None
    need: Request
    preferences: tuple[Preference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known of volunteers outside their own rows, by volunteer."""

    lived: Mapping[UUID, Sequence[Lived]]
    credentials: Mapping[UUID, Mapping[CredentialKind, date | None]]
    away: Mapping[UUID, Sequence[tuple[date, date | None]]]
    load: Mapping[UUID, int] = field(default_factory=dict)
    matched_on: Mapping[UUID, date | None] = field(default_factory=dict)


async def organisation_date(now: datetime) -> date:
    """The date where the organisation counts its days; in New York until it has named a zone."""
    row = await Installation.select(Installation.report_timezone).first()
    return now.astimezone((zone_of(row["report_timezone"]) if row else None) or EASTERN).date()


async def load_volunteers() -> list[Volunteer]:
    """Everybody the actor may see, by id."""
    rows = await tables.Volunteer.select(*COLUMNS).order_by(tables.Volunteer.id)
    around = await _around(None)
    return [_volunteer(row, around) for row in rows]


async def load_volunteer(volunteer_id: UUID) -> Volunteer:
    """Raises NotFound if the actor may not see her."""
    row = await tables.Volunteer.select(*COLUMNS).where(tables.Volunteer.id == volunteer_id).first()
    if row is None:
        raise NotFound("volunteer")
    return _volunteer(row, await _around(volunteer_id))


async def lock_volunteer(volunteer_id: UUID) -> Volunteer:
    """Her row stays locked to the end of the transaction, so that nobody else counts her places meanwhile.

    Raises NotFound if the actor may not see her.
    """
    mine = tables.Volunteer.id == volunteer_id
    await tables.Volunteer.select(tables.Volunteer.id).where(mine).lock_rows("NO KEY UPDATE")
    return await load_volunteer(volunteer_id)


async def _around(volunteer_id: UUID | None) -> _Around:
    places = await connection().fetch(PLACES, sorted(HOLDS_A_PLACE), volunteer_id)
    return _Around(
        lived=_grouped(await _of(tables.LivedExperience, volunteer_id), _lived),
        credentials={id_: _latest(rows) for id_, rows in _rows(await _of(tables.Credential, volunteer_id)).items()},
        away=_grouped(await _of(tables.TimeAway, volunteer_id), lambda row: (row["first_on"], row["last_on"])),
        load={row["volunteer"]: row["load"] for row in places},
        matched_on={row["volunteer"]: row["matched_at"] and row["matched_at"].date() for row in places},
    )


async def _of(table: Any, volunteer_id: UUID | None) -> list[dict[str, Any]]:
    """The rows of one volunteer, or of all, in the order of their ids."""
    query = table.select().order_by(table.id)
    rows: list[dict[str, Any]] = await (query if volunteer_id is None else query.where(table.volunteer == volunteer_id))
    return rows


def _rows(rows: Iterable[dict[str, Any]]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["volunteer"], []).append(row)
    return found


def _grouped(rows: Iterable[dict[str, Any]], fact: Any) -> dict[UUID, list[Any]]:
    return {id_: [fact(row) for row in mine] for id_, mine in _rows(rows).items()}


def _lived(row: Mapping[str, Any]) -> Lived:
    return Lived(row["case_type"], row["relation"], row["trajectory"])


def _latest(rows: Iterable[Mapping[str, Any]]) -> dict[CredentialKind, date | None]:
    """Per kind, the last day of the one that is valid longest: a renewal replaces what it renews."""
    until: dict[CredentialKind, date | None] = {}
    for row in rows:
        kind = CredentialKind(row["kind"])
        known = until.get(kind, date.min)
        lasts = row["expires_on"]
        until[kind] = None if known is None or lasts is None else max(known, lasts)
    return until


def _volunteer(row: Mapping[str, Any], around: _Around) -> Volunteer:
    id_ = row["id"]
    may_sign_in = row["person.status"] == PersonStatus.ACTIVE
    return Volunteer(
        id=id_,
        # Who is kept from signing in could answer no offer and log no call.
        status=VolunteerStatus(row["status"]) if may_sign_in else VolunteerStatus.SUSPENDED,
        credentials=around.credentials.get(id_, {}),
        load=around.load.get(id_, 0),
        capacity=row["max_open_matches"],
        away=around.away.get(id_, ()),
        last_matched_on=around.matched_on.get(id_),
        languages=_spoken(row["languages"]),
        gender=Gender(row["gender"]) if row["gender"] else None,
        state=row["state"],
        lived=around.lived.get(id_, ()),
        limits=_limits(row["off_limits"]),
        windows=msgspec.json.decode(row["availability"], type=tuple[Window, ...]),
        zone=zone_of(row["person.timezone"]),
    )


def _spoken(languages: str) -> dict[str, LanguageLevel]:
    return {each.code: each.level for each in msgspec.json.decode(languages, type=tuple[SpokenLanguage, ...])}


def _limits(off_limits: str) -> frozenset[tuple[str, str]]:
    """Codes by kind; days of the year are the schedule's to keep."""
    kinds = msgspec.json.decode(off_limits, type=dict[str, tuple[str, ...]])
    return frozenset((kind, code) for kind in LIMITS for code in kinds.get(kind, ()))


OF_A_REQUEST: Final = (
    SupportRequest.id,
    SupportRequest.status,
    SupportRequest.urgency,
    SupportRequest.ready_at,
    SupportRequest.preferences,
    SupportRequest.family,
    SupportRequest.family.family_no,
    SupportRequest.family.state,
    SupportRequest.family.timezone,
    SupportRequest.family.held_at,
    SupportRequest.contact,
    SupportRequest.contact.relation,
    SupportRequest.contact.timezone,
    SupportRequest.contact.languages,
    SupportRequest.contact.windows,
    SupportRequest.contact.contact_preference,
    SupportRequest.incident.case_type,
    SupportRequest.incident.subtypes,
    SupportRequest.incident.trajectory,
)


async def load_request(request_id: UUID) -> Asked:
    """Raises NotFound if the actor may not see it."""
    row = await SupportRequest.select(*OF_A_REQUEST).where(SupportRequest.id == request_id).first()
    if row is None:
        raise NotFound("request")
    preferences = msgspec.json.decode(row["preferences"], type=tuple[Preference, ...])
    preference = row["contact.contact_preference"]
    return Asked(
        id=row["id"],
        status=RequestStatus(row["status"]),
        urgency=Urgency(row["urgency"]),
        ready_at=row["ready_at"],
        family_id=row["family"],
        family_no=row["family.family_no"],
        on_hold=row["family.held_at"] is not None,
        contact_id=row["contact"],
        contact_preference=ContactPreference(preference) if preference else None,
        need=_need(row, preferences),
        preferences=preferences,
    )


def _need(row: Mapping[str, Any], preferences: Iterable[Preference]) -> Request:
    required = [each for each in preferences if each.strength is Strength.REQUIRED]
    values = {each.attribute: each.value for each in required}
    gender = values.get(PreferenceAttribute.VOLUNTEER_GENDER)
    return Request(
        lived=Lived(row["incident.case_type"], row["contact.relation"], row["incident.trajectory"]),
        languages=_spoken(row["contact.languages"] or "[]"),
        subtypes=frozenset(row["incident.subtypes"]),
        state=row["family.state"],
        windows=msgspec.json.decode(row["contact.windows"] or "[]", type=tuple[Window, ...]),
        zone=_zone(row),
        required_gender=Gender(gender) if gender else None,
        required_relation=PreferenceAttribute.SAME_RELATION in values,
        required_communities=frozenset(e.value for e in required if e.attribute is PreferenceAttribute.COMMUNITY),
        outside_state=values.get(PreferenceAttribute.NOT_FROM_STATE),
    )


def _zone(row: Mapping[str, Any]) -> ZoneInfo | None:
    return zone_of(row["contact.timezone"] or row["family.timezone"])

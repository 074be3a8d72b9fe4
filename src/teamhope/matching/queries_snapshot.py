"""Rows of what a family asks for, and of the places that volunteers have, as matching's rules read them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_hours import EASTERN, zone_of
from teamhope.followups.queries_cadence import load_settings
from teamhope.followups.rules_cadence import Happened, calls_in_first_week, choose_template, template_facts
from teamhope.followups.rules_settings import CadenceSettings
from teamhope.kit.database import connection
from teamhope.matching.rules_snapshot import Lived, Request
from teamhope.tables.accounts import Person
from teamhope.tables.families import SupportRequest
from teamhope.tables.operations import Installation
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import (
    CadenceTemplate,
    ChildAgeBand,
    ChildGender,
    ContactPreference,
    Gender,
    LanguageLevel,
    MatchMode,
    PreferenceAttribute,
    SpokenLanguage,
    Strength,
    Urgency,
    Window,
)
from teamhope.vocabulary.people import PersonStatus
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import HOLDS_A_PLACE, RequestStatus
from teamhope.vocabulary.year_days import YearDay

PLACES: Final = """
    select volunteer, count(*) filter (where status = any($1)) as load, max(accepted_at) as matched_at
    from match where $2::uuid is null or volunteer = $2 group by volunteer
"""


CADENCES: Final = """
    select match.volunteer, request.match_mode, request.urgency, incident.case_type as "incident.case_type",
      incident.subtypes as "incident.subtypes", incident.trajectory as "incident.trajectory",
      incident.event_month as "incident.event_month"
    from match join support_request request on request.id = match.request
      join incident on incident.id = request.incident
    where match.status = any($1) and ($2::uuid is null or match.volunteer = $2)
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
    language: str | None = None  # the family's own


@dataclass(frozen=True, slots=True)
class Places:
    """How many matches take one of a volunteer's places, and the day on which she last said yes."""

    load: int = 0
    last_matched_on: date | None = None


async def organisation_zone() -> ZoneInfo:
    """Where the organisation counts its days; New York until it has named a zone."""
    row = await Installation.select(Installation.report_timezone).first()
    return (zone_of(row["report_timezone"]) if row else None) or EASTERN


async def organisation_date(now: datetime) -> date:
    return now.astimezone(await organisation_zone()).date()


async def lock_volunteer(volunteer_id: UUID) -> None:
    """Her row stays locked to the end of the transaction, so that nobody else counts her places meanwhile."""
    await Volunteer.select(Volunteer.id).where(Volunteer.id == volunteer_id).lock_rows("NO KEY UPDATE")


async def load_places(volunteer_id: UUID | None = None) -> dict[UUID, Places]:
    """Of one volunteer or of all whom the actor may see; who never had a match is not in it."""
    rows = await connection().fetch(PLACES, sorted(HOLDS_A_PLACE), volunteer_id)
    return {
        row["volunteer"]: Places(row["load"], row["matched_at"].date() if row["matched_at"] else None) for row in rows
    }


async def count_acute(on: date, volunteer_id: UUID | None = None) -> Counter[UUID]:
    """How many families in their first weeks each volunteer has."""
    rows = await connection().fetch(CADENCES, sorted(HOLDS_A_PLACE), volunteer_id)
    return Counter(row["volunteer"] for row in rows if _template(row, on) is CadenceTemplate.ACUTE)


async def list_locked_out() -> frozenset[UUID]:
    """The people who may not sign in."""
    rows = await Person.select(Person.id).where(Person.status != PersonStatus.ACTIVE)
    return frozenset(row["id"] for row in rows)


OF_A_REQUEST: Final = (
    SupportRequest.id,
    SupportRequest.status,
    SupportRequest.urgency,
    SupportRequest.match_mode,
    SupportRequest.ready_at,
    SupportRequest.preferences,
    SupportRequest.family,
    SupportRequest.family.family_no,
    SupportRequest.family.primary_language,
    SupportRequest.family.state,
    SupportRequest.family.timezone,
    SupportRequest.family.held_at,
    SupportRequest.contact,
    SupportRequest.contact.relation,
    SupportRequest.contact.adult,
    SupportRequest.contact.timezone,
    SupportRequest.contact.languages,
    SupportRequest.contact.windows,
    SupportRequest.contact.contact_preference,
    SupportRequest.incident.case_type,
    SupportRequest.incident.subtypes,
    SupportRequest.incident.trajectory,
    SupportRequest.incident.event_month,
    SupportRequest.incident.child_age_band,
    SupportRequest.incident.child_gender,
)


async def load_request(request_id: UUID, on: date) -> Asked:
    """As it is on the organisation's date `on`. Raises NotFound if the actor may not see it."""
    row = await SupportRequest.select(*OF_A_REQUEST).where(SupportRequest.id == request_id).first()
    if row is None:
        raise NotFound("request")
    return (await asked_of([row], on))[0]


DATES: Final = "select family, month, day, call_on from sensitive_day where family = any($1) order by month, day"


async def asked_of(rows: list[dict[str, Any]], on: date) -> list[Asked]:
    """The requests of these rows (OF_A_REQUEST), in their order."""
    dates = defaultdict[UUID, list[SensitiveDay]](list)
    for row in await connection().fetch(DATES, [each["family"] for each in rows]):
        dates[row["family"]].append(SensitiveDay(YearDay(row["month"], row["day"]), row["call_on"]))
    decided = await load_settings()
    return [_asked(row, tuple(dates[row["family"]]), on, decided) for row in rows]


def _asked(row: Mapping[str, Any], dates: tuple[SensitiveDay, ...], on: date, decided: CadenceSettings) -> Asked:
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
        need=replace(_need(row, preferences, on, decided), sensitive_dates=dates),
        preferences=preferences,
        language=row["family.primary_language"],
    )


def _spoken(languages: str) -> dict[str, LanguageLevel]:
    return {each.code: each.level for each in msgspec.json.decode(languages, type=tuple[SpokenLanguage, ...])}


def _need(row: Mapping[str, Any], preferences: Iterable[Preference], on: date, decided: CadenceSettings) -> Request:
    template = _template(row, on)
    required = _wishes(preferences, Strength.REQUIRED)
    wished = _wishes(preferences, Strength.PREFERRED)
    return Request(
        lived=_lived(row),
        languages=_spoken(row["contact.languages"] or "[]"),
        minor=row["contact.adult"] is False,
        acute=template is CadenceTemplate.ACUTE,
        weekly_calls=calls_in_first_week(template, decided.rhythms),
        state=row["family.state"],
        windows=msgspec.json.decode(row["contact.windows"] or "[]", type=tuple[Window, ...]),
        default_windows=decided.policy.windows,
        zone=_zone(row),
        required_gender=_gender(required),
        required_relation=PreferenceAttribute.SAME_RELATION in required,
        required_communities=frozenset(required.get(PreferenceAttribute.COMMUNITY, ())),
        outside_state=next(iter(required.get(PreferenceAttribute.NOT_FROM_STATE, ())), None),
        wished_gender=_gender(wished),
        wished_communities=frozenset(wished.get(PreferenceAttribute.COMMUNITY, ())),
    )


def _wishes(preferences: Iterable[Preference], strength: Strength) -> dict[PreferenceAttribute, list[str]]:
    found: dict[PreferenceAttribute, list[str]] = {}
    for each in preferences:
        if each.strength is strength:
            found.setdefault(each.attribute, []).append(each.value)
    return found


def _gender(wishes: Mapping[PreferenceAttribute, list[str]]) -> Gender | None:
    return next((Gender(value) for value in wishes.get(PreferenceAttribute.VOLUNTEER_GENDER, ())), None)


def _lived(row: Mapping[str, Any]) -> Lived:
    return Lived(
        case_type=row["incident.case_type"],
        relation=row["contact.relation"],
        trajectory=row["incident.trajectory"],
        subtypes=frozenset(row["incident.subtypes"]),
        event_month=row["incident.event_month"],
        child_age_band=ChildAgeBand(row["incident.child_age_band"]),
        child_gender=ChildGender(row["incident.child_gender"]),
    )


def _template(row: Mapping[str, Any], on: date) -> CadenceTemplate:
    """The cadence that a request of today has; a family is in its first weeks while that is the acute one."""
    happened = Happened(
        row["incident.case_type"],
        row["incident.trajectory"],
        frozenset(row["incident.subtypes"]),
        row["incident.event_month"],
    )
    facts = template_facts(programme(), happened, MatchMode(row["match_mode"]), Urgency(row["urgency"]), on)
    return choose_template(facts)


def _zone(row: Mapping[str, Any]) -> ZoneInfo | None:
    return zone_of(row["contact.timezone"] or row["family.timezone"])

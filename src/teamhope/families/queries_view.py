"""Rows of one family as its page shows them, and of all families as lists do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from teamhope.families import queries_contact
from teamhope.families.rules_contact import standing_consent
from teamhope.kit.database import connection
from teamhope.tables.families import Contact, ContactPhone, Family
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import (
    ChildAgeBand,
    ChildGender,
    ConsentKind,
    ContactPreference,
    FamilyStatus,
    HoldReason,
    IfSomeoneElseAnswers,
    IntakeSource,
    PhoneKind,
    SpokenLanguage,
    Voicemail,
    Window,
)
from teamhope.vocabulary.states import HOLDS_A_PLACE, OPEN_FOLLOW_UP, MatchStatus, RequestStatus

ENDS_SHOWN = 4  # digits of a number that tell two numbers apart and let nobody dial one
FAMILIES_MOST = 100


@dataclass(frozen=True, slots=True)
class PhoneView:
    """A number by its last digits, and how it may be used."""

    id: UUID
    ends_in: str
    kind: PhoneKind
    safe_to_call: bool
    voicemail: Voicemail
    agreed_words: str | None
    safe_to_text: bool
    no_time_in_text: bool
    confirmed_on: date
    stopped: bool


@dataclass(frozen=True, slots=True)
class ContactView:
    id: UUID
    first_name: str
    relation: str
    adult: bool
    timezone: str | None
    languages: tuple[SpokenLanguage, ...]
    windows: tuple[Window, ...]
    shared_with: str | None
    if_someone_else_answers: IfSomeoneElseAnswers
    code_word: str | None
    answers_blocked_numbers: bool
    preference: ContactPreference
    phones: tuple[PhoneView, ...]
    consents: frozenset[ConsentKind]


@dataclass(frozen=True, slots=True)
class IncidentView:
    case_type: str | None
    subtypes: tuple[str, ...]
    trajectory: str | None
    event_month: date | None
    child_age_band: ChildAgeBand
    child_gender: ChildGender


@dataclass(frozen=True, slots=True)
class MatchView:
    id: UUID
    volunteer: str
    status: MatchStatus
    since: datetime
    next_call: datetime | None
    connected: bool


@dataclass(frozen=True, slots=True)
class FamilyView:
    id: UUID
    family_no: str
    status: FamilyStatus
    state: str | None
    language: str | None
    timezone: str | None
    source: IntakeSource
    held_at: datetime | None
    hold_reason: HoldReason | None
    blocked_count: int
    contacts: tuple[ContactView, ...]
    incidents: tuple[IncidentView, ...]
    requests: tuple[tuple[UUID, RequestStatus, datetime], ...]
    matches: tuple[MatchView, ...]


@dataclass(frozen=True, slots=True)
class FamilyRow:
    id: UUID
    family_no: str
    state: str | None
    language: str | None
    since: datetime
    volunteer: str | None
    next_call: datetime | None


@dataclass(frozen=True, slots=True)
class OwnFamily:
    """A family as the volunteer who is matched with it sees it; `volunteer` for a team lead's list.

    `may_know`: the volunteer has said herself that she may know it.
    """

    id: UUID
    family_no: str
    match_id: UUID
    status: MatchStatus
    volunteer_id: UUID
    volunteer: str
    case_type: str | None
    contact: ContactView
    next_call: datetime | None
    last_call: datetime | None
    may_know: bool


async def load_family(family_id: UUID) -> FamilyView:
    """Raises NotFound if the actor may not see it, and of one that is anonymous."""
    row = await Family.select().where(Family.id == family_id).first()
    if row is None or row["status"] == FamilyStatus.ANONYMISED:
        raise NotFound("family")
    get = connection().fetch
    blocked = await connection().fetchval(
        "select count(*) from blocked_person where family = $1 and ended_at is null", family_id
    )
    incidents = await get("select * from incident where family = $1 order by id", family_id)
    requests = await get(
        "select id, status, created_at from support_request where family = $1 order by created_at desc", family_id
    )
    return FamilyView(
        id=family_id,
        family_no=row["family_no"],
        status=FamilyStatus(row["status"]),
        state=row["state"],
        language=row["primary_language"],
        timezone=row["timezone"],
        source=IntakeSource(row["intake_source"]),
        held_at=row["held_at"],
        hold_reason=HoldReason(row["hold_reason"]) if row["hold_reason"] else None,
        blocked_count=blocked,
        contacts=await load_contacts(family_id),
        incidents=tuple(_incident(each) for each in incidents),
        requests=tuple((each["id"], RequestStatus(each["status"]), each["created_at"]) for each in requests),
        matches=await _matches(family_id),
    )


async def load_contacts(family_id: UUID) -> tuple[ContactView, ...]:
    """The first to be entered first."""
    columns = (*Contact.all_columns(), Contact.family.timezone.as_alias("family_timezone"))
    rows = await Contact.select(*columns).where(Contact.family == family_id).order_by(Contact.created_at)
    return tuple([await _contact(row) for row in rows])


async def _contact(row: Mapping[str, Any]) -> ContactView:
    id_ = row["id"]
    phones = await ContactPhone.select().where(ContactPhone.contact == id_).order_by(ContactPhone.id)
    return ContactView(
        id=id_,
        first_name=Contact.first_name.unseal(id_, row["first_name"]),
        relation=row["relation"],
        adult=row["adult"],
        timezone=row["timezone"] or row["family_timezone"],
        languages=msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...]),
        windows=msgspec.json.decode(row["windows"], type=tuple[Window, ...]),
        shared_with=Contact.shared_with.unseal_if(id_, row["shared_with"]),
        if_someone_else_answers=IfSomeoneElseAnswers(row["if_someone_else_answers"]),
        code_word=Contact.code_word.unseal_if(id_, row["code_word"]),
        answers_blocked_numbers=row["answers_blocked_numbers"],
        preference=ContactPreference(row["contact_preference"]),
        phones=tuple(_phone(each) for each in phones),
        consents=standing_consent(await queries_contact.load_consents(id_)),
    )


def _phone(row: Mapping[str, Any]) -> PhoneView:
    id_ = row["id"]
    return PhoneView(
        id=id_,
        ends_in=ContactPhone.number.unseal(id_, row["number"])[-ENDS_SHOWN:],
        kind=PhoneKind(row["kind"]),
        safe_to_call=row["safe_to_call"],
        voicemail=Voicemail(row["voicemail"]),
        agreed_words=ContactPhone.agreed_words.unseal_if(id_, row["agreed_words"]),
        safe_to_text=row["safe_to_text"],
        no_time_in_text=row["no_time_in_text"],
        confirmed_on=row["confirmed_on"],
        stopped=row["stopped_at"] is not None,
    )


def _incident(row: Mapping[str, Any]) -> IncidentView:
    subtypes = tuple(row["subtypes"])
    age, gender = ChildAgeBand(row["child_age_band"]), ChildGender(row["child_gender"])
    return IncidentView(row["case_type"], subtypes, row["trajectory"], row["event_month"], age, gender)


MATCHES = """
    select m.id, m.status, m.status_since, v.id as volunteer, v.display_name,
           (select min(u.due_at) from follow_up u where u.match = m.id and u.status = any($2)) as next_call,
           m.status = any($3) and exists (select from known_connection k where k.family = m.family
             and k.volunteer = m.volunteer and k.ended_at is null) as connected
    from match m join volunteer v on v.id = m.volunteer
    where m.family = $1 order by m.proposed_at desc
"""


async def _matches(family_id: UUID) -> tuple[MatchView, ...]:
    rows = await connection().fetch(MATCHES, family_id, sorted(OPEN_FOLLOW_UP), sorted(HOLDS_A_PLACE))
    return tuple(
        MatchView(
            row["id"],
            Volunteer.display_name.unseal(row["volunteer"], row["display_name"]),
            MatchStatus(row["status"]),
            row["status_since"],
            row["next_call"],
            row["connected"],
        )
        for row in rows
    )


LIST = """
    select f.id, f.family_no, f.state, f.primary_language, f.created_at, m.volunteer, v.display_name,
           (select min(u.due_at) from follow_up u where u.match = m.id and u.status = any($2)) as next_call
    from family f
    left join lateral (select m.id, m.volunteer from match m
                       where m.family = f.id and m.status = any($1) order by m.proposed_at desc limit 1) m on true
    left join volunteer v on v.id = m.volunteer
    where f.status <> 'anonymised' and f.duplicate_of is null
      and {which}
    order by f.family_no limit $3 offset $4
"""
EVERY, ONLY = LIST.format(which="true"), LIST.format(which="f.id = any($5)")


async def list_families(live: Sequence[MatchStatus], only: Sequence[UUID] | None, page: int) -> list[FamilyRow]:
    """By reference; `only` those. One more than FAMILIES_MOST if there is a next page."""
    most = (FAMILIES_MOST + 1, FAMILIES_MOST * (page - 1))
    values = (live, sorted(OPEN_FOLLOW_UP), *most)
    asked = (EVERY, *values) if only is None else (ONLY, *values, only)
    rows = await connection().fetch(*asked)
    return [
        FamilyRow(
            id=row["id"],
            family_no=row["family_no"],
            state=row["state"],
            language=row["primary_language"],
            since=row["created_at"],
            volunteer=Volunteer.display_name.unseal_if(row["volunteer"], row["display_name"]),
            next_call=row["next_call"],
        )
        for row in rows
    ]


FOUND = """
    select distinct coalesce(f.duplicate_of, f.id) as id from family f where f.id in (
      select of.id from family of where of.family_no = $1
      union all select p.family from contact_phone p where p.number_index = $2
      union all select c.family from contact c where c.first_name_index = $3)
    limit 100
"""


async def find_families(family_no: str, number_index: bytes | None, name_index: bytes) -> list[UUID]:
    """By whole values only; of a family that was entered twice, the one that stays. Each part uses its index."""
    rows = await connection().fetch(FOUND, family_no, number_index, name_index)
    return [row["id"] for row in rows]


OWN = """
    select m.id as match, m.status, m.family, m.contact, m.volunteer, v.display_name, f.family_no, i.case_type,
           (select min(u.due_at) from follow_up u where u.match = m.id and u.status = any($1)) as next_call,
           (select max(k.started_at) from call k where k.match = m.id and k.voided_at is null) as last_call,
           exists (select from known_connection c where c.family = m.family and c.volunteer = m.volunteer
             and c.ended_at is null) as may_know
    from match m
    join family f on f.id = m.family
    join support_request r on r.id = m.request
    join incident i on i.id = r.incident
    join volunteer v on v.id = m.volunteer
    where m.status = any($2) and ($3::uuid is null or m.family = $3) and ($4::uuid is null or m.volunteer = $4)
    order by next_call nulls last, f.family_no
"""
SEEN_BY_VOLUNTEER = (
    MatchStatus.ACCEPTED,
    MatchStatus.FAMILY_NOTIFIED,
    MatchStatus.INTRODUCED,
    MatchStatus.ACTIVE,
    MatchStatus.PAUSED,
    MatchStatus.TRANSFERRING,
    MatchStatus.CLOSING,
)  # domain.md §1.1b


async def list_own(volunteer_id: UUID | None, family_id: UUID | None = None) -> list[OwnFamily]:
    """Matched families the actor may see, the next call first. `volunteer_id` None: of the whole team."""
    rows = await connection().fetch(OWN, sorted(OPEN_FOLLOW_UP), sorted(SEEN_BY_VOLUNTEER), family_id, volunteer_id)
    return [await _own(row) for row in rows]


async def _own(row: Mapping[str, Any]) -> OwnFamily:
    contacts = await load_contacts(row["family"])
    return OwnFamily(
        id=row["family"],
        family_no=row["family_no"],
        match_id=row["match"],
        status=MatchStatus(row["status"]),
        volunteer_id=row["volunteer"],
        volunteer=Volunteer.display_name.unseal(row["volunteer"], row["display_name"]),
        case_type=row["case_type"],
        contact=next((each for each in contacts if each.id == row["contact"]), contacts[0]),
        next_call=row["next_call"],
        last_call=row["last_call"],
        may_know=row["may_know"],
    )

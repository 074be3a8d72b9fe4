"""People and families to test with: each factory writes complete, valid rows and returns what a test may ask for.

Every value has a sensible default; name what the test is about. Times are aware; without `now`, the start of the run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from teamhope.accounts import service as accounts
from teamhope.accounts.queries import NewPerson
from teamhope.families.indexes import first_name_index, number_index
from teamhope.families.rules_entry import normal_phone
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.tables import families as tables
from teamhope.tables.accounts import Person, Team
from teamhope.tables.calls import Call
from teamhope.tables.followups import FollowUp, FollowUpPlan
from teamhope.tables.matches import CoverPerson, KnownConnection, Match
from teamhope.tables.telephone import PhoneCall, PhoneLeg
from teamhope.tables.volunteers import Credential, LivedExperience, TimeAway, Volunteer
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, ConsentKind, CredentialKind, Window
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import MatchStatus
from tests.app_kit import PASSWORD, TESTS
from tests.canaries import MARK

_numbers = count(1)
# Before any test module's own NOW: a long run must not make rows that are younger than what a test says of them.
START = clock.now()
AREAS = ("202", "312", "303", "213", "617", "214", "305", "404", "602", "206", "503", "612", "314", "702", "801", "919")

EVERY_DAY = tuple(Window(weekday, time(9), time(20)) for weekday in range(7))
AGREED_KINDS = (ConsentKind.PEER_MATCH, ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER, ConsentKind.VOICE_CALL)
ENGLISH = (("en", "native"),)
LONG_AGO = date(2021, 3, 1)


@dataclass(frozen=True, slots=True)
class AVolunteer:
    """`id` is the volunteer's, `person_id` hers as somebody who signs in (app_kit.sign_in takes this as it is)."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    phone: str
    role: Role
    actor: Actor


@dataclass(frozen=True, slots=True)
class AStaffMember:
    id: UUID
    name: str
    email: str
    phone: str
    role: Role
    actor: Actor


@dataclass(frozen=True, slots=True)
class ARequest:
    id: UUID
    family_id: UUID
    family_no: str
    contact_id: UUID
    phone_id: UUID
    incident_id: UUID
    number: str
    first_name: str
    timezone: str | None


@dataclass(frozen=True, slots=True)
class AMatch:
    id: UUID
    request: ARequest
    volunteer: AVolunteer


@dataclass(frozen=True, slots=True)
class AFollowUp:
    id: UUID
    plan_id: UUID
    match: AMatch
    due_at: datetime


def number() -> int:
    return next(_numbers)


@cache
def areas() -> tuple[str, ...]:
    """Those first, then every other that there is: a campaign takes tens of thousands of numbers, each once."""
    others = (str(area) for area in range(201, 1000) if str(area) not in AREAS)
    return (*AREAS, *(area for area in others if normal_phone(f"+1{area}5550100")))


def a_phone(n: int) -> str:
    """A number that rings nobody: 555-0100 … 555-0199 of an area. Raises IndexError when there are no more."""
    return f"+1{areas()[n // 100]}55501{n % 100:02}"


def as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def languages_json(languages: Iterable[tuple[str, str]]) -> str:
    return as_json([{"code": code, "level": level} for code, level in languages])


async def team(name: str = "East") -> UUID:
    team_id = uuid4()
    async with acting_as(TESTS):
        await Team.insert(Team(id=team_id, name=name))
    return team_id


async def volunteer(
    *,
    name: str | None = None,
    password: str | None = None,
    role: Role = Role.VOLUNTEER,
    team: UUID | None = None,
    timezone: str = "America/Chicago",
    language: str = "en",
    languages: Iterable[tuple[str, str]] = ENGLISH,
    availability: Iterable[Window] = EVERY_DAY,
    lived: Mapping[str, Any] | None = None,
    credentials: Iterable[CredentialKind] = MANDATORY_CREDENTIALS,
    expires_on: date | None = None,
    away: Iterable[tuple[date, date]] = (),
    agreed_to_sms: bool = True,
    now: datetime | None = None,
    **columns: Any,
) -> AVolunteer:
    """An active volunteer free every day 9:00-20:00. `lived` and `columns` override LivedExperience's and Volunteer's.

    With `password=app_kit.PASSWORD` she can sign in.
    """
    now, n = now or START, number()
    name = name or f"Vera{MARK}{n}"
    email, phone = f"volunteer{n}@example.org", a_phone(n)
    person = NewPerson(name, role, timezone, email, phone, language, agreed_to_sms)
    async with acting_as(TESTS):
        person_id = await accounts.add_person(TESTS, person, password, now)
        if team is not None:
            await Person.update({Person.team: team}).where(Person.id == person_id)
        volunteer_id = uuid4()
        row = {
            "status": "active",
            "state": "TX",
            "gender": "woman",
            "languages": languages_json(languages),
            "availability": as_json(list(availability)),
            "created_at": now,
            "display_name": Volunteer.display_name.seal(volunteer_id, name),
        }
        await Volunteer.insert(Volunteer(id=volunteer_id, person=person_id, **(row | columns)))
        experience = {
            "case_type": "ERU",
            "relation": "mother",
            "trajectory": "recovered_longer_term",
            "event_month": LONG_AGO,
            "child_age_band": "13-15",
        }
        await LivedExperience.insert(
            LivedExperience(id=uuid4(), volunteer=volunteer_id, **(experience | dict(lived or {})))
        )
        until = expires_on or now.date() + timedelta(days=365)
        for kind in sorted(credentials):
            await Credential.insert(
                Credential(
                    id=uuid4(),
                    volunteer=volunteer_id,
                    kind=kind,
                    completed_on=min(now.date(), until) - timedelta(days=30),
                    expires_on=until,
                )
            )
        for first_on, last_on in away:
            await TimeAway.insert(TimeAway(id=uuid4(), volunteer=volunteer_id, first_on=first_on, last_on=last_on))
    actor = Actor(role, person_id=person_id, volunteer_id=volunteer_id, team_id=team)
    return AVolunteer(volunteer_id, person_id, name, email, phone, role, actor)


async def family_request(
    *,
    first_name: str | None = None,
    phone: str | None = None,
    timezone: str | None = "America/Denver",
    state: str | None = "CO",
    languages: Iterable[tuple[str, str]] = ENGLISH,
    windows: Iterable[Window] = (),
    consents: Iterable[ConsentKind] = AGREED_KINDS,
    status: str = "ready",
    urgency: str = "routine",
    case_type: str = "ERU",
    relation: str = "mother",
    trajectory: str | None = "still_missing",
    owner: UUID | None = None,
    now: datetime | None = None,
    family: Mapping[str, Any] | None = None,
    contact: Mapping[str, Any] | None = None,
    contact_phone: Mapping[str, Any] | None = None,
    incident: Mapping[str, Any] | None = None,
    **columns: Any,
) -> ARequest:
    """A family that waits for a volunteer, safe to call and asked today. `columns` override SupportRequest's.

    `family`, `contact`, `contact_phone`, `incident` override the columns of those tables.
    """
    now, n = now or START, number()
    first_name, phone, family_no = first_name or f"Fay{MARK}{n}", phone or a_phone(n), f"F-TEST-{n:05}"
    languages = tuple(languages)
    request_id, family_id, contact_id, phone_id, incident_id = (uuid4() for _ in range(5))
    async with acting_as(TESTS):
        await _insert(
            tables.Family,
            family,
            id=family_id,
            family_no=family_no,
            primary_language=languages[0][0],
            state=state,
            timezone=timezone,
            intake_source="self_referral_phone",
            created_at=now,
        )
        await _insert(
            tables.Contact,
            contact,
            id=contact_id,
            family=family_id,
            first_name=tables.Contact.first_name.seal(contact_id, first_name),
            first_name_index=first_name_index(first_name),
            relation=relation,
            languages=languages_json(languages),
            windows=as_json(list(windows)),
            created_at=now,
        )
        await _insert(
            tables.ContactPhone,
            contact_phone,
            id=phone_id,
            contact=contact_id,
            family=family_id,
            number=tables.ContactPhone.number.seal(phone_id, phone),
            number_index=number_index(phone),
            safe_to_call=True,
            confirmed_on=_today(now, timezone),
        )
        for kind in consents:
            await consent(family_id, contact_id, kind, now=now, language=languages[0][0])
        await _insert(
            tables.Incident,
            incident,
            id=incident_id,
            family=family_id,
            case_type=case_type,
            trajectory=trajectory,
            event_month=_today(now, timezone).replace(day=1),
            child_age_band="13-15",
        )
        await _insert(
            tables.SupportRequest,
            columns,
            id=request_id,
            family=family_id,
            contact=contact_id,
            incident=incident_id,
            requested_on=now.date(),
            urgency=urgency,
            status=status,
            status_since=now,
            ready_at=None if status in {"new", "triage"} else now,
            owner=owner,
            created_at=now,
        )
    return ARequest(request_id, family_id, family_no, contact_id, phone_id, incident_id, phone, first_name, timezone)


async def consent(
    family_id: UUID,
    contact_id: UUID,
    kind: ConsentKind,
    *,
    granted: bool = True,
    now: datetime | None = None,
    language: str = "en",
) -> None:
    async with acting_as(TESTS):
        await _insert(
            tables.Consent,
            None,
            id=uuid4(),
            family=family_id,
            contact=contact_id,
            kind=kind,
            granted=granted,
            at=now or START,
            method="verbal_recorded_by_staff",
            wording_version="2026-01",
            language=language,
        )


async def match(
    request: ARequest,
    who: AVolunteer,
    status: str = "introduced",
    *,
    now: datetime | None = None,
    **columns: Any,
) -> AMatch:
    """The request's own status is left as it is: name it in family_request where it matters."""
    now, match_id = now or START, uuid4()
    accepted = MatchStatus(status) not in {MatchStatus.SUGGESTED, MatchStatus.PROPOSED_TO_VOLUNTEER}
    accepted &= columns.get("accepted_at", now) is not None
    introduced = accepted and status not in {"accepted", "family_notified"}
    closing = {"closed_at": now, "close_reason": "goals_met"} if status == "closed" else {}
    async with acting_as(TESTS):
        await _insert(
            Match,
            closing | columns,
            id=match_id,
            request=request.id,
            family=request.family_id,
            contact=request.contact_id,
            volunteer=who.id,
            status=status,
            status_since=now,
            weights_version="2026-01",
            waiting_since=now,
            proposed_at=now,
            answer_due_at=now + timedelta(hours=24),
            accepted_at=now if accepted else None,
            introduced_at=now if introduced else None,
            counted_offered_on=_today(now, None),
            counted_accepted_on=_today(now, None) if accepted else None,
            counted_wait_minutes=0 if accepted else None,
            counted_language="en",
        )
    return AMatch(match_id, request, who)


async def follow_up(
    of: AMatch,
    due_at: datetime,
    *,
    status: str = "planned",
    template: str = "standard",
    seq: int = 0,
    plan_id: UUID | None = None,
    now: datetime | None = None,
    **columns: Any,
) -> AFollowUp:
    """One promised call in a plan of its own (or `plan_id`'s), with a window of two hours from `due_at`."""
    zone = of.request.timezone or "America/New_York"
    local = due_at.astimezone(ZoneInfo(zone))
    follow_up_id, plan_id, new_plan = uuid4(), plan_id or uuid4(), plan_id is None
    async with acting_as(TESTS):
        if new_plan:
            await _insert(FollowUpPlan, None, id=plan_id, match=of.id, template=template, timezone=zone)
        await _insert(
            FollowUp,
            columns,
            id=follow_up_id,
            plan=plan_id,
            match=of.id,
            family=of.request.family_id,
            volunteer=of.volunteer.id,
            seq=seq,
            status=status,
            timezone=zone,
            local_date=local.date(),
            local_start=local.time().replace(tzinfo=None),
            due_at=due_at,
            window_end_at=due_at + timedelta(hours=2),
            original_due_at=due_at,
            created_at=now or START,
        )
    return AFollowUp(follow_up_id, plan_id, of, due_at)


async def call(of: AMatch, *, now: datetime | None = None, note: str | None = None, **columns: Any) -> UUID:
    """A conversation of ten minutes that the match's volunteer logged as it began. `columns` override Call's."""
    now, id_ = now or START, uuid4()
    row = {
        "match": of.id,
        "family": of.request.family_id,
        "contact": of.request.contact_id,
        "volunteer": of.volunteer.id,
        "direction": "outbound",
        "channel": "voice",
        "placed_via": "own_phone_logged",
        "outcome": "reached",
        "started_at": now,
        "talk_seconds": 600,
        "language": "en",
        "topics": [],
        "needs": [],
        "note": Call.note.seal_if(id_, note),
        "logged_at": now,
        "logged_by": of.volunteer.person_id,
        "counted_on": now.date(),
        "counted_case_type": "ERU",
    }
    async with acting_as(TESTS):
        await _insert(Call, columns, id=id_, **row)
    return id_


async def rang(of: AMatch, at: datetime, status: str = "completed", *, follow_up: UUID | None = None) -> UUID:
    """A call by our number that is over, and that nobody has logged."""
    id_ = uuid4()
    row = PhoneCall(
        id=id_,
        kind="to_family",
        volunteer=of.volunteer.id,
        family=of.request.family_id,
        contact=of.request.contact_id,
        match=of.id,
        follow_up=follow_up,
        cleared_at=at,
        created_at=at,
        ended_at=at + timedelta(minutes=5),
    )
    leg = PhoneLeg(id=uuid4(), phone_call=id_, party="family", status=status, due_at=at, dialling_at=at, created_at=at)
    leg.ended_at = at + timedelta(minutes=5)
    async with acting_as(TESTS):
        await PhoneCall.insert(row)
        await PhoneLeg.insert(leg)
    return id_


async def cover_person(of: AMatch, who: AVolunteer, *, now: datetime | None = None) -> UUID:
    """Whom the family has agreed to hear from when its own volunteer cannot call."""
    id_, now = uuid4(), now or START
    row = CoverPerson(
        id=id_,
        match=of.id,
        family=of.request.family_id,
        contact=of.request.contact_id,
        volunteer=who.id,
        agreed_on=now.date(),
        method="verbal_recorded_by_staff",
        recorded_at=now,
    )
    async with acting_as(TESTS):
        await CoverPerson.insert(row)
    return id_


async def known_connection(
    family_id: UUID, volunteer_id: UUID, kind: str = "personally_known", *, now: datetime | None = None
) -> UUID:
    id_ = uuid4()
    row = KnownConnection(id=id_, family=family_id, volunteer=volunteer_id, kind=kind, recorded_at=now or START)
    async with acting_as(TESTS):
        await KnownConnection.insert(row)
    return id_


async def sensitive_date(
    family_id: UUID, month: int, day: int, kind: str = "birthday", *, place: int = 1, now: datetime | None = None
) -> UUID:
    id_ = uuid4()
    async with acting_as(TESTS):
        await _insert(
            tables.SensitiveDate,
            None,
            id=id_,
            family=family_id,
            place=place,
            kind=kind,
            month=month,
            day=day,
            created_at=now or START,
        )
    return id_


async def blocked_person(
    family_id: UUID,
    *,
    phone: str | None = None,
    name: str | None = None,
    relation: str = "former partner",
    scope: str = "no_contact",
    reason: str | None = "abuser",
    now: datetime | None = None,
) -> UUID:
    """Somebody who must not be reached or told; with neither name nor phone, a name is invented."""
    id_, name = uuid4(), name or (None if phone else f"Blake{MARK}{number()}")
    async with acting_as(TESTS):
        await _insert(
            tables.BlockedPerson,
            None,
            id=id_,
            family=family_id,
            name=tables.BlockedPerson.name.seal_if(id_, name),
            phone=tables.BlockedPerson.phone.seal_if(id_, phone),
            phone_index=number_index(phone) if phone else None,
            relation=tables.BlockedPerson.relation.seal(id_, relation),
            scope=scope,
            reason=reason,
            created_at=now or START,
        )
    return id_


async def staff(role: Role = Role.COORDINATOR, *, name: str | None = None, language: str = "en") -> AStaffMember:
    """Somebody of the programme who can sign in with app_kit.PASSWORD; `actor` is who she acts as."""
    n = number()
    name = name or f"Stella{MARK}{n}"
    email, phone = f"staff{n}@example.org", a_phone(n)
    new = NewPerson(name, role, "America/Chicago", email, phone, language, agreed_to_sms=True)
    person_id = await accounts.add_person(TESTS, new, PASSWORD, START)
    return AStaffMember(person_id, name, email, phone, role, Actor(role, person_id=person_id))


async def _insert(table: Any, over: Mapping[str, Any] | None, **row: Any) -> None:
    await table.insert(table(**(row | dict(over or {}))))


def _today(now: datetime, timezone: str | None) -> date:
    return now.astimezone(ZoneInfo(timezone or "America/New_York")).date()

"""Rows of people, sessions and tokens, as facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError
from piccolo.columns import Column

from teamhope.accounts.rules import SecondFactor, Session, StaffFacts, Visitor, normalised_email
from teamhope.kit import crypto
from teamhope.kit.database import connection
from teamhope.tables.accounts import ApiToken, Person, SignInSession, SignInStep, SignInThrottle
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor, PersonStatus, Role


@dataclass(frozen=True, slots=True)
class PersonFacts:
    id: UUID
    name: str
    email: str | None
    phone: str | None
    role: Role
    status: PersonStatus
    language: str
    timezone: str
    team: UUID | None
    agreed_to_sms: bool
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class PersonName:
    id: UUID
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class TokenFacts:
    id: UUID
    label: str
    person: UUID | None
    role: Role | None
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPerson:
    name: str
    role: Role
    timezone: str
    email: str | None = None
    phone: str | None = None
    language: str = "en"
    agreed_to_sms: bool = False
    password_hash: str | None = None
    team: UUID | None = None


def email_index(email: str) -> bytes:
    return crypto.blind_index(crypto.keys(), "email", normalised_email(email))


def phone_index(number: str) -> bytes:
    """`number` in E.164."""
    return crypto.blind_index(crypto.keys(), "phone", number)


def _facts(row: Mapping[str, Any]) -> PersonFacts:
    id_ = row["id"]
    return PersonFacts(
        id=id_,
        name=Person.name.unseal(id_, row["name"]),
        email=Person.email.unseal_if(id_, row["email"]),
        phone=Person.phone.unseal_if(id_, row["phone"]),
        role=Role(row["role"]),
        status=PersonStatus(row["status"]),
        language=row["language"],
        timezone=row["timezone"],
        team=row["team"],
        agreed_to_sms=row["agreed_to_sms"],
        password_hash=row["password_hash"],
    )


async def load_person(person_id: UUID) -> PersonFacts:
    """Raises NotFound if the actor may not see the person."""
    row = await Person.select().where(Person.id == person_id).first()
    if row is None:
        raise NotFound("person")
    return _facts(row)


async def find_person_by_email(email: str) -> PersonFacts | None:
    row = await Person.select().where(Person.email_index == email_index(email)).first()
    return _facts(row) if row else None


async def list_names() -> list[PersonName]:
    """Everybody the actor may see, by role, then name. No e-mail and no number is read for it."""
    rows = await Person.select(Person.id, Person.name, Person.role)
    people = [PersonName(row["id"], Person.name.unseal(row["id"], row["name"]), Role(row["role"])) for row in rows]
    return sorted(people, key=lambda person: (person.role, person.name.casefold(), person.id))


async def list_staff(person_ids: Sequence[UUID]) -> dict[UUID, StaffFacts]:
    """Whom a message may be for, by id; those the actor may not see are left out."""
    rows = await Person.select().where(Person.id.is_in(list(person_ids))) if person_ids else []
    people = [_facts(row) for row in rows]
    return {p.id: StaffFacts(p.id, p.status, p.agreed_to_sms, p.phone, p.language) for p in people}


async def insert_person(new: NewPerson, now: datetime) -> UUID:
    """Raises Invalid when the e-mail is somebody's already."""
    id_ = uuid4()
    person = Person(
        id=id_,
        name=Person.name.seal(id_, new.name),
        email=Person.email.seal_if(id_, new.email),
        email_index=email_index(new.email) if new.email else None,
        phone=Person.phone.seal_if(id_, new.phone),
        phone_index=phone_index(new.phone) if new.phone else None,
        role=new.role,
        timezone=new.timezone,
        language=new.language,
        agreed_to_sms=new.agreed_to_sms,
        password_hash=new.password_hash,
        team=new.team,
        created_at=now,
    )
    try:
        await Person.insert(person)
    except UniqueViolationError as clash:
        raise Invalid.field("email", "email_taken") from clash
    return id_


async def update_person(person_id: UUID, **values: Any) -> None:
    """Raises NotFound if the actor may not change the person."""
    columns: dict[Column | str, Any] = dict(values.items())
    changed = await Person.update(columns).where(Person.id == person_id).returning(Person.id)
    if not changed:
        raise NotFound("person")


COUNT_ATTEMPT: Final = """
    insert into sign_in_throttle as t (email_index, failures, blocked_until) values ($1, 1, $2)
    on conflict (email_index) do update set failures = t.failures + 1
    returning failures, blocked_until
"""


async def count_attempt(email: str, now: datetime) -> tuple[int, datetime]:
    """Attempts in a row, this one included, and until when this one waits. Locks the row: attempts at once queue."""
    row = await connection().fetchrow(COUNT_ATTEMPT, email_index(email), now)
    return row["failures"], row["blocked_until"]


async def block_until(email: str, instant: datetime) -> None:
    mine = SignInThrottle.email_index == email_index(email)
    await SignInThrottle.update({SignInThrottle.blocked_until: instant}).where(mine)


async def forget_failures(email: str) -> None:
    await SignInThrottle.delete().where(SignInThrottle.email_index == email_index(email))


async def insert_session(
    id_hash: bytes,
    person_id: UUID,
    now: datetime,
    expires_at: datetime,
    *,
    device: str = "",
    second_factor: SecondFactor | None = None,
) -> None:
    """Opened and confirmed now."""
    session = Session(uuid4(), device, second_factor, False, now, now, now, expires_at)
    await copy_session(id_hash, person_id, session)


async def copy_session(id_hash: bytes, person_id: UUID, session: Session) -> None:
    """A row like `session` that another secret opens."""
    values = {column: getattr(session, column) for column in SESSION_FIELDS}
    await SignInSession.insert(SignInSession(id_hash=id_hash, person=person_id, **values))


SESSION_FIELDS: Final = tuple(field.name for field in fields(Session))


def _session(row: Mapping[str, Any]) -> Session:
    factor = row["second_factor"]
    values = {name: row[name] for name in SESSION_FIELDS}
    return Session(**{**values, "second_factor": SecondFactor(factor) if factor else None})


VISITOR_COLUMNS = (Person.id, Person.name, Person.role, Person.status, Person.language, Person.timezone, Person.team)


async def load_session(id_hash: bytes) -> tuple[Session, PersonStatus, Visitor] | None:
    """The session, whether its person is suspended, and who she is."""
    row = await SignInSession.select().where(SignInSession.id_hash == id_hash).first()
    if row is None:
        return None
    person = await Person.select(*VISITOR_COLUMNS).where(Person.id == row["person"]).first()
    assert person is not None
    return _session(row), PersonStatus(person["status"]), await _visitor(person, id_hash)


async def _visitor(person: Mapping[str, Any], session_hash: bytes | None) -> Visitor:
    volunteer = await Volunteer.select(Volunteer.id).where(Volunteer.person == person["id"]).first()
    actor = Actor(
        role=Role(person["role"]),
        person_id=person["id"],
        volunteer_id=volunteer["id"] if volunteer else None,
        team_id=person["team"],
    )
    name = Person.name.unseal(person["id"], person["name"])
    return Visitor(actor, name, person["language"], person["timezone"], session_hash)


async def touch_session(id_hash: bytes, now: datetime, on_call: bool) -> None:
    seen: dict[Column | str, Any] = {SignInSession.seen_at: now, SignInSession.on_call: on_call}
    await SignInSession.update(seen).where(SignInSession.id_hash == id_hash)


async def delete_session(id_hash: bytes) -> bool:
    """Whether it was still there."""
    mine = SignInSession.id_hash == id_hash
    return bool(await SignInSession.delete().where(mine).returning(SignInSession.id))


async def delete_own_session(person_id: UUID, session_id: UUID) -> None:
    """Raises NotFound unless it is one of hers."""
    hers = (SignInSession.person == person_id) & (SignInSession.id == session_id)
    if not await SignInSession.delete().where(hers).returning(SignInSession.id):
        raise NotFound("session")


async def delete_other_sessions(person_id: UUID, but: bytes | None) -> None:
    """All of hers except the one whose hash is `but`."""
    others = (SignInSession.person == person_id) & (SignInSession.id_hash != but)
    await SignInSession.delete().where(others)


async def delete_sessions_of(person_id: UUID) -> None:
    """All of them, and whatever sign-in is half done."""
    await SignInSession.delete().where(SignInSession.person == person_id)
    await SignInStep.delete().where(SignInStep.person == person_id)


async def list_sessions_of(person_id: UUID) -> list[Session]:
    """The last used first."""
    rows = await SignInSession.select().where(SignInSession.person == person_id)
    sessions = [_session(row) for row in rows]
    return sorted(sessions, key=lambda session: session.seen_at, reverse=True)


async def delete_expired_sessions(now: datetime) -> int:
    gone = await SignInSession.delete().where(SignInSession.expires_at <= now).returning(SignInSession.id_hash)
    return len(gone)


async def delete_old_throttles(now: datetime) -> None:
    await SignInThrottle.delete().where(SignInThrottle.blocked_until <= now)


async def insert_token(
    token_hash: bytes, label: str, holder: UUID | Role, made: tuple[UUID | None, datetime, datetime]
) -> UUID:
    """`made` is by whom, when, and until when it lasts."""
    created_by, created_at, expires_at = made
    token = ApiToken(
        id=uuid4(),
        token_hash=token_hash,
        label=label,
        person=None if isinstance(holder, Role) else holder,
        role=holder if isinstance(holder, Role) else None,
        created_by=created_by,
        created_at=created_at,
        expires_at=expires_at,
    )
    await ApiToken.insert(token)
    return token.id


async def load_token_holder(token_hash: bytes, now: datetime) -> Visitor | None:
    """Whom a live token speaks for. A token without a person acts in its role."""
    live = (ApiToken.token_hash == token_hash) & (ApiToken.expires_at > now) & ApiToken.revoked_at.is_null()
    row = await ApiToken.select().where(live).first()
    if row is None:
        return None
    if row["person"] is None:
        return Visitor(Actor(Role(row["role"]), name="token"), row["label"], "en", "UTC", None)
    person = await Person.select(*VISITOR_COLUMNS).where(Person.id == row["person"]).first()
    if person is None or person["status"] != PersonStatus.ACTIVE:
        return None
    return await _visitor(person, None)


TOKEN_COLUMNS = (ApiToken.id, ApiToken.label, ApiToken.person, ApiToken.role, ApiToken.expires_at, ApiToken.revoked_at)


async def list_tokens() -> list[TokenFacts]:
    """Newest first, without their hashes."""
    rows = await ApiToken.select(*TOKEN_COLUMNS).order_by(ApiToken.created_at, ascending=False)
    return [TokenFacts(**{**row, "role": Role(row["role"]) if row["role"] else None}) for row in rows]


async def revoke_token(token_id: UUID, now: datetime) -> None:
    """Raises NotFound unless it is there and was not revoked before."""
    open_token = (ApiToken.id == token_id) & ApiToken.revoked_at.is_null()
    if not await ApiToken.update({ApiToken.revoked_at: now}).where(open_token).returning(ApiToken.id):
        raise NotFound("token")

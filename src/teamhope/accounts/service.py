"""Signing in and out, people and tokens: one function, one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from teamhope.accounts import passwords, queries, queries_second, rules
from teamhope.accounts.queries import NewPerson, PersonFacts, PersonName, TokenFacts
from teamhope.accounts.rules import SecondFactor, Session, StaffFacts, Visitor
from teamhope.accounts.rules_second import STEP_LASTS, Step, StepKind
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Forbidden, Invalid, SignInNeeded, TooMany
from teamhope.vocabulary.people import DOORKEEPER, TOKEN_ROLES, Actor, PersonStatus, Role


@dataclass(frozen=True, slots=True)
class Entrance:
    """The secret of a session; or, while that is not open, of the step that asks for the second factor."""

    secret: str
    is_open: bool


async def sign_in(email: str, password: str, now: datetime, device: str = "") -> Entrance:
    """Raises Invalid, which does not say what is wrong, or TooMany while the delay lasts.

    The delay counts for unknown names as well. The password is verified outside any transaction, and the attempt is
    counted before: a thousand at once are a thousand attempts. Who has a second factor is asked for it; until it is
    given, the attempts stay counted.
    """
    person = await _try_password(email, password, now)
    async with acting_as(DOORKEEPER):
        if await queries_second.has_second_factor(person.id):
            return Entrance(await open_step(StepKind.SECOND_FACTOR, now, person.id), is_open=False)
        return Entrance(await open_session(person, now, device), is_open=True)


async def _try_password(email: str, password: str, now: datetime) -> PersonFacts:
    """Raises Invalid or TooMany. An unknown name costs the same work."""
    async with acting_as(DOORKEEPER):
        await count_attempt(email, now)
        person = await queries.find_person_by_email(email)
    right = await passwords.fits(person.password_hash if person else None, password)
    if person is None or not right or person.status is not PersonStatus.ACTIVE:
        await _record_failure(now)
        raise Invalid.field("email", "wrong_sign_in")
    return person


async def count_attempt(whose: str, now: datetime) -> None:
    """Inside acting_as(DOORKEEPER). Raises TooMany while the delay lasts."""
    attempts, blocked_until = await queries.count_attempt(whose, now)
    if now < blocked_until:
        raise TooMany("wait_to_sign_in", max(1, round((blocked_until - now).total_seconds())))
    await queries.block_until(whose, now + rules.delay_after(attempts))


async def _record_failure(now: datetime) -> None:
    async with acting_as(DOORKEEPER):
        await audit.record(DOORKEEPER, "sign_in_failed", ("person", None), now)


async def open_step(kind: StepKind, now: datetime, person_id: UUID | None, challenge: bytes | None = None) -> str:
    """The secret of a question that is open for five minutes. Inside acting_as(DOORKEEPER)."""
    secret = rules.new_secret()
    step = Step(kind, person_id, challenge, 0, now + STEP_LASTS)
    await queries_second.insert_step(rules.hash_of(secret), step)
    return secret


async def open_session(
    person: PersonFacts, now: datetime, device: str, second_factor: SecondFactor | None = None
) -> str:
    """The secret of her new session, never one that somebody chose. Inside acting_as(DOORKEEPER)."""
    secret, end = rules.new_secret(), now + rules.ABSOLUTE
    await _forget_failures(person)
    await queries.insert_session(rules.hash_of(secret), person.id, now, end, device=device, second_factor=second_factor)
    await audit.record(DOORKEEPER, "signed_in", ("person", person.id), now, reason=second_factor)
    return secret


async def _forget_failures(person: PersonFacts) -> None:
    if person.email:
        async with acting_as(DOORKEEPER):
            await queries.forget_failures(person.email)


async def renew_session(visitor: Visitor, session: Session) -> str:
    """A fresh secret for what has become of her session; the old one is worth nothing. Raises SignInNeeded if it ended.

    Inside a transaction. A rise of rights always goes with it: who knew the old secret gains nothing.
    """
    assert visitor.session_hash is not None
    assert visitor.actor.person_id is not None
    secret = rules.new_secret()
    async with acting_as(DOORKEEPER):
        if not await queries.delete_session(visitor.session_hash):
            raise SignInNeeded
        await queries.copy_session(rules.hash_of(secret), visitor.actor.person_id, session)
    return secret


async def confirm(visitor: Visitor, password: str, now: datetime) -> str:
    """The session's new secret, after she proved again who she is. Raises Invalid or TooMany, as sign_in does."""
    assert visitor.actor.person_id is not None
    async with acting_as(visitor.actor):
        person = await queries.load_person(visitor.actor.person_id)
    try:
        await _try_password(person.email or "", password, now)
    except Invalid as wrong:
        raise Invalid.field("password", "wrong_password") from wrong
    async with acting_as(visitor.actor):
        await _forget_failures(person)
        return await confirmed(visitor, now)


async def confirmed(visitor: Visitor, now: datetime) -> str:
    """Inside acting_as(her)."""
    assert visitor.session is not None
    await audit.record(visitor.actor, "confirmed_identity", ("person", visitor.actor.person_id), now)
    return await renew_session(visitor, replace(visitor.session, confirmed_at=now))


async def visitor_of_session(secret: str, now: datetime, path: str = "/", method: str = "GET") -> Visitor | None:
    """Who a cookie speaks for, while her session lives; a dead one is removed. `path`: the page she asks for."""
    id_hash = rules.hash_of(secret)
    async with acting_as(DOORKEEPER):
        found = await queries.load_session(id_hash)
        if found is None:
            return None
        session, status, visitor = found
        if not rules.session_is_live(session, visitor.actor.role, status, now):
            await queries.delete_session(id_hash)
            return None
        if rules.keeps_alive(path, method):
            session = await _touch(id_hash, session, rules.is_on_call(path, session.on_call), now)
    left = rules.session_ends_at(session, visitor.actor.role) - now
    return replace(visitor, session=session, seconds_left=int(left.total_seconds()))


async def _touch(id_hash: bytes, session: Session, on_call: bool, now: datetime) -> Session:
    if session.on_call == on_call and not rules.needs_touch(session, now):
        return session
    await queries.touch_session(id_hash, now, on_call)
    return replace(session, seen_at=now, on_call=on_call)


async def visitor_of_token(token: str, now: datetime) -> Visitor | None:
    async with acting_as(DOORKEEPER):
        return await queries.load_token_holder(rules.hash_of(token), now)


async def sign_out(visitor: Visitor, now: datetime) -> None:
    async with acting_as(visitor.actor):
        if visitor.session_hash is not None:
            await queries.delete_session(visitor.session_hash)
            await audit.record(visitor.actor, "signed_out", ("person", visitor.actor.person_id), now)


async def leave(secret: str, now: datetime) -> None:
    """As sign_out, for a cookie of whoever it is."""
    visitor = await visitor_of_session(secret, now)
    if visitor is not None:
        await sign_out(visitor, now)


async def end_own_sessions(actor: Actor, now: datetime) -> None:
    """Everywhere, this one included."""
    assert actor.person_id is not None
    async with acting_as(actor):
        await queries.delete_sessions_of(actor.person_id)
        await audit.record(actor, "ended_sessions", ("person", actor.person_id), now)


async def end_own_session(visitor: Visitor, session_id: UUID, now: datetime) -> None:
    """Raises NotFound unless it is one of hers."""
    actor = visitor.actor
    assert actor.person_id is not None
    async with acting_as(actor):
        await queries.delete_own_session(actor.person_id, session_id)
        await audit.record(actor, "ended_session", ("person", actor.person_id), now)


async def own_sessions(actor: Actor) -> list[Session]:
    """The last used first."""
    assert actor.person_id is not None
    async with acting_as(actor):
        return await queries.list_sessions_of(actor.person_id)


async def choose_language(actor: Actor, language: str) -> None:
    assert actor.person_id is not None
    async with acting_as(actor):
        await queries.update_person(actor.person_id, language=language)


async def telephone_of(actor: Actor) -> StaffFacts:
    """Whether the actor has a telephone here, and whether she is sent texts."""
    assert actor.person_id is not None
    async with acting_as(actor):
        return (await queries.list_staff([actor.person_id]))[actor.person_id]


async def choose_texts(actor: Actor, *, agreed: bool, now: datetime) -> None:
    """Her own yes or no to texts, also after a no that came by text."""
    assert actor.person_id is not None
    async with acting_as(actor):
        await queries.update_person(actor.person_id, agreed_to_sms=agreed)
        await audit.record(actor, "agreed_to_texts" if agreed else "stopped_texts", ("person", actor.person_id), now)


async def list_names(actor: Actor) -> list[PersonName]:
    async with acting_as(actor):
        return await queries.list_names()


async def add_person(actor: Actor, new: NewPerson, password: str | None, now: datetime) -> UUID:
    """Raises Invalid when the e-mail is taken. Without a password she cannot sign in yet."""
    hashed = await passwords.hashed(password) if password else None
    async with acting_as(actor):
        person_id = await queries.insert_person(replace(new, password_hash=hashed), now)
        await audit.record(actor, "added_person", ("person", person_id), now, reason=new.role)
    return person_id


async def suspend(actor: Actor, person_id: UUID, now: datetime) -> None:
    """Ends her sessions at once. Raises Forbidden for oneself: somebody must be left to undo it."""
    if person_id == actor.person_id:
        raise Forbidden("not_yourself")
    async with acting_as(actor):
        await queries.update_person(person_id, status=PersonStatus.SUSPENDED)
        await queries.delete_sessions_of(person_id)
        await audit.record(actor, "suspended_person", ("person", person_id), now)


async def reinstate(actor: Actor, person_id: UUID, now: datetime) -> None:
    async with acting_as(actor):
        await queries.update_person(person_id, status=PersonStatus.ACTIVE)
        await audit.record(actor, "reinstated_person", ("person", person_id), now)


async def create_token(
    actor: Actor, label: str, holder: UUID | Role, now: datetime, life: timedelta = rules.TOKEN_LIFE
) -> str:
    """The token, shown this once. `holder` is a person, or one of TOKEN_ROLES. Raises Forbidden for other roles."""
    if isinstance(holder, Role) and holder not in TOKEN_ROLES:
        raise Forbidden("role_needs_person")
    secret = rules.new_secret()
    async with acting_as(actor):
        token_id = await queries.insert_token(rules.hash_of(secret), label, holder, (actor.person_id, now, now + life))
        await audit.record(actor, "created_token", ("api_token", token_id), now)
    return secret


async def list_tokens(actor: Actor) -> list[TokenFacts]:
    async with acting_as(actor):
        return await queries.list_tokens()


async def revoke_token(actor: Actor, token_id: UUID, now: datetime) -> None:
    async with acting_as(actor):
        await queries.revoke_token(token_id, now)
        await audit.record(actor, "revoked_token", ("api_token", token_id), now)

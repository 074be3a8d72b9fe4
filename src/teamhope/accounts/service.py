"""Signing in and out, people and tokens: one function, one transaction."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from teamhope.accounts import passwords, queries, rules
from teamhope.accounts.queries import NewPerson, PersonFacts, TokenFacts
from teamhope.accounts.rules import Session, Visitor
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Forbidden, Invalid, TooMany
from teamhope.vocabulary.people import DOORKEEPER, TOKEN_ROLES, Actor, PersonStatus, Role


async def sign_in(email: str, password: str, now: datetime) -> str:
    """The new session's secret. Raises Invalid, which does not say what is wrong, or TooMany while the delay lasts.

    The delay counts for unknown names as well. The password is verified outside any transaction, and the attempt is
    counted before: a thousand at once are a thousand attempts.
    """
    async with acting_as(DOORKEEPER):
        await _count_attempt(email, now)
        person = await queries.find_person_by_email(email)
    right = await passwords.fits(person.password_hash if person else None, password)
    if person is None or not right or person.status is not PersonStatus.ACTIVE:
        await _record_failure(now)
        raise Invalid.field("email", "wrong_sign_in")
    return await _open_session(person, email, now)


async def _count_attempt(email: str, now: datetime) -> None:
    attempts, blocked_until = await queries.count_attempt(email, now)
    if now < blocked_until:
        raise TooMany("wait_to_sign_in", max(1, round((blocked_until - now).total_seconds())))
    await queries.block_until(email, now + rules.delay_after(attempts))


async def _record_failure(now: datetime) -> None:
    async with acting_as(DOORKEEPER):
        await audit.record(DOORKEEPER, "sign_in_failed", ("person", None), now)


async def _open_session(person: PersonFacts, email: str, now: datetime) -> str:
    secret = rules.new_secret()
    async with acting_as(DOORKEEPER):
        await queries.forget_failures(email)
        await queries.insert_session(rules.hash_of(secret), person.id, now, now + rules.ABSOLUTE)
        await audit.record(DOORKEEPER, "signed_in", ("person", person.id), now)
    return secret


async def visitor_of_session(secret: str, now: datetime) -> Visitor | None:
    """Who a cookie speaks for, while her session lives; a dead one is removed."""
    id_hash = rules.hash_of(secret)
    async with acting_as(DOORKEEPER):
        found = await queries.load_session(id_hash)
        if found is None:
            return None
        session, status, visitor = found
        if not rules.session_is_live(session, visitor.actor.role, status, now):
            await queries.delete_session(id_hash)
            return None
        if rules.needs_touch(session, now):
            await queries.touch_session(id_hash, now)
    return visitor


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


async def own_sessions(actor: Actor) -> list[Session]:
    """Newest first."""
    assert actor.person_id is not None
    async with acting_as(actor):
        return await queries.list_sessions_of(actor.person_id)


async def choose_language(actor: Actor, language: str) -> None:
    assert actor.person_id is not None
    async with acting_as(actor):
        await queries.update_person(actor.person_id, language=language)


async def list_people(actor: Actor) -> list[PersonFacts]:
    async with acting_as(actor):
        return await queries.list_people()


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

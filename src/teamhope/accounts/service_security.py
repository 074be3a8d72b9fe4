"""How she signs in, changed by herself: passkeys, the app, recovery codes; and proving once more who she is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from teamhope.accounts import passkeys, queries, queries_second, rules, rules_second, service, service_second
from teamhope.accounts.passkeys import Key, Party, WrongPasskey
from teamhope.accounts.queries_second import App, PasskeyFacts
from teamhope.accounts.rules import SecondFactor, Session, Visitor
from teamhope.accounts.rules_second import StepKind
from teamhope.accounts.service_second import Question
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid, ProofNeeded, Refused
from teamhope.vocabulary.people import DOORKEEPER


@dataclass(frozen=True, slots=True)
class Ways:
    """How she can prove who she is, besides her password."""

    passkeys: tuple[PasskeyFacts, ...]
    app_since: datetime | None
    codes_left: int

    @property
    def has_second_factor(self) -> bool:
        return bool(self.passkeys) or self.app_since is not None


async def ways_of(visitor: Visitor) -> Ways:
    person_id = _person(visitor)
    async with acting_as(visitor.actor):
        app = await queries_second.load_app(person_id)
        keys = await queries_second.list_passkeys(person_id)
        left = await queries_second.count_recovery_codes(person_id)
    return Ways(tuple(keys), app.confirmed_at if app else None, left)


def need_proof(visitor: Visitor, now: datetime) -> Session:
    """Her session. Raises ProofNeeded unless she proved less than ten minutes ago who she is."""
    if visitor.session is None or not rules.proof_is_fresh(visitor.session, now):
        raise ProofNeeded
    return visitor.session


async def ask_to_confirm(visitor: Visitor, party: Party, now: datetime) -> Question:
    challenge = passkeys.new_challenge()
    secret = await _ask(visitor, StepKind.PASSKEY_CONFIRM, challenge, now)
    return secret, passkeys.authentication_options(party, challenge)


async def confirm_with_passkey(visitor: Visitor, secret: str, answer: str, party: Party, now: datetime) -> str:
    """The session's new secret. Raises Invalid for a wrong answer."""
    challenge = await _take(visitor, StepKind.PASSKEY_CONFIRM, secret, now)
    async with acting_as(DOORKEEPER):
        owner = await service_second.owner_of(answer, party, challenge, now)
    if owner is None or owner != visitor.actor.person_id:
        raise Invalid.field("passkey", "wrong_passkey")
    async with acting_as(visitor.actor):
        return await service.confirmed(visitor, now)


async def ask_for_new_passkey(visitor: Visitor, party: Party, now: datetime) -> Question:
    """The question to the device that shall hold it. Raises ProofNeeded."""
    need_proof(visitor, now)
    person_id, challenge = _person(visitor), passkeys.new_challenge()
    secret = await _ask(visitor, StepKind.PASSKEY_NEW, challenge, now)
    async with acting_as(visitor.actor):
        known = [each.key.credential_id for each in await queries_second.list_passkeys(person_id)]
    return secret, passkeys.registration_options(party, challenge, person_id, visitor.name, known)


async def add_passkey(visitor: Visitor, secret: str, label: str, answer: str, party: Party, now: datetime) -> str:
    """The session's new secret. Raises ProofNeeded, or Invalid for a wrong answer and for a passkey that is known."""
    session = need_proof(visitor, now)
    challenge = await _take(visitor, StepKind.PASSKEY_NEW, secret, now)
    key = _registered(answer, party, challenge)
    async with _adding(visitor):
        await queries_second.insert_passkey(_person(visitor), key, label, now)
        await audit.record(visitor.actor, "added_passkey", ("person", visitor.actor.person_id), now)
        return await service.renew_session(visitor, replace(session, second_factor=SecondFactor.PASSKEY))


def _registered(answer: str, party: Party, challenge: bytes | None) -> Key:
    try:
        if challenge is not None:
            return passkeys.registered(answer, party, challenge)
    except WrongPasskey as wrong:
        raise Invalid.field("passkey", "wrong_passkey") from wrong
    raise Invalid.field("passkey", "step_over")


async def remove_passkey(visitor: Visitor, passkey_id: UUID, now: datetime) -> str:
    """The session's new secret. Raises ProofNeeded, or NotFound unless it is hers."""
    need_proof(visitor, now)
    async with acting_as(visitor.actor):
        await queries_second.delete_passkey(_person(visitor), passkey_id)
        return await _after_removal(visitor, "removed_passkey", now)


async def start_app(visitor: Visitor, now: datetime) -> None:
    """A new secret for an app, which proves nothing before its first code. Raises ProofNeeded, or Refused."""
    need_proof(visitor, now)
    person_id = _person(visitor)
    async with acting_as(visitor.actor):
        app = await queries_second.load_app(person_id)
        if app and app.confirmed_at:
            raise Refused("app_is_set_up")
        await queries_second.delete_app(person_id)
        await queries_second.insert_app(person_id, rules_second.new_authenticator_secret(), now)


async def unconfirmed_app(visitor: Visitor, now: datetime) -> App | None:
    """What the page shows for the app to read. Raises ProofNeeded."""
    need_proof(visitor, now)
    async with acting_as(visitor.actor):
        app = await queries_second.load_app(_person(visitor))
    return app if app and app.confirmed_at is None else None


async def confirm_app(visitor: Visitor, code: str, now: datetime) -> str:
    """The session's new secret, after the app's first code. Raises ProofNeeded, or Invalid for a wrong code."""
    session = need_proof(visitor, now)
    app = await unconfirmed_app(visitor, now)
    step = rules_second.fitting_step(app.secret, rules_second.bare_code(code), app.last_step, now) if app else None
    async with _adding(visitor):
        if app is None or step is None or not await queries_second.use_step(app.id, step):
            raise Invalid.field("code", "wrong_code")
        await queries_second.confirm_app(app.id, now)
        await audit.record(visitor.actor, "set_up_authenticator", ("person", visitor.actor.person_id), now)
        return await service.renew_session(visitor, replace(session, second_factor=SecondFactor.AUTHENTICATOR))


async def remove_app(visitor: Visitor, now: datetime) -> str:
    """The session's new secret. Raises ProofNeeded."""
    need_proof(visitor, now)
    async with acting_as(visitor.actor):
        await queries_second.delete_app(_person(visitor))
        return await _after_removal(visitor, "removed_authenticator", now)


async def make_recovery_codes(visitor: Visitor, now: datetime) -> tuple[str, ...]:
    """Ten new ones, told this once; the former no longer work. Raises ProofNeeded, or Refused without a factor."""
    need_proof(visitor, now)
    person_id, codes = _person(visitor), rules_second.new_recovery_codes()
    async with acting_as(visitor.actor):
        if not await queries_second.has_second_factor(person_id):
            raise Refused("no_second_factor")
        await queries_second.replace_recovery_codes(person_id, codes)
        await audit.record(visitor.actor, "made_recovery_codes", ("person", person_id), now)
    return codes


def _person(visitor: Visitor) -> UUID:
    assert visitor.actor.person_id is not None
    return visitor.actor.person_id


async def _ask(visitor: Visitor, kind: StepKind, challenge: bytes, now: datetime) -> str:
    async with acting_as(DOORKEEPER):
        return await service.open_step(kind, now, visitor.actor.person_id, challenge)


async def _take(visitor: Visitor, kind: StepKind, secret: str, now: datetime) -> bytes | None:
    """The question that her cookie names; it is answered now, rightly or not. None if it is over or not hers."""
    async with acting_as(DOORKEEPER):
        step = await queries_second.take_step(rules.hash_of(secret), kind)
    hers = step is not None and step.person == visitor.actor.person_id and rules_second.step_is_live(step, now)
    return step.challenge if step and hers else None


@asynccontextmanager
async def _adding(visitor: Visitor) -> AsyncIterator[None]:
    """Her first factor ends her other sessions: they were opened with less."""
    person_id = _person(visitor)
    async with acting_as(visitor.actor):
        if not await queries_second.has_second_factor(person_id):
            await queries.delete_other_sessions(person_id, visitor.session_hash)
        yield


async def _after_removal(visitor: Visitor, act: str, now: datetime) -> str:
    """Her other sessions end: what is removed may be lost or stolen. Without any factor, codes have no use."""
    session, person_id = need_proof(visitor, now), _person(visitor)
    await queries.delete_other_sessions(person_id, visitor.session_hash)
    await audit.record(visitor.actor, act, ("person", person_id), now)
    if await queries_second.has_second_factor(person_id):
        return await service.renew_session(visitor, session)
    await queries_second.replace_recovery_codes(person_id, ())
    return await service.renew_session(visitor, replace(session, second_factor=None))

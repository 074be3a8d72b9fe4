"""The second half of signing in: a code after the password, or a passkey after it or instead of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from teamhope.accounts import passkeys, queries, queries_second, rules, rules_second, service
from teamhope.accounts.passkeys import Party, WrongPasskey
from teamhope.accounts.queries import PersonFacts
from teamhope.accounts.rules import SecondFactor
from teamhope.accounts.rules_second import Step, StepKind
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import DOORKEEPER, PersonStatus

Question = tuple[str, dict[str, Any]]  # the step's secret, and what the browser asks the device


async def waits_for_second(secret: str, now: datetime) -> bool:
    """Whether the step that a cookie names still asks for the second factor."""
    async with acting_as(DOORKEEPER):
        return await _second_step(rules.hash_of(secret), now) is not None


async def finish_with_code(secret: str, code: str, now: datetime, device: str) -> str:
    """The session's secret, for a code of her app or one of her recovery codes.

    Raises Invalid for any other code and for a step that is over, TooMany while the delay lasts.
    """
    id_hash = rules.hash_of(secret)
    async with acting_as(DOORKEEPER):
        person = await _try(id_hash, now)
        factor = await _factor_of(person.id, code, now)
        if factor is not None and await _ends(id_hash, person):
            return await _enter(person, now, device, factor)
        await audit.record(DOORKEEPER, "second_factor_failed", ("person", person.id), now)
    raise Invalid.field("code", "wrong_code")


async def ask_for_passkey(secret: str, party: Party, now: datetime) -> dict[str, Any]:
    """The question for a step that asks for the second factor. Raises Invalid if it is over."""
    id_hash = rules.hash_of(secret)
    async with acting_as(DOORKEEPER):
        step = await _second_step(id_hash, now)
        if step is not None:
            challenge = passkeys.new_challenge()
            await queries_second.update_step(id_hash, step.failures, challenge)
            return passkeys.authentication_options(party, challenge)
    raise Invalid.field("code", "step_over")


async def finish_with_passkey(secret: str, answer: str, party: Party, now: datetime, device: str) -> str:
    """As finish_with_code. The question counts for one answer."""
    id_hash = rules.hash_of(secret)
    async with acting_as(DOORKEEPER):
        step = await _second_step(id_hash, now)
        person = await _try(id_hash, now)
        owner = await owner_of(answer, party, step.challenge if step else None, now)
        if owner == person.id and await _ends(id_hash, person):
            return await _enter(person, now, device, SecondFactor.PASSKEY)
        await audit.record(DOORKEEPER, "second_factor_failed", ("person", person.id), now)
    raise Invalid.field("passkey", "wrong_passkey")


async def ask_anybody(party: Party, now: datetime) -> Question:
    """The question to whoever has a passkey of this site."""
    challenge = passkeys.new_challenge()
    async with acting_as(DOORKEEPER):
        secret = await service.open_step(StepKind.PASSKEY_SIGN_IN, now, None, challenge)
    return secret, passkeys.authentication_options(party, challenge)


async def sign_in_with_passkey(secret: str, answer: str, party: Party, now: datetime, device: str) -> str:
    """The session's secret: a passkey that its owner opened is both factors. Raises Invalid for anything else."""
    async with acting_as(DOORKEEPER):
        step = await queries_second.take_step(rules.hash_of(secret), StepKind.PASSKEY_SIGN_IN)
        challenge = step.challenge if step and rules_second.step_is_live(step, now) else None
        owner = await owner_of(answer, party, challenge, now)
        person = await queries.load_person(owner) if owner else None
        if person is not None and person.status is PersonStatus.ACTIVE:
            return await service.open_session(person, now, device, SecondFactor.PASSKEY)
        await audit.record(DOORKEEPER, "sign_in_failed", ("person", None), now)
    raise Invalid.field("passkey", "wrong_passkey")


async def owner_of(answer: str, party: Party, challenge: bytes | None, now: datetime) -> UUID | None:
    """Whose passkey gave the right answer; None for a wrong one. Notes its use. Inside acting_as(DOORKEEPER)."""
    if challenge is None:
        return None
    try:
        credential_id, claimed = passkeys.claimed(answer)
        passkey = await queries_second.find_passkey(credential_id)
        if passkey is None or claimed not in {None, passkey.person}:
            return None
        count = passkeys.new_sign_count(answer, party, challenge, passkey.key)
    except WrongPasskey:
        return None
    await queries_second.note_use(passkey.id, count, now)
    return passkey.person


async def _second_step(id_hash: bytes, now: datetime) -> Step | None:
    step = await queries_second.load_step(id_hash, StepKind.SECOND_FACTOR)
    return step if step and rules_second.step_is_live(step, now) else None


async def _try(id_hash: bytes, now: datetime) -> PersonFacts:
    """Counts the attempt, for this step and for the person, whatever comes of it; the question is used up."""
    step = await _second_step(id_hash, now)
    if step is None or step.person is None:
        raise Invalid.field("code", "step_over")
    await service.count_attempt(rules_second.throttle_name(step.person), now)
    await queries_second.update_step(id_hash, step.failures + 1, None)
    return await queries.load_person(step.person)


async def _factor_of(person_id: UUID, code: str, now: datetime) -> SecondFactor | None:
    """What the code is, now used; None if it is none of hers."""
    bare = rules_second.bare_code(code)
    if not rules_second.is_app_code(bare):
        used = await queries_second.use_recovery_code(person_id, bare, now)
        return SecondFactor.RECOVERY_CODE if used else None
    app = await queries_second.load_app(person_id)
    if app is None or app.confirmed_at is None:
        return None
    step = rules_second.fitting_step(app.secret, bare, app.last_step, now)
    used = step is not None and await queries_second.use_step(app.id, step)
    return SecondFactor.AUTHENTICATOR if used else None


async def _ends(id_hash: bytes, person: PersonFacts) -> bool:
    """Whether this answer ends the step: another may have, or she was suspended meanwhile."""
    step = await queries_second.take_step(id_hash, StepKind.SECOND_FACTOR)
    return step is not None and person.status is PersonStatus.ACTIVE


async def _enter(person: PersonFacts, now: datetime, device: str, factor: SecondFactor) -> str:
    await queries.forget_failures(rules_second.throttle_name(person.id))
    return await service.open_session(person, now, device, factor)

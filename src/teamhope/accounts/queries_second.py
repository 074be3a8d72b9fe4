"""Rows of second factors, and of sign-ins that are half done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError
from piccolo.columns import Column

from teamhope.accounts.passkeys import Key
from teamhope.accounts.rules_second import Step, StepKind, bare_code
from teamhope.kit import crypto
from teamhope.tables.accounts import Authenticator, Passkey, RecoveryCode, SignInStep
from teamhope.vocabulary.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class PasskeyFacts:
    id: UUID
    person: UUID
    key: Key
    label: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app; until a first code was right it proves nothing."""

    id: UUID
    secret: str
    confirmed_at: datetime | None
    last_step: int


async def insert_step(id_hash: bytes, step: Step) -> None:
    await SignInStep.insert(
        SignInStep(
            id_hash=id_hash, kind=step.kind, person=step.person, challenge=step.challenge, expires_at=step.expires_at
        )
    )


def _step(row: Mapping[str, Any]) -> Step:
    challenge = row["challenge"]
    return Step(
        StepKind(row["kind"]),
        row["person"],
        bytes(challenge) if challenge is not None else None,
        row["failures"],
        row["expires_at"],
    )


async def load_step(id_hash: bytes, kind: StepKind) -> Step | None:
    """Locks the row: answers at once queue."""
    mine = (SignInStep.id_hash == id_hash) & (SignInStep.kind == kind)
    row = await SignInStep.select().where(mine).lock_rows("UPDATE").first()
    return _step(row) if row else None


async def take_step(id_hash: bytes, kind: StepKind) -> Step | None:
    """The step, which is gone now: of two answers at once, one gets it."""
    mine = (SignInStep.id_hash == id_hash) & (SignInStep.kind == kind)
    rows = await SignInStep.delete().where(mine).returning(*SignInStep.all_columns())
    return _step(rows[0]) if rows else None


async def update_step(id_hash: bytes, failures: int, challenge: bytes | None) -> None:
    values: dict[Column | str, Any] = {SignInStep.failures: failures, SignInStep.challenge: challenge}
    await SignInStep.update(values).where(SignInStep.id_hash == id_hash)


async def delete_expired_steps(now: datetime) -> None:
    await SignInStep.delete().where(SignInStep.expires_at <= now)


async def has_second_factor(person_id: UUID) -> bool:
    """A passkey, or an app whose first code was right."""
    confirmed = (Authenticator.person == person_id) & Authenticator.confirmed_at.is_not_null()
    return bool(await Passkey.exists().where(Passkey.person == person_id)) or bool(
        await Authenticator.exists().where(confirmed)
    )


def _passkey(row: Mapping[str, Any]) -> PasskeyFacts:
    key = Key(bytes(row["credential_id"]), bytes(row["public_key"]), row["sign_count"])
    return PasskeyFacts(row["id"], row["person"], key, row["label"], row["created_at"], row["last_used_at"])


async def list_passkeys(person_id: UUID) -> list[PasskeyFacts]:
    """The oldest first."""
    rows = await Passkey.select().where(Passkey.person == person_id).order_by(Passkey.created_at)
    return [_passkey(row) for row in rows]


async def find_passkey(credential_id: bytes) -> PasskeyFacts | None:
    """Locks the row: the device's count is compared and written once at a time."""
    row = await Passkey.select().where(Passkey.credential_id == credential_id).lock_rows("UPDATE").first()
    return _passkey(row) if row else None


async def insert_passkey(person_id: UUID, key: Key, label: str, now: datetime) -> UUID:
    """Raises Invalid when the device's key is registered already, whoever's it is."""
    passkey = Passkey(
        id=uuid4(),
        person=person_id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        label=label,
        created_at=now,
    )
    try:
        await Passkey.insert(passkey)
    except UniqueViolationError as clash:
        raise Invalid.field("passkey", "passkey_known") from clash
    return passkey.id


async def note_use(passkey_id: UUID, sign_count: int, now: datetime) -> None:
    used: dict[Column | str, Any] = {Passkey.sign_count: sign_count, Passkey.last_used_at: now}
    await Passkey.update(used).where(Passkey.id == passkey_id)


async def delete_passkey(person_id: UUID, passkey_id: UUID) -> None:
    """Raises NotFound unless it is hers."""
    hers = (Passkey.person == person_id) & (Passkey.id == passkey_id)
    if not await Passkey.delete().where(hers).returning(Passkey.id):
        raise NotFound("passkey")


async def load_app(person_id: UUID) -> App | None:
    row = await Authenticator.select().where(Authenticator.person == person_id).first()
    if row is None:
        return None
    secret = Authenticator.secret.unseal(row["id"], row["secret"])
    return App(row["id"], secret, row["confirmed_at"], row["last_step"])


async def insert_app(person_id: UUID, secret: str, now: datetime) -> None:
    id_ = uuid4()
    sealed = Authenticator.secret.seal(id_, secret)
    await Authenticator.insert(Authenticator(id=id_, person=person_id, secret=sealed, created_at=now))


async def confirm_app(app_id: UUID, now: datetime) -> None:
    await Authenticator.update({Authenticator.confirmed_at: now}).where(Authenticator.id == app_id)


async def use_step(app_id: UUID, step: int) -> bool:
    """False when a code of this half minute, or a later one, was used before: of two at once, one is right."""
    unused = (Authenticator.id == app_id) & (Authenticator.last_step < step)
    return bool(await Authenticator.update({Authenticator.last_step: step}).where(unused).returning(Authenticator.id))


async def delete_app(person_id: UUID) -> bool:
    return bool(await Authenticator.delete().where(Authenticator.person == person_id).returning(Authenticator.id))


def _code_hash(person_id: UUID, code: str) -> bytes:
    """Under a key: a stolen database alone does not tell a code of ten letters."""
    return crypto.blind_index(crypto.keys(), "recovery_code", f"{person_id} {bare_code(code)}")


async def replace_recovery_codes(person_id: UUID, codes: Sequence[str]) -> None:
    """The former ones no longer work."""
    await RecoveryCode.delete().where(RecoveryCode.person == person_id)
    for code in codes:
        await RecoveryCode.insert(
            RecoveryCode(id=uuid4(), person=person_id, code_hash=_code_hash(person_id, code), used_at=None)
        )


async def count_recovery_codes(person_id: UUID) -> int:
    """Those that were not used."""
    unused = (RecoveryCode.person == person_id) & RecoveryCode.used_at.is_null()
    return int(await RecoveryCode.count().where(unused))


async def use_recovery_code(person_id: UUID, code: str, now: datetime) -> bool:
    """Whether it was one of hers, unused: of two at once, one is right."""
    mine = (RecoveryCode.person == person_id) & (RecoveryCode.code_hash == _code_hash(person_id, code))
    unused = mine & RecoveryCode.used_at.is_null()
    return bool(await RecoveryCode.update({RecoveryCode.used_at: now}).where(unused).returning(RecoveryCode.id))

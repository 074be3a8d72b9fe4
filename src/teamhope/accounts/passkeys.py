"""The two ceremonies of a passkey: what the browser is asked, and whether its answer is the right one (WebAuthn 3)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES: Final = 32
MILLISECONDS: Final = 120_000  # how long the browser waits for her; the step lasts longer

USUAL_PORTS: Final = {"https": 443, "http": 80}


class WrongPasskey(Exception):
    """The answer is malformed, or not to this question, or not from this site or key.

    Raised for whatever the parsers raise: a stranger's bytes go through those of JSON, CBOR, keys and certificates.
    """


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: from the setting PUBLIC_URL only, never from what a request says of itself."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Key:
    """`sign_count` as the device last told it; devices that do not count say 0."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def party_of(public_url: str, name: str) -> Party:
    """With the origin as browsers write it: small letters, no port that goes without saying."""
    url = urlsplit(public_url)
    host = url.hostname or ""
    port = "" if url.port in {None, USUAL_PORTS.get(url.scheme)} else f":{url.port}"
    return Party(id=host, origin=f"{url.scheme}://{host}{port}", name=name)


def is_possible(public_url: str) -> bool:
    """Browsers make passkeys for a site with a name, reached safely; never for a bare number such as 127.0.0.1."""
    url = urlsplit(public_url)
    host = url.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return url.scheme == "https" or host == "localhost"
    return False


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def registration_options(
    party: Party, challenge: bytes, person_id: UUID, name: str, known: Sequence[bytes]
) -> dict[str, Any]:
    """For navigator.credentials.create: a key that stays on the device, opened by fingerprint, face or PIN."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person_id.bytes,
        user_name=name,
        challenge=challenge,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return msgspec.json.decode(options_to_json(options), type=dict[str, Any])


def authentication_options(party: Party, challenge: bytes) -> dict[str, Any]:
    """For navigator.credentials.get. It names no key, so it tells nobody who has one."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return msgspec.json.decode(options_to_json(options), type=dict[str, Any])


def registered(answer: str, party: Party, challenge: bytes) -> Key:
    """Raises WrongPasskey, and nothing else whatever was sent."""
    try:
        proof = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as wrong:
        raise WrongPasskey from wrong
    return Key(proof.credential_id, proof.credential_public_key, proof.sign_count)


class _Answer(msgspec.Struct):
    class Response(msgspec.Struct):
        userHandle: str | None = None

    id: str
    response: Response


def claimed(answer: str) -> tuple[bytes, UUID | None]:
    """(credential, person) that an answer says it is of; nothing is proved yet. Raises WrongPasskey."""
    try:
        said = msgspec.json.decode(answer, type=_Answer)
        handle = said.response.userHandle
        return base64url_to_bytes(said.id), UUID(bytes=base64url_to_bytes(handle)) if handle else None
    except Exception as wrong:
        raise WrongPasskey from wrong


def new_sign_count(answer: str, party: Party, challenge: bytes, key: Key) -> int:
    """What the device counts now. Raises WrongPasskey, also for a count that did not grow: the key may be a copy."""
    try:
        proof = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except Exception as wrong:
        raise WrongPasskey from wrong
    return proof.new_sign_count

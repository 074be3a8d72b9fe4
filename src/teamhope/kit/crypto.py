"""Personal values at rest: encrypted with a key ring, found again by keyed indexes."""

import hashlib
import hmac
import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12  # AES-GCM, NIST SP 800-38D
KEY_BYTES = 32


class KeyProblem(ValueError):
    """A key is missing, malformed or not the one a value was sealed with."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """`keys` newest first: the first seals, all open. `lookup` keys the indexes and is never rotated."""

    keys: tuple[bytes, ...] = field(repr=False)
    lookup: bytes = field(repr=False)
    signing: bytes = field(repr=False)

    def key_for(self, key_id: bytes) -> bytes:
        for key in self.keys:
            if id_of(key) == key_id:
                return key
        raise KeyProblem("A value was encrypted with a key that is not in TEAMHOPE_ENCRYPTION_KEYS.")


def id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:KEY_ID_BYTES]


def key_ring(encryption_keys: Sequence[str], lookup_key: str, secret_key: str) -> KeyRing:
    """The first two are base64 of 32 bytes each; the last any text of chance. Raises KeyProblem."""
    if not encryption_keys:
        raise KeyProblem("no encryption key is given")
    return KeyRing(
        keys=tuple(decode_key(text) for text in encryption_keys),
        lookup=decode_key(lookup_key),
        signing=hmac.digest(secret_key.encode(), b"signing", "sha256"),
    )


def decode_key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except (Base64Error, ValueError) as problem:
        raise KeyProblem("a key is not base64") from problem
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"a key must be {KEY_BYTES} bytes in base64, this one has {len(key)}")
    return key


def seal(ring: KeyRing, place: str, text: str) -> bytes:
    """Version, key id, nonce, ciphertext; it opens only at the same `place` (table.column.row)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    key = ring.keys[0]
    return VERSION + id_of(key) + nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())


def unseal(ring: KeyRing, place: str, value: bytes) -> str:
    """Raises KeyProblem when the value is not of this place, was changed, or its key is not in the ring."""
    head = len(VERSION) + KEY_ID_BYTES
    key_id, nonce, sealed = value[1:head], value[head : head + NONCE_BYTES], value[head + NONCE_BYTES :]
    if value[:1] != VERSION:
        raise KeyProblem("a value has an unknown format version")
    try:
        return AESGCM(ring.key_for(key_id)).decrypt(nonce, sealed, place.encode()).decode()
    except InvalidTag as problem:
        raise KeyProblem(f"the value at {place} was changed or belongs elsewhere") from problem


def blind_index(ring: KeyRing, purpose: str, text: str) -> bytes:
    """Equal texts give equal indexes; nobody without the key can compute one. `text` is normalised by the caller."""
    return hmac.digest(ring.lookup, f"{purpose}\0{text}".encode(), "sha256")


def sign(ring: KeyRing, purpose: str, text: str) -> bytes:
    return hmac.digest(ring.signing, f"{purpose}\0{text}".encode(), "sha256")


_ring: KeyRing | None = None


def use_keys(ring: KeyRing) -> None:
    """Called once by each composition root."""
    global _ring  # noqa: PLW0603 - one ring per process, like the connection pool
    _ring = ring


def ids_in_use() -> tuple[str, ...]:
    """Of this process's encryption keys, newest first; none before use_keys."""
    return tuple(id_of(key).hex() for key in _ring.keys) if _ring else ()


def keys() -> KeyRing:
    if _ring is None:
        raise KeyProblem("no key ring is in use")
    return _ring

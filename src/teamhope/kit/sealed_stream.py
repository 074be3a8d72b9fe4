"""A stream in a file that only its key opens: whoever cuts, swaps or changes a byte of it is found out.

Magic, version, key id and a salt; then frames of flag, length and AES-GCM ciphertext under a key of this file alone.
A frame's number and whether it is the last are its nonce, so no frame can be moved, repeated or left away.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from teamhope.kit.crypto import KEY_BYTES, KEY_ID_BYTES, KeyRing, id_of

MAGIC: Final = b"THOPEBAK"
VERSION: Final = b"\x01"
SALT_BYTES: Final = 16
HEADER_BYTES: Final = len(MAGIC) + len(VERSION) + KEY_ID_BYTES + SALT_BYTES
CHUNK: Final = 1 << 20  # bytes of a frame's plain text at most
TAG_BYTES: Final = 16
FRAME: Final = struct.Struct(">BI")  # 1 for the last frame, else 0; length of the ciphertext
NONCE: Final = struct.Struct(">xxxQB")  # 12 bytes


class StreamProblem(ValueError):
    """The file is not such a stream, or not the whole and unchanged one."""


def seal_stream(ring: KeyRing, pieces: Iterable[bytes], file: BinaryIO) -> None:
    """Writes the pieces, of any size, under the newest key of the ring."""
    header = MAGIC + VERSION + id_of(ring.keys[0]) + secrets.token_bytes(SALT_BYTES)
    cipher = _cipher(ring.keys[0], header)
    file.write(header)
    for number, (chunk, last) in enumerate(_chunks(pieces)):
        sealed = cipher.encrypt(NONCE.pack(number, last), chunk, header)
        file.write(FRAME.pack(last, len(sealed)) + sealed)


def open_stream(ring: KeyRing, file: BinaryIO) -> Iterator[bytes]:
    """The plain text, a frame at a time, each verified before it is handed out.

    Raises StreamProblem, for a cut file at its end only; KeyProblem when no key of the ring wrote it.
    """
    header = file.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise StreamProblem("this is not a backup of this service")
    if not header.startswith(MAGIC + VERSION):
        raise StreamProblem("it was written by a newer release")
    key_id = header[len(MAGIC + VERSION) :][:KEY_ID_BYTES]
    cipher = _cipher(ring.key_for(key_id), header)
    number, last = 0, False
    while not last:
        last, sealed = _read_frame(file)
        yield _opened(cipher, NONCE.pack(number, last), sealed, header)
        number += 1
    if file.read(1):
        raise StreamProblem("something was added to its end")


def _cipher(key: bytes, header: bytes) -> AESGCM:
    """Of this file alone: the salt in its header makes another key for each, so that counters may be nonces."""
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=header[-SALT_BYTES:], info=b"sealed stream").derive(key))


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """All but the last of CHUNK bytes, each with whether it is the last; at least one, which may be empty."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > CHUNK:
            yield bytes(waiting[:CHUNK]), False
            del waiting[:CHUNK]
    yield bytes(waiting), True


def _read_frame(file: BinaryIO) -> tuple[bool, bytes]:
    head = file.read(FRAME.size)
    if len(head) < FRAME.size:
        raise StreamProblem("its end is missing")
    flag, length = FRAME.unpack(head)
    if flag > 1 or length > CHUNK + TAG_BYTES:
        raise StreamProblem("it was changed after it was written")
    sealed = file.read(length)
    if len(sealed) < length:
        raise StreamProblem("its end is missing")
    return bool(flag), sealed


def _opened(cipher: AESGCM, nonce: bytes, sealed: bytes, header: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, header)
    except InvalidTag as problem:
        raise StreamProblem("it was changed after it was written") from problem

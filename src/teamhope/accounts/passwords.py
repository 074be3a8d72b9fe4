"""Passwords by Argon2id, off the event loop; an unknown name costs the same work as a known one."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

HASHER = PasswordHasher()  # Argon2id, RFC 9106's second recommended option
_nobody = HASHER.hash(secrets.token_urlsafe(16))


async def hashed(password: str) -> str:
    return await asyncio.to_thread(HASHER.hash, password)


async def fits(password_hash: str | None, password: str) -> bool:
    """False without a hash, after the same work."""
    right = await asyncio.to_thread(_verify, password_hash or _nobody, password)
    return right and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False

"""Passwords by Argon2id, off the event loop; an unknown name costs the same work as a known one; weak ones are refused.

Spaces count and are kept. Whatever is hashed or checked is brought to Unicode NFC first: one keyboard writes é as one
character, another as two.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Iterable
from threading import Lock
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn import zxcvbn

from teamhope.accounts.rules_links import LONGEST_JUDGED, words_of

HASHER = PasswordHasher()  # Argon2id, RFC 9106's second recommended option
_nobody = HASHER.hash(secrets.token_urlsafe(16))

# zxcvbn's highest mark: 10^10 guesses or more, ten years of one core at Argon2id's 30 ms. Its lists are English and end
# in the 2010s, so that "Summer2024!!" and "contraseña123" get its second highest mark; three words get the highest.
LOWEST_SCORE: Final = 4
_judging = Lock()  # zxcvbn keeps the user's own words in a global


async def hashed(password: str) -> str:
    return await asyncio.to_thread(HASHER.hash, _normalised(password))


async def fits(password_hash: str | None, password: str) -> bool:
    """False without a hash, after the same work."""
    right = await asyncio.to_thread(_verify, password_hash or _nobody, _normalised(password))
    return right and password_hash is not None


async def is_weak(password: str, about_her: Iterable[str]) -> bool:
    """Whether it is easy to guess, above all for who knows her name, her e-mail and this site."""
    return await asyncio.to_thread(_is_weak, _normalised(password), words_of(about_her))


def _is_weak(password: str, known: list[str]) -> bool:
    with _judging:
        return bool(zxcvbn(password[:LONGEST_JUDGED], user_inputs=known)["score"] < LOWEST_SCORE)


def _normalised(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False

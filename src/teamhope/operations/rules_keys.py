"""What a printed key says of itself, so that who types it in again knows at once whether it is right."""

import hashlib
from typing import Final

CONSONANTS: Final = "bdfghjklmnprstvz"
VOWELS: Final = "aiou"
GROUP: Final = 4  # characters, as many as an eye takes in at once
LINE: Final = 8  # groups


def groups_of(key: str) -> list[str]:
    """The key in lines of groups of four characters, the last perhaps shorter."""
    groups = [key[start : start + GROUP] for start in range(0, len(key), GROUP)]
    return [" ".join(groups[start : start + LINE]) for start in range(0, len(groups), LINE)]


def check_word(key: str) -> str:
    """Ten letters that can be read out, in two halves; of two different keys they are the same once in 2^32.

    Source: D. S. Wilkerson, "A Proposal for Proquints", arXiv:0901.4016, of the key's SHA-256.
    """
    digest = hashlib.sha256(f"check word\0{key}".encode()).digest()
    return "-".join(_quint(int.from_bytes(digest[start : start + 2])) for start in (0, 2))


def _quint(number: int) -> str:
    """16 bits as consonant, vowel, consonant, vowel, consonant: 4, 2, 4, 2 and 4 of them."""
    places = ((12, CONSONANTS), (10, VOWELS), (6, CONSONANTS), (4, VOWELS), (0, CONSONANTS))
    return "".join(letters[(number >> shift) % len(letters)] for shift, letters in places)

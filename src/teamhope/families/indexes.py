"""Keyed indexes by which a family is found again without reading anybody's name or number."""

import unicodedata

from teamhope.kit import crypto


def number_index(e164: str) -> bytes:
    return crypto.blind_index(crypto.keys(), "phone", e164)


def first_name_index(name: str) -> bytes:
    """The same for José, JOSE and " jose ": people are asked how a name sounds, seldom how it is written."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return crypto.blind_index(crypto.keys(), "first_name", " ".join(plain.split()))

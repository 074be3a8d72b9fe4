"""Leave to give information to others: to whom, for how long, and never to somebody whom the family has blocked."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import phonenumbers

from teamhope.families.rules_entry import Problem
from teamhope.vocabulary.families import BlockedScope, ConsentMethod

LONGEST: Final = timedelta(days=366)  # "reasonably time-limited" (28 CFR 94.115): a year, and never for good
BARS_RELEASE: Final = frozenset({BlockedScope.NO_CONTACT, BlockedScope.NO_RELEASE})
# Whose number is nobody's in the programme. Who must only not be told of this family may be another's contact.
REFUSED_EVERYWHERE: Final = frozenset({BlockedScope.NO_CONTACT, BlockedScope.NO_CALL_LEG})


@dataclass(frozen=True, slots=True)
class BlockedFacts:
    """Somebody whom the family has blocked and not let go; `phone` is E.164."""

    scope: BlockedScope
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    recipient: str
    purpose: str
    expires_on: date  # the last day on which it stands, where the family is


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release that was given; `taken_back`: a later record says so."""

    id: UUID
    release: Release
    taken_back: bool = False


def problems_of_release(
    release: Release, method: ConsentMethod, blocked: Iterable[BlockedFacts], today: date
) -> tuple[Problem, ...]:
    """Everything that forbids it, in the order of the form. `today` is the family's. Source: 28 CFR 94.115."""
    checks = (
        ("method", "release_must_be_written", method is not ConsentMethod.WRITTEN),
        ("recipient", "release_needs_recipient", not release.recipient.strip()),
        ("recipient", "recipient_is_blocked", is_barred(release.recipient, blocked)),
        ("purpose", "release_needs_purpose", not release.purpose.strip()),
        ("expires_on", "release_too_long", not today <= release.expires_on <= today + LONGEST),
    )
    return tuple((field, code, {}) for field, code, is_wrong in checks if is_wrong)


def standing_releases(records: Iterable[ReleaseRecord], today: date) -> tuple[ReleaseRecord, ...]:
    """Neither taken back nor expired: each is for its own recipient and purpose, none stands for others."""
    return tuple(each for each in records if not each.taken_back and today <= each.release.expires_on)


def is_barred(recipient: str, blocked: Iterable[BlockedFacts]) -> bool:
    """Whether the words name one of them, by every word of the name or by the number, however both are written."""
    words, digits = set(_words(recipient)), "".join(filter(str.isdigit, recipient))
    return any(_names(person, words, digits) for person in blocked if person.scope in BARS_RELEASE)


def _names(person: BlockedFacts, words: set[str], digits: str) -> bool:
    name = _words(person.name or "")
    return bool(name and words.issuperset(name)) or bool(person.phone and _national(person.phone) in digits)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter if letter.isalnum() else " " for letter in folded if not unicodedata.combining(letter))
    return plain.split()


def _national(e164: str) -> str:
    return str(phonenumbers.national_significant_number(phonenumbers.parse(e164)))

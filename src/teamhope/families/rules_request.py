"""What a family's request needs before a volunteer is sought, where it starts, and which families may be the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from teamhope.families.rules_contact import PhoneFacts
from teamhope.families.rules_hours import zone_of
from teamhope.vocabulary.families import ConsentKind, ContactPreference
from teamhope.vocabulary.states import RequestStatus

FAMILY_NO_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowel spells a word, no 0 O 1 I L is misheard or misread
FAMILY_NO_BYTES = 8  # 61 million numbers; eight bytes make each as likely as any other


@dataclass(frozen=True, slots=True)
class RequestFacts:
    consents: frozenset[ConsentKind]  # standing_consent()
    phones: tuple[PhoneFacts, ...]
    preference: ContactPreference
    zone: str | None
    language: str | None
    case_type: str | None


@dataclass(frozen=True, slots=True)
class EntryFacts:
    request: RequestFacts
    minor_survivor_alone: bool = False  # under 18, asks for herself, no adult of hers takes part
    imminent_risk: bool = False


def what_is_missing(facts: RequestFacts) -> tuple[str, ...]:
    """What triage still needs before the request is `ready`, in this order (domain.md §1.3); empty when nothing.

    A safe way is a number that is safe to call and neither stopped nor a blocked person's, or that the family calls us.
    """
    there = {
        "peer_match_consent": ConsentKind.PEER_MATCH in facts.consents,
        "safe_contact_method": has_safe_way(facts.phones, facts.preference),
        "time_zone": zone_of(facts.zone) is not None,
        "language": bool(facts.language),
        "case_type": bool(facts.case_type),
    }
    return tuple(code for code, known in there.items() if not known)


def has_safe_way(phones: Iterable[PhoneFacts], preference: ContactPreference) -> bool:
    if preference is ContactPreference.THEY_CALL_US:
        return True
    return any(each.safe_to_call and not each.stopped and not each.blocked_person_on_line for each in phones)


def after_entry(facts: EntryFacts) -> RequestStatus:
    """Where a new request starts: with an advocate (`referred_out`), `ready`, or `triage` if something is missing."""
    if facts.minor_survivor_alone or facts.imminent_risk:
        return RequestStatus.REFERRED_OUT
    return RequestStatus.TRIAGE if what_is_missing(facts.request) else RequestStatus.READY


def make_family_no(random_bytes: bytes) -> str:
    """A number such as F-7K3Q-92 that says nothing of the family. Raises ValueError below FAMILY_NO_BYTES bytes."""
    if len(random_bytes) < FAMILY_NO_BYTES:
        raise ValueError(f"{FAMILY_NO_BYTES} random bytes are needed")
    rest, digits = divmod(int.from_bytes(random_bytes), 100)
    letters = ""
    for _ in range(4):
        rest, letter = divmod(rest, len(FAMILY_NO_LETTERS))
        letters += FAMILY_NO_LETTERS[letter]
    return f"F-{letters}-{digits:02}"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a family can be compared without reading it: blind indexes and codes."""

    family_id: UUID
    family_no: str
    phone_indexes: frozenset[bytes]
    first_name_indexes: frozenset[bytes]
    state: str | None
    case_type: str | None


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    family_id: UUID
    family_no: str
    reasons: tuple[str, ...]


def possible_duplicates(new: Likeness, others: Iterable[Likeness]) -> tuple[PossibleDuplicate, ...]:
    """Families that may be the new one, for a coordinator to judge: same phone first, then same name, state and kind.

    Both reasons come before one; ties in the order of family numbers. An unknown state or kind is like no other.
    """
    found = [
        (reasons, other) for other in others if (reasons := _same(new, other)) and other.family_id != new.family_id
    ]
    found.sort(key=lambda pair: ("same_phone" not in pair[0], -len(pair[0]), pair[1].family_no))
    return tuple(PossibleDuplicate(other.family_id, other.family_no, reasons) for reasons, other in found)


def _same(new: Likeness, other: Likeness) -> tuple[str, ...]:
    same = {
        "same_phone": bool(new.phone_indexes & other.phone_indexes),
        "same_name_state_kind": bool(new.first_name_indexes & other.first_name_indexes)
        and (new.state, new.case_type) == (other.state, other.case_type)
        and None not in (new.state, new.case_type),
    }
    return tuple(code for code, holds in same.items() if holds)

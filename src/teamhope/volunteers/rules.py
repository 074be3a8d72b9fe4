"""What a volunteer must have before she is offered a family, and whether a week of hours can be true."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind, Window
from teamhope.vocabulary.states import VolunteerStatus

V = VolunteerStatus
LEFT = frozenset({V.ALUMNI, V.REJECTED})
# domain.md §1.3; at_capacity is derived, never stored.
MOVES: Final[Mapping[VolunteerStatus, frozenset[VolunteerStatus]]] = {
    V.APPLICANT: frozenset({V.SCREENING, V.REJECTED}),
    V.SCREENING: frozenset({V.TRAINING, V.REJECTED}),
    V.TRAINING: frozenset({V.PROBATION, V.REJECTED, V.ALUMNI}),
    V.PROBATION: frozenset({V.ACTIVE, V.ON_BREAK, V.SUSPENDED, V.ALUMNI}),
    V.ACTIVE: frozenset({V.ON_BREAK, V.SUSPENDED, V.ALUMNI}),
    V.ON_BREAK: frozenset({V.ACTIVE, V.PROBATION, V.SUSPENDED, V.ALUMNI}),
    V.SUSPENDED: frozenset({V.ACTIVE, V.PROBATION, V.ALUMNI}),
    V.ALUMNI: frozenset({V.SCREENING}),
    V.REJECTED: frozenset(),
}
BEFORE_TRAINING: Final = frozenset({CredentialKind.BACKGROUND_CHECK, CredentialKind.CONFIDENTIALITY_AGREEMENT})
NEEDED_FOR: Final[Mapping[VolunteerStatus, frozenset[CredentialKind]]] = {
    V.TRAINING: BEFORE_TRAINING,
    V.PROBATION: MANDATORY_CREDENTIALS,
    V.ACTIVE: MANDATORY_CREDENTIALS,
}
Credentials = Mapping[CredentialKind, date | None]  # the last valid day; None: it never ends


def lacking(credentials: Credentials, target: VolunteerStatus, on: date) -> tuple[CredentialKind, ...]:
    """Which credentials the status asks for that are not there or not valid on that day, by code."""
    needed = sorted(NEEDED_FOR.get(target, frozenset()))
    return tuple(kind for kind in needed if not is_valid(credentials, kind, on))


def is_valid(credentials: Credentials, kind: CredentialKind, on: date) -> bool:
    if kind not in credentials:
        return False
    until = credentials[kind]
    return until is None or until >= on


def training_due(credentials: Credentials) -> date | None:
    """The first day on which a mandatory credential that she has ends; None if none of them ends."""
    ends = (credentials[kind] for kind in MANDATORY_CREDENTIALS if kind in credentials)
    return min((end for end in ends if end is not None), default=None)


def week_problem(windows: Sequence[Window]) -> str | None:
    """Each starts before it ends, on one day; no two of a day share a minute."""
    if any(window.start >= window.end for window in windows):
        return "window_ends_before_it_starts"
    ordered = sorted(windows)
    overlap = any(a.weekday == b.weekday and b.start < a.end for a, b in pairwise(ordered))
    return "windows_overlap" if overlap else None

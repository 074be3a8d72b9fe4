"""From when a volunteer is far enough from what she lived through, and what each move of her state still asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from teamhope.vocabulary.families import CredentialKind
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers.rules import LEFT, MOVES, Credentials, V, lacking

IN_ORDER: Final = tuple(VolunteerStatus)
MONTHS: Final = 12
TAKES_NO_FAMILIES: Final = LEFT | {V.ON_BREAK, V.SUSPENDED}  # somebody else accompanies hers first


@dataclass(frozen=True, slots=True)
class Standing:
    """`ready_from`: see there. `families`: how many she accompanies."""

    status: VolunteerStatus
    credentials: Credentials
    ready_from: date | None
    families: int


@dataclass(frozen=True, slots=True)
class Lack:
    """What a move still asks for. `code` names a refusal of wording.py; the others say more where it needs it."""

    code: str
    month: date | None = None
    kinds: tuple[CredentialKind, ...] = ()
    families: int = 0


def ready_from(events: Iterable[date | None], months: int) -> date | None:
    """The first day of the month that is `months` after the latest of these events, each the first of its month.

    None as long as the month of one is not known, or there is none. Source: domain.md §1.3.
    """
    all_of_them = list(events)
    known = [event for event in all_of_them if event is not None]
    if not known or len(known) < len(all_of_them):
        return None
    latest = max(known)
    year, month = divmod(latest.year * MONTHS + latest.month - 1 + months, MONTHS)
    return date(year, month + 1, 1)


def moves(it: Standing, on: date) -> dict[VolunteerStatus, tuple[Lack, ...]]:
    """Every move that the machine knows from here, in the order of the states, and what it still asks for."""
    return {target: lacks(it, target, on) for target in IN_ORDER if target in MOVES[it.status]}


def lacks(it: Standing, target: VolunteerStatus, on: date) -> tuple[Lack, ...]:
    """Source: domain.md §1.3."""
    return tuple(_lacks(it, target, on))


def _lacks(it: Standing, target: VolunteerStatus, on: date) -> Iterator[Lack]:
    if target is V.SCREENING and it.ready_from is None:
        yield Lack("month_not_known")
    if target is V.SCREENING and it.ready_from is not None and it.ready_from > on:
        yield Lack("not_ready_yet", month=it.ready_from)
    kinds = lacking(it.credentials, target, on)
    if kinds:
        yield Lack("credentials_lacking", kinds=kinds)
    if target in TAKES_NO_FAMILIES and it.families:
        yield Lack("volunteer_has_families", families=it.families)

"""What volunteers have completed and until when it holds, and when they are away."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from teamhope.demo.rules_rows import Row, World, happens, new_id, one_of
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind
from teamhope.vocabulary.states import VolunteerStatus

V = VolunteerStatus
CREDENTIAL_YEARS: Final = 2
EXPIRED_DAYS_AGO: Final = 3


def _kinds(status: VolunteerStatus) -> Iterator[CredentialKind]:
    if status in {V.APPLICANT, V.SCREENING}:
        return
    trained = sorted(MANDATORY_CREDENTIALS) if status is not V.TRAINING else ("background_check",)
    yield from map(CredentialKind, trained)


def a_credential_ends_in(chance: Random, status: VolunteerStatus) -> int | None:
    """In how many days; of a few, one has ended three days ago, or ends within three weeks."""
    days = one_of(chance, {None: 91, chance.randint(4, 21): 6, -EXPIRED_DAYS_AGO: 3})
    return -EXPIRED_DAYS_AGO if status is V.SUSPENDED else days


def add_credentials(world: World, chance: Random, today: date, who: tuple[Row, bool], ends_in: int | None) -> None:
    """Renewed every CREDENTIAL_YEARS; one ends in `ends_in` days. `who`: a volunteer, and whether she is a survivor."""
    row, survivor = who
    kinds = list(_kinds(row["status"]))
    ending = chance.choice(kinds) if kinds else None
    if kinds and (happens(chance, 0.5) or survivor):
        kinds.append(CredentialKind.SURVIVOR_TRAINING)
    for kind in kinds:
        days = ends_in if kind is ending and ends_in is not None else chance.randint(60, 700)
        expires_on = today + timedelta(days=days)
        completed_on = min(expires_on - timedelta(days=365 * CREDENTIAL_YEARS), today - timedelta(days=4))
        world.add(
            "credential", id=new_id(chance), volunteer=row["id"], kind=kind, completed_on=completed_on,
            expires_on=expires_on,
        )  # fmt: skip


def add_time_away(world: World, chance: Random, today: date, row: Row) -> None:
    first_in = one_of(chance, {None: 90, -5: 4, 12: 6}) if row["status"] is V.ACTIVE else None
    if row["status"] is V.ON_BREAK:
        first_in = -20
    if first_in is not None:
        first_on = today + timedelta(days=first_in)
        world.add(
            "time_away", id=new_id(chance), volunteer=row["id"], first_on=first_on,
            last_on=first_on + timedelta(days=chance.randint(10, 24)),
        )  # fmt: skip

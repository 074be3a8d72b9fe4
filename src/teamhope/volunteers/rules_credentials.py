"""When somebody has to be told that a volunteer's credential ends, and when it has ended."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from teamhope.vocabulary.families import MANDATORY_CREDENTIALS
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers.rules import Credentials

WARN_DAYS: Final = (3, 14, 30)  # before a mandatory credential ends (domain.md §1.3)
WATCHED: Final = frozenset({VolunteerStatus.PROBATION, VolunteerStatus.ACTIVE, VolunteerStatus.ON_BREAK})


@dataclass(frozen=True, slots=True)
class Ending:
    """`until`: the last valid day. `code`: credential_expired, or credential_3, credential_14, credential_30."""

    code: str
    until: date

    @property
    def is_over(self) -> bool:
        return self.code == "credential_expired"


def ending(credentials: Credentials, on: date) -> Ending | None:
    """The first mandatory credential to end, from 30 days before on; None where none ends so soon.

    One that was never recorded is no ending: rule H1 keeps families from her anyway.
    """
    ends = [until for kind, until in credentials.items() if kind in MANDATORY_CREDENTIALS and until is not None]
    until = min(ends, default=date.max)
    if until < on:
        return Ending("credential_expired", until)
    return next((Ending(f"credential_{days}", until) for days in WARN_DAYS if (until - on).days <= days), None)

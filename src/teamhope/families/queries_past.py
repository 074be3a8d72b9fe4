"""What is left to a volunteer of families that are hers no more."""

from dataclasses import dataclass
from datetime import datetime

from teamhope.kit.database import connection


@dataclass(frozen=True, slots=True)
class PastFamily:
    family_no: str
    ended_at: datetime


PAST = """
    select family_no, ended_at from past_match
    where family_no is not null and status in ('closed', 'unable_to_contact')
    order by ended_at desc, family_no
"""


async def list_past() -> list[PastFamily]:
    """The references of the actor's matches that ended in the last 90 days, the latest first (domain.md §1.1b)."""
    return [PastFamily(row["family_no"], row["ended_at"]) for row in await connection().fetch(PAST)]

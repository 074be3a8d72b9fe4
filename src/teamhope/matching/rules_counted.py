"""What a match is counted by: stored when a volunteer is asked and when she says yes, so that no purge moves a year."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from teamhope.matching.rules_snapshot import Lived


@dataclass(frozen=True, slots=True)
class Counted:
    """`offered_on` is the organisation's date; `waiting_since`: when the family began to wait for this volunteer.

    `concordant`: she lived through the family's kind of experience. `rematch`: its request had a volunteer before.
    """

    offered_on: date
    language: str | None
    waiting_since: datetime
    concordant: bool
    rematch: bool


def waiting_since(ready_at: datetime, ended_at: Collection[datetime]) -> datetime:
    """When the request was last ready for a volunteer; `ended_at`: when those it had before stopped.

    Source: domain.md §5, D3.
    """
    return max((ready_at, *ended_at))


def is_concordant(need: Lived, lived: Iterable[Lived]) -> bool:
    """Whether one of a volunteer's experiences is of the family's kind. Source: domain.md §5, G5."""
    return need.case_type is not None and any(each.case_type == need.case_type for each in lived)


def waited_minutes(since: datetime | None, accepted_at: datetime) -> int | None:
    """Whole minutes until the volunteer's yes, none if two machines' clocks differ; None where nobody knows since when.

    Source: domain.md §5, D3.
    """
    return None if since is None else max(0, int((accepted_at - since).total_seconds() // 60))

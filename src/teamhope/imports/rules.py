"""What of a file may be imported, and what of an import may be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from teamhope.vocabulary.errors import Refused

Problem = tuple[str, str, dict[str, object]]  # field, code, facts for the sentence; no field: of the whole row
KEPT_FOR: Final = timedelta(hours=24)  # a file until it is imported, and an import until it is final


class ImportKind(StrEnum):
    VOLUNTEERS = "volunteers"
    FAMILIES = "families"


@dataclass(frozen=True, slots=True)
class Checked:
    """One row of the file. `alike`: (code, facts) of each that it looks like; of a family its id, as `family`."""

    number: int
    problems: tuple[Problem, ...] = ()
    alike: tuple[tuple[str, dict[str, object]], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Each row of the file is ready, bad or alike; in the order of the file."""

    rows: tuple[Checked, ...]

    @property
    def bad(self) -> tuple[Checked, ...]:
        return tuple(row for row in self.rows if row.problems)

    @property
    def alike(self) -> tuple[Checked, ...]:
        return tuple(row for row in self.rows if row.alike and not row.problems)

    @property
    def ready(self) -> tuple[Checked, ...]:
        return tuple(row for row in self.rows if not (row.alike or row.problems))

    @property
    def counts(self) -> str:
        """For the audit, as a code."""
        return f"ready:{len(self.ready)}.bad:{len(self.bad)}.alike:{len(self.alike)}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What whoever imports has ticked."""

    skip_bad: bool = False
    with_alike: bool = False


def to_write(report: Report, choice: Choice) -> frozenset[int]:
    """The rows to import. One that looks like somebody who is here is left out unless it was ticked.

    Raises Refused `import_has_errors` where a row is bad and may not be skipped, `nothing_to_import`.
    """
    if report.bad and not choice.skip_bad:
        raise Refused("import_has_errors", count=len(report.bad))
    if not has_any(report, choice):
        raise Refused("nothing_to_import")
    return frozenset(row.number for row in (*report.ready, *(report.alike if choice.with_alike else ())))


def has_any(report: Report, choice: Choice) -> bool:
    return bool(report.ready or (choice.with_alike and report.alike))


def is_over(since: datetime, now: datetime) -> bool:
    return now - since >= KEPT_FOR


def earlier_twins(keys: Mapping[int, str | None]) -> dict[int, int]:
    """By row, the first row before it with the same key; None is like nobody."""
    first: dict[str, int] = {}
    twins = {number: first.setdefault(key, number) for number, key in sorted(keys.items()) if key is not None}
    return {number: twin for number, twin in twins.items() if twin != number}


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of one imported row. `changed`: something of it is not as the import wrote it."""

    has_match: bool = False
    has_signed_in: bool = False
    asked_again: bool = False  # a family with a request beyond the imported one
    changed: bool = False


def why_it_stays(standing: Standing) -> str | None:
    """The code of what forbids taking the row back; None if nothing does."""
    reasons: Sequence[tuple[str, bool]] = (
        ("stays_matched", standing.has_match),
        ("stays_signed_in", standing.has_signed_in),
        ("stays_asked_again", standing.asked_again),
        ("stays_changed", standing.changed),
    )
    return next((code for code, holds in reasons if holds), None)

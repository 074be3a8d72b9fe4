"""What a volunteer lived through, and whether it can be true as it was entered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from teamhope.vocabulary.families import ChildAgeBand, ChildGender
from teamhope.vocabulary.programme import Kind, Programme

Problem = tuple[str, str, dict[str, object]]  # field, code, facts for the sentence


@dataclass(frozen=True, slots=True)
class Lived:
    """One lived experience, in codes of the programme file; None where nobody said. `id`: None before it has a row."""

    case_type: str
    relation: str
    trajectory: str | None
    subtypes: frozenset[str]
    event_month: date | None
    child_age_band: ChildAgeBand
    child_gender: ChildGender = ChildGender.UNKNOWN
    id: UUID | None = field(default=None, compare=False)


def problems_of(lived: Lived, programme: Programme, today: date, before: Lived | None = None) -> Iterator[Problem]:
    """Every answer that cannot be true, in the order of the form.

    `before`: what is stored already; its codes may stay, though the programme no longer has them.
    """
    kinds: tuple[Kind, ...] = ("case_type", "relation", "trajectory")
    for kind in kinds:
        code = getattr(lived, kind)
        if code is not None and not programme.has(kind, code) and (before is None or code != getattr(before, kind)):
            yield kind, "not_a_choice", {}
    if lived.event_month is not None and lived.event_month > today:
        yield "event_month", "day_in_future", {}
    if not lived.subtypes <= _may_have(lived, programme, before):
        yield "subtypes", "subtype_of_other_kind", {}


def _may_have(lived: Lived, programme: Programme, before: Lived | None) -> frozenset[str]:
    stored = before.subtypes if before is not None else frozenset()
    retired = {code for code in stored if not programme.has("subtype", code)}
    return frozenset(retired | {subtype.code for subtype in programme.subtypes_of(lived.case_type)})

"""What a form may say of one lived experience."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.vocabulary.families import ChildAgeBand, ChildGender
from teamhope.vocabulary.programme import Code
from teamhope.volunteers.rules_lived import Lived

Month = Annotated[str, Meta(pattern=r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])\Z")]


class LivedForm(Struct, frozen=True, kw_only=True):
    case_type: Code
    relation: Code
    trajectory: Code | None = None
    event_month: Month | None = None
    child_age_band: ChildAgeBand = ChildAgeBand.UNKNOWN
    child_gender: ChildGender = ChildGender.UNKNOWN
    subtypes: Annotated[list[Code], Meta(max_length=20)] = []


def lived_of(form: LivedForm, lived_id: UUID | None = None) -> Lived:
    return Lived(
        case_type=form.case_type,
        relation=form.relation,
        trajectory=form.trajectory,
        subtypes=frozenset(form.subtypes),
        event_month=date.fromisoformat(f"{form.event_month}-01") if form.event_month else None,
        child_age_band=form.child_age_band,
        child_gender=form.child_gender,
        id=lived_id,
    )


def answers_of(lived: Lived) -> dict[str, object]:
    """The answers that a LivedForm shows for it."""
    return {
        "case_type": lived.case_type,
        "relation": lived.relation,
        "trajectory": lived.trajectory,
        "subtypes": sorted(lived.subtypes),
        "event_month": f"{lived.event_month:%Y-%m}" if lived.event_month else None,
        "child_age_band": lived.child_age_band,
        "child_gender": lived.child_gender,
    }

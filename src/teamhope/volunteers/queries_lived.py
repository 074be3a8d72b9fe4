"""Rows of what volunteers lived through."""

from collections import defaultdict
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns import Column

from teamhope.tables.volunteers import LivedExperience, Volunteer
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ChildAgeBand, ChildGender
from teamhope.volunteers.rules_lived import Lived


async def load_lived(ids: list[UUID]) -> defaultdict[UUID, list[Lived]]:
    """Of each of these volunteers, in the order of ids."""
    found: defaultdict[UUID, list[Lived]] = defaultdict(list)
    rows = await LivedExperience.select().where(LivedExperience.volunteer.is_in(ids)) if ids else []
    for row in sorted(rows, key=lambda each: each["id"]):
        found[row["volunteer"]].append(
            Lived(
                case_type=row["case_type"],
                relation=row["relation"],
                trajectory=row["trajectory"],
                subtypes=frozenset(row["subtypes"]),
                event_month=row["event_month"],
                child_age_band=ChildAgeBand(row["child_age_band"]),
                child_gender=ChildGender(row["child_gender"]),
                id=row["id"],
            )
        )
    return found


async def lock_volunteer(volunteer_id: UUID) -> None:
    """Nobody else changes her experiences meanwhile. Raises NotFound if the actor may not change her."""
    mine = Volunteer.select(Volunteer.id).where(Volunteer.id == volunteer_id)
    if not await mine.lock_rows("NO KEY UPDATE"):
        raise NotFound("volunteer")


async def insert_lived(volunteer_id: UUID, lived: Lived) -> UUID:
    id_ = uuid4()
    await LivedExperience.insert(LivedExperience(id=id_, volunteer=volunteer_id, **_columns(lived)))
    return id_


async def update_lived(volunteer_id: UUID, lived: Lived) -> None:
    columns: dict[Column | str, Any] = dict(_columns(lived).items())
    hers = (LivedExperience.id == lived.id) & (LivedExperience.volunteer == volunteer_id)
    if not await LivedExperience.update(columns).where(hers).returning(LivedExperience.id):
        raise NotFound("lived_experience")


async def delete_lived(volunteer_id: UUID, lived_id: UUID) -> None:
    hers = (LivedExperience.id == lived_id) & (LivedExperience.volunteer == volunteer_id)
    if not await LivedExperience.delete().where(hers).returning(LivedExperience.id):
        raise NotFound("lived_experience")


def _columns(lived: Lived) -> dict[str, Any]:
    return {
        "case_type": lived.case_type,
        "subtypes": sorted(lived.subtypes),
        "relation": lived.relation,
        "trajectory": lived.trajectory,
        "event_month": lived.event_month,
        "child_age_band": lived.child_age_band,
        "child_gender": lived.child_gender,
    }

"""Use cases of what a volunteer lived through: only whoever looks after her adds, changes or removes it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.programme import programme
from teamhope.volunteers import queries_lived as queries
from teamhope.volunteers.rules_lived import Lived, problems_of


async def add_lived(actor: Actor, volunteer_id: UUID, lived: Lived, now: datetime) -> UUID:
    """Raises Invalid, NotFound."""
    _refuse_untrue(lived, now)
    async with acting_as(actor):
        await queries.lock_volunteer(volunteer_id)
        lived_id = await queries.insert_lived(volunteer_id, lived)
        await audit.record(actor, "added_experience", ("lived_experience", lived_id), now)
    return lived_id


async def change_lived(actor: Actor, volunteer_id: UUID, lived: Lived, now: datetime) -> None:
    """`lived.id`: which one. Raises Invalid, NotFound."""
    async with acting_as(actor):
        await queries.lock_volunteer(volunteer_id)
        before = find(await _lived_of(volunteer_id), lived.id)
        _refuse_untrue(lived, now, before)
        await queries.update_lived(volunteer_id, lived)
        await audit.record(actor, "changed_experience", ("lived_experience", lived.id), now)


async def remove_lived(actor: Actor, volunteer_id: UUID, lived_id: UUID, now: datetime) -> None:
    """Raises NotFound; Refused `last_experience`, for one must remain."""
    async with acting_as(actor):
        await queries.lock_volunteer(volunteer_id)
        all_of_hers = await _lived_of(volunteer_id)
        find(all_of_hers, lived_id)
        if len(all_of_hers) == 1:
            raise Refused("last_experience")
        await queries.delete_lived(volunteer_id, lived_id)
        await audit.record(actor, "removed_experience", ("lived_experience", lived_id), now)


def find(all_of_hers: Sequence[Lived], lived_id: UUID | None) -> Lived:
    """Raises NotFound."""
    for each in all_of_hers:
        if each.id == lived_id:
            return each
    raise NotFound("lived_experience")


async def _lived_of(volunteer_id: UUID) -> list[Lived]:
    return (await queries.load_lived([volunteer_id]))[volunteer_id]


def _refuse_untrue(lived: Lived, now: datetime, before: Lived | None = None) -> None:
    problems = list(problems_of(lived, programme(), now.date(), before))
    if problems:
        raise Invalid(problems)

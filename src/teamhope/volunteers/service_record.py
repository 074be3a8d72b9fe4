"""Everything about one volunteer that her own page and her coordinator's page show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.vocabulary.families import ActivityKind
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers import queries_activities, queries_promises
from teamhope.volunteers.queries import Profile
from teamhope.volunteers.rules_activities import Entry, sums
from teamhope.volunteers.rules_moves import Lack, Standing, moves
from teamhope.volunteers.service import load_profile, standing

ENTRIES_SHOWN = 12
PROMISES_OF = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Record:
    """`today`: her date. `minutes`: by kind, of this calendar year and of all years. `entries`: the latest.

    `promises`: kept, of how many due in the last 90 days.
    """

    profile: Profile
    today: date
    standing: Standing
    moves: Mapping[VolunteerStatus, tuple[Lack, ...]]
    minutes: Mapping[ActivityKind, tuple[int, int]]
    entries: tuple[Entry, ...]
    promises: tuple[int, int]


async def show_record(actor: Actor, volunteer_id: UUID, now: datetime) -> Record:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        profile = await load_profile(actor, volunteer_id)
        it, entries = await standing(profile), await queries_activities.list_entries(volunteer_id)
        today = now.astimezone(profile.zone).date()
        promises = await queries_promises.count_kept(volunteer_id, today - PROMISES_OF)
    minutes = sums((each.activity for each in entries), date(today.year, 1, 1))
    return Record(profile, today, it, moves(it, now.date()), minutes, tuple(entries[:ENTRIES_SHOWN]), promises)

"""Hard days of a family or a volunteer; a call that was planned on one moves to the next day that both can keep.

The matches are locked first, as by whoever plans a call: what was not planned before is planned around the day.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.families import queries_contact as contacts
from teamhope.families import service_dates
from teamhope.families.forms_dates import DateForm
from teamhope.followups import queries, queries_stops, states
from teamhope.followups import service_planning as planning
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.rules_slots import first_slot, is_on_a_hard_day
from teamhope.followups.rules_steps import Effect
from teamhope.followups.service_planning import Setting
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import FollowUpStatus
from teamhope.volunteers import service as volunteers
from teamhope.volunteers.rules_limits import Limits

# Nobody is calling at this moment, and no coordinator has taken it in hand.
MOVES: Final = (FollowUpStatus.PLANNED, FollowUpStatus.DUE, FollowUpStatus.RETRY_WAIT)


async def add_date(actor: Actor, family_id: UUID, new: DateForm, now: datetime) -> None:
    """As families.service_dates.add. Raises Invalid; NotFound outside the scope."""
    async with acting_as(actor):
        await contacts.see_family(family_id)
        async with acting_as(WORKER):
            await queries_stops.lock_matches_of(family_id)
        await service_dates.add(actor, family_id, new, now)
        for match_id in await queries_stops.list_matches_with(MOVES, family_id=family_id):
            await _move_off(actor, match_id, "family", now)


async def set_limits(actor: Actor, volunteer_id: UUID, chosen: Limits, now: datetime) -> None:
    """As volunteers.service.set_limits. Raises Invalid; NotFound outside the scope."""
    async with acting_as(actor):
        async with acting_as(WORKER):
            await queries_stops.lock_live_of(volunteer_id)
        await volunteers.set_limits(actor, volunteer_id, chosen, now)
        for match_id in await queries_stops.list_matches_with(MOVES, volunteer_id=volunteer_id):
            await _move_off(actor, match_id, "volunteer", now)


async def _move_off(actor: Actor, match_id: UUID, moved_for: str, now: datetime) -> None:
    """A call at a time that the family named stays: that is when it asked to be called."""
    setting = await planning.gather(match_id, now)
    for each in await queries.lock_open_follow_ups(match_id):
        if each.status in MOVES and not each.on_request and is_on_a_hard_day(setting.diary, each.due_at):
            await _move(actor, setting, each, moved_for, now)


async def _move(actor: Actor, setting: Setting, follow_up: FollowUpFacts, moved_for: str, now: datetime) -> None:
    slot = first_slot(setting.diary, setting.diary.local(follow_up.due_at).date(), now)
    if slot is None:
        await planning.set_status(actor, follow_up, FollowUpStatus.SUSPENDED, now)
        await planning.ask_coordinator(actor, Effect.TASK_NO_SHARED_TIME, setting.match, now)
        return
    await planning.set_status(actor, follow_up, states.when_moved(follow_up.status), now)
    await planning.put_off(actor, follow_up, slot, moved_for, now)

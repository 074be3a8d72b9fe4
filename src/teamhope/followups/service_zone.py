"""A promised call is an hour on the family's wall: it follows where the zone is another, or has other rules.

What is due already stays as it is, and so does what somebody has in hand.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from teamhope.families import queries_contact as contacts
from teamhope.families import service_zone
from teamhope.followups import queries, queries_stops, queries_zone
from teamhope.followups import service_planning as planning
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.rules_slots import Slot, same_wall_time, slot_on
from teamhope.followups.rules_steps import Effect
from teamhope.followups.service_planning import Setting
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import FollowUpStatus

COMING: Final = (FollowUpStatus.PLANNED, FollowUpStatus.RETRY_WAIT, FollowUpStatus.SUSPENDED)


async def set_zone(actor: Actor, family_id: UUID, contact_id: UUID | None, zone: str, now: datetime) -> None:
    """As families.service_zone.set_zone, and every coming call keeps its hour there, if both can keep it then.

    Nobody is cleared to call the family meanwhile. Raises Invalid; NotFound outside the scope.
    """
    async with acting_as(actor):
        await contacts.see_family(family_id)
        async with acting_as(WORKER):
            await queries_stops.lock_matches_of(family_id)
        await service_zone.set_zone(actor, family_id, contact_id, zone, now)
        async with acting_as(WORKER):
            for match_id in await queries_stops.list_matches_with(COMING, family_id=family_id):
                await _follow(match_id, now)


async def _follow(match_id: UUID, now: datetime) -> None:
    setting = await planning.gather(match_id, now)
    zone = setting.diary.zone.key
    plan = await queries.load_plan(match_id)
    if plan is not None:
        await queries.update_plan(plan.id, timezone=zone)
    for each in await queries.lock_open_follow_ups(match_id):
        if each.status in COMING and each.due_at > now and each.zone != zone:
            await _keep_hour(setting, each, now)


async def _keep_hour(setting: Setting, it: FollowUpFacts, now: datetime) -> None:
    """Where the two share no hour it waits at this one, and a coordinator is asked."""
    slot = same_wall_time(setting.diary, it.local_date, it.local_start, now, on_request=it.on_request)
    if slot is None:
        await planning.set_status(WORKER, it, FollowUpStatus.SUSPENDED, now)
        await planning.ask_coordinator(WORKER, Effect.TASK_NO_SHARED_TIME, setting.match, now)
        it = replace(it, status=FollowUpStatus.SUSPENDED)
        slot = slot_on(it.local_date, it.local_start, setting.diary.zone)
    await _put(it, slot, "zone", now)


async def _put(it: FollowUpFacts, slot: Slot, moved_for: str, now: datetime) -> None:
    await planning.reslot(WORKER, it, slot, moved_for, now)
    if it.status is not FollowUpStatus.SUSPENDED:
        await planning.remind(it.volunteer_id, slot.due_at, now)


async def follow_zones(now: datetime) -> int:
    """One pass: calls of whoever is in another zone by now, however that was written down; how many matches."""
    async with acting_as(WORKER):
        found = await queries_zone.list_matches_elsewhere(COMING, now)
    for match_id in found:
        async with acting_as(WORKER):
            await _follow(match_id, now)
    return len(found)


# Other rules of the same zone -----------------------------------------------------------------------------------------


async def keep_wall_time(now: datetime, zone_named: Callable[[str], ZoneInfo] = ZoneInfo.no_cache) -> int:
    """One pass: the instants of every coming call derived anew from its hour on the wall; how many moved.

    `zone_named` reads the rules that are installed now, not those that were when the process started. A second pass
    moves none; a call that was due by then is left alone.
    """
    async with acting_as(WORKER):
        coming = await queries_zone.list_coming(COMING, now)
    zones = {name: _zone(zone_named, name) for name in {each.zone for each in coming}}
    return sum([await _derive(each, zones[each.zone], now) for each in coming])


def _zone(zone_named: Callable[[str], ZoneInfo], name: str) -> ZoneInfo | None:
    """None for one that the installed rules do not have: its calls stay as they are."""
    try:
        return zone_named(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


async def _derive(seen: FollowUpFacts, zone: ZoneInfo | None, now: datetime) -> bool:
    if zone is None or not _is_other(seen, zone):
        return False
    async with acting_as(WORKER):
        await queries.lock_match(seen.match_id)
        it = await queries.lock_follow_up(seen.id)
        if it.status not in COMING or it.due_at <= now or it.zone != seen.zone or not _is_other(it, zone):
            return False
        await _put(it, _derived(it, zone), "zone_rules", now)
    return True


def _derived(it: FollowUpFacts, zone: ZoneInfo) -> Slot:
    return replace(slot_on(it.local_date, it.local_start, zone), zone=it.zone)


def _is_other(it: FollowUpFacts, zone: ZoneInfo) -> bool:
    slot = _derived(it, zone)
    return (slot.due_at, slot.window_end_at) != (it.due_at, it.window_end_at)

"""The whole world of the demonstration, the same for the same seed and day."""

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.demo.rules_choosing import choosing
from teamhope.demo.rules_given import add_given, let_one_wait
from teamhope.demo.rules_matched import Matches
from teamhope.demo.rules_network import add_network
from teamhope.demo.rules_past import BEGINS, add_past
from teamhope.demo.rules_past_matches import add_past_matches
from teamhope.demo.rules_record import Recorder
from teamhope.demo.rules_roster import add_roster
from teamhope.demo.rules_rows import World, chance_of
from teamhope.demo.rules_services import add_past_services, add_recent_services
from teamhope.demo.rules_staff import add_staff
from teamhope.demo.rules_story import Story, federal_holidays
from teamhope.demo.rules_today import add_danger_flag, add_her_day, add_todays_calls, fill_some_volunteers
from teamhope.demo.rules_volunteers import add_volunteers
from teamhope.families.rules_hours import EASTERN
from teamhope.vocabulary.programme import Programme
from teamhope.vocabulary.states import HOLDS_A_PLACE

SEED: Final = 2021


def make_world(seed: int, now: datetime, words: Programme, zone: ZoneInfo = EASTERN) -> World:
    """Every row of the demonstration. `zone`: the one by whose days calls are counted; `words`: the packaged programme.

    Pure: the same arguments give the same rows with the same ids, whatever was made before.
    """
    world = World(zone)
    callers = add_present(world, seed, now, words)
    add_past(world, seed, callers)
    add_past_matches(world, seed)
    add_past_services(world, seed, callers)
    add_network(world, seed, now)
    return world


def add_present(world: World, seed: int, now: datetime, words: Programme) -> list[UUID]:
    """People, and the families of the last eighteen months; the volunteers who were there before any of them."""
    staff = add_staff(world, chance_of(seed, "staff"), now)
    members = add_volunteers(world, staff, chance_of(seed, "volunteers"), now)
    add_given(world, chance_of(seed, "given"), members, staff.coordinators[0], now)
    let_one_wait(world, now)
    recorder = Recorder(world, staff, chance_of(seed, "story"), now)
    matches = Matches(recorder, choosing(members, words, now), federal_holidays(now))
    story = Story(matches, her=members[0])
    living = story.tell_all()
    add_todays_calls(story, living)
    add_danger_flag(recorder, living)
    add_her_day(story)
    fill_some_volunteers(members, world.of("match"), HOLDS_A_PLACE)
    add_roster(world, staff, chance_of(seed, "roster"), now)
    add_recent_services(world, chance_of(seed, "services"), now)
    return [member.id for member in members if member.since <= BEGINS]

"""Who is on call in the demonstration: by day and in the evening for two weeks, with a number behind them."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from teamhope.care.rules_on_call import weekly
from teamhope.demo.rules_rows import World, new_id
from teamhope.demo.rules_staff import Staff
from teamhope.vocabulary.people import Duty

CHICAGO: Final = ZoneInfo("America/Chicago")
DAY, EVENING = (time(8), time(16)), (time(16), time(22))
NUMBER: Final = "+12025550199"  # rings nobody


def add_roster(world: World, staff: Staff, chance: Random, now: datetime) -> None:
    today = now.astimezone(CHICAGO).date()
    shifts = ((staff.advocate, Duty.ADVOCATE, DAY), (staff.coordinators[0], Duty.SUPERVISOR, EVENING))
    for person, duty, (start, end) in shifts:
        for weekday in range(7):
            for span in weekly(today + timedelta(days=weekday), start, end, 2, CHICAGO):
                world.add(
                    "on_call_shift",
                    id=new_id(chance),
                    person=person,
                    duty=duty.value,
                    starts_at=span.start,
                    ends_at=span.end,
                    added_at=now,
                )
    world.add("fallback_number", id=new_id(chance), number=NUMBER, changed_at=now)

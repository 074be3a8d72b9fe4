"""The worker's passes over a change of the clock, while the machine's own jumps: every call is due once, in its hours.

What the rules answer in every zone and for every change: tests/rules/test_clock_changes.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from tests import world
from tests.rules.clock_changes import CHANGES, ticking
from tests.slices.messages.kit import fetch

from teamhope.families.rules_hours import to_instant
from teamhope.followups.jobs import dispatch_due, plan_reminders
from teamhope.followups.passes import mark_due
from teamhope.followups.service import plan_first
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_state import CallbackPlan

pytestmark = pytest.mark.timeout(60)
DAY, EARLY, TICK = timedelta(days=1), timedelta(seconds=60), timedelta(minutes=30)
# Of the family, and of the volunteer.
PAIRS = (
    *(("America/New_York", "America/New_York"), ("America/Phoenix", "America/Denver")),
    *(("America/Denver", "America/Phoenix"), ("America/Puerto_Rico", "America/New_York")),
    *(("America/Indiana/Knox", "Pacific/Honolulu"), ("America/Anchorage", "America/Puerto_Rico")),
    ("Pacific/Honolulu", "America/Adak"),
)
ACTS = "select subject, array_agg(at) as at from audit_event where act = $1 and subject = any($2) group by subject"
CHICAGO = ZoneInfo("America/Chicago")


@dataclass(frozen=True)
class Promised:
    of: world.AMatch
    follow_up: asyncpg.Record
    message: asyncpg.Record
    family_zone: ZoneInfo
    zone: ZoneInfo


async def promised(family_zone: str, zone: str, now: datetime) -> Promised:
    """Introduced on the evening before the change, so that the first call is promised for the day itself."""
    request = await world.family_request(timezone=family_zone, status="matched", now=now)
    of = await world.match(request, await world.volunteer(timezone=zone, now=now), now=now)
    planned = await plan_first(of.volunteer.actor, of.id, now)
    [follow_up] = await fetch("select * from follow_up where id = $1", planned)
    [message] = await fetch("select * from message where person = $1", of.volunteer.person_id)
    return Promised(of, follow_up, message, ZoneInfo(family_zone), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("change", "jumps"),
    [
        (date(2026, 11, 1), "right"),
        (date(2027, 3, 14), "two hours back"),
        (date(2028, 3, 12), "asleep for eight hours"),
        (date(2029, 11, 4), "on and back"),
        (date(2030, 11, 3), "asleep over midnight, then back"),
    ],
)
async def test_nothing_is_missed_doubled_early_or_out_of_hours(
    telephone: Telephone, fake: Fake, db: Addresses, change: date, jumps: str
) -> None:
    assert change in CHANGES
    fake.state.plan = CallbackPlan(dropped=True)
    evening = to_instant(change - DAY, time(23), ZoneInfo("America/New_York"))
    made = [await promised(*pair, evening) for pair in PAIRS]
    nows = list(ticking(evening, evening + 1.5 * DAY, jumps, CHICAGO, TICK))
    for now in nows:
        await mark_due(now)
        await plan_reminders(now)
        await dispatch_due(telephone, now, "worker")
    owner = await asyncpg.connect(db.owner)
    due = dict(await owner.fetch(ACTS, "follow_up_due", [each.follow_up["id"] for each in made]))
    reminded = dict(await owner.fetch(ACTS, "sends_reminder", [each.message["id"] for each in made]))
    await owner.close()
    for each in made:
        due_at = each.follow_up["due_at"]
        wall = due_at.astimezone(each.family_zone)
        assert (12 if wall.weekday() == 6 else 9) <= wall.hour < 20
        assert 9 <= due_at.astimezone(each.zone).hour < 20
        assert due[each.follow_up["id"]] == [_first(nows, due_at)]
        nine = to_instant(due_at.astimezone(each.zone).date(), time(9), each.zone)
        remind_at = _first(nows, nine)
        in_time = remind_at < each.follow_up["window_end_at"]  # else the machine slept through it
        assert reminded.get(each.message["id"], []) == [remind_at] * in_time
        assert fake.state.requests[each.of.volunteer.phone] == in_time
    theirs = [each.of.volunteer.person_id for each in made]
    assert len(await fetch("select 1 from message where person = any($1)", theirs)) == len(made)


def _first(nows: list[datetime], at: datetime) -> datetime:
    """The first pass that may see it; one that is early by EARLY would do too."""
    return next(now for now in nows if now >= at - EARLY)

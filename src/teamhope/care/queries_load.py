"""What volunteers carry, read from their calls, promised calls and debriefs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.care.rules import CALLS_A_WEEK
from teamhope.kit.database import connection
from teamhope.vocabulary.calls import OUTCOMES
from teamhope.vocabulary.states import FollowUpStatus

# Every attempt, and every conversation that the family began.
MADE: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.attempt or rule.conversation)
PROMISED: Final = sorted(
    {FollowUpStatus.PLANNED, FollowUpStatus.DUE, FollowUpStatus.IN_PROGRESS, FollowUpStatus.RETRY_WAIT}
)


@dataclass(frozen=True, slots=True)
class Carried:
    """`talk_due`: a debrief is open. `heavy_at`: when her last call began that asked for one.

    `loads`: the emotional loads (1-5) of her calls since a moment, of those that she was on herself. `week_calls`:
    calls made and promised in the fuller of two weeks, this and the next, each from Monday on her own clock;
    `most_calls`: her own limit for a week, or the programme's where that is lower.
    """

    talk_due: bool = False
    heavy_at: datetime | None = None
    loads: tuple[int, ...] = ()
    week_calls: int = 0
    most_calls: int = CALLS_A_WEEK


# A call counts once: neither voided nor replaced by its correction.
_STANDING: Final = "call.voided_at is null and not exists (select from call later where later.corrects = call.id)"
_IN_WEEK: Final = "at time zone zone and {at} < ({monday} + interval '7 days') at time zone zone"

# The match's volunteer was on the call: promised as hers, or logged by her, or what it corrects was (calls.rules).
WAS_HERS: Final = """(call.follow_up is not null or exists (
    with recursive told as (
      select call.corrects, call.logged_by
      union all select former.corrects, former.logged_by from told join call former on former.id = told.corrects
    )
    select from told join volunteer on volunteer.person = told.logged_by where volunteer.id = call.volunteer))"""


def _within(at: str, monday: str) -> str:
    return f"{at} >= {monday} {_IN_WEEK.format(at=at, monday=monday)}"


def _calls(monday: str) -> str:
    return f"""
      (select count(*) from call where call.volunteer = her.id and call.outcome = any($1) and {_STANDING}
         and {_within("call.started_at", monday)})
      + (select count(*) from follow_up where follow_up.volunteer = her.id and follow_up.status = any($2)
           and follow_up.id is distinct from $3::uuid and {_within("follow_up.due_at", monday)})
    """  # noqa: S608 - constants


# $1 outcomes that are calls made, $2 states of promised calls, $3 a promised call that does not count, $4 an instant of
# the week, $5 one volunteer or null, $6 the most where nobody has decided.
_HER: Final = """
    select volunteer.id, person.timezone as zone,
      date_trunc('week', $4::timestamptz at time zone person.timezone) as monday,
      least(max_calls_per_week, coalesce(
        (select (thresholds->>'calls_a_week')::int from match_settings order by version desc limit 1), $6)) as most
    from volunteer join person on person.id = volunteer.person where $5::uuid is null or volunteer.id = $5
"""
CARRIED: Final = f"""
    select her.id, her.most,
      exists (select from debrief
         where debrief.volunteer = her.id and done_at is null and waived_at is null) as talk_due,
      (select max(call.started_at) from debrief join call on call.id = debrief.call
         where debrief.volunteer = her.id and {_STANDING}) as heavy_at,
      array(select call.emotional_load from call where call.volunteer = her.id and call.started_at > $7
         and call.emotional_load is not null and {_STANDING} and {WAS_HERS}) as loads,
      greatest({_calls("her.monday")}, {_calls("(her.monday + interval '7 days')")}) as week_calls
    from ({_HER}) her
"""  # noqa: S608 - constants
WEEK: Final = f"select id, {_calls('her.monday')} as calls, most from ({_HER}) her"  # noqa: S608 - constants


async def load_carried(volunteer_id: UUID | None, since: datetime, now: datetime) -> dict[UUID, Carried]:
    """Of one volunteer or of all whom the actor may see. `since`: from when on loads count."""
    rows = await connection().fetch(CARRIED, MADE, PROMISED, None, now, volunteer_id, CALLS_A_WEEK, since)
    return {row["id"]: _carried(row) for row in rows}


def _carried(row: Mapping[str, Any]) -> Carried:
    return Carried(row["talk_due"], row["heavy_at"], tuple(row["loads"]), row["week_calls"], row["most"])


async def list_weeks(
    at: datetime, volunteer_id: UUID | None = None, but_follow_up: UUID | None = None
) -> dict[UUID, tuple[int, int]]:
    """Per volunteer, the calls made and promised in her week that holds `at`, and the most that it may hold."""
    rows = await connection().fetch(WEEK, MADE, PROMISED, but_follow_up, at, volunteer_id, CALLS_A_WEEK)
    return {row["id"]: (row["calls"], row["most"]) for row in rows}

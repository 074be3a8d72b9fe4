"""Counts of the counting views, which hold no name, no number and no note; the tables themselves are not read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from teamhope.calls.rules_reconcile import Completeness
from teamhope.kit.database import connection
from teamhope.referrals.rules import (
    FeeMode,
    LeftHow,
    MemberFacts,
    Participation,
    ParticipationKind,
    Proof,
    Request,
)
from teamhope.reports.rules import MAX_TALK_SECONDS
from teamhope.reports.rules_matches import CountedMatch
from teamhope.reports.rules_promises import CountedPromise
from teamhope.reports.suppression import Tally
from teamhope.vocabulary.calls import MENTAL_HEALTH_PROGRAMS, OUTCOMES, Outcome

ATTEMPTS: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.attempt)
CONVERSATIONS: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.conversation)
CONNECTED: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.connected)

# One statement, so that all figures of calls are of one moment. `share` is what one volunteer did for one family in one
# month; `by_family` adds these up for each family, by month (month set) and by year (month null).
CALLS: Final = """
    with share as (
      select extract(year from counted_on)::int as year, extract(month from counted_on)::int as month,
        family, volunteer,
        count(*) filter (where direction = 'outbound' and channel = 'voice' and outcome = any($3)) as attempts,
        count(*) filter (where direction = 'outbound' and channel = 'voice' and outcome = any($4)) as conversations,
        count(*) filter (where direction = 'inbound' and channel = 'voice' and outcome = any($4)) as inbound,
        count(*) filter (where direction = 'outbound' and channel = 'voice' and outcome = $5) as voicemails,
        count(*) filter (where channel = 'voice' and outcome = any($6)) as connected,
        count(*) filter (where outcome = any($4)) as talks,
        sum(least(coalesce(talk_seconds, 0), $7::int)) filter (where outcome = any($4)) as talk_seconds
      from counted_call
      where counted_on >= $1 and counted_on < $2
      group by 1, 2, 3, 4
    ), by_family as (
      select year, month, family,
        sum(attempts) as attempts, sum(conversations) as conversations, sum(inbound) as inbound,
        sum(voicemails) as voicemails, sum(connected) as connected,
        sum(talks) as talks, sum(talk_seconds) as talk_seconds
      from share
      group by grouping sets ((year, month, family), (year, family))
    ), callers as (
      select year, array_agg(talked order by talked) as loads
      from (select year, sum(conversations)::bigint as talked from share
            where volunteer is not null group by year, volunteer having sum(attempts) > 0) caller
      group by year
    )
    select year, month,
      sum(attempts)::bigint as attempts, count(*) filter (where attempts > 0) as attempts_families,
      sum(conversations)::bigint as conversations, count(*) filter (where conversations > 0) as conversations_families,
      sum(inbound)::bigint as inbound, count(*) filter (where inbound > 0) as inbound_families,
      sum(voicemails)::bigint as voicemails, count(*) filter (where voicemails > 0) as voicemails_families,
      sum(connected)::bigint as connected, count(*) filter (where connected > 0) as connected_families,
      count(*) filter (where talks > 0) as families_served,
      coalesce(sum(talk_seconds), 0)::bigint as talk_seconds,
      coalesce(loads, '{}') as loads
    from by_family left join callers using (year)
    group by year, month, loads
"""

MATCHES: Final = """
    select family, offered_on, accepted_on, wait_minutes, language, concordant, rematch from counted_match
    where (offered_on >= $1 and offered_on < $2) or (accepted_on >= $1 and accepted_on < $2)
    order by id
"""

PROMISES: Final = """
    select family, promised_on, became, on_time from counted_promise
    where promised_on >= $1 and promised_on < $2 order by id
"""

SUPPORTED: Final = """
    select extract(year from happened_on)::int as year, count(distinct family) as families
    from counted_service_event
    where happened_on >= $1 and happened_on < $2 and program = any($3)
    group by 1
"""

PLACED: Final = """
    select extract(year from local_date)::int as year, sum(placed)::int as placed, sum(logged_in_time)::int as in_time
    from compared_day where local_date >= $1 and local_date < $2 group by 1
"""

MEMBERS: Final = "select * from counted_faon_member"


@dataclass(frozen=True, slots=True)
class CallCounts:
    """What was counted in a year or in one of its months; a tally's families are distinct over that time.

    `loads`: outbound conversations of each volunteer who called, the fewest first; the year's, in its months too.
    """

    attempts: Tally = Tally(0, 0)
    conversations: Tally = Tally(0, 0)
    inbound: Tally = Tally(0, 0)
    voicemails: Tally = Tally(0, 0)
    connected: Tally = Tally(0, 0)
    families_served: int = 0
    talk_seconds: int = 0
    loads: tuple[int, ...] = ()


Period = tuple[int, int | None]  # a year and its month, or the whole year


async def count_calls(first: date, end: date) -> dict[Period, CallCounts]:
    """Of each year and month with a counted call from `first` to the day before `end`.

    Calls are of voice only; families served and talk time are of conversations by any channel. Source: domain.md §5.
    """
    arguments = (first, end, ATTEMPTS, CONVERSATIONS, Outcome.LEFT_VOICEMAIL, CONNECTED, MAX_TALK_SECONDS)
    rows = await connection().fetch(CALLS, *arguments)
    return {(row["year"], row["month"]): _call_counts(row) for row in rows}


def _call_counts(row: Mapping[str, Any]) -> CallCounts:
    def tally(name: str) -> Tally:
        return Tally(row[name], row[f"{name}_families"])

    return CallCounts(
        attempts=tally("attempts"),
        conversations=tally("conversations"),
        inbound=tally("inbound"),
        voicemails=tally("voicemails"),
        connected=tally("connected"),
        families_served=row["families_served"],
        talk_seconds=row["talk_seconds"],
        loads=tuple(row["loads"]),
    )


async def count_supported_families(first: date, end: date) -> dict[int, int]:
    """Families with a completed mental-health service, distinct in each year; years without any are left out."""
    rows = await connection().fetch(SUPPORTED, first, end, sorted(MENTAL_HEALTH_PROGRAMS))
    return {row["year"]: row["families"] for row in rows}


async def list_matches(first: date, end: date) -> tuple[CountedMatch, ...]:
    """Offers made, and matches accepted, from `first` to the day before `end`."""
    return tuple(CountedMatch(**row) for row in await connection().fetch(MATCHES, first, end))


async def list_promises(first: date, end: date) -> tuple[CountedPromise, ...]:
    """Due from `first` to the day before `end`."""
    return tuple(CountedPromise(**row) for row in await connection().fetch(PROMISES, first, end))


async def count_placed(first: date, end: date) -> dict[int, Completeness]:
    """Of each year with a day whose list of calls was compared."""
    rows = await connection().fetch(PLACED, first, end)
    return {row["year"]: Completeness(row["placed"], row["in_time"]) for row in rows}


async def list_members() -> list[MemberFacts]:
    """Everybody who ever joined the FAON network, with all that is on file."""
    return [_member(row) for row in await connection().fetch(MEMBERS)]


class _Participation(msgspec.Struct):
    kind: ParticipationKind
    happened_on: date


def _member(row: Mapping[str, Any]) -> MemberFacts:
    participations = msgspec.json.decode(row["participations"], type=list[_Participation])
    return MemberFacts(
        licence_required=row["licence_required"],
        direct_services=row["direct_services"],
        fee_modes=frozenset(map(FeeMode, row["fee_modes"])),
        joined_on=row["joined_on"],
        left_on=row["left_on"],
        left_how=LeftHow(row["left_how"]) if row["left_how"] else None,
        attested_on=row["attested_on"],
        contact_confirmed_on=row["contact_confirmed_on"],
        proofs=msgspec.json.decode(row["proofs"], type=tuple[Proof, ...]),
        participations=tuple(Participation(found.kind, found.happened_on) for found in participations),
        requests=msgspec.json.decode(row["requests"], type=tuple[Request, ...]),
    )

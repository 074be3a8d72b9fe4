"""Ranking in plain SQL: one table, one row per volunteer, one statement per need. Written apart from the rules."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from asyncpg import BitString

from benchmarks.ranking_world import DAY
from teamhope.matching.rules_care import FAILED
from teamhope.matching.rules_facts import PASTS, READY_FOR_DAYS, STATUSES, UNKNOWN, Likeness, Need, Offers, Past, Tables
from teamhope.matching.rules_hours import WEEK, Bits
from teamhope.vocabulary.states import VolunteerStatus

SCALARS = {  # a column of the offers that SQL keeps as it is, and its type
    "order": "int", "status": "smallint", "load": "smallint", "capacity": "smallint", "last_matched": "int",
    "strain": "int", "week_calls": "smallint", "most_calls": "smallint", "acute_places": "smallint",
    "talk_due": "boolean", "resting": "boolean", "gender": "smallint", "community": "bigint", "state": "smallint",
    "survivor_until": "int", "past": "smallint", "connected": "boolean", "off_today": "boolean",
    "off_case_type": "bigint", "off_subtype": "bigint", "off_trajectory": "bigint", "off_state": "bigint",
}  # fmt: skip
LISTS = {
    "languages": "smallint[]", "case_type": "smallint[]", "group": "smallint[]", "relation": "smallint[]",
    "trajectory": "smallint[]", "subtypes": "bigint[]", "event_month": "int[]", "age_band": "smallint[]",
    "child_gender": "smallint[]",
}  # fmt: skip
OWN = {"row": "int", "credential_until": "int", "away_from": "int", "away_until": "int",
       "open": f"bit({WEEK})", "starts": f"bit({WEEK})"}  # fmt: skip
NUMBERS = ("today", "case_type", "group", "trajectory", "subtypes", "state", "month", "hurts_with", "weekly_calls")
COLUMNS = OWN | SCALARS | LISTS

RANK = """
select row, score from (
  select row, 100 * load + strain as carried, last_matched, "order",
    (seen.alike + 5 * case when open = {nothing} then 500
                      else least(15 * bit_count(open & {open}) * 1000 / 600, 1000) end
     + 4 * {gender_value} + 4 * {community_value}
     + 3 * (array[0, 300, 700, 1000])[1 + least(languages[{language}], {level})]
     + 2 * case when past = {went_well} then 1000 else 0 end) / 100 as score
  from offer cross join lateral (
    select alike from (
      select k, ("group" = {group} and "group" <> -1)::int + ("group" <> -1)::int as precedence,
        30 * case when case_type = -1 then 500 when case_type = {case_type} then 1000
                  when "group" = {group} and "group" <> -1 then 500 else 0 end
        + 15 * ({trajectory_value})[case when trajectory = -1 then {trajectories} else trajectory + 1 end]
        + 15 * ({role_value})[case when relation = -1 then {relations} else relation + 1 end]
        + 10 * {circumstances}
        + 8 * case when event_month = -1 then 500 when {month} - event_month < 18 then 0
                   when {month} - event_month < 24 then 700 when {month} - event_month <= 120 then 1000 else 700 end
        + 4 * {child} as alike
      from unnest(case_type, "group", relation, trajectory, subtypes, event_month, age_band, child_gender)
        with ordinality
        as lived(case_type, "group", relation, trajectory, subtypes, event_month, age_band, child_gender, k)
    ) as experience order by precedence desc, alike desc, k limit 1
  ) as seen
  where status in ({active}, {probation}) and credential_until >= {today} + {ready}
    and load < capacity and not talk_due and not resting and week_calls + {weekly_calls} <= most_calls
    and (acute_places > 0 or not {acute}) and not (away_from <= {today} and {today} <= away_until)
    and languages[{language}] > 0 and {group}::smallint = any("group") and {group} <> -1
    and {required} and not off_today and off_subtype & {subtypes} = 0
    and off_case_type >> {case_type} & 1 = 0 and off_trajectory >> {trajectory} & 1 = 0 and off_state >> {state} & 1 = 0
    and not connected and past not in ({failed})
    and not exists (
      select from unnest(trajectory, case_type, relation) as lived(trajectory, case_type, relation)
      where case when trajectory <> -1 then {hurts_with} >> trajectory & 1 = 1
                 else (case_type <> -1 or relation <> -1) and {hurts_with} <> 0 end)
    and (status <> {probation} or not {only_experienced} and load = 0)
    and starts & {starts} <> {nothing}
) as ranked order by score desc, carried, last_matched, "order" limit {limit}
"""


async def fill(connection: Any, offers: Offers) -> None:
    """The table `offer`, with what an index could help a rule that most volunteers pass."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    await connection.execute(f"create table offer ({columns})")
    await connection.copy_records_to_table("offer", columns=list(COLUMNS), records=_records(offers))
    await connection.execute("vacuum analyze offer")


def _records(offers: Offers) -> Iterable[tuple[Any, ...]]:
    own = [range(len(offers)), offers.credential_until.min(axis=0).tolist(), offers.away_from[0].tolist(),
           offers.away_until[0].tolist(), _weeks(offers.open), _weeks(offers.starts)]  # fmt: skip
    scalars = [getattr(offers, name).tolist() for name in SCALARS]
    lists = [getattr(offers, name).T.tolist() for name in LISTS]
    return zip(*own, *scalars, *lists, strict=True)


def _weeks(bits: Bits) -> list[Any]:
    return [BitString(each) for each in _texts(bits)]


def _texts(bits: Bits) -> list[str]:
    """Each week as a text of 0 and 1, its first quarter first."""
    quarters = np.unpackbits(np.ascontiguousarray(bits.T).view(np.uint8), axis=1, bitorder="little")[:, :WEEK]
    return [row.tobytes().decode() for row in quarters + ord("0")]


def rank_sql(need: Need, tables: Tables, limit: int) -> str:
    """The statement that ranks the volunteers for this need."""
    language, level = need.languages[0]
    numbers = {name: int(getattr(need, name)) for name in NUMBERS}
    return RANK.format(
        **numbers, language=language + 1, level=level, limit=limit, ready=READY_FOR_DAYS,
        active=STATUSES.index(VolunteerStatus.ACTIVE), probation=STATUSES.index(VolunteerStatus.PROBATION),
        went_well=PASTS.index(Past.WENT_WELL), failed=", ".join(str(PASTS.index(past)) for past in FAILED),
        nothing=_literal("0" * WEEK), open=_literal(_texts(need.hours.open)[0]),
        starts=_literal(_texts(need.hours.starts)[0]),
        trajectory_value=_array(tables.trajectory_value[need.trajectory]), trajectories=len(tables.trajectory_value),
        role_value=_array(tables.role_value[need.relation]), relations=len(tables.role_value),
        circumstances=_circumstances(need), child=_child(need), required=_required(need),
        acute=str(need.acute).lower(), only_experienced=str(need.acute or need.experienced).lower(),
        gender_value=_gender(need), community_value=_community(need),
    )  # fmt: skip


def _literal(bits: str) -> str:
    return f"'{bits}'::bit({WEEK})"


def _array(values: Likeness) -> str:
    return f"array[{', '.join(str(500 if value == UNKNOWN else value) for value in values.tolist())}]"


def _circumstances(need: Need) -> str:
    if not need.subtypes:
        return "500"
    common = f"1000 * bit_count((subtypes & {need.subtypes})::bit(64)) / {need.subtypes.bit_count()}"
    return f"case when subtypes = 0 then 500 else {common} end"


def _child(need: Need) -> str:
    if need.age_band == UNKNOWN:
        return "500"
    apart = f"abs(age_band - {need.age_band})"
    differ = f"child_gender not in (-1, {need.child_gender}) and {need.child_gender} <> -1"
    value = f"(array[1000, 500, 0])[least({apart}, 2) + 1] * case when {differ} then 7 else 10 end / 10"
    return f"case when age_band = -1 then 500 else {value} end"


def _gender(need: Need) -> str:
    if need.wished_gender is None:
        return "1000"
    return f"case gender when -1 then 500 when {need.wished_gender} then 1000 else 0 end"


def _community(need: Need) -> str:
    asked = need.wished_community
    if not asked:
        return "1000"
    return f"case when community = 0 then 500 when community & {asked} = {asked} then 1000 else 0 end"


def _required(need: Need) -> str:
    rules = {
        f"gender = {need.gender}": need.gender is not None,
        f"{need.relation}::smallint = any(relation)": need.same_relation,
        f"state not in (-1, {need.outside_state})": need.outside_state is not None,
        f"survivor_until >= {DAY} + {READY_FOR_DAYS}": need.survivor,
        "false": need.minor,
    }
    return " and ".join(rule for rule, asked in rules.items() if asked) or "true"

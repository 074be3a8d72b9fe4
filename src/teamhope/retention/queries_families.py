"""Families whose time is over, and how one becomes anonymous: nobody is found in it, and every count stays.

"A family" here is all that counts as one: the family and those that are duplicates of it.
"""

# ruff: noqa: S608 - statements made of words of this file

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.families.rules_contact import ASKS_TO_STOP
from teamhope.kit.database import connection
from teamhope.retention.queries_rows import HELD
from teamhope.retention.rules import AT_REST, GONE
from teamhope.tables.audit import BreakGlass
from teamhope.tables.families import Contact
from teamhope.vocabulary.states import HOLDS_A_PLACE

ROOT: Final = "coalesce(f.duplicate_of, f.id)"
DANGER: Final = "exists (select from escalation e where e.family = f.id and e.status <> 'closed')"
OPEN: Final = f"""
    {DANGER}
    or exists (select from support_request r where r.family = f.id and not r.status = any($3))
    or exists (select from match m where m.family = f.id and m.status = any($4))
    or exists (select from task t where t.family = f.id and t.status = 'open')
"""
RECENT: Final = """
    f.created_at >= $1
    or exists (select from support_request r where r.family = f.id and r.status_since >= $1)
    or exists (select from match m where m.family = f.id and m.status_since >= $1)
    or exists (select from call k where k.family = f.id and greatest(k.logged_at, k.started_at) >= $1)
    or exists (select from service_event s where s.family = f.id and s.happened_on >= $1::date)
    or exists (select from escalation e where e.family = f.id and e.closed_at >= $1)
"""
DUE: Final = f"""
    select {ROOT} as root from family f
    where $2::uuid is null or {ROOT} = $2
    group by {ROOT}
    having bool_or(f.status <> 'anonymised') and not bool_or({OPEN}) and not bool_or({RECENT})
      and not bool_or(exists (select from legal_hold h where h.family = f.id and h.lifted_at is null))
      and not bool_or(exists (select from erasure_request x where x.family = f.id and x.done_at is null))
    order by 1
"""
ASKED: Final = f"""
    select distinct {ROOT} as root from family f join erasure_request x on x.family = f.id and x.done_at is null
    where not {HELD.format(family="x.family")}
      and not exists (select from family f join family of on of.id = x.family
                      where {ROOT} = coalesce(of.duplicate_of, of.id) and {DANGER})
    order by 1
"""
MEMBERS: Final = f"select f.id from family f where {ROOT} = $1 order by f.id"


async def list_due(before: datetime, root: UUID | None = None) -> list[UUID]:
    """Of each family that is due its canonical row: all is closed since before `before`, nothing stops it."""
    rows = await connection().fetch(DUE, before, root, sorted(AT_REST), sorted(HOLDS_A_PLACE))
    return [row["root"] for row in rows]


async def list_asked() -> list[UUID]:
    """Families that asked to be erased; not while a law keeps them, nor while somebody may be in danger."""
    return [row["root"] for row in await connection().fetch(ASKED)]


async def lock_members(root: UUID) -> list[UUID]:
    """The family's rows, locked to the end of the transaction."""
    return [row["id"] for row in await connection().fetch(f"{MEMBERS} for update", root)]


async def lock_named(family_id: UUID) -> bool:
    """Locks the one row; False where there is none, or only an anonymous one."""
    named = "select id from family where id = $1 and status <> 'anonymised' for update"
    return await connection().fetchval(named, family_id) is not None


OPT_OUTS: Final = """
    insert into opted_out_number (number_index, opted_out_at)
    select p.number_index, min(coalesce(p.stopped_at, $3)) from contact_phone p
    where p.family = any($1) and (p.stop_reason = any($2) or exists (
      select from consent s where s.contact = p.contact and s.kind = 'voice_call' and not s.granted
        and not exists (select from consent later where later.contact = s.contact and later.kind = s.kind
                        and later.granted and later.at > s.at)))
    group by 1
    on conflict do nothing
"""
# Whom and when, not what is counted: a call keeps its counted columns, length and outcome, a promise and a match their
# own, a match its volunteer and how it ended. Times go to noon of their day, as domain.md §5 counts in days, of
# requests to their month.
NOON: Final = "(({0} at time zone 'UTC')::date + time '12:00') at time zone 'UTC'"
MONTH: Final = "date_trunc('month', {0} at time zone 'UTC') at time zone 'UTC'"
YEAR: Final = "date_trunc('year', {0} at time zone 'UTC') at time zone 'UTC'"


def _to(grain: str, *columns: str) -> str:
    return ", ".join(f"{column} = {grain.format(column)}" for column in columns)


OF_FAMILY: Final = "family = any($1)"
OF_FOLLOW_UP: Final = f"follow_up in (select id from follow_up where {OF_FAMILY})"
OF_CALL: Final = f"call in (select id from call where {OF_FAMILY})"
OF_ESCALATION: Final = f"escalation in (select id from escalation where {OF_FAMILY})"
OF_MATCH: Final = f"match in (select id from match where {OF_FAMILY})"
ANONYMISE: Final = (
    f"delete from call_difference where {OF_CALL}",
    f"delete from phone_call where {OF_FAMILY}",
    f"delete from message where {OF_FOLLOW_UP}",
    f"delete from consent where {OF_FAMILY}",
    f"delete from contact_phone where {OF_FAMILY}",
    f"delete from calling_pin where contact in (select id from contact where {OF_FAMILY})",
    f"delete from blocked_person where {OF_FAMILY}",
    f"delete from handover where {OF_FAMILY}",
    f"delete from prepared_pair where {OF_FAMILY}",
    f"delete from known_connection where {OF_FAMILY}",
    f"delete from cover_call where {OF_FAMILY}",
    f"delete from cover_person where {OF_FAMILY}",
    f"delete from promise_step where {OF_FOLLOW_UP}",
    f"delete from sensitive_date where {OF_FAMILY}",
    f"delete from task where {OF_FAMILY} or {OF_CALL}",
    f"delete from call_draft where {OF_FOLLOW_UP}",
    f"delete from inbound_text where {OF_FAMILY}",
    f"""update contact set first_name_index = null, timezone = null, languages = '[]', windows = '[]',
        shared_with = null, if_someone_else_answers = 'hang_up', code_word = null, answers_blocked_numbers = false,
        contact_preference = 'program_calls', {_to(YEAR, "created_at")} where {OF_FAMILY}""",
    f"""update incident set subtypes = '{{}}', trajectory = null, event_month = null, child_gender = 'unknown'
        where {OF_FAMILY}""",
    f"""update support_request set preferences = '[]', resume_on = null, owner = null, entered_by = null,
        form_key = null, requested_on = date_trunc('month', requested_on)::date,
        {_to(MONTH, "status_since", "ready_at", "created_at")} where {OF_FAMILY}""",
    f"""update match set score_breakdown = '{{}}', override_reason = null, answer_due_at = null, waiting_since = null,
        {_to(NOON, "status_since", "proposed_at", "accepted_at", "introduced_at", "first_conversation_at", "closed_at")}
        where {OF_FAMILY}""",
    f"update follow_up_plan set timezone = 'UTC', anchor_on = null, keep_in_touch_days = null where {OF_MATCH}",
    f"""update follow_up set timezone = 'UTC', local_start = '12:00', asked_callback = false, count_again_at = null,
        {_to(NOON, "due_at", "original_due_at", "created_at", "ended_at", "waits_since")},
        window_end_at = {NOON.format("due_at")} + interval '1 day' where {OF_FAMILY}""",
    f"update follow_up_move set {_to(NOON, 'moved_at', 'from_due_at', 'to_due_at')} where {OF_FOLLOW_UP}",
    f"""update call set note = null, topics = '{{}}', needs = '{{}}', emotional_load = null, callback_at = null,
        answered_by = null, idempotency_key = null, started_at = (counted_on + time '12:00') at time zone 'UTC',
        {_to(NOON, "logged_at", "voided_at")} where {OF_FAMILY}""",
    f"""update escalation set where_now = null, {
        _to(NOON, "opened_at", "acknowledged_at", "help_confirmed_at", "closed_at")
    } where {OF_FAMILY}""",
    f"update escalation_step set {_to(NOON, 'happened_at')} where {OF_ESCALATION}",
    f"update debrief set {_to(NOON, 'due_at', 'done_at', 'waived_at')} where {OF_CALL}",
    f"""update family set status = 'anonymised', primary_language = null, state = null, country = 'US', timezone = null,
        team = null, held_at = null, held_by = null, hold_reason = null, hold_until = null,
        family_no = 'A-' || upper(left(replace(gen_random_uuid()::text, '-', ''), 12)), {_to(YEAR, "created_at")}
        where id = any($1)""",
)


async def anonymise(families: Sequence[UUID], now: datetime) -> None:
    """Takes away who the families are. Numbers that asked to stop stay by their index alone."""
    await connection().execute(OPT_OUTS, families, sorted(ASKS_TO_STOP), now)
    await _blot_out(families)
    for statement in ANONYMISE:
        await connection().execute(statement, families)


async def _blot_out(families: Sequence[UUID]) -> None:
    """What must not be empty gets a dash under the same encryption."""
    for row in await connection().fetch("select id from contact where family = any($1)", families):
        name = Contact.first_name.seal(row["id"], GONE)
        await connection().execute("update contact set first_name = $2 where id = $1", row["id"], name)
    for row in await connection().fetch("select id from break_glass where family = any($1)", families):
        words = BreakGlass.words.seal(row["id"], GONE)
        await connection().execute("update break_glass set words = $2 where id = $1", row["id"], words)


END_DANGER: Final = """
    update escalation set status = 'closed', acknowledged_at = coalesce(acknowledged_at, opened_at), closed_at = $2,
      closed_without_confirmation = case when help_confirmed_at is null then 'cannot_be_confirmed' end
    where family = any($1) and status <> 'closed'
"""


async def end_danger(families: Sequence[UUID], now: datetime) -> None:
    """Calls for help that a backup shows as open; they were over when the family was erased."""
    await connection().execute(END_DANGER, families, now)


# What is still going on ----------------------------------------------------------------------------------------------


async def list_live_matches(families: Sequence[UUID]) -> list[UUID]:
    live = "select id from match where family = any($1) and status = any($2) order by id"
    return [row["id"] for row in await connection().fetch(live, families, sorted(HOLDS_A_PLACE))]


async def list_open_requests(families: Sequence[UUID]) -> list[UUID]:
    ended = ["closed", "declined", "duplicate"]
    rows = await connection().fetch(
        "select id from support_request where family = any($1) and not status = any($2) order by id", families, ended
    )
    return [row["id"] for row in rows]


async def close_families(families: Sequence[UUID]) -> None:
    """Nobody is to be called any more."""
    await connection().execute("update family set status = 'closed' where id = any($1) and status = 'open'", families)


async def has_danger(families: Sequence[UUID]) -> bool:
    open_ = "select exists (select from escalation where family = any($1) and status <> 'closed')"
    return bool(await connection().fetchval(open_, families))

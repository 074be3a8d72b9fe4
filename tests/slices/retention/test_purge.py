"""What is over goes, nobody is found in it, and the report stays the same to the last call."""

from datetime import UTC, datetime, timedelta

import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS
from tests.slices.retention.kit import DAY, YEAR, everything, figures, found_in_database, plant, purge, rows, value

from teamhope.accounts import service as accounts
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.retention.rules import PERIODS, Kind
from teamhope.vocabulary.families import ActivityKind
from teamhope.vocabulary.people import Role
from teamhope.volunteers.queries_activities import insert_activity
from teamhope.volunteers.queries_days import put_other_day
from teamhope.volunteers.rules_activities import Activity
from teamhope.volunteers.service_calendar import make_feed
from teamhope.volunteers.service_pins import make_pin

pytestmark = pytest.mark.timeout(60)
NOW = datetime(2031, 6, 15, 3, 30, tzinfo=UTC)
CONTACT = timedelta(days=PERIODS[Kind.CONTACT_DATA].default)
NOTES = timedelta(days=PERIODS[Kind.NOTES].default)


MATCH_COUNTED = """
    select volunteer, family, close_reason, counted_offered_on, counted_accepted_on, counted_wait_minutes,
      counted_language, counted_concordant, counted_rematch
    from match where id = $1
"""


async def status_of(family: object) -> object:
    return await value("select status from family where id = $1", family)


async def test_a_family_that_is_not_over_keeps_everything(db: Addresses) -> None:
    recent = await plant(db, NOW - CONTACT + DAY)
    waiting = await plant(db, NOW - CONTACT - YEAR, status="ready")
    await purge(db, NOW)
    for family in (recent, waiting):
        assert await status_of(family.family_id) == "closed"
        assert await value("select count(*) from contact_phone where family = $1", family.family_id) == 1


async def test_after_its_period_nobody_is_found_and_every_figure_is_as_it_was(db: Addresses) -> None:
    over = await plant(db, NOW - CONTACT - DAY)
    assert {place.split(":")[0] for place in await found_in_database(db, over)} >= {
        "family", "contact", "contact.first_name", "contact.shared_with", "contact.code_word", "contact_phone",
        "contact_phone.number", "contact_phone.agreed_words", "blocked_person.name", "blocked_person.relation",
        "match", "match.override_reason", "call", "call.note", "escalation.where_now", "call_draft.note",
        "break_glass.words", "handover.note", "dump",
    }  # fmt: skip
    before = await figures(2026, 2030, NOW)
    done = await purge(db, NOW)
    assert done["contact_data"] == 1
    assert await found_in_database(db, over) == []
    assert await figures(2026, 2030, NOW) == before
    assert await value("select count(*) from call where id = any($1)", over.calls) == 3


async def test_what_is_counted_stays_and_what_tells_of_them_goes(db: Addresses) -> None:
    over = await plant(db, NOW - CONTACT - 2 * DAY)
    counted = "select counted_on, counted_case_type, counted_relation, counted_state, outcome, talk_seconds, volunteer"
    calls = await rows(f"{counted}, family from call where id = any($1) order by id", over.calls)
    matches = await rows(MATCH_COUNTED, over.match.id)
    await purge(db, NOW)
    assert await rows(f"{counted}, family from call where id = any($1) order by id", over.calls) == calls
    assert await rows(MATCH_COUNTED, over.match.id) == matches
    assert await value("select waiting_since is null from match where id = $1", over.match.id)
    (call,) = await rows("select * from call where id = $1", over.calls[1])
    assert (call["note"], call["topics"], call["needs"], call["emotional_load"]) == (None, [], [], None)
    assert call["started_at"].hour == call["logged_at"].hour == 12
    (family,) = await rows("select * from family where id = $1", over.family_id)
    assert (family["state"], family["timezone"], family["primary_language"]) == (None, None, None)
    assert family["family_no"].startswith("A-")
    (incident,) = await rows("select * from incident where family = $1", over.family_id)
    assert (incident["event_month"], incident["child_age_band"], incident["case_type"]) == (None, "13-15", "ERU")
    assert incident["child_gender"] == "unknown"
    gone = ("contact_phone", "consent", "blocked_person", "known_connection", "sensitive_date", "task", "handover")
    for table in gone:
        assert await value(f"select count(*) from {table} where family = $1", over.family_id) == 0
    assert await value("select count(*) from calling_pin where contact = $1", over.match.request.contact_id) == 0


async def test_notes_go_sooner(db: Addresses) -> None:
    closed, open_ = await plant(db, NOW - NOTES - DAY), await plant(db, NOW - NOTES - DAY, status="active")
    async with acting_as(TESTS):
        await connection().execute(
            "update match set status = 'active', closed_at = null, close_reason = null where id = $1", open_.match.id
        )
    await purge(db, NOW)
    notes = "select count(*) from call where family = $1 and note is not null"
    assert await value(notes, closed.family_id) == 0
    assert await value("select where_now is null from escalation where family = $1", closed.family_id)
    assert await value("select override_reason is null from match where id = $1", closed.match.id)
    handover = "select note is null and helps <> '{}' from handover where family = $1"
    assert await value(handover, closed.family_id)
    assert await value(notes, open_.family_id) == 3
    assert not await value(handover, open_.family_id)
    assert await status_of(closed.family_id) == "closed"


async def test_a_family_entered_twice_is_one_family(db: Addresses) -> None:
    first, again = await plant(db, NOW - CONTACT - YEAR), await plant(db, NOW - CONTACT + DAY)
    async with acting_as(TESTS):
        await connection().execute(
            "update family set duplicate_of = $2 where id = $1", first.family_id, again.family_id
        )
    await purge(db, NOW)
    assert [await status_of(each.family_id) for each in (first, again)] == ["closed", "closed"]
    await purge(db, NOW + 2 * DAY)
    assert [await status_of(each.family_id) for each in (first, again)] == ["anonymised", "anonymised"]
    assert await value("select duplicate_of from family where id = $1", first.family_id) == again.family_id


OPEN_WORK = {
    "task": {"kind": "other", "opened_at": NOW, "due_on": NOW.date()},
    "escalation": {"level": "urgent", "opened_at": NOW},
    "service_event": {"program": "resource_sent", "happened_on": NOW.date() - DAY, "status": "completed"},
    "legal_hold": {"reason": "subpoena", "placed_at": NOW},
}


@pytest.mark.parametrize("table", OPEN_WORK)
async def test_open_work_a_later_service_and_a_legal_hold_keep_it(db: Addresses, table: str) -> None:
    kept = await plant(db, NOW - CONTACT - YEAR)
    columns = OPEN_WORK[table]
    places = ", ".join(f"${n}" for n in range(2, len(columns) + 2))
    insert = f"insert into {table} (id, family, {', '.join(columns)}) values (gen_random_uuid(), $1, {places})"
    async with acting_as(TESTS):
        await connection().execute(insert, kept.family_id, *columns.values())
    await purge(db, NOW)
    assert await status_of(kept.family_id) == "closed"
    assert await value("select count(*) from contact_phone where family = $1", kept.family_id) == 1


async def test_a_legal_hold_keeps_notes_and_tasks_too_until_it_is_lifted(db: Addresses) -> None:
    kept = await plant(db, NOW - CONTACT - YEAR)
    hold = "insert into legal_hold (id, family, reason, placed_at) values (gen_random_uuid(), $1, 'audit', now())"
    async with acting_as(TESTS):
        await connection().execute(hold, kept.family_id)
    await purge(db, NOW)
    assert await value("select count(*) from call where family = $1 and note is not null", kept.family_id) == 3
    assert await value("select count(*) from task where family = $1", kept.family_id) == 1
    async with acting_as(TESTS):
        await connection().execute("update legal_hold set lifted_at = $2 where family = $1", kept.family_id, NOW)
    await purge(db, NOW)
    assert await status_of(kept.family_id) == "anonymised"


async def test_a_dry_run_says_the_same_numbers_and_changes_nothing(db: Addresses) -> None:
    await plant(db, NOW - CONTACT - DAY)
    await plant(db, NOW - NOTES - DAY)
    before = await everything(db)
    told = await purge(db, NOW, dry_run=True)
    assert await everything(db) == before
    assert told["contact_data"] > 0 < told["notes"]
    assert await purge(db, NOW) == told


async def test_a_second_purge_changes_nothing(db: Addresses) -> None:
    await plant(db, NOW - CONTACT - DAY)
    await purge(db, NOW)
    after = await everything(db)
    assert set((await purge(db, NOW)).values()) == {0}
    assert await everything(db) == after


async def test_a_number_that_asked_to_stop_stays_known(db: Addresses) -> None:
    asked, moved = await plant(db, NOW - CONTACT - DAY), await plant(db, NOW - CONTACT - DAY)
    stop = "update contact_phone set stopped_at = $2, stop_reason = $3 where family = $1"
    async with acting_as(TESTS):
        await connection().execute(stop, asked.family_id, NOW - CONTACT, "third_party_refused")
        await connection().execute(stop, moved.family_id, NOW - CONTACT, "disconnected")
    await purge(db, NOW)
    known = "select count(*) from opted_out_number where number_index = any($1)"
    assert await value(known, list(asked.indexes)) == 1
    assert await value(known, list(moved.indexes)) == 0


# People who left ------------------------------------------------------------------------------------------------------


async def leave(who: world.AVolunteer | world.AStaffMember, at: datetime) -> object:
    person = who.person_id if isinstance(who, world.AVolunteer) else who.id
    admin = await world.staff(Role.ADMIN)
    await accounts.suspend(admin.actor, person, at)
    return person


async def test_who_left_is_nobody_and_her_minutes_stay(db: Addresses) -> None:
    who = await world.volunteer(name="Zqxvera", password=PASSWORD, now=NOW - 5 * YEAR)
    await make_feed(who.actor, NOW - 2 * YEAR)
    await make_pin(who.actor, NOW - 2 * YEAR)
    await plant(db, NOW - 2 * YEAR, who=who)
    async with acting_as(TESTS):
        await put_other_day(who.id, NOW.date(), ())
        await insert_activity(who.id, Activity(ActivityKind.TRAINING, (NOW - 2 * YEAR).date(), 90), None, NOW)
    person = await leave(who, NOW - YEAR - DAY)
    before = await figures(2026, 2030, NOW)
    done = await purge(db, NOW)
    assert done["people"] == 1
    (row,) = await rows("select * from person where id = $1", person)
    gone = ("email", "email_index", "phone", "phone_index", "password_hash")
    assert [row[column] for column in gone] == [None] * 5
    assert row["anonymised_at"] == NOW
    (hers,) = await rows("select * from volunteer where id = $1", who.id)
    assert (hers["state"], hers["gender"], hers["availability"], hers["off_limits"]) == (None, None, "[]", "{}")
    for table in ("lived_experience", "credential", "time_away", "other_hours", "calendar_feed", "calling_pin"):
        assert await value(f"select count(*) from {table} where volunteer = $1", who.id) == 0
    assert await value("select sum(talk_seconds) from call where volunteer = $1", who.id) == 162
    assert await value("select sum(minutes) from activity where volunteer = $1", who.id) == 90
    assert await figures(2026, 2030, NOW) == before
    assert (await purge(db, NOW))["people"] == 0


async def test_who_left_lately_or_has_open_work_stays(db: Addresses) -> None:
    lately, busy = await world.volunteer(now=NOW - 3 * YEAR), await world.volunteer(now=NOW - 3 * YEAR)
    await leave(lately, NOW - YEAR + DAY)
    await leave(busy, NOW - 2 * YEAR)
    await world.match(await world.family_request(status="active", now=NOW - YEAR), busy, "active", now=NOW - YEAR)
    assert (await purge(db, NOW))["people"] == 0
    assert await value("select count(*) from person where id = any($1) and email is null",
                       [lately.person_id, busy.person_id]) == 0  # fmt: skip

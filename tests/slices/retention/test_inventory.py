"""No column of the database without a class and a period, none protected less than its class asks for."""

from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from teamhope.kit.embedded_roles import Addresses
from teamhope.retention.inventory import INVENTORY, Class, Held, Protection, as_markdown, held
from teamhope.retention.queries_rows import ROWS
from teamhope.retention.rules import FOR_EVER, PERIODS, Kind
from teamhope.tables.columns import Encrypted

PAGE = Path(__file__).parents[3] / "docs/reference/data-inventory.md"
COLUMNS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
"""
# Text that people choose freely would not fit in here: these are codes, zones, months and bands. With the reason.
CODES = {
    "person.timezone": "a zone of the tz database, checked by the form",
    "family.family_no": "made of chance; replaced when the family is anonymised",
    "family.primary_language": "a code of the programme",
    "family.state": "two letters, checked by the database",
    "family.timezone": "a zone of the tz database, checked by the form",
    "family.hold_reason": "a code, checked by the database",
    "contact.relation": "a code of the programme",
    "contact.timezone": "a zone of the tz database, checked by the form",
    "contact.languages": "codes and levels",
    "contact.windows": "weekdays and hours",
    "contact.if_someone_else_answers": "a code, checked by the database",
    "contact.contact_preference": "a code, checked by the database",
    "contact_phone.kind": "a code, checked by the database",
    "contact_phone.voicemail": "a code, checked by the database",
    "contact_phone.stop_reason": "a code of an outcome, or staff",
    "consent.kind": "a code, checked by the database",
    "consent.method": "a code, checked by the database",
    "consent.language": "a code of a language",
    "blocked_person.scope": "a code, checked by the database",
    "blocked_person.reason": "a code, checked by the database",
    "incident.case_type": "a code of the programme",
    "incident.subtypes": "codes of the programme",
    "incident.trajectory": "a code of the programme",
    "incident.child_age_band": "a band, checked by the database",
    "incident.child_gender": "a code, checked by the database",
    "sensitive_date.kind": "a code, checked by the database",
    "support_request.match_mode": "a code, checked by the database",
    "support_request.preferences": "codes, checked by the form",
    "support_request.status": "a code, checked by the database",
    "support_request.urgency": "a code, checked by the database",
    "volunteer.state": "two letters, checked by the database",
    "volunteer.gender": "a code, checked by the database",
    "volunteer.languages": "codes and levels",
    "volunteer.availability": "weekdays and hours",
    "volunteer.off_limits": "codes of the programme, states and days of the year",
    "volunteer.communities": "codes, checked by the database",
    "lived_experience.case_type": "a code of the programme",
    "lived_experience.subtypes": "codes of the programme",
    "lived_experience.relation": "a code of the programme",
    "lived_experience.trajectory": "a code of the programme",
    "lived_experience.child_age_band": "a band, checked by the database",
    "lived_experience.child_gender": "a code, checked by the database",
    "credential.kind": "a code, checked by the database",
    "match.status": "a code, checked by the database",
    "match.score_breakdown": "codes of rules and points",
    "match.close_reason": "a code, checked by the database",
    "handover.topics": "codes of the programme",
    "handover.helps": "codes, checked by the database",
    "known_connection.kind": "a code, checked by the database",
    "follow_up_plan.timezone": "a zone of the tz database",
    "follow_up.timezone": "a zone of the tz database",
    "call.answered_by": "a code, checked by the database",
    "call.topics": "codes of the programme",
    "call.needs": "codes",
    "call.escalation_level": "a code, checked by the database",
    "escalation.level": "a code, checked by the database",
    "service_event.program": "a code, checked by the database",
    "legal_hold.reason": "a code, checked by the database",
    "release.kind": "a code, checked by the database",
    "release.given": "codes",
    "release.notice": "a code, checked by the database",
}
TELLING = {Class.PERSONAL, Class.SENSITIVE, Class.SECRET}


def name(each: Held) -> str:
    return f"{each.table}.{each.column}"


@pytest.fixture
async def columns(fresh_database: Addresses) -> dict[str, str]:
    """Each column of the database, and its type."""
    owner = await asyncpg.connect(fresh_database.owner)
    rows = await owner.fetch(COLUMNS)
    await owner.close()
    return {f"{table}.{column}": kind for table, column, kind in rows}


async def test_every_column_has_a_class_and_every_class_a_column(columns: dict[str, str]) -> None:
    listed = {name(each) for each in held()}
    assert sorted(set(columns) - listed) == [], "these need a class in retention/inventory.py"
    assert sorted(listed - set(columns)) == [], "these are no more"


def test_each_column_stands_once() -> None:
    assert [column for column, times in Counter(map(name, held())).items() if times > 1] == []
    known = {name(each) for each in held()}
    for table in INVENTORY:
        protected = (*table.encrypted.split(), *table.blind_index.split(), *table.hashed.split(), *table.notes.split())
        assert {f"{table.name}.{column}" for column in protected} <= known


async def test_words_of_people_are_sealed_indexed_or_hashed(columns: dict[str, str]) -> None:
    """A text that tells of somebody may stand in plain only where it is a code, and the reason says why."""
    plain = {
        name(each)
        for each in held()
        if each.class_ in TELLING
        and each.protection is Protection.CODE
        and columns[name(each)] in {"text", "text[]", "bytea", "jsonb"}
    }
    assert sorted(plain - CODES.keys()) == [], "encrypt these, or say why each is a code"
    assert sorted(CODES.keys() - plain) == [], "these reasons are not needed any more"


async def test_what_is_said_to_be_sealed_is_bytes(columns: dict[str, str]) -> None:
    for each in held():
        if each.protection in {Protection.ENCRYPTED, Protection.BLIND_INDEX}:
            assert columns[name(each)] == "bytea", name(each)


def test_what_the_code_seals_is_what_the_inventory_says(columns: dict[str, str]) -> None:
    from piccolo.conf.apps import AppRegistry

    tables = AppRegistry(apps=["teamhope.piccolo_app"]).get_table_classes("teamhope")
    sealed = {
        f"{table._meta.tablename}.{column._meta.db_column_name}"
        for table in tables
        for column in table._meta.columns
        if isinstance(column, Encrypted)
    }
    assert {name(each) for each in held() if each.protection is Protection.ENCRYPTED} == sealed


def test_every_kind_ends_or_says_why_not() -> None:
    assert PERIODS.keys() | FOR_EVER.keys() == set(Kind)
    assert not PERIODS.keys() & FOR_EVER.keys()
    assert {table.kind for table in INVENTORY} | {Kind.NOTES} == set(Kind)
    for period in PERIODS.values():
        assert 1 <= period.least <= period.default <= period.most
        assert period.source


def test_the_purge_takes_each_table_when_its_kind_says() -> None:
    kinds = {table.name: table.kind for table in INVENTORY}
    notes = {f"{table.name}.{column}" for table in INVENTORY for column in table.notes.split()}
    assert {f"{rows.table}.{rows.blank}" for rows in ROWS if rows.blank} == notes
    for rows in ROWS:
        assert rows.kind is (Kind.NOTES if rows.blank else kinds[rows.table])


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown(), "run make docs"

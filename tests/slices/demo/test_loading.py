"""The demonstration on a real database: whatever a constraint forbids would stop it."""

import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.app_kit import PASSWORD

from teamhope.accounts import service as accounts
from teamhope.calls import service_corrections as corrections
from teamhope.demo import service
from teamhope.demo.rules_staff import DemoSignIn
from teamhope.demo.service import DEMO
from teamhope.families.indexes import number_index
from teamhope.families.rules_hours import EASTERN
from teamhope.kit.database import acting_as, connection
from teamhope.operations.service import claim_for_demonstration
from teamhope.referrals import service as referrals
from teamhope.reports.definitions import FigureId
from teamhope.reports.service import yearly_report
from teamhope.reports.wording import by_the_numbers
from teamhope.tables.accounts import Person
from teamhope.tables.families import Contact, ContactPhone
from teamhope.vocabulary.calls import VoidReason
from teamhope.vocabulary.people import PERSON_ROLES

NOW = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)  # 14:00 in Chicago, a Wednesday
pytestmark = pytest.mark.timeout(120)
BY_THE_NUMBERS = (FigureId.A1, FigureId.B5, FigureId.K1)


@pytest.fixture(scope="module", autouse=True)
async def sign_ins(db: object) -> list[DemoSignIn]:
    await claim_for_demonstration(DEMO)
    began = time.perf_counter()
    loaded = await service.load(NOW, PASSWORD)
    print(f"\nthe demonstration was made and loaded in {time.perf_counter() - began:.1f} s: {await counts()}")
    return loaded


async def counts() -> dict[str, int]:
    tables = ("person", "volunteer", "family", "match", "follow_up", "call", "service_event", "faon_member")
    async with acting_as(DEMO):
        return {table: await connection().fetchval(f'select count(*) from "{table}"') for table in tables}


async def figures_of_2021() -> list[int]:
    report = await yearly_report(DEMO, 2021, NOW, EASTERN)
    return [int(report[figure].cell.value or 0) for figure in BY_THE_NUMBERS]


async def one_id(query: str) -> UUID:
    async with acting_as(DEMO):
        found: UUID = await connection().fetchval(query)
    return found


async def test_a_second_load_changes_nothing(sign_ins: list[DemoSignIn]) -> None:
    before = await counts()
    assert await service.load(NOW, "another password") == sign_ins
    assert await counts() == before
    assert (await accounts.sign_in(sign_ins[0].email, PASSWORD, NOW)).is_open


async def test_one_person_of_each_role_can_sign_in(sign_ins: list[DemoSignIn]) -> None:
    assert {sign_in.role for sign_in in sign_ins} == PERSON_ROLES
    for sign_in in sign_ins:
        entrance = await accounts.sign_in(sign_in.email, PASSWORD, NOW)
        visitor = await accounts.visitor_of_session(entrance.secret, NOW)
        assert visitor
        assert visitor.actor.role is sign_in.role
        assert visitor.language == ("es" if sign_in.email == "volunteer@demo.example" else "en")


async def test_nobody_else_has_a_password(sign_ins: list[DemoSignIn]) -> None:
    async with acting_as(DEMO):
        rows = await Person.select(Person.id, Person.email).where(Person.password_hash.is_not_null())
        with_password = {Person.email.unseal(row["id"], row["email"]) for row in rows}
    assert with_password == {sign_in.email for sign_in in sign_ins}


async def test_what_is_sealed_opens_and_numbers_are_found_again() -> None:
    async with acting_as(DEMO):
        phones = await ContactPhone.select().limit(20)
        contacts = {row["id"]: row for row in await Contact.select()}
        for phone in phones:
            number = ContactPhone.number.unseal(phone["id"], phone["number"])
            assert number.startswith("+1")
            assert phone["number_index"] == number_index(number)
            contact = contacts[phone["contact"]]
            assert Contact.first_name.unseal(contact["id"], contact["first_name"]).isalpha()


async def test_the_report_of_2021_says_what_was_published() -> None:
    report = await yearly_report(DEMO, 2021, NOW, EASTERN)
    english, spanish = by_the_numbers(report, "en"), by_the_numbers(report, "es")
    assert english[0].startswith("over 31,000 calls (")
    assert spanish[0].startswith("más de 31,000 llamadas (")
    assert english[1].startswith("2,249 families")
    assert spanish[1].startswith("2,249 familias")
    assert english[2].startswith("300 FAON members")
    assert spanish[2].startswith("300 miembros")


async def test_last_year_is_shown_beside_it_and_has_fewer() -> None:
    report = await yearly_report(DEMO, 2021, NOW, EASTERN)
    calls = report[FigureId.A1]
    assert calls.before
    assert 1_000 < int(calls.before.value or 0) < int(calls.cell.value or 0) / 2


async def test_voiding_one_call_one_only_service_and_one_member_lowers_each_by_one() -> None:
    before = await figures_of_2021()
    call = await one_id("select id from counted_call where counted_on = '2021-06-15' and outcome = 'reached' limit 1")
    only_service = await one_id("""
        select min(id::text)::uuid from counted_service_event where extract(year from happened_on) = 2021
          and program in ('mental_health_support', 'crisis_intervention')
        group by family having count(*) = 1 limit 1
    """)
    member = await one_id(
        "select id from counted_faon_member where joined_on < '2020-01-01' and left_on is null limit 1"
    )
    await corrections.void_call(DEMO, call, VoidReason.TEST_ENTRY, NOW)
    await referrals.void_service_event(DEMO, only_service, VoidReason.TEST_ENTRY, NOW)
    await referrals.void_member(DEMO, member, VoidReason.TEST_ENTRY, NOW)
    assert await figures_of_2021() == [number - 1 for number in before]


async def test_every_row_was_made_by_the_generator() -> None:
    """A table that is forgotten when rows are written would be missed by nobody else."""
    async with acting_as(DEMO):
        empty = [
            table
            for table in (
                *("blocked_person", "consent", "debrief", "escalation", "task", "time_away", "follow_up_move"),
                *("activity", "other_hours"),
            )
            if not await connection().fetchval(f'select exists (select from "{table}")')
        ]
    assert not empty

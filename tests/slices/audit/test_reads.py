"""Whoever sees a family's words leaves a row for each of them, and nobody sees them without."""

import re
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in
from tests.browser.inhabitants import Inhabitants, move_in
from tests.browser.site import EVENING
from tests.browser.test_pages import address, routes_of

import teamhope
from teamhope.accounts import service as accounts
from teamhope.accounts import service_people
from teamhope.audit.service import keep_reads
from teamhope.calls import service_drafts
from teamhope.calls.rules_drafts import Typed
from teamhope.families import service as families
from teamhope.kit import clock, crypto
from teamhope.kit.database import OutsideTransaction, acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables import reads
from teamhope.tables.families import Contact
from teamhope.vocabulary.people import DOORKEEPER, PERSON_ROLES, WORKER, Actor, Role, command

NAME = re.compile(r"Zoe\w+")
OPENS = re.compile(r"crypto\.unseal\(|import unseal")
_numbers = count(1)


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(db.owner)
    yield found
    await found.close()


async def reads_of(owner: asyncpg.Connection, actor: Actor, since: int = 0) -> list[tuple[str, UUID]]:
    sql = """
        select subject_kind, subject from audit_event
        where act = 'read' and actor_person is not distinct from $1 and actor_role = $2 and seq > $3 order by seq
    """
    rows = await owner.fetch(sql, actor.person_id, actor.role, since)
    return [(row["subject_kind"], row["subject"]) for row in rows]


async def last_seq(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select coalesce(max(seq), 0) from audit_event")
    return found


async def name_of(contact: UUID) -> str:
    async with acting_as(TESTS):
        row = await Contact.select(Contact.first_name).where(Contact.id == contact).first()
        return Contact.first_name.unseal(contact, row["first_name"])


# The columns


async def test_a_read_and_its_record_are_kept_together_or_not_at_all(owner: asyncpg.Connection) -> None:
    request = await world.family_request()
    cora = (await world.staff()).actor
    await families.show_family(cora, request.family_id)
    assert await reads_of(owner, cora) == [("contact", request.contact_id), ("contact_phone", request.phone_id)]

    async def failing(*_: object) -> None:
        raise asyncpg.InsufficientPrivilegeError("no row can be added")

    reads.record_with(failing)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await families.show_family(cora, request.family_id)
    finally:
        keep_reads(clock.now)
    assert len(await reads_of(owner, cora)) == 2


async def test_when_the_database_takes_no_audit_row_the_page_shows_nothing(owner: asyncpg.Connection) -> None:
    request, cora = await world.family_request(), await world.staff()
    async with browser() as client:
        await sign_in(client, cora)
        await owner.execute("alter table audit_event add constraint full_disk check (act <> 'read') not valid")
        try:
            answer = await client.get(f"/families/{request.family_id}")
        finally:
            await owner.execute("alter table audit_event drop constraint full_disk")
        assert answer.status_code == 500
        assert request.first_name not in answer.text
        assert (await client.get(f"/families/{request.family_id}")).status_code == 200


async def test_what_is_rolled_back_was_not_read(owner: asyncpg.Connection) -> None:
    request, cora = await world.family_request(), (await world.staff()).actor
    with pytest.raises(ZeroDivisionError):
        async with acting_as(cora):
            await families.show_family(cora, request.family_id)
            raise ZeroDivisionError
    assert await reads_of(owner, cora) == []


async def test_a_row_is_recorded_once_for_each_use_case(owner: asyncpg.Connection) -> None:
    request, cora = await world.family_request(), (await world.staff()).actor
    async with acting_as(cora):
        await families.show_family(cora, request.family_id)
        await families.show_family(cora, request.family_id)
    assert await reads_of(owner, cora) == [("contact", request.contact_id), ("contact_phone", request.phone_id)]


@pytest.mark.parametrize("process", [WORKER, DOORKEEPER, command("report")])
async def test_processes_show_nobody_anything(owner: asyncpg.Connection, process: Actor) -> None:
    request = await world.family_request()
    async with acting_as(TESTS):
        row = await Contact.select().where(Contact.id == request.contact_id).first()
    before = await last_seq(owner)
    async with acting_as(process):
        Contact.first_name.unseal(row["id"], row["first_name"])
    assert await last_seq(owner) == before


@pytest.mark.parametrize("inner", [WORKER, DOORKEEPER, command("first call")])
async def test_a_process_inside_a_persons_transaction_reads_for_her(owner: asyncpg.Connection, inner: Actor) -> None:
    request, cora = await world.family_request(), (await world.staff()).actor
    async with acting_as(TESTS):
        row = await Contact.select().where(Contact.id == request.contact_id).first()
    async with acting_as(cora), acting_as(inner):
        Contact.first_name.unseal(row["id"], row["first_name"])
    assert await reads_of(owner, cora) == [("contact", request.contact_id)]


async def test_a_person_inside_a_processes_transaction_reads_for_herself(owner: asyncpg.Connection) -> None:
    request, cora = await world.family_request(), (await world.staff()).actor
    async with acting_as(WORKER):
        async with acting_as(cora):
            await families.show_family(cora, request.family_id)
        assert await connection().fetchval("select current_setting('actor.role')") == "worker"
    assert len(await reads_of(owner, cora)) == 2


async def test_a_token_without_a_person_reads_as_its_role(owner: asyncpg.Connection) -> None:
    request, token = await world.family_request(), Actor(Role.COORDINATOR)
    before = await last_seq(owner)
    await families.show_family(token, request.family_id)
    assert len(await reads_of(owner, token, before)) == 2


async def test_outside_a_transaction_nothing_that_counts_is_opened() -> None:
    id_ = uuid4()
    with pytest.raises(OutsideTransaction):
        Contact.first_name.unseal(id_, Contact.first_name.seal(id_, "Zoe"))


async def test_where_nobody_records_nothing_is_opened() -> None:
    id_, sealed = uuid4(), crypto.seal(crypto.keys(), "", "")
    reads.record_with(None)  # type: ignore[arg-type]
    try:
        with pytest.raises(reads.NobodyRecords):
            async with acting_as(Actor(Role.COORDINATOR)):
                Contact.first_name.unseal(id_, sealed)
    finally:
        keep_reads(clock.now)


# What does not count


async def test_ones_own_row_and_draft_are_not_reads(owner: asyncpg.Connection) -> None:
    vera = await world.volunteer(role=Role.VOLUNTEER)
    request = await world.family_request(status="matched")
    it = await world.follow_up(await world.match(request, vera), clock.now())
    typed = Typed("She sounded tired, quill7.", uuid4(), 0)
    await service_drafts.save_draft(vera.actor, it.id, typed, clock.now())
    before = await last_seq(owner)
    draft = await service_drafts.load_draft(vera.actor, it.id, clock.now())
    assert draft is not None
    assert await reads_of(owner, vera.actor, before) == []


async def test_anothers_address_is_a_read_and_her_name_is_not(owner: asyncpg.Connection) -> None:
    ada, cora = await world.staff(Role.ADMIN), await world.staff()
    await accounts.list_names(ada.actor)
    assert await reads_of(owner, ada.actor) == []
    await service_people.show_account(ada.actor, cora.id)
    assert await reads_of(owner, ada.actor) == [("person", cora.id)]
    await service_people.show_account(ada.actor, ada.id)
    assert await reads_of(owner, ada.actor) == [("person", cora.id)]


# Every page


@pytest.fixture(scope="module")
async def inhabitants(db: Addresses) -> Inhabitants:
    """Each contact with a name that no other has."""
    seen = await move_in(EVENING)
    async with acting_as(TESTS):
        for row in await Contact.select(Contact.id):
            name = f"Zoe{next(_numbers)}x"
            sealed = Contact.first_name.seal(row["id"], name)
            await Contact.update({Contact.first_name: sealed}).where(Contact.id == row["id"])
    return seen


async def contacts() -> dict[str, UUID]:
    async with acting_as(TESTS):
        rows = await Contact.select(Contact.id, Contact.first_name)
        return {Contact.first_name.unseal(row["id"], row["first_name"]): row["id"] for row in rows}


# Whose pages show families; leadership and auditors see none.
SEE_NAMES = frozenset({Role.COORDINATOR, Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.ADMIN})


@pytest.mark.parametrize("role", sorted(PERSON_ROLES))
async def test_every_page_leaves_a_row_for_each_contact_that_it_names(
    owner: asyncpg.Connection, inhabitants: Inhabitants, role: Role
) -> None:
    whose, who = await contacts(), inhabitants.who(role)
    named = set()
    async with browser(now=lambda: EVENING) as client:
        await sign_in(client, who)
        for route in routes_of(role):
            before = await last_seq(owner)
            answer = await client.get(address(route, role, inhabitants), follow_redirects=True)
            shown = {whose[name] for name in NAME.findall(answer.text)}
            recorded = {subject for kind, subject in await reads_of(owner, who.actor, before) if kind == "contact"}
            assert shown <= recorded, route
            named |= shown
    assert bool(named) is (role in SEE_NAMES)


def test_nothing_opens_a_value_but_its_column() -> None:
    """What would open one without its column would leave no row."""
    source = Path(teamhope.__file__).parent
    openers = {path for path in source.rglob("*.py") if OPENS.search(path.read_text())}
    assert {str(path.relative_to(source)) for path in openers} == {"tables/columns.py"}

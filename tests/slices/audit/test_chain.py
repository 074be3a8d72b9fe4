"""The chain in the database: sealing while others write, and every way of tampering as the tables' owner."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from teamhope.audit import service, service_chain
from teamhope.audit.rules_chain import Fault, FaultKind
from teamhope.audit.service_chain import Proof, seal_waiting
from teamhope.kit import clock, database
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import WORKER, Actor, Role, command

NOW = clock.now()
CORA = Actor(Role.COORDINATOR, uuid4())
VERIFY, PURGE = command("audit verify"), command("purge")


async def write(count: int = 3, at: datetime = NOW) -> None:
    async with acting_as(CORA):
        for _ in range(count):
            await service.record(CORA, "searched_families", ("family", None), at)


async def proved() -> tuple[Proof, list[Fault]]:
    found: list[Fault] = []
    return await service_chain.verify(VERIFY, found.append), found


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """With an empty chain before and after."""
    connection = await asyncpg.connect(db.owner)
    empty = "delete from audit_event; delete from audit_unsealed; delete from audit_seal"
    await connection.execute(empty)
    yield connection
    await connection.execute(empty)
    await connection.close()


async def one_of(owner: asyncpg.Connection, seal: int) -> UUID:
    found: UUID = await owner.fetchval("select events[2] from audit_seal where number = $1", seal)
    return found


async def two_seals() -> None:
    await write()
    await seal_waiting(NOW)
    await write()
    await seal_waiting(NOW)


async def test_whoever_may_read_nothing_of_it_reads_nothing(owner: asyncpg.Connection) -> None:
    await two_seals()
    await write(1)
    for role in (Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.LEADERSHIP, Role.COORDINATOR):
        async with acting_as(Actor(role, uuid4())):
            for table in ("audit_event", "audit_seal", "audit_unsealed"):
                assert await database.connection().fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR, Role.COORDINATOR, Role.WORKER, Role.COMMAND])
async def test_the_application_changes_no_row_and_no_seal(owner: asyncpg.Connection, role: Role) -> None:
    await two_seals()
    for statement in (
        "update audit_event set act = ''",
        "delete from audit_event",
        "update audit_seal set sealed_at = now()",
        "delete from audit_seal",
        "update audit_unsealed set seq = 0",
        "insert into audit_unsealed values (0, gen_random_uuid())",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting_as(Actor(role, uuid4())):
                await database.connection().execute(statement)


async def test_what_was_written_is_sealed_and_proved(owner: asyncpg.Connection) -> None:
    await two_seals()
    await write(2)
    proof, found = await proved()
    assert found == []
    assert (proof.seals, proof.rows, proof.dropped_rows, proof.faults) == (2, 6, 0, 0)
    assert (proof.tail.rows, proof.tail.since) == (2, NOW)
    assert proof.last is not None
    assert proof.last.link.number == 2


async def test_with_nothing_to_seal_there_is_no_seal(owner: asyncpg.Connection) -> None:
    await seal_waiting(NOW)
    proof, found = await proved()
    assert (proof.seals, proof.tail.rows, proof.last, found) == (0, 0, None, [])


async def test_one_seal_holds_one_month(owner: asyncpg.Connection) -> None:
    end = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    await write(2, end)
    await write(2, end + timedelta(seconds=1))
    await seal_waiting(NOW)
    seals = await owner.fetch("select month, cardinality(events) as rows from audit_seal order by number")
    assert [(row["month"].isoformat(), row["rows"]) for row in seals] == [("2026-10-01", 2), ("2026-11-01", 2)]
    assert (await proved())[1] == []


async def test_more_than_a_batch_is_sealed_in_one_pass(
    owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("queries_chain", "rules_chain"):
        monkeypatch.setattr(f"teamhope.audit.{module}.BATCH", 4)
    await write(11)
    await seal_waiting(NOW)
    assert await owner.fetchval("select array_agg(cardinality(events) order by number) from audit_seal") == [4, 4, 3]
    assert (await proved())[1] == []


TAMPERINGS = {
    "act": "update audit_event set act = 'nothing' where id = $1",
    "who": "update audit_event set actor_person = gen_random_uuid() where id = $1",
    "a role that nobody has": "update audit_event set actor_role = 'nobody' where id = $1",
    "when": "update audit_event set at = at - interval '1 second' where id = $1",
    "of what": "update audit_event set subject = gen_random_uuid() where id = $1",
    "signature": "update audit_event set hmac = 'x' where id = $1",
}


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
async def test_a_changed_row_is_named(owner: asyncpg.Connection, tampering: str) -> None:
    await two_seals()
    event = await one_of(owner, 1)
    await owner.execute(tampering, event)
    assert (await proved())[1] == [Fault(FaultKind.ROW_CHANGED, event)]


async def test_a_deleted_row_is_named(owner: asyncpg.Connection) -> None:
    await two_seals()
    event = await one_of(owner, 2)
    await owner.execute("delete from audit_event where id = $1", event)
    assert (await proved())[1] == [Fault(FaultKind.ROW_DELETED, event)]


async def test_a_row_deleted_before_it_was_sealed_is_named_for_ever(owner: asyncpg.Connection) -> None:
    await write()
    event = await owner.fetchval("delete from audit_event where seq = (select min(seq) from audit_event) returning id")
    assert (await proved())[1] == [Fault(FaultKind.ROW_DELETED, event)]
    await seal_waiting(NOW)
    assert (await proved())[1] == [Fault(FaultKind.ROW_DELETED, event)]


INSERTED = """
    insert into audit_event (id, at, actor_role, act, subject_kind, hmac)
    values (gen_random_uuid(), now(), 'coordinator', 'read', 'contact', 'x') returning id
"""


async def test_an_inserted_row_is_named_and_goes_on_being_named_once_sealed(owner: asyncpg.Connection) -> None:
    await two_seals()
    event = await owner.fetchval(INSERTED)
    assert (await proved())[1] == [Fault(FaultKind.ROW_CHANGED, event)]
    await seal_waiting(NOW)
    assert (await proved())[1] == [Fault(FaultKind.ROW_CHANGED, event)]


async def test_a_row_inserted_past_the_trigger_is_named(owner: asyncpg.Connection) -> None:
    await two_seals()
    async with owner.transaction():
        await owner.execute("alter table audit_event disable trigger waits_for_its_seal")
        event = await owner.fetchval(INSERTED)
        await owner.execute("alter table audit_event enable trigger waits_for_its_seal")
    assert (await proved())[1] == [Fault(FaultKind.ROW_INSERTED, event)]


async def test_a_row_taken_out_of_its_seal_is_named_with_the_seal(owner: asyncpg.Connection) -> None:
    await two_seals()
    event = await one_of(owner, 1)
    await owner.execute("update audit_seal set events = array_remove(events, $1) where number = 1", event)
    assert (await proved())[1] == [Fault(FaultKind.SEAL_CHANGED, 1), Fault(FaultKind.ROW_INSERTED, event)]


async def test_swapped_seals_are_named(owner: asyncpg.Connection) -> None:
    await two_seals()
    for number, other in ((1, 9), (2, 1), (9, 2)):
        await owner.execute("update audit_seal set number = $2 where number = $1", number, other)
    found = (await proved())[1]
    assert {(fault.kind, fault.where) for fault in found} == {
        (kind, number) for kind in (FaultKind.LINK_BROKEN, FaultKind.SEAL_CHANGED) for number in (1, 2)
    }


async def test_a_removed_seal_breaks_the_chain_and_leaves_its_rows_bare(owner: asyncpg.Connection) -> None:
    await two_seals()
    events = await owner.fetchval("delete from audit_seal where number = 1 returning events")
    found = (await proved())[1]
    assert found[0] == Fault(FaultKind.LINK_BROKEN, 2)
    assert {fault.where for fault in found[1:]} == set(events)


async def test_the_last_seal_and_its_rows_vanish_only_from_who_did_not_note_it(owner: asyncpg.Connection) -> None:
    await two_seals()
    before = (await proved())[0].last
    events = await owner.fetchval("delete from audit_seal where number = 2 returning events")
    await owner.execute("delete from audit_event where id = any($1)", events)
    proof, found = await proved()
    assert found == []
    assert proof.last != before


# Dropping


async def test_whole_sealed_months_are_dropped_and_said_to_be(owner: asyncpg.Connection, db: Addresses) -> None:
    august, september = datetime(2026, 8, 15, tzinfo=UTC), datetime(2026, 9, 15, tzinfo=UTC)
    await write(3, august)
    await write(2, september)
    await seal_waiting(NOW)
    async with acting_as(PURGE):
        assert await service.count_sealed_months(datetime(2026, 9, 30, 23, tzinfo=UTC)) == 3
    async with database.pool_of(db.owner, guarded=False), acting_as(PURGE):
        assert await service.drop_sealed_months(datetime(2026, 8, 31, 23, tzinfo=UTC), NOW) == 0
        assert await service.drop_sealed_months(datetime(2026, 9, 30, 23, tzinfo=UTC), NOW) == 3
        assert await service.drop_sealed_months(datetime(2026, 9, 30, 23, tzinfo=UTC), NOW) == 0
    assert await owner.fetchval("select count(*) from audit_event") == 2
    proof, found = await proved()
    assert (found, proof.rows, proof.dropped_rows) == ([], 2, 3)
    await write(1)
    await seal_waiting(NOW)
    assert (await proved())[1] == []


async def test_a_month_with_a_row_that_waits_is_not_whole(owner: asyncpg.Connection, db: Addresses) -> None:
    august = datetime(2026, 8, 15, tzinfo=UTC)
    await write(3, august)
    await seal_waiting(NOW)
    await write(1, august)
    async with database.pool_of(db.owner, guarded=False), acting_as(PURGE):
        assert await service.drop_sealed_months(NOW, NOW) == 0


async def test_a_seal_that_does_not_prove_its_rows_keeps_them(owner: asyncpg.Connection, db: Addresses) -> None:
    august = datetime(2026, 8, 15, tzinfo=UTC)
    await write(3, august)
    await seal_waiting(NOW)
    event = await one_of(owner, 1)
    await owner.execute(TAMPERINGS["act"], event)
    async with database.pool_of(db.owner, guarded=False), acting_as(PURGE):
        assert await service.drop_sealed_months(NOW, NOW) == 0
    assert (await proved())[1] == [Fault(FaultKind.ROW_CHANGED, event)]


async def test_a_forged_dropping_is_named(owner: asyncpg.Connection) -> None:
    await two_seals()
    await owner.execute(
        "delete from audit_event where id = any(select unnest(events) from audit_seal where number = 1)"
    )
    await owner.execute("update audit_seal set dropped_at = now(), dropped_hmac = 'x' where number = 1")
    assert (await proved())[1] == [Fault(FaultKind.DROP_FORGED, 1)]


# Together


async def test_while_others_write_and_seal_no_row_is_lost_or_sealed_twice(owner: asyncpg.Connection) -> None:
    async def writes() -> None:
        for _ in range(15):
            await write(2)

    async def seals() -> None:
        for _ in range(15):
            await seal_waiting(NOW)

    await asyncio.gather(*(writes() for _ in range(4)), *(seals() for _ in range(2)))
    await seal_waiting(NOW)
    sealed = await owner.fetch("select unnest(events) as event from audit_seal")
    written = await owner.fetch("select id from audit_event")
    assert len(sealed) == len(written) == 120
    assert {row["event"] for row in sealed} == {row["id"] for row in written}
    assert (await proved())[1] == []


async def test_a_row_whose_number_is_older_than_a_sealed_one_is_sealed_later(owner: asyncpg.Connection) -> None:
    async with acting_as(CORA):
        await service.record(CORA, "searched_families", ("family", None), NOW)
        await asyncio.create_task(_elsewhere())
    await seal_waiting(NOW)
    proof, found = await proved()
    assert (found, proof.rows, proof.tail.rows) == ([], 2, 0)


async def _elsewhere() -> None:
    database.ENGINE.current_transaction.set(None)
    await write(1)
    await seal_waiting(NOW)


async def test_only_the_worker_takes_a_row_from_those_that_wait(owner: asyncpg.Connection) -> None:
    await write(1)
    for actor, done in ((Actor(Role.ADMIN, uuid4()), "DELETE 0"), (VERIFY, "DELETE 0"), (WORKER, "DELETE 1")):
        async with acting_as(actor):
            assert await database.connection().execute("delete from audit_unsealed") == done

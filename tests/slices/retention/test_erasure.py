"""A family that asks is erased by the next purge, and stays erased whatever backup is restored."""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL
from subprocess import PIPE

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.retention.kit import (
    DAY,
    Planted,
    as_owner,
    everything,
    figures,
    found_in_database,
    list_in,
    plant,
    purge,
    value,
)

from teamhope import backups, restores
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.retention import erasure_list, service, service_families
from teamhope.retention.erasure_list import ErasureListProblem
from teamhope.retention.rules import ERASURES, LegalHoldReason
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.timeout(120)
NOW = datetime(2031, 6, 15, 3, 30, tzinfo=UTC)
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def erasures(tmp_path: Path) -> Iterator[Path]:
    erasure_list.use_erasure_list(list_in(tmp_path))
    yield list_in(tmp_path)
    erasure_list._path = None


async def ask(family: Planted, reference: str = "") -> None:
    coordinator = await world.staff(Role.COORDINATOR)
    typed = reference or family.match.request.family_no
    await service_families.ask_erasure(coordinator.actor, family.family_id, typed, NOW)


async def test_a_volunteer_sees_nothing_to_erase(db: Addresses) -> None:
    family = await plant(db, NOW - MONTH)
    with pytest.raises(NotFound):
        await service_families.ask_erasure(family.match.volunteer.actor, family.family_id, "", NOW)


@pytest.mark.parametrize("typed", ["", "F-TEST-99999", "yes"])
async def test_without_its_reference_nothing_happens(db: Addresses, typed: str) -> None:
    family = await plant(db, NOW - MONTH)
    coordinator = await world.staff(Role.COORDINATOR)
    with pytest.raises(Invalid):
        await service_families.ask_erasure(coordinator.actor, family.family_id, typed, NOW)
    assert await value("select count(*) from erasure_request where family = $1", family.family_id) == 0


async def test_asked_twice_is_told(db: Addresses) -> None:
    family = await plant(db, NOW - MONTH)
    await ask(family)
    with pytest.raises(Refused, match="erasure_asked_before"):
        await ask(family)


async def test_not_under_a_legal_hold_nor_in_danger(db: Addresses) -> None:
    held, endangered = await plant(db, NOW - MONTH), await plant(db, NOW - MONTH)
    coordinator = await world.staff(Role.COORDINATOR)
    await service_families.place_hold(coordinator.actor, held.family_id, LegalHoldReason.SUBPOENA, NOW)
    with pytest.raises(Refused, match="legal_hold"):
        await ask(held)
    opened = "insert into escalation (id, family, level, opened_at) values (gen_random_uuid(), $1, 'urgent', $2)"
    async with acting_as(TESTS):
        await connection().execute(opened, endangered.family_id, NOW)
    with pytest.raises(Refused, match="danger"):
        await ask(endangered)


@pytest.mark.parametrize(
    "status", ["proposed_to_volunteer", "accepted", "introduced", "active", "paused", "transferring"]
)
async def test_whatever_went_on_ends_at_once(db: Addresses, status: str) -> None:
    who = await world.volunteer(now=NOW - MONTH)
    of_match = {"proposed_to_volunteer": "matching", "active": "active", "paused": "active"}
    asked = await world.family_request(status=of_match.get(status, "matched"), now=NOW - MONTH)
    match = await world.match(asked, who, status, now=NOW - MONTH)
    await world.follow_up(match, NOW + DAY, now=NOW - DAY)
    coordinator = await world.staff(Role.COORDINATOR)
    await service_families.ask_erasure(coordinator.actor, asked.family_id, asked.family_no, NOW)
    ended = "rejected_by_coordinator" if status == "proposed_to_volunteer" else "closed"
    assert await value("select status from match where id = $1", match.id) == ended
    assert await value("select status from support_request where id = $1", asked.id) == "closed"
    assert await value("select status from family where id = $1", asked.family_id) == "closed"
    assert await value("select held_at is not null from family where id = $1", asked.family_id)
    left = "select count(*) from follow_up where family = $1 and status in ('planned', 'due', 'retry_wait')"
    assert await value(left, asked.family_id) == 0 or status == "proposed_to_volunteer"


async def test_the_next_purge_erases_and_the_report_stays(db: Addresses, erasures: Path) -> None:
    family, other = await plant(db, NOW - MONTH), await plant(db, NOW - MONTH)
    before = await figures(2028, 2031, NOW)
    await ask(family)
    done = await purge(db, NOW)
    assert done[ERASURES] >= 1
    assert await found_in_database(db, family) == []
    assert await found_in_database(db, other) != []
    assert await figures(2028, 2031, NOW) == before
    assert family.family_id in [each.family for each in erasure_list.read(erasures)[0]]
    assert await value("select done_at from erasure_request where family = $1", family.family_id) == NOW


async def test_a_legal_hold_placed_after_it_was_asked_still_keeps(db: Addresses) -> None:
    family = await plant(db, NOW - MONTH)
    await ask(family)
    coordinator = await world.staff(Role.COORDINATOR)
    await service_families.place_hold(coordinator.actor, family.family_id, LegalHoldReason.COURT_ORDER, NOW)
    await purge(db, NOW)
    assert await value("select status from family where id = $1", family.family_id) == "closed"
    await service_families.lift_hold(coordinator.actor, family.family_id, NOW)
    await purge(db, NOW)
    assert await value("select status from family where id = $1", family.family_id) == "anonymised"


async def test_whoever_counts_as_the_same_family_goes_too(db: Addresses, erasures: Path) -> None:
    first, again = await plant(db, NOW - MONTH), await plant(db, NOW - MONTH)
    async with acting_as(TESTS):
        await connection().execute(
            "update family set duplicate_of = $2 where id = $1", first.family_id, again.family_id
        )
    await ask(first)
    await purge(db, NOW)
    for each in (first, again):
        assert await found_in_database(db, each) == []
    listed = {each.family for each in erasure_list.read(erasures)[0]}
    assert {first.family_id, again.family_id} <= listed


async def test_a_list_that_cannot_be_written_keeps_the_family(db: Addresses, tmp_path: Path) -> None:
    family = await plant(db, NOW - MONTH)
    await ask(family)
    (tmp_path / "blocked").write_text("")
    erasure_list.use_erasure_list(tmp_path / "blocked" / "erasures.jsonl")
    with pytest.raises(ErasureListProblem):
        await purge(db, NOW)
    assert await value("select status from family where id = $1", family.family_id) == "closed"
    assert await value("select count(*) from contact_phone where family = $1", family.family_id) == 1
    erasure_list.use_erasure_list(list_in(tmp_path))
    await purge(db, NOW)


# Backups --------------------------------------------------------------------------------------------------------------


async def test_an_older_backup_does_not_bring_the_family_back(db: Addresses, erasures: Path, tmp_path: Path) -> None:
    family = await plant(db, NOW - MONTH)
    before = await figures(2028, 2031, NOW)
    file = await backups.back_up(db.owner, tmp_path / "older.backup", NOW)
    await ask(family)
    await purge(db, NOW)
    await restores.restore(db.owner, file, replace=True)
    assert await found_in_database(db, family) != []
    assert await restores.finish(db.owner, erasures, NOW + DAY) >= 1
    assert await found_in_database(db, family) == []
    assert await figures(2028, 2031, NOW) == before
    assert await restores.finish(db.owner, erasures, NOW + DAY) == 0


async def test_a_backup_from_the_middle_of_a_match_is_no_different(
    db: Addresses, erasures: Path, tmp_path: Path
) -> None:
    who = await world.volunteer(now=NOW - MONTH)
    asked = await world.family_request(first_name="Zqxmiddle", status="active", now=NOW - MONTH)
    match = await world.match(asked, who, "active", now=NOW - MONTH)
    await world.follow_up(match, NOW + DAY, now=NOW - DAY)
    opened = "insert into escalation (id, family, level, opened_at) values (gen_random_uuid(), $1, 'urgent', $2)"
    async with acting_as(TESTS):
        await connection().execute(opened, asked.family_id, NOW)
    file = await backups.back_up(db.owner, tmp_path / "middle.backup", NOW)
    erasure_list.append(erasures, [asked.family_id], NOW)
    await restores.restore(db.owner, file, replace=True)
    await restores.finish(db.owner, erasures, NOW + DAY)
    assert await value("select status from family where id = $1", asked.family_id) == "anonymised"
    assert await value("select status from match where id = $1", match.id) == "closed"
    assert await value("select status from escalation where family = $1", asked.family_id) == "closed"
    assert await value("select done_at is not null from erasure_request where family = $1", asked.family_id)


async def test_forged_lines_are_named_after_the_others_were_done(db: Addresses, erasures: Path) -> None:
    family, other = await plant(db, NOW - MONTH), await plant(db, NOW - MONTH)
    erasure_list.append(erasures, [family.family_id, family.family_id], NOW)
    forged = erasures.read_text().replace(str(family.family_id), str(other.family_id), 1)
    erasures.write_text(forged)
    async with as_owner(db):
        with pytest.raises(ErasureListProblem, match=": 1\\."):
            await service.replay_erasures(erasures, NOW)
    assert await value("select status from family where id = $1", family.family_id) == "anonymised"
    assert await value("select status from family where id = $1", other.family_id) == "closed"


async def test_a_family_that_the_backup_does_not_know_is_passed_over(db: Addresses, erasures: Path) -> None:
    before = await everything(db)
    async with as_owner(db):
        assert await service.replay_erasures(erasures, NOW) == 0
        erasure_list.append(erasures, [(await plant(db, NOW - MONTH)).match.id], NOW)
        assert await service.replay_erasures(erasures, NOW) == 0
    assert before


# kill -9 --------------------------------------------------------------------------------------------------------------

PURGING = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from teamhope.kit import crypto
from teamhope.kit.database import pool_of
from teamhope.retention import erasure_list, service
from teamhope.vocabulary.programme import load_programme, use_programme
owner, now, folder = sys.argv[1:]
crypto.use_keys(crypto.KeyRing(keys=(b"e" * 32,), lookup=b"l" * 32, signing=b"s" * 32))
use_programme(load_programme())
erasure_list.use_erasure_list(Path(folder))
async def main():
    async with pool_of(owner, most=2, guarded=False):
        print("ready", flush=True)
        await service.purge(datetime.fromisoformat(now), dry_run=False)
asyncio.run(main())
"""


async def killed_after(db: Addresses, erasures: Path, seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PURGING, db.owner, NOW.isoformat(), str(erasures), stdout=PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    await asyncio.sleep(seconds)
    if process.returncode is None:
        os.kill(process.pid, SIGKILL)
    await process.wait()


async def standing(owner: asyncpg.Connection, family: Planted) -> str:
    """`whole`, `gone`, or what is neither."""
    status = await owner.fetchval("select status from family where id = $1", family.family_id)
    parts = [
        await owner.fetchval(f"select count(*) from {table} where family = $1", family.family_id)
        for table in ("contact_phone", "blocked_person", "consent")
    ]
    if status == "anonymised" and not any(parts):
        return "gone"
    return "whole" if status == "closed" and all(parts) else f"{status} {parts}"


async def test_killed_at_any_moment_each_family_is_whole_or_gone(db: Addresses, erasures: Path) -> None:
    families = [await plant(db, NOW - 4 * 366 * DAY) for _ in range(12)] + [
        await plant(db, NOW - MONTH) for _ in range(6)
    ]
    for family in families[12:]:
        await ask(family)
    before, seen = await figures(2026, 2031, NOW), set[str]()
    owner = await asyncpg.connect(db.owner)
    for round_ in range(8):
        await killed_after(db, erasures, 0.03 + 0.04 * round_)
        now_standing = {family.family_id: await standing(owner, family) for family in families}
        assert set(now_standing.values()) <= {"whole", "gone"}, now_standing
        seen |= set(now_standing.values())
        listed = {each.family for each in erasure_list.read(erasures)[0]}
        erased = {each.family_id for each in families[12:] if now_standing[each.family_id] == "gone"}
        assert erased <= listed
        assert await figures(2026, 2031, NOW) == before
    await owner.close()
    await purge(db, NOW)
    for family in families:
        assert await found_in_database(db, family) == []
    assert await figures(2026, 2031, NOW) == before
    assert seen == {"whole", "gone"}

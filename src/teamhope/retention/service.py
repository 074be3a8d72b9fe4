"""The purge: what is over goes, a family or person at a time, and every count stays as it was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as, take_time
from teamhope.retention import erasure_list, queries, queries_families, queries_people, queries_rows, service_endings
from teamhope.retention.erasure_list import Erasure, ErasureListProblem
from teamhope.retention.rules import ERASURES, PERIODS, Kind, cutoff
from teamhope.vocabulary.people import Actor, command

PURGE: Final = command("purge")
REPLAY: Final = command("replay erasures")


async def purge(now: datetime, *, dry_run: bool) -> dict[str, int]:
    """Rows, families and people by kind that went, or with `dry_run` would go; nothing is changed then.

    On the owner's pool: the application may not delete. One transaction for each kind, family and person, so that a
    crash leaves each whole or gone, and a second purge does the rest. Raises ErasureListProblem.
    """
    async with acting_as(PURGE):
        days = await _days()
        due = await _count(days, now)
    if dry_run:
        return due
    before = {kind: cutoff(kind, days[kind], now) for kind in PERIODS}
    done = {kind.value: await _purge_rows(kind, before[kind]) for kind in queries_rows.ROW_KINDS}
    done[Kind.CONTACT_DATA.value] = await _anonymise_families(before[Kind.CONTACT_DATA], now)
    done[ERASURES] = await _erase_families(now)
    done[Kind.PEOPLE.value] = await _forget_people(before[Kind.PEOPLE], now)
    done[Kind.AUDIT.value] = await _drop_audit(before[Kind.AUDIT], now)
    return done


async def count_due(actor: Actor, now: datetime) -> dict[str, int]:
    """What a purge at `now` would take, as counts, on any pool: `actor` sees no row of it."""
    async with acting_as(actor):
        await audit.record(actor, "previewed_purge", ("retention_period", None), now)
        async with acting_as(PURGE):
            return await _count(await _days(), now)


async def replay_erasures(erasures: Path, now: datetime) -> int:
    """Erases again whom the list names and a restored backup has brought back; how many.

    Raises ErasureListProblem naming the lines that cannot be believed, after the others were done.
    """
    found, wrong = erasure_list.read(erasures)
    done = sum([await _erase_again(erasure, now) for erasure in found])
    if wrong:
        numbers = ", ".join(map(str, wrong))
        raise ErasureListProblem(f"{erasures}: these lines were not written by this deployment or changed: {numbers}.")
    return done


async def _days() -> Mapping[Kind, int]:
    decided = await queries_rows.load_days()
    return {kind: decided.get(kind, period.default) for kind, period in PERIODS.items()}


async def _count(days: Mapping[Kind, int], now: datetime) -> dict[str, int]:
    before = {kind: cutoff(kind, days[kind], now) for kind in PERIODS}
    rows = {kind.value: await queries_rows.count_rows(kind, before[kind]) for kind in queries_rows.ROW_KINDS}
    return rows | {
        Kind.CONTACT_DATA.value: len(await queries_families.list_due(before[Kind.CONTACT_DATA])),
        ERASURES: len(await queries_families.list_asked()),
        Kind.PEOPLE.value: len(await queries_people.list_left(before[Kind.PEOPLE])),
        Kind.AUDIT.value: await audit.count_sealed_months(before[Kind.AUDIT]),
    }


async def _purge_rows(kind: Kind, before: datetime) -> int:
    async with acting_as(PURGE):
        await take_time()
        return await queries_rows.purge_rows(kind, before)


async def _anonymise_families(before: datetime, now: datetime) -> int:
    async with acting_as(PURGE):
        await take_time()
        due = await queries_families.list_due(before)
    return sum([await _anonymise_if_due(root, before, now) for root in due])


async def _anonymise_if_due(root: UUID, before: datetime, now: datetime) -> bool:
    async with acting_as(PURGE):
        members = await queries_families.lock_members(root)
        if not await queries_families.list_due(before, root):
            return False  # somebody opened it again meanwhile
        await queries_families.anonymise(members, now)
        await audit.record(PURGE, "anonymised_family", ("family", root), now)
    return True


async def _erase_families(now: datetime) -> int:
    async with acting_as(PURGE):
        asked = await queries_families.list_asked()
    for root in asked:
        async with acting_as(PURGE):
            members = await queries_families.lock_members(root)
            await _erase(PURGE, members, now)
            await queries.finish_erasure(members, now)
            # Before the commit: a list that names one too many harms nobody, one too few brings a family back.
            erasure_list.append(erasure_list.list_in_use(), members, now)
    return len(asked)


async def _erase_again(erasure: Erasure, now: datetime) -> bool:
    async with acting_as(REPLAY):
        if not await queries_families.lock_named(erasure.family):
            return False
        await queries_families.end_danger([erasure.family], now)
        await _erase(REPLAY, [erasure.family], now)
        await queries.enter_erasure(erasure.family, erasure.erased_at, now)
    return True


async def _erase(actor: Actor, members: Sequence[UUID], now: datetime) -> None:
    await service_endings.end_everything(actor, members, now)
    await queries_families.anonymise(members, now)
    for family_id in members:
        await audit.record(actor, "erased_family", ("family", family_id), now)


async def _forget_people(before: datetime, now: datetime) -> int:
    async with acting_as(PURGE):
        left = await queries_people.list_left(before)
    return sum([await _forget_if_left(person_id, before, now) for person_id in left])


async def _forget_if_left(person_id: UUID, before: datetime, now: datetime) -> bool:
    async with acting_as(PURGE):
        await queries_people.lock_person(person_id)
        if not await queries_people.list_left(before, person_id):
            return False
        await queries_people.forget(person_id, now)
        await audit.record(PURGE, "anonymised_person", ("person", person_id), now)
    return True


async def _drop_audit(before: datetime, now: datetime) -> int:
    async with acting_as(PURGE):
        await take_time()
        return await audit.drop_sealed_months(before, now)

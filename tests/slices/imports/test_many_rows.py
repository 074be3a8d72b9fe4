"""Many rows at once: checked against each other, with few statements, and while others are answered."""

import asyncio
from time import perf_counter
from typing import Any

import pytest
from tests import world
from tests.slices.imports.files import a_family, a_file, a_volunteer

from teamhope.imports import service
from teamhope.imports.rules import Choice, ImportKind
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Actor

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(60)]
NOW = clock.now()
ONE = {ImportKind.VOLUNTEERS: a_volunteer, ImportKind.FAMILIES: a_family}


@pytest.fixture(scope="module")
async def cora(db: Addresses) -> Actor:
    return (await world.staff()).actor


def blocking(phone: str, scope: str = "") -> dict[str, str]:
    cells = {"blocked_phone_1": phone, "blocked_relation_1": "other parent", "blocked_scope_1": scope}
    return a_family() | cells


async def test_a_number_that_another_row_blocks_is_told_before_anything_is_imported(cora: Actor) -> None:
    before, after, alone = (world.a_phone(world.number()) for _ in range(3))
    rows = [a_family(Phone=before), blocking(before), blocking(after), a_family(Phone=after)]
    rows += [blocking(alone, "no_release"), a_family(Phone=alone)]
    import_id = await service.upload(cora, ImportKind.FAMILIES, a_file(rows), NOW)
    report = (await service.show(cora, import_id, NOW)).report
    assert {row.number: row.problems for row in report.bad} == {
        2: (("phone", "phone_blocked_by_row", {"row": 3}),),
        5: (("phone", "phone_blocked_by_row", {"row": 4}),),
    }
    await service.confirm(cora, import_id, Choice(skip_bad=True), NOW)
    assert [row.number for row in (await service.show(cora, import_id, NOW)).made] == [3, 4, 6, 7]


@pytest.mark.parametrize("kind", ImportKind)
async def test_more_rows_ask_no_more_of_the_database(cora: Actor, kind: ImportKind) -> None:
    asked: list[int] = []
    for rows in (2, 9):
        import_id = await service.upload(cora, kind, a_file(ONE[kind]() for _ in range(rows)), NOW)
        statements: list[Any] = []
        async with acting_as(cora):
            with connection().query_logger(statements.append):
                await service.show(cora, import_id, NOW)
        asked.append(len(statements))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("kind", ImportKind)
async def test_others_are_answered_while_a_file_is_read(cora: Actor, kind: ImportKind) -> None:
    import_id = await service.upload(cora, kind, a_file(ONE[kind]() for _ in range(300)), NOW)
    showing, pauses, began = asyncio.create_task(service.show(cora, import_id, NOW)), [0.0], perf_counter()
    while not showing.done():
        before = perf_counter()
        await asyncio.sleep(0)
        pauses.append(perf_counter() - before)
    assert (await showing).report.bad == ()
    assert max(pauses) < (perf_counter() - began) / 3

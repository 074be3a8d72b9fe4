"""The auditor's sample: the same for the same seed, without persons, and nobody else's."""

import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import PERSON_ROLES, Role

YEAR = clock.now().year - 1
STARTED = datetime(YEAR, 6, 1, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
async def counted(db: Addresses) -> frozenset[UUID]:
    """Ten calls of the year that count; beside them a voided one, a corrected one, and one of the day before."""
    match = await world.match(await world.family_request(), await world.volunteer(), "active")
    made = [await world.call(match, now=STARTED + timedelta(days=n)) for n in range(9)]
    voided = await world.call(match, now=STARTED)
    corrected = await world.call(match, now=STARTED)
    made.append(await world.call(match, now=STARTED, corrects=corrected))
    await world.call(match, now=datetime(YEAR, 1, 1, 4, 59, tzinfo=UTC))  # in New York still the year before
    async with acting_as(TESTS):
        await connection().execute("update call set voided_at = now(), void_reason = 'duplicate' where id = $1", voided)
    return frozenset(made)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


def drawn(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[1:]


@pytest.mark.parametrize("path", ["/reports/sample", f"/reports/sample.csv?year={YEAR}&seed=x"])
@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.AUDITOR}))
async def test_nobody_else_draws_one(client: httpx.AsyncClient, path: str, role: Role) -> None:
    await sign_in(client, await world.staff(role))
    assert (await client.get(path)).status_code == 403


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.AUDITOR}))
async def test_the_view_shows_others_nothing(counted: frozenset[UUID], role: Role) -> None:
    async with acting_as((await world.staff(role)).actor):
        assert await connection().fetch("select * from audited_call") == []


async def test_the_same_seed_draws_the_same_calls_and_another_seed_others(
    client: httpx.AsyncClient, counted: frozenset[UUID]
) -> None:
    await sign_in(client, await world.staff(Role.AUDITOR))
    once, again, other = [
        drawn(await client.get(f"/reports/sample.csv?year={YEAR}&seed={seed}&size=10")) for seed in ("7", "7", "8")
    ]
    assert once == again
    assert [row[0] for row in once] != [row[0] for row in other]
    assert {UUID(row[0]) for row in once} == {UUID(row[0]) for row in other} == counted
    fewer = drawn(await client.get(f"/reports/sample.csv?year={YEAR}&seed=7&size=4"))
    assert fewer == once[:4]


async def test_a_call_is_told_by_its_times_and_outcome_alone(
    client: httpx.AsyncClient, counted: frozenset[UUID]
) -> None:
    await sign_in(client, await world.staff(Role.AUDITOR))
    row = drawn(await client.get(f"/reports/sample.csv?year={YEAR}&seed=7&size=1"))[0]
    assert len(row) == 5
    assert row[2:4] == ["reached", "600"]
    async with acting_as((await world.staff(Role.AUDITOR)).actor):
        columns = (await connection().fetchrow("select * from audited_call limit 1")).keys()
    assert set(columns) == {"id", "started_at", "outcome", "talk_seconds", "logged_at"}


async def test_the_page_shows_what_the_download_holds(client: httpx.AsyncClient, counted: frozenset[UUID]) -> None:
    await sign_in(client, await world.staff(Role.AUDITOR))
    shown = await client.get(f"/reports/sample?year={YEAR}&seed=7&size=200")
    assert all(str(each) in shown.text for each in counted)
    assert f"/reports/sample.csv?year={YEAR}&amp;seed=7&amp;size=200" in shown.text


@pytest.mark.parametrize("wrong", ["seed=a%20b", "seed=", "seed=7&size=201", "seed=7&size=0", "seed=7&who=me"])
async def test_a_wrong_answer_is_asked_again(client: httpx.AsyncClient, wrong: str) -> None:
    await sign_in(client, await world.staff(Role.AUDITOR))
    for path in ("/reports/sample", "/reports/sample.csv"):
        assert (await client.get(f"{path}?year={YEAR}&{wrong}")).status_code == 422
        assert (await client.get(f"{path}?year=1666&seed=7")).status_code == 422

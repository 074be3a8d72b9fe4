"""The figures of promises: who may count, and that page, API, CSV and command say the same."""

import csv
import html
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in, somebody
from tests.slices.reports.history import ZONE, noon
from tests.slices.reports.test_yearly_report import LEADERSHIP, TILE, run_command

from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.reports import service
from teamhope.reports.definitions import FigureId
from teamhope.reports.rules_cells import HIDDEN, Cell
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Role

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
DAY = date(2021, 5, 4)
COUNT = "select count(*) from counted_promise"
PROMISES = (FigureId.E0, FigureId.E1, FigureId.E3)


async def a_promise(who: world.AVolunteer, became: str, on: date = DAY, *, on_time: bool | None = True) -> None:
    """Of a family of its own."""
    of = await world.match(await world.family_request(now=noon(on), status="closed"), who, "closed", now=noon(on))
    counted: dict[str, Any] = {"counted_on": on, "counted_promise": became, "counted_on_time": on_time}
    await world.follow_up(of, noon(on), status="completed", now=noon(on), **counted)


@pytest.fixture(scope="module")
async def past(db: Addresses) -> world.AVolunteer:
    """2021: 10 kept, 5 late and not on time, 5 missed; 2022: 3 kept, too few to show."""
    who = await world.volunteer()
    for became, number, on_time in (("kept", 10, True), ("late", 5, False), ("missed", 5, False)):
        for _ in range(number):
            await a_promise(who, became, on_time=on_time)
    for _ in range(3):
        await a_promise(who, "kept", date(2022, 1, 1))
    return who


@pytest.fixture
async def client(past: world.AVolunteer) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


async def figures(year: int = 2021) -> dict[FigureId, Cell]:
    report = await service.yearly_report(LEADERSHIP, year, NOW, ZONE)
    return {figure.definition.id: figure.cell for figure in report.figures}


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.COORDINATOR, Role.LEADERSHIP}))
async def test_who_may_not_see_reports_counts_no_promise(past: world.AVolunteer, role: Role) -> None:
    async with acting_as(Actor(role, person_id=past.person_id, volunteer_id=past.id)):
        assert await connection().fetchval(COUNT) == 0


async def test_leadership_counts_promises_and_sees_none(past: world.AVolunteer) -> None:
    async with acting_as(LEADERSHIP):
        assert await connection().fetchval(COUNT) == 23
        assert await connection().fetchval("select count(*) from follow_up") == 0
        row = await connection().fetchrow("select * from counted_promise limit 1")
        assert set(row.keys()) == {"id", "family", "promised_on", "became", "on_time"}
        assert not await connection().fetchval("select has_table_privilege('counted_promise', 'insert, update')")


async def test_the_figures_of_2021(past: world.AVolunteer) -> None:
    shown = await figures()
    assert [shown[figure] for figure in PROMISES] == [Cell(0.5, of=20), Cell(0.5, of=20), Cell(0.25, of=20)]
    assert [(await figures(2022))[figure] for figure in PROMISES] == [HIDDEN] * 3


async def test_page_api_csv_and_command_agree(client: httpx.AsyncClient) -> None:
    await sign_in(client, await somebody(Role.LEADERSHIP, "promises@example.org"))
    page = html.unescape((await client.get("/reports/2021")).text)
    body = (await client.get("/reports/2021.json")).json()
    sheet = (await client.get("/reports/2021.csv")).content.decode("utf-8-sig")
    by_command = json.loads((await run_command("2021", "--format", "json")).output)
    tiles, lines = dict(TILE.findall(page)), [row for row in csv.reader(StringIO(sheet)) if row]
    for figure, value, said in zip(PROMISES, (0.5, 0.5, 0.25), ("50%", "50%", "25%"), strict=True):
        found = body["figures"][figure]
        assert found == by_command["figures"][figure]
        assert found["value"] == value
        assert tiles[found["name"]] == said
        assert [str(figure), found["name"], str(value)] in [row[:3] for row in lines]
    assert "50% of 20 promises" in page


async def test_families_that_are_one_are_counted_as_one(past: world.AVolunteer) -> None:
    for _ in range(6):
        await a_promise(past, "kept", date(2012, 3, 1))
    assert (await figures(2012))[FigureId.E0] == Cell(1.0, of=6)
    async with acting_as(TESTS):
        await connection().execute(
            """
            update family set duplicate_of = (select min(family::text)::uuid from counted_promise
              where promised_on = '2012-03-01')
            where id in (select family from counted_promise where promised_on = '2012-03-01')
              and id::text <> (select min(family::text) from counted_promise where promised_on = '2012-03-01')
            """
        )
    assert (await figures(2012))[FigureId.E0] == HIDDEN

"""The figures of matching and of load: who may count, and that page, API, CSV and command say the same."""

import csv
import html
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random
from statistics import median
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, Someone, browser, sign_in, somebody, submit
from tests.slices.reports import history
from tests.slices.reports.history import ZONE, noon
from tests.slices.reports.test_yearly_report import CELL, LEADERSHIP, MONTH, TILE, run_command
from tests.world import AMatch, AVolunteer

from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.kit.i18n import use_language
from teamhope.reports import queries, service
from teamhope.reports.definitions import DEFINITION_OF, FigureId
from teamhope.reports.rules_cells import HIDDEN, Cell
from teamhope.reports.wording import say
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Role

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
DAY = date(2021, 5, 4)
MATCHING = (FigureId.D3, FigureId.D3_IN_TIME, FigureId.G1, FigureId.G2, FigureId.G5)
COUNT = "select count(*) from counted_match"


async def an_offer(who: AVolunteer, on: date = DAY, family: UUID | None = None, **columns: Any) -> AMatch:
    """One that she accepted after a day, of a family of its own; `columns` override Match's."""
    request = await world.family_request(now=noon(on), status="closed")
    if family is not None:
        async with acting_as(TESTS):
            merge = "update family set duplicate_of = $2 where id = $1"
            await connection().execute(merge, request.family_id, family)
    row = {"counted_accepted_on": on, "counted_wait_minutes": 1440, "counted_concordant": True} | columns
    status = "closed" if row["counted_accepted_on"] else "declined_by_volunteer"
    row["accepted_at"] = noon(row["counted_accepted_on"]) if row["counted_accepted_on"] else None
    return await world.match(request, who, status, now=noon(on), **row)


async def declined(who: AVolunteer, on: date = DAY, **columns: Any) -> AMatch:
    return await an_offer(who, on, counted_accepted_on=None, counted_wait_minutes=None, **columns)


@pytest.fixture(scope="module")
async def past(db: Addresses) -> AVolunteer:
    """2021: 12 English matches, half in time, 7 Spanish ones, 3 Vietnamese; 5 more offers that were declined."""
    who = await world.volunteer()
    for n in range(12):
        minutes = 1440 if n < 6 else 3600
        await an_offer(who, counted_concordant=n < 6, counted_rematch=n < 5, counted_wait_minutes=minutes)
    for _ in range(7):
        await an_offer(who, counted_language="es", counted_wait_minutes=2160)
    for _ in range(3):
        await an_offer(who, counted_language="vi")
    for _ in range(5):
        await declined(who)
    return who


@pytest.fixture(scope="module")
async def lee(past: AVolunteer) -> Someone:
    return await somebody(Role.LEADERSHIP, "lee@example.org")


@pytest.fixture
async def client(past: AVolunteer) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


async def figures(year: int = 2021) -> dict[FigureId, Cell]:
    report = await service.yearly_report(LEADERSHIP, year, NOW, ZONE)
    return {figure.definition.id: figure.cell for figure in report.figures}


# Who counts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.COORDINATOR, Role.LEADERSHIP}))
async def test_who_may_not_see_reports_counts_no_match(past: AVolunteer, role: Role) -> None:
    async with acting_as(Actor(role, person_id=past.person_id, volunteer_id=past.id)):
        assert await connection().fetchval(COUNT) == 0


async def test_leadership_counts_matches_and_sees_none(past: AVolunteer) -> None:
    async with acting_as(LEADERSHIP):
        assert await connection().fetchval(COUNT) == 27
        for table in ("match", "support_request", "incident", "lived_experience", "volunteer"):
            assert await connection().fetchval(f"select count(*) from {table}") == 0, table


async def test_the_view_tells_of_no_person_and_no_time_of_day(past: AVolunteer) -> None:
    async with acting_as(LEADERSHIP):
        row = await connection().fetchrow("select * from counted_match limit 1")
    assert set(row.keys()) == {
        *("id", "family", "offered_on", "accepted_on", "wait_minutes", "language", "concordant", "rematch")
    }


async def test_nobody_writes_through_the_view(past: AVolunteer) -> None:
    async with acting_as(LEADERSHIP):
        assert not await connection().fetchval("select has_table_privilege('counted_match', 'insert, update, delete')")


# What is said ---------------------------------------------------------------------------------------------------------


async def test_the_figures_of_2021(past: AVolunteer) -> None:
    shown = await figures()
    assert shown[FigureId.D3] == Cell(36.0)
    assert shown[FigureId.D3_IN_TIME] == Cell(0.7273, of=22)
    assert shown[FigureId.G1] == Cell(0.8148, of=27)
    assert shown[FigureId.G2] == Cell(0.2273, of=22)
    assert shown[FigureId.G5] == Cell(0.7273, of=22)


async def test_few_of_one_language_and_the_next_are_not_enough_to_show(past: AVolunteer) -> None:
    report = await service.yearly_report(LEADERSHIP, 2021, NOW, ZONE)
    assert [(row.language, row.matches) for row in report.languages] == [
        *(("en", Cell(12)), ("es", HIDDEN), ("vi", HIDDEN))
    ]


@pytest.mark.parametrize("language", ["en", "es"])
async def test_page_api_csv_and_command_agree(client: httpx.AsyncClient, lee: Someone, language: str) -> None:
    await sign_in(client, lee)
    await submit(client, "/language", page="/reports/2021", locale=language, next="/reports/2021")
    page = html.unescape((await client.get("/reports/2021")).text)
    body = (await client.get("/reports/2021.json")).json()
    sheet = (await client.get("/reports/2021.csv")).content.decode("utf-8-sig")
    by_command = json.loads((await run_command("2021", "--format", "json", "--lang", language)).output)
    table = (await run_command("2021", "--lang", language)).output
    assert body["figures"] == by_command["figures"]
    assert body["time_to_match"] == by_command["time_to_match"]
    tiles, lines = dict(TILE.findall(page)), [row for row in csv.reader(StringIO(sheet)) if row]
    with use_language(language):
        for figure in MATCHING:
            found, unit = body["figures"][figure], DEFINITION_OF[figure].unit
            said = say(Cell(found["value"]), unit)
            assert tiles[found["name"]] == said
            assert [str(figure), found["name"], str(found["value"])] in [row[:3] for row in lines]
            assert re.search(rf"^{figure} .* {re.escape(said)}( |$)", table, re.MULTILINE), figure
    assert ["en", "12", "42.0", "0.5"] in lines
    rows = {name: CELL.findall(cells) for name, cells in MONTH.findall(page)}
    few = {"en": "not enough to show", "es": "muy pocos para mostrarse"}[language]
    assert rows[{"en": "Spanish", "es": "Español"}[language]] == [few] * 3
    assert rows[{"en": "English", "es": "Inglés"}[language]] == ["12", "42", "50%"]
    assert table.count(few) == 6
    await submit(client, "/language", page="/reports/2021", locale="en", next="/reports/2021")


async def test_a_share_says_of_how_many(client: httpx.AsyncClient, lee: Someone) -> None:
    await sign_in(client, lee)
    page = (await client.get("/reports/2021")).text
    assert "81.5% of 27 offers" in page
    assert "72.7% of 22 matches" in page


async def test_a_year_without_matches_says_so(client: httpx.AsyncClient, lee: Someone) -> None:
    await sign_in(client, lee)
    assert "Nobody was matched in this period." in (await client.get("/reports/2015")).text


# What moves a figure --------------------------------------------------------------------------------------------------


async def test_a_match_of_a_family_entered_twice_counts_no_more(past: AVolunteer) -> None:
    for n in range(6):
        await an_offer(past, date(2013, 3, 1 + n))
    twice = await an_offer(past, date(2013, 3, 9))
    assert (await figures(2013))[FigureId.G5] == Cell(1.0, of=7)
    async with acting_as(TESTS):
        await connection().execute("update match set close_reason = 'duplicate' where id = $1", twice.id)
    assert (await figures(2013))[FigureId.G5] == Cell(1.0, of=6)


async def test_families_that_are_one_are_counted_as_one(past: AVolunteer) -> None:
    first = await an_offer(past, date(2012, 3, 1))
    for n in range(4):
        await an_offer(past, date(2012, 3, 2 + n), family=first.request.family_id)
    assert (await figures(2012))[FigureId.G1] == HIDDEN


async def test_an_offer_of_new_years_eve_is_a_match_of_the_next_year(past: AVolunteer) -> None:
    for _ in range(5):
        await an_offer(past, date(2010, 12, 31), counted_accepted_on=date(2011, 1, 1))
    before, after = await figures(2010), await figures(2011)
    assert (before[FigureId.G1], before[FigureId.D3]) == (Cell(1.0, of=5), Cell(None))
    assert (after[FigureId.G1], after[FigureId.D3]) == (Cell(None), Cell(24.0))


async def test_a_void_call_is_no_load(past: AVolunteer) -> None:
    families, other = await history.families(6), await world.volunteer()
    made = [history.call_row(family, noon(date(2009, 4, 1)), volunteer=past.id) for family in families]
    ids = await history.calls(*made, history.call_row(families[0], noon(date(2009, 4, 2)), volunteer=other.id))
    shown = await figures(2009)
    assert [shown[figure].value for figure in (FigureId.F3, FigureId.F3_MOST, FigureId.F3_GINI)] == [3.5, 6, 0.36]
    async with acting_as(TESTS):
        void = "update call set voided_at = now(), void_reason = 'entered_twice' where id = $1"
        await connection().execute(void, ids[0])
    shown = await figures(2009)
    assert [shown[figure].value for figure in (FigureId.F3, FigureId.F3_MOST, FigureId.F3_GINI)] == [3, 5, 0.33]


@pytest.mark.parametrize("seed", range(5))
async def test_the_report_shows_what_a_recount_counts(past: AVolunteer, seed: int) -> None:
    random, year, offers = Random(seed), 1995 + 2 * seed, []
    for _ in range(25):
        on = date(year, 1, 1) + timedelta(days=random.randint(0, 364))
        yes_on = on + timedelta(days=random.randint(0, 1)) if random.random() < 0.75 else None
        minutes = random.randint(0, 5000) if yes_on else None
        again = random.random() < 0.4
        await an_offer(past, on, counted_accepted_on=yes_on, counted_wait_minutes=minutes, counted_rematch=again)
        offers.append((yes_on, minutes, again))
    matches = [(minutes, again) for yes_on, minutes, again in offers if yes_on and yes_on.year == year]
    shown = await figures(year)
    expected = {
        FigureId.G1: round(sum(yes_on is not None for yes_on, _, _ in offers) / 25, 4),
        FigureId.G2: round(sum(again for _, again in matches) / len(matches), 4),
        FigureId.D3: round(median(minutes for minutes, _ in matches if minutes is not None) / 60, 1),
    }
    for figure, value in expected.items():
        assert shown[figure] == HIDDEN or shown[figure].value == value, figure
    assert shown[FigureId.D3].value is not None


async def test_the_queries_find_the_offers_and_the_matches_of_a_year(past: AVolunteer) -> None:
    late = await an_offer(past, date(1991, 12, 31), counted_accepted_on=date(1992, 1, 1))
    async with acting_as(LEADERSHIP):
        found = [await queries.list_matches(date(year, 1, 1), date(year + 1, 1, 1)) for year in (1991, 1992, 1993)]
    assert [[match.family for match in of_year] for of_year in found] == [[late.request.family_id]] * 2 + [[]]

"""The yearly report: who may see it, and that page, API, CSV and command say the same."""

import asyncio
import csv
import html
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from tests import world
from tests.app_kit import TESTS, Someone, browser, sign_in, somebody, submit
from tests.slices.reports import history
from tests.slices.reports.history import ZONE, noon

from teamhope.accounts import service as accounts
from teamhope.cli_errors import sentence_of
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.kit.i18n import use_language
from teamhope.reports import service
from teamhope.reports.cli import report_command
from teamhope.reports.definitions import DEFINITION_OF, DEFINITIONS, FigureId
from teamhope.reports.rules import Cell
from teamhope.reports.wording import say
from teamhope.settings import Settings
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Role

NOW = datetime(2026, 6, 1, 15, tzinfo=UTC)
LEADERSHIP = Actor(Role.LEADERSHIP, name="token")
TILE = re.compile(r'<dt>([^<]*)</dt>\s*<dd class="th-stat__value[^"]*">([^<]*)</dd>')
MONTH = re.compile(r'<th scope="row">([^<]*)</th>(.*?)</tr>', re.DOTALL)
CELL = re.compile(r'<span class="[^"]*th-nowrap">([^<]*)</span>')

# One statement each: 31,045 calls spread over 2021 and 2,249 families, each with one mental-health service.
MANY_FAMILIES = """
    insert into family (id, family_no, status, primary_language, intake_source, created_at)
    select gen_random_uuid(), 'F-MANY-' || n, 'anonymised', 'en', 'hotline_call_center', '2018-01-01Z'
    from generate_series(1, 2249) n
"""
MANY_SERVICES = """
    insert into service_event (id, family, program, happened_on, status)
    select gen_random_uuid(), id, 'mental_health_support', '2021-05-05', 'completed'
    from family where family_no like 'F-MANY-%'
"""
MANY_CALLS = """
    insert into call (id, family, volunteer, direction, channel, placed_via, outcome, started_at, talk_seconds,
      language, logged_at, counted_on, counted_case_type)
    select gen_random_uuid(), f.id, $1, 'outbound', 'voice', 'own_phone_logged',
      case when n % 2 = 0 then 'reached' when n % 3 = 0 then 'left_voicemail' else 'no_answer' end,
      day + time '17:00', case when n % 2 = 0 then 720 end, 'en', day + time '17:30', day, 'ERU'
    from generate_series(1, 31045) n
    cross join lateral (select date '2021-01-01' + n % 365 as day) d
    join (select id, row_number() over (order by id) as place from family where family_no like 'F-MANY-%') f
      on f.place = n % 2249 + 1
"""


@pytest.fixture(scope="module")
async def past(db: Addresses) -> None:
    """2021 as it was published; 2020 before it; in 2017 few families, who must not be seen."""
    caller = await world.volunteer()
    async with acting_as(TESTS):
        await connection().execute(MANY_FAMILIES)
        await connection().execute(MANY_SERVICES)
        await connection().execute(MANY_CALLS, caller.id)
    await history.members(300, date(2020, 12, 1))
    await history.members(4, date(2021, 3, 1), left_on=date(2021, 12, 31), left_how="withdrawn")
    met = await history.families(9)
    await history.calls(
        *(history.call_row(family, noon(date(2020, 2, 3)), volunteer=caller.id) for family in met),
        *(history.call_row(family, noon(date(2017, 4, 3))) for family in met),
        *(history.call_row(family, noon(date(2017, 9, 4))) for family in met[:3] * 7),
        *(
            history.call_row(family, noon(date(2017, 4, 9)), direction="inbound", outcome="inbound_received")
            for family in met[:2] * 9
        ),
    )
    for family in met[:4]:
        await history.service_event(family, date(2017, 6, 6))


@pytest.fixture(scope="module")
async def lee(past: None) -> Someone:
    return await somebody(Role.LEADERSHIP, "lee@example.org")


@pytest.fixture(scope="module")
async def token(lee: Someone) -> str:
    return await accounts.create_token(TESTS, "figures", Role.LEADERSHIP, clock.now())


@pytest.fixture
async def client(past: None) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture(scope="module")
async def signed_in(lee: Someone) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, lee)
        yield client


@pytest.fixture(scope="module")
async def program(token: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        client.headers["authorization"] = f"Bearer {token}"
        yield client


async def run_command(*arguments: str) -> Result:
    """The command as a terminal runs it, on the pool of this test."""
    loop = asyncio.get_running_loop()

    def run(work: Callable[[Settings], Awaitable[str]]) -> str:
        return asyncio.run_coroutine_threadsafe(_text(work), loop).result()

    return await asyncio.to_thread(CliRunner().invoke, report_command(run), list(arguments))


async def _text(work: Callable[[Settings], Awaitable[str]]) -> str:
    return await work(Settings())


@pytest.mark.parametrize("path", ["/reports", "/reports/2021", "/reports/2021.csv", "/reports/2021.json"])
async def test_anonymous_is_sent_to_sign_in(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login")


async def test_a_program_without_a_token_is_401(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/reports/2021")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.ADMIN, Role.AUDITOR])
async def test_other_roles_are_refused(client: httpx.AsyncClient, role: Role) -> None:
    await sign_in(client, await somebody(role, f"{role}@example.org"))
    for path in ("/reports", "/reports/2021", "/reports/2021.csv", "/reports/2021.json"):
        assert (await client.get(path)).status_code == 403, path


async def test_leadership_sees_the_counts_and_no_row(past: None) -> None:
    async with acting_as(LEADERSHIP):
        for table in ("call", "family", "service_event", "faon_member", "faon_proof", "volunteer", "contact", "match"):
            assert await connection().fetchval(f"select count(*) from {table}") == 0, table
    report = await service.yearly_report(LEADERSHIP, 2021, NOW, ZONE)
    assert report[FigureId.A1].cell == Cell(31_045)


async def test_who_may_not_see_reports_counts_nothing_past_the_guard_either(past: None) -> None:
    volunteer = await world.volunteer()
    report = await service.yearly_report(volunteer.actor, 2021, NOW, ZONE)
    assert {figure.cell.value for figure in report.figures} == {0, None}


async def test_2021_reads_as_published(signed_in: httpx.AsyncClient) -> None:
    english = html.unescape((await signed_in.get("/reports/2021")).text)
    assert "over 31,000 calls (15,522 were conversations)" in english
    assert "2,249 families given mental-health support" in english
    assert "300 FAON members on December 31, 2021" in english
    await submit(signed_in, "/language", page="/reports/2021", locale="es", next="/reports/2021")
    spanish = html.unescape((await signed_in.get("/reports/2021")).text)
    assert "más de 31,000 llamadas (15,522 fueron conversaciones)" in spanish
    assert "2,249 familias recibieron apoyo de salud mental" in spanish
    assert "300 miembros de FAON al 31 de diciembre de 2021" in spanish
    await submit(signed_in, "/language", page="/reports/2021", locale="en", next="/reports/2021")


async def test_calls_and_conversations_stand_side_by_side_with_last_year(signed_in: httpx.AsyncClient) -> None:
    page = (await signed_in.get("/reports/2021")).text
    tiles = [html.unescape(name) for name, _ in TILE.findall(page)]
    assert tiles[:2] == ["Calls made", "Conversations"]
    assert sorted(tiles) == sorted(definition.name for definition in DEFINITIONS)
    assert page.count(">2020: 9</dd>") >= 2
    for definition in DEFINITIONS:
        assert definition.how_counted in html.unescape(page)


async def test_a_share_is_given_with_what_it_is_a_share_of(signed_in: httpx.AsyncClient) -> None:
    assert "50% of 31,045 calls" in (await signed_in.get("/reports/2021")).text


async def test_the_page_says_when_by_which_zone_and_by_which_definitions(signed_in: httpx.AsyncClient) -> None:
    page = (await signed_in.get("/reports/2021")).text
    assert "January 1, 2021 to December 31, 2021 (Eastern Time)" in page
    assert "Mon, Jun 1, 2026, 11:00 AM (Eastern Time)" in page
    assert "A1: 1, A2: 1" in page


async def test_the_page_leads_to_no_record(signed_in: httpx.AsyncClient) -> None:
    page = (await signed_in.get("/reports/2021")).text
    assert set(re.findall(r'href="(/[^"?]*)', page)) <= {
        *("/", "/reports", "/reports/2021.csv", "/reports/2021.json", "/leave", "/help", "/me"),
        *re.findall(r'href="(/static/[^"?]*)', page),
    }


def shown(found: dict[str, Any], figure: FigureId) -> str:
    """What the page and the terminal say of a figure, from what the API says."""
    return say(Cell(found["value"], suppressed=found.get("suppressed", False)), DEFINITION_OF[figure].unit)


def plain(found: dict[str, Any], figure: FigureId) -> str:
    """What the CSV says of a figure, from what the API says."""
    if found.get("suppressed"):
        return say(Cell(None, suppressed=True), DEFINITION_OF[figure].unit)
    return "" if found["value"] is None else str(found["value"])


@pytest.mark.parametrize("year", [2021, 2020, 2017, 2015])
async def test_page_api_csv_and_command_agree_on_every_figure(
    signed_in: httpx.AsyncClient, program: httpx.AsyncClient, year: int
) -> None:
    body = (await program.get(f"/api/v1/reports/{year}")).json()
    page = html.unescape((await signed_in.get(f"/reports/{year}")).text)
    sheet = (await signed_in.get(f"/reports/{year}.csv")).content.decode("utf-8-sig")
    downloaded = (await signed_in.get(f"/reports/{year}.json")).json()
    tiles = dict(TILE.findall(page))
    lines = {row[0]: row for row in csv.reader(StringIO(sheet)) if row}
    table = (await run_command(str(year))).output
    with use_language("en"):
        for figure in FigureId:
            found = body["figures"][figure]
            assert tiles[found["name"]] == shown(found, figure), figure
            assert lines[figure][1:3] == [found["name"], plain(found, figure)], figure
            assert re.search(rf"^{figure} .* {re.escape(shown(found, figure))}( |$)", table, re.MULTILINE), figure
    by_command = json.loads((await run_command(str(year), "--format", "json")).output)
    assert body["figures"] == downloaded["figures"] == by_command["figures"]
    assert body["months"] == downloaded["months"] == by_command["months"]
    for row in body["months"]:
        cells = [as_cell(row[figure]) for figure in ("A1", "A2", "B1")]
        assert lines[row["month"]][1:4] == [
            plain(cell, FigureId(figure)) for cell, figure in zip(cells, ("A1", "A2", "B1"), strict=True)
        ]


def as_cell(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"value": value}


async def test_the_months_on_the_page_are_those_of_the_api(
    signed_in: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    months = (await program.get("/api/v1/reports/2021")).json()["months"]
    found = MONTH.findall((await signed_in.get("/reports/2021")).text)
    rows = {name: CELL.findall(cells) for name, cells in found}
    assert list(rows)[:2] == ["January", "February"]
    assert [row[::2] for row in rows.values()] == [[f"{row[it]:,}" for it in ("A1", "A2", "B1")] for row in months]
    assert rows["February"][1::2] == ["2020: 9", "2020: 9", "2020: 9"]
    assert rows["March"][1::2] == ["2020: 0", "2020: 0", "2020: 0"]


async def test_the_api_has_the_published_shape(program: httpx.AsyncClient) -> None:
    body = (await program.get("/api/v1/reports/2021")).json()
    assert list(body) == ["year", "timezone", "as_of", "figures", "months", "time_to_match"]
    assert (body["year"], body["timezone"]) == (2021, "America/New_York")
    assert datetime.fromisoformat(body["as_of"]).utcoffset() is not None
    assert body["figures"]["A1"] == {"name": "Calls made", "value": 31_045, "definition_version": 1}
    assert list(body["months"][0]) == ["month", "A1", "A2", "B1"]
    assert body["months"][0]["month"] == "2021-01"


async def test_the_api_names_figures_in_the_language_asked_for(program: httpx.AsyncClient) -> None:
    body = (await program.get("/api/v1/reports/2021", headers={"accept-language": "es"})).json()
    assert body["figures"]["A1"]["name"] == "Llamadas hechas"


async def test_few_families_are_seen_nowhere(signed_in: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    """2017: 3 families in September, 2 who called, 4 with a service; 9 in April, whom the year would give away."""
    body = (await program.get("/api/v1/reports/2017")).json()
    hidden = {figure for figure, found in body["figures"].items() if found.get("suppressed")}
    assert hidden == {"A2i", "A7", "B5"}
    for figure in hidden:
        assert body["figures"][figure]["value"] is None
    april, september = body["months"][3], body["months"][8]
    assert april["A1"] == september["A1"] == {"value": None, "suppressed": True}
    assert september["B1"] == {"value": None, "suppressed": True}
    page = html.unescape((await signed_in.get("/reports/2017")).text)
    assert "Families given mental-health support: fewer than 5" in page
    assert dict(TILE.findall(page))["Conversations when the family called"] == "not shown"
    texts = [page, (await signed_in.get("/reports/2017.csv")).text, (await run_command("2017")).output]
    for text in texts:
        assert "Numbers that fewer than 5 families stand behind are not shown" in text
        assert not re.search(r"\b(21|18)\b", re.sub(r"\b(19|20)\d\d\b|<[^>]*>|\d+:\d+", "", text)), "a hidden count"


async def test_a_year_of_hidden_months_only_still_has_a_page(signed_in: httpx.AsyncClient) -> None:
    few = await history.families(2)
    rows = [history.call_row(few[0], noon(date(2012, month, 5))) for month in range(1, 13)]
    await history.calls(*rows, history.call_row(few[1], noon(date(2012, 5, 6))))
    page = await signed_in.get("/reports/2012")
    assert page.status_code == 200
    assert "<figure" not in page.text


async def test_an_empty_year_says_so(signed_in: httpx.AsyncClient) -> None:
    page = (await signed_in.get("/reports/2015")).text
    assert "No calls were logged in this period." in page
    assert "<figure" not in page


async def test_the_first_year_has_no_other_beside_it(signed_in: httpx.AsyncClient) -> None:
    assert ">2016:" not in (await signed_in.get("/reports/2017")).text


@pytest.mark.parametrize("year", ["1989", "2028", "abcd", "20211", "-201", "２０２１"])
async def test_a_wrong_year_is_named(signed_in: httpx.AsyncClient, program: httpx.AsyncClient, year: str) -> None:
    answer = await program.get(f"/api/v1/reports/{year}")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == ["year"]
    assert (await signed_in.get(f"/reports/{year}")).status_code == 422
    assert (await signed_in.get(f"/reports/{year}.csv")).status_code == 422


async def test_a_year_too_far_away_says_which_years_there_are(signed_in: httpx.AsyncClient) -> None:
    assert "Choose a year from 1990 to 2027." in (await signed_in.get("/reports/2028")).text
    assert (await signed_in.get("/reports/2027")).status_code == 200
    with pytest.raises(Invalid):
        await service.yearly_report(LEADERSHIP, 2028, NOW, ZONE)


async def test_an_unknown_download_is_not_there(signed_in: httpx.AsyncClient) -> None:
    assert (await signed_in.get("/reports/2021.exe")).status_code == 404


async def test_reports_opens_the_current_year_or_the_one_asked_for(signed_in: httpx.AsyncClient) -> None:
    assert (await signed_in.get("/reports")).headers["location"] == "/reports/2026"
    assert (await signed_in.get("/reports?year=2021")).headers["location"] == "/reports/2021"
    assert (await signed_in.get("/reports?year=20x1")).status_code == 422


async def test_downloads_are_files_that_excel_reads(signed_in: httpx.AsyncClient) -> None:
    sheet = await signed_in.get("/reports/2021.csv")
    assert sheet.headers["content-disposition"] == 'attachment; filename="report-2021.csv"'
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    assert (await signed_in.get("/reports/2021.json")).headers["content-type"].startswith("application/json")


async def test_a_call_on_new_years_eve_in_honolulu_counts_in_the_next_year(past: None) -> None:
    [family] = await history.families(1)
    before = [await service.yearly_report(LEADERSHIP, year, NOW, ZONE) for year in (2021, 2022)]
    await history.calls(history.call_row(family, datetime(2021, 12, 31, 19, 30, tzinfo=UTC) + timedelta(hours=10)))
    after = [await service.yearly_report(LEADERSHIP, year, NOW, ZONE) for year in (2021, 2022)]
    assert before[0] == after[0]
    assert before[1][FigureId.A1].cell == Cell(0)
    assert after[1][FigureId.A1].cell.suppressed


async def test_members_are_those_in_good_standing_on_the_last_day(past: None) -> None:
    """Four left on 31 December 2021; the insurance of the others ended on 1 December 2022."""
    members = [
        (await service.yearly_report(LEADERSHIP, year, NOW, ZONE))[FigureId.K1].cell.value
        for year in (2020, 2021, 2022)
    ]
    assert members == [300, 300, 0]
    mid_year = await service.yearly_report(LEADERSHIP, 2021, datetime(2021, 6, 1, tzinfo=UTC), ZONE)
    assert (mid_year[FigureId.K1].cell, mid_year.members_on) == (Cell(304), date(2021, 5, 31))


async def test_the_command_writes_spanish_to_a_file(past: None, tmp_path: Path) -> None:
    out = tmp_path / "informe.csv"
    result = await run_command("2021", "--format", "csv", "--lang", "es", "--out", str(out))
    assert (result.exit_code, result.output) == (0, "")
    rows = list(csv.reader(StringIO(out.read_text(encoding="utf-8"))))
    assert rows[0] == ["Informe anual", "2021"]
    assert ["A1", "Llamadas hechas", "31045", "9"] in [row[:4] for row in rows]


async def test_the_command_refuses_in_one_sentence(past: None, tmp_path: Path) -> None:
    far = await run_command("3000")
    assert isinstance(far.exception, Invalid)
    assert str(sentence_of(far.exception)).startswith("Choose a year from 1990 to")
    nowhere = await run_command("2021", "--out", str(tmp_path / "missing" / "report.txt"))
    assert nowhere.exit_code != 0
    assert "cannot be written" in nowhere.stderr

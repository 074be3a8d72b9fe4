"""The yearly report as a page for leadership, and its downloads. It leads to no family and no volunteer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.kit import i18n
from teamhope.kit.forms import Form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.reports import service
from teamhope.reports.definitions import DEFINITION_OF, Definition, FigureId
from teamhope.reports.exports import as_csv, as_json, cover_lines
from teamhope.reports.rules import MonthRow, Report
from teamhope.reports.rules_cells import Cell
from teamhope.reports.wording import (
    by_the_numbers,
    language_headings,
    month_label,
    month_name,
    say,
    say_figure,
    say_language,
)
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]

HEADLINES: Final = (FigureId.A1, FigureId.A2, FigureId.B1, FigureId.B5, FigureId.K1, FigureId.F1)
MATCHING: Final = (FigureId.D3, FigureId.D3_IN_TIME, FigureId.G1, FigureId.G2, FigureId.G5)
LOAD: Final = (FigureId.F3, FigureId.F3_MOST)
APPENDIX: Final = (FigureId.F3_GINI,)
OTHERS: Final = tuple(figure for figure in FigureId if figure not in {*HEADLINES, *MATCHING, *LOAD, *APPENDIX})
CHARTED: Final = (FigureId.A1, FigureId.A2)


def zone_of(request: AnyRequest) -> ZoneInfo:
    return ZoneInfo(request.app.state.settings.report_timezone)


def year_of(text: str) -> int:
    """Raises Invalid for anything but four digits."""
    if not (len(text) == 4 and text.isascii() and text.isdecimal()):
        raise Invalid.field("year", "not_a_number")
    return int(text)


@dataclass(frozen=True, slots=True)
class Tile:
    definition: Definition
    said: str
    notes: tuple[str, ...]  # of what it is a share, last year's


class ReportsController(Controller):
    path = "/reports"
    opt = needs(Can.SEE_REPORTS)
    include_in_schema = False

    @get("/")
    async def choose(self, request: AnyRequest, now: NamedDependency[datetime]) -> Redirect:
        """The year asked for, else the current one."""
        wanted = request.query_params.get("year", "").strip()
        year = year_of(wanted) if wanted else service.current_year(now, zone_of(request))
        return see(f"/reports/{year}")

    @get("/{name:str}")
    async def show(
        self, request: AnyRequest, name: FromPath[str], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any] | Template:
        """2021 is the page, 2021.csv and 2021.json are the downloads."""
        year, _, ending = name.partition(".")
        if ending and ending not in DOWNLOADS:
            raise NotFound("report")
        report = await service.yearly_report(actor, year_of(year), now, zone_of(request))
        return DOWNLOADS[ending](report) if ending else _page(request, report)


def _page(request: AnyRequest, report: Report) -> Template:
    language = i18n.language.get()
    return page(
        request,
        "reports/year.html",
        report=report,
        form=Form.empty(year=report.year),
        numbers=by_the_numbers(report, language),
        headlines=_tiles(report, HEADLINES),
        others=_tiles(report, OTHERS),
        matching=_tiles(report, MATCHING),
        load=_tiles(report, LOAD),
        appendix=_tiles(report, APPENDIX),
        cover=cover_lines(report),
        labels=[month_label(row.month, language) for row in report.months],
        series=_series(report),
        headings=[gettext("Month"), *(_name(figure) for figure in report.months[0].shown)],
        rows=_months(report),
        language_headings=language_headings(),
        languages=_languages(report),
        nothing_logged=report[FigureId.A1].cell == report[FigureId.A2I].cell == Cell(0),
    )


def _tiles(report: Report, figures: Sequence[FigureId]) -> list[Tile]:
    return [_tile(report, figure) for figure in figures]


def _tile(report: Report, figure: FigureId) -> Tile:
    found = report[figure]
    unit = found.definition.unit
    of_what = (say_figure(report, found.definition),) if found.cell.of else ()
    before = (f"{report.year - 1}: {say(found.before, unit)}",) if found.before else ()
    return Tile(found.definition, say(found.cell, unit), (*of_what, *before))


def _series(report: Report) -> list[tuple[str, list[int | str]]]:
    """What the chart draws; a hidden month is a word there. Empty when there is no bar to draw."""
    series = [(_name(figure), [_bar(row.shown[figure], figure) for row in report.months]) for figure in CHARTED]
    return series if any(isinstance(bar, int) and bar for _, bars in series for bar in bars) else []


def _bar(cell: Cell, figure: FigureId) -> int | str:
    return say(cell, DEFINITION_OF[figure].unit) if cell.value is None else int(cell.value)


def _months(report: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each month's name and its cells: what is said of this year, and of last year if there was one."""
    language = i18n.language.get()
    return [(month_name(row.month, language), [_cell(row, figure) for figure in row.shown]) for row in report.months]


def _languages(report: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """As _months, with nothing said of last year."""
    return [(name, [(said, "") for said in cells]) for name, *cells in map(say_language, report.languages)]


def _cell(row: MonthRow, figure: FigureId) -> tuple[str, str]:
    unit = DEFINITION_OF[figure].unit
    before = f"{row.month.year - 1}: {say(row.before[figure], unit)}" if row.before else ""
    return say(row.shown[figure], unit), before


def _name(figure: FigureId) -> str:
    return gettext(DEFINITION_OF[figure].name)


def _csv(report: Report) -> Response[bytes]:
    # Without the mark at its start, Excel shows Spanish letters wrongly.
    return _download(report, "csv", "text/csv; charset=utf-8", as_csv(report, i18n.language.get()).encode("utf-8-sig"))


def _json(report: Report) -> Response[bytes]:
    return _download(report, "json", "application/json", msgspec.json.encode(as_json(report)))


def _download(report: Report, ending: str, media_type: str, content: bytes) -> Response[bytes]:
    name = f'attachment; filename="report-{report.year}.{ending}"'
    return Response(content, media_type=media_type, headers={"content-disposition": name})


DOWNLOADS: Final[dict[str, Callable[[Report], Response[bytes]]]] = {"csv": _csv, "json": _json}

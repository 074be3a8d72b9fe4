"""A report as a table for the terminal, as JSON for programs, and as CSV for spreadsheets."""

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

from teamhope.kit.i18n import Language, format_date, format_moment, gettext, use_language, zone_name
from teamhope.kit.spreadsheets import harmless
from teamhope.reports.definitions import DEFINITION_OF, DEFINITIONS, FigureId, Unit
from teamhope.reports.rules import Figure, MonthRow, Report
from teamhope.reports.rules_cells import Cell
from teamhope.reports.rules_matches import LanguageRow
from teamhope.reports.wording import (
    HIDDEN_NOTE,
    LANGUAGE_UNITS,
    anything_hidden,
    language_headings,
    month_name,
    say,
    say_figure,
    say_language,
)

Row = tuple[str, ...]


def cover_lines(report: Report) -> list[Row]:
    """What every printed or saved report opens with, in the reader's language: label and text."""
    first, last = format_date(date(report.year, 1, 1)), format_date(date(report.year, 12, 31))
    period = gettext("%(first)s to %(last)s", first=first, last=last)
    versions = ", ".join(f"{definition.id}: {definition.version}" for definition in DEFINITIONS)
    lines: list[Row] = [
        (gettext("Period"), f"{period} ({zone_name(report.timezone, report.as_of)})"),
        (gettext("As of"), format_moment(report.as_of, report.timezone, with_year=True)),
        (gettext("FAON members counted on"), format_date(report.members_on)),
        (gettext("Definition versions"), versions),
    ]
    return [*lines, (gettext("Not shown"), gettext(HIDDEN_NOTE))] if anything_hidden(report) else lines


def as_table(report: Report, locale: Language) -> str:
    """Plain text: the cover lines, the figures and the months, last year's beside them, and the languages."""
    with use_language(locale):
        cover = "\n".join(f"{label}: {text}" for label, text in cover_lines(report))
        header = (gettext("Figure"), gettext("Name"), str(report.year), str(report.year - 1))
        figures = [header, *(_figure_said(report, figure) for figure in report.figures)]
        months = [_month_header(report), *((month_name(row.month, locale), *_month_said(row)) for row in report.months)]
        languages = [language_headings(), *map(say_language, report.languages)] if report.languages else []
        tables = (_aligned(figures, words=2), _aligned(months, words=1), _aligned(languages, words=1))
        return "\n\n".join((cover, *filter(None, tables))) + "\n"


def as_json(report: Report) -> dict[str, object]:
    """The body of GET /api/v1/reports/{year}, names in the reader's language; a hidden cell is {value, suppressed}."""
    return {
        "year": report.year,
        "timezone": report.timezone,
        "as_of": report.as_of.astimezone(ZoneInfo(report.timezone)).isoformat(),
        "figures": {str(figure.definition.id): _figure_json(figure) for figure in report.figures},
        "months": [_month_json(row) for row in report.months],
        "time_to_match": [_language_json(row) for row in report.languages],
    }


def as_csv(report: Report, locale: Language) -> str:
    """The cover lines, the figures with how each is counted, months, languages; numbers and codes as programs do."""
    with use_language(locale):
        rows: list[Row] = [(gettext("Yearly report"), str(report.year)), *cover_lines(report), ()]
        rows += [_figure_header(report), *(_figure_plain(figure) for figure in report.figures), ()]
        rows += [_month_header(report), *((_iso(row.month), *_month_plain(row)) for row in report.months), ()]
        rows += [language_headings(), *(_language_plain(row) for row in report.languages)]
    file = StringIO()
    csv.writer(file).writerows([harmless(text) for text in row] for row in rows)
    return file.getvalue()


def _figure_json(figure: Figure) -> dict[str, object]:
    name, version = gettext(figure.definition.name), figure.definition.version
    return {"name": name, **_cell_json(figure.cell), "definition_version": version}


def _cell_json(cell: Cell) -> dict[str, object]:
    if cell.suppressed:
        return {"value": None, "suppressed": True}
    return {"value": cell.value} if cell.of is None else {"value": cell.value, "of": cell.of}


def _month_json(row: MonthRow) -> dict[str, object]:
    return {"month": _iso(row.month), **{str(figure): _short_json(cell) for figure, cell in row.shown.items()}}


def _language_json(row: LanguageRow) -> dict[str, object]:
    """D3 and D3i of one language, null where nobody said, and of how many matches."""
    names = ("matches", str(FigureId.D3), str(FigureId.D3_IN_TIME))
    return {"language": row.language, **dict(zip(names, map(_short_json, row.cells), strict=True))}


def _short_json(cell: Cell) -> object:
    return _cell_json(cell) if cell.suppressed else cell.value


def _figure_said(report: Report, figure: Figure) -> Row:
    definition = figure.definition
    before = say(figure.before, definition.unit) if figure.before else ""
    return str(definition.id), gettext(definition.name), say_figure(report, definition), before


def _figure_header(report: Report) -> Row:
    labels = (gettext("Figure"), gettext("Name"), str(report.year), str(report.year - 1), gettext("Share of"))
    return (*labels, gettext("Definition version"), gettext("How we count it"))


def _figure_plain(figure: Figure) -> Row:
    definition = figure.definition
    numbers = [_plain(cell, definition.unit) if cell else "" for cell in (figure.cell, figure.before)]
    of = "" if figure.cell.of is None else str(figure.cell.of)
    counted = (of, str(definition.version), gettext(definition.how_counted))
    return (str(definition.id), gettext(definition.name), *numbers, *counted)


def _month_header(report: Report) -> Row:
    years = (report.year, report.year - 1) if report.months[0].before else (report.year,)
    names = [gettext(DEFINITION_OF[figure].name) for figure in report.months[0].shown]
    return (gettext("Month"), *(f"{name} {year}" for year in years for name in names))


def _month_said(row: MonthRow) -> Row:
    return tuple(say(cell, DEFINITION_OF[figure].unit) for figure, cell in _month_cells(row))


def _month_plain(row: MonthRow) -> Row:
    return tuple(_plain(cell, DEFINITION_OF[figure].unit) for figure, cell in _month_cells(row))


def _language_plain(row: LanguageRow) -> Row:
    cells = zip(row.cells, LANGUAGE_UNITS, strict=True)
    return row.language or gettext("Not known"), *(_plain(cell, unit) for cell, unit in cells)


def _month_cells(row: MonthRow) -> list[tuple[FigureId, Cell]]:
    return [*row.shown.items(), *(row.before or {}).items()]


def _plain(cell: Cell, unit: Unit) -> str:
    if cell.suppressed:
        return say(cell, unit)
    return "" if cell.value is None else str(cell.value)


def _iso(month: date) -> str:
    return f"{month:%Y-%m}"


def _aligned(rows: Sequence[Row], words: int) -> str:
    """Columns as wide as their widest text, two spaces apart; all but the first `words` columns from the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if place < words else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )

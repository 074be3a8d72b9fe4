"""The files that an import gives: a template with an example that is nobody, and the rows with errors."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from teamhope.imports import answers, reading
from teamhope.imports.answers import Choices
from teamhope.imports.columns import COLUMNS, PROBLEM, PROBLEM_LABEL, Column
from teamhope.imports.queries import Upload
from teamhope.imports.rules import ImportKind, Report
from teamhope.imports.telling import faults
from teamhope.kit.i18n import gettext
from teamhope.kit.spreadsheets import harmless


def template(kind: ImportKind) -> str:
    """Two rows in the reader's language: the names of all columns, and the example."""
    lists = answers.lists()
    return _as_csv([[column.name() for column in COLUMNS[kind]], [_example(each, lists) for each in COLUMNS[kind]]])


def _example(column: Column, lists: Mapping[str, Choices]) -> str:
    return dict(lists[column.offers]).get(column.example, "") if column.offers else column.example


def errors(it: Upload, report: Report) -> str:
    """The rows with errors as they were, behind a column that says what to do; corrected, it can be chosen again."""
    if it.sheet is None:
        return ""
    told: dict[int, list[str]] = {}
    for fault in faults(it, report):
        sentence = f"{fault.column}: {fault.what_to_do}" if fault.column else fault.what_to_do
        told.setdefault(fault.row, []).append(sentence)
    fields = reading.fields_of(it.kind, it.sheet.header)
    header = [gettext(PROBLEM_LABEL), *_without_problem(fields, it.sheet.header)]
    rows = [
        [" ".join(told[line.number]), *_without_problem(fields, line.cells)]
        for line in it.sheet.lines
        if line.number in told
    ]
    return _as_csv([header, *rows])


def _without_problem(fields: tuple[str, ...], cells: tuple[str, ...]) -> list[str]:
    """Whatever stands beyond the columns stays."""
    return [cell for place, cell in enumerate(cells) if place >= len(fields) or fields[place] != PROBLEM]


def _as_csv(rows: Iterable[Iterable[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows([harmless(text) for text in row] for row in rows)
    return file.getvalue()

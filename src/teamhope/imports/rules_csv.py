"""A CSV file as rows of cells: what spreadsheets save, or one sentence for why it cannot be read."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from teamhope.kit.spreadsheets import STARTS_A_FORMULA
from teamhope.vocabulary.errors import Invalid

MOST_BYTES: Final = 500_000
MOST_ROWS: Final = 500  # all are written in one transaction, while a person waits
MOST_COLUMNS: Final = 200  # the template has some eighty
MOST_TOLD: Final = 20  # columns of which something is told at once
LONGEST_NAME: Final = 60  # characters of a strange column's name that are told again
BYTE_ORDER_MARK: Final = "\ufeff"
# What begins like one and is a telephone number, or stands for nothing.
NUMBER: Final = re.compile(r"[+-][-\d\s().]*")
BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """`number` as a spreadsheet counts: the header is 1, empty rows count."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was: its header, and the rows that are not empty."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheet(data: bytes) -> Sheet:
    """UTF-8, with or without a mark, cells between commas or semicolons. Raises Invalid of the field `file`."""
    lines = _lines(_text(data))
    if not lines or lines[0].number != 1:
        raise Invalid.field("file", "file_empty")
    header, rows = _without_empty_end(lines[0].cells), tuple(lines[1:])
    if len(header) > MOST_COLUMNS:
        raise Invalid.field("file", "file_too_wide", columns=len(header))
    if not rows:
        raise Invalid.field("file", "file_without_rows")
    if len(rows) > MOST_ROWS:
        raise Invalid.field("file", "file_too_long", most=MOST_ROWS, rows=len(rows))
    return Sheet(header, rows)


def _without_empty_end(header: tuple[str, ...]) -> tuple[str, ...]:
    """Spreadsheets save columns that somebody once clicked into."""
    named = [place for place, name in enumerate(header, start=1) if name]
    return header[: max(named, default=0)]


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Invalid.field("file", "file_too_large", most=MOST_BYTES // 1000)
    if data.startswith(b"PK\x03\x04"):
        raise Invalid.field("file", "file_is_workbook")
    try:
        text = data.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        raise Invalid.field("file", "file_not_utf8") from None
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n" for letter in text):
        raise Invalid.field("file", "file_not_text")
    return text


def _lines(text: str) -> list[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        found = [Line(number, tuple(cell.strip() for cell in cells)) for number, cells in enumerate(reader, start=1)]
    except csv.Error:
        raise Invalid.field("file", "file_quotes", line=reader.line_num) from None
    return [line for line in found if any(line.cells)]


def _delimiter(text: str) -> str:
    """What stands more often in the first line, outside quotation marks."""
    outside = "".join(text.partition("\n")[0].split('"')[::2])
    return ";" if outside.count(";") > outside.count(",") else ","


def folded(text: str) -> str:
    """The same for "Edad del niño", EDAD DEL NINO and edad_del_nino."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return BETWEEN_WORDS.sub(" ", letters).strip()


def fields_of(header: Sequence[str], names: Mapping[str, str], required: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each column. `names`: field by folded name; `required`: what to call each field that must be there.

    Raises Invalid of the field `file` for each column that is unknown, there twice, or lacking.
    """
    found = [names.get(folded(name), "") for name in header]
    problems: list[tuple[str, str, dict[str, object]]] = [
        ("file", "column_unknown", {"column": name[:LONGEST_NAME] or f"({number})"})
        for number, (name, field) in enumerate(zip(header, found, strict=True), start=1)
        if not field
    ]
    firsts = {field: place for place, field in reversed([*enumerate(found)])}
    twice = [name for place, name in enumerate(header) if found[place] and firsts[found[place]] < place]
    problems += [("file", "column_twice", {"column": name[:LONGEST_NAME]}) for name in twice]
    problems += [("file", "column_missing", {"column": name}) for field, name in required.items() if field not in found]
    if more := problems[MOST_TOLD:]:
        problems[MOST_TOLD:] = [("file", "more_columns_wrong", {"count": len(more)})]
    if problems:
        raise Invalid(problems)
    return tuple(found)


def cells_of(line: Line, fields: Sequence[str]) -> dict[str, str]:
    """What was written, by field; no empty cells. The apostrophe of our own downloads is taken away again."""
    return {field: _unguarded(cell) for field, cell in zip(fields, line.cells, strict=False) if cell}


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(STARTS_A_FORMULA) else cell


def problems_of(line: Line, fields: Sequence[str]) -> list[tuple[str, str, dict[str, object]]]:
    """What is wrong with the row whatever its columns are: too many cells, formulas."""
    if any(line.cells[len(fields) :]):
        return [("", "too_many_cells", {"cells": len(line.cells), "columns": len(fields)})]
    cells = cells_of(line, fields)
    return [(field, "is_formula", {}) for field, cell in cells.items() if is_formula(cell)]


def is_formula(cell: str) -> bool:
    return cell.startswith(STARTS_A_FORMULA) and NUMBER.fullmatch(cell) is None

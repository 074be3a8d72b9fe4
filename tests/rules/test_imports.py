"""A file as rows: what can be read, what is said of what cannot, and that no row is mistaken for another."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamhope.imports import columns, exports, rules, service_families, service_volunteers, wording
from teamhope.imports.reading import Read, fields_of, read_rows
from teamhope.imports.rules import Checked, Choice, ImportKind, Report, Standing
from teamhope.imports.rules_csv import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TOLD,
    Line,
    Sheet,
    folded,
    is_formula,
    read_sheet,
)
from teamhope.imports.rules_words import clock, codes_by_word, month, one_of, some_of, yes_or_no
from teamhope.kit.i18n import use_language
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.people import Actor, Role

NOW = datetime(2026, 10, 13, 23, tzinfo=UTC)
CORA = Actor(Role.COORDINATOR)
GOOD = {
    "name": "Iris",
    "email": "iris@example.org",
    "timezone": "America/Denver",
    "language_1": "es",
    "case_type": "FA",
    "relation": "mother",
    "phone": "202-555-0143",
    "event_month": "2020-05",
}
# One cell that cannot be, and the column that is told of.
WRONG = {
    "name": "",
    "email": "nobody",
    "timezone": "Mars",
    "language_1": "Klingon",
    "case_type": "=1+1",
    "relation": "neighbour",
    "phone": "12",
    "event_month": "2999-01",
}


def as_text(rows: list[list[str]], delimiter: str = ",") -> str:
    file = StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


def volunteers(sheet: Sheet) -> Read[service_volunteers.Row]:
    return read_rows(ImportKind.VOLUNTEERS, sheet, lambda values: service_volunteers.read(values, CORA, NOW))


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_sheet(data)
    return refused.value.problems[0][1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\n\nname\nIris\n", "file_empty"),
        (b"name,email\n", "file_without_rows"),
        (b"name,email\n,\n\n", "file_without_rows"),
        ("name\nIrís\n".encode("latin-1"), "file_not_utf8"),
        ("name\nIris\n".encode("utf-16"), "file_not_utf8"),
        (b"PK\x03\x04 and so on", "file_is_workbook"),
        (b"name\nI\x00ris\n", "file_not_text"),
        (b'name\n"Iris\n', "file_quotes"),
        (b"name\n" + b"Iris\n" * (MOST_ROWS + 1), "file_too_long"),
        (b"name\n" + b"I" * MOST_BYTES, "file_too_large"),
        (b"name," * (MOST_COLUMNS + 1) + b"x\nIris\n", "file_too_wide"),
    ],
    ids=lambda each: each[:20] if isinstance(each, str) else "",
)
def test_a_file_that_cannot_be_read_has_a_sentence(data: bytes, code: str) -> None:
    assert refusal(data) == code
    assert code in wording.REFUSALS


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_save_is_read(mark: str, delimiter: str, end: str) -> None:
    lines = (
        f"Nombre{delimiter}E-mail, or none{delimiter}{delimiter}",
        f'"a{delimiter}b"{delimiter}é{delimiter}{delimiter}',
    )
    if delimiter == ",":
        lines = (lines[0].replace("E-mail, or none", '"E-mail, or none"'), lines[1])
    sheet = read_sheet((mark + end.join(lines) + end).encode())
    assert sheet == Sheet(("Nombre", "E-mail, or none"), (Line(2, (f"a{delimiter}b", "é", "", "")),))


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    sheet = read_sheet(b'name,email\n\n"two\nlines",b\n,,\nc,d\n')
    assert [line.number for line in sheet.lines] == [3, 5]


@pytest.mark.parametrize("header", ["First name", "NOMBRE", "name", " first_name ", "nómbre"])
def test_a_column_is_known_by_its_names(header: str) -> None:
    assert columns.names(ImportKind.VOLUNTEERS)[folded(header.replace("_", " "))] == "name"


@pytest.mark.parametrize("kind", ImportKind)
def test_no_two_columns_share_a_name(kind: ImportKind) -> None:
    known = columns.names(kind)
    assert set(known.values()) == {*columns.by_field(kind), columns.PROBLEM}
    for language in ("en", "es"):
        with use_language(language):
            names = [folded(each.name()) for each in columns.COLUMNS[kind]]
            assert len(set(names)) == len(names)
            assert [known[name] for name in names] == [each.field for each in columns.COLUMNS[kind]]


def test_columns_unknown_twice_or_lacking_are_each_named() -> None:
    with pytest.raises(Invalid) as refused:
        fields_of(ImportKind.VOLUNTEERS, ("First name", "Nombre", "Shoe size", "", "Email"))
    told = [(code, facts["column"]) for _, code, facts in refused.value.problems]
    assert told == [
        ("column_unknown", "Shoe size"),
        ("column_unknown", "(4)"),
        ("column_twice", "Nombre"),
        ("column_missing", "Time zone"),
        ("column_missing", "First language"),
        ("column_missing", "Kind of experience"),
        ("column_missing", "Relation to the child"),
    ]


def test_of_many_wrong_columns_the_first_are_named_and_the_others_counted() -> None:
    with pytest.raises(Invalid) as refused:
        fields_of(ImportKind.VOLUNTEERS, ("Email",) * MOST_COLUMNS)
    *named, last = refused.value.problems
    assert [code for _, code, _ in named] == ["column_twice"] * MOST_TOLD
    assert last == ("file", "more_columns_wrong", {"count": MOST_COLUMNS - 1 + 5 - MOST_TOLD})


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ImportKind)
def test_the_template_is_ready_in_both_languages(kind: ImportKind, language: str) -> None:
    reads = {ImportKind.VOLUNTEERS: service_volunteers.read, ImportKind.FAMILIES: service_families.read}
    with use_language(language):
        content = exports.template(kind)
    read = read_rows(kind, read_sheet(content.encode("utf-8-sig")), lambda values: reads[kind](values, CORA, NOW))
    assert read.bad == {}
    assert list(read.good) == [2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["", *WRONG]), min_size=1, max_size=12), st.sampled_from([",", ";"]))
def test_any_mixture_of_rows_is_told_by_its_own_numbers(faults: list[str], delimiter: str) -> None:
    """Each row is good, or has one wrong cell; it alone is told of, at its own row and column."""
    rows = [[(WRONG if field == fault else GOOD)[field] for field in GOOD] for fault in faults]
    read = volunteers(read_sheet(as_text([list(GOOD), *rows], delimiter).encode()))
    expected = {number: fault for number, fault in enumerate(faults, start=2) if fault}
    assert {number: {field for field, _, _ in problems} for number, problems in read.bad.items()} == {
        number: {fault} for number, fault in expected.items()
    }
    assert set(read.good) == set(range(2, len(faults) + 2)) - set(expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=6), st.text(max_size=12))
def test_no_text_breaks_the_reading(cells: list[str], end: str) -> None:
    try:
        sheet = read_sheet((as_text([list(GOOD), list(GOOD.values()), cells]) + end).encode(errors="replace"))
    except Invalid:
        return
    read = volunteers(sheet)
    assert sorted((*read.good, *read.bad)) == [line.number for line in sheet.lines]


def test_what_is_wrong_with_the_whole_row_has_no_column() -> None:
    assert volunteers(Sheet(tuple(GOOD), (Line(2, (*GOOD.values(), "more")),))).bad == {
        2: (("", "too_many_cells", {"cells": 9, "columns": 8}),)
    }


def test_every_problem_of_a_family_is_told_at_once() -> None:
    sheet = Sheet(("first_name", "relation", "day_1", "urgency"), (Line(2, ("", "", "Monday", "very")),))
    read = read_rows(ImportKind.FAMILIES, sheet, lambda values: service_families.read(values, CORA, NOW))
    assert [(field, code) for field, code, _ in read.bad[2]] == [
        ("first_name", "required"),
        ("relation", "required"),
        ("day_1", "window_incomplete"),
        ("urgency", "not_a_choice"),
    ]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "=HYPERLINK(1)"])
def test_a_formula_is_seen(cell: str) -> None:
    assert is_formula(cell)
    assert (
        volunteers(Sheet(tuple(GOOD), (Line(2, ("'" + cell, *list(GOOD.values())[1:])),))).bad[2][0][1] == "is_formula"
    )


@pytest.mark.parametrize("cell", ["+1 202-555-0143", "+52 (55) 1234.5678", "-", "Iris", "'", "'til"])
def test_what_is_none_is_not(cell: str) -> None:
    assert not is_formula(cell)


def test_the_apostrophe_of_a_download_is_no_part_of_a_number() -> None:
    row = tuple((GOOD | {"phone": "'+12025550143"}).values())
    assert volunteers(Sheet(tuple(GOOD), (Line(2, row),))).good[2][0].phone == "+12025550143"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2025-03", "2025-03"), ("2025-3-15", "2025-03"), ("3/2025", "2025-03"), ("3/15/2025", "2025-03"),
        ("Mar-25", "2025-03"), ("ene. 2025", "2025-01"), ("spring", "spring"), ("13/2025", "2025-13"),
    ],
)  # fmt: skip
def test_months(cell: str, read: str) -> None:
    assert month(cell) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("18:00", "18:00"), ("6:00 PM", "18:00"), ("6:00 p.m.", "18:00"), ("12:30 a.m.", "00:30"),
        ("12:00 PM", "12:00"), ("9:05", "09:05"), ("18:00:00", "18:00"), ("18:00 PM", "18:00 PM"), ("six", "six"),
    ],
)  # fmt: skip
def test_times_of_day(cell: str, read: str) -> None:
    assert clock(cell) == read


@pytest.mark.parametrize(("cell", "read"), [("Sí", "on"), ("X", "on"), ("NO", "no"), ("0", "no"), ("maybe", "maybe")])
def test_yes_and_no(cell: str, read: str) -> None:
    assert yes_or_no(cell) == read


def test_words_that_two_codes_share_name_neither() -> None:
    words = codes_by_word([[("a", "Alike"), ("b", "Alike"), ("c", "Ñandú")], [("c", "Rhea")]])
    assert [one_of(cell, words) for cell in ("alike", "nandu", "RHEA", "C")] == ["alike", "c", "c", "c"]
    assert some_of("rhea; a | Other", words) == ["c", "a", "Other"]


REPORT = Report((Checked(2), Checked(3, (("email", "email_taken", {}),)), Checked(4, alike=(("alike_person", {}),))))


@pytest.mark.parametrize(
    ("choice", "written"),
    [
        (Choice(skip_bad=True), {2}),
        (Choice(skip_bad=True, with_alike=True), {2, 4}),
    ],
)
def test_what_is_written(choice: Choice, written: set[int]) -> None:
    assert rules.to_write(REPORT, choice) == written
    assert REPORT.counts == "ready:1.bad:1.alike:1"


@pytest.mark.parametrize(
    ("report", "choice", "code"),
    [
        (REPORT, Choice(), "import_has_errors"),
        (REPORT, Choice(with_alike=True), "import_has_errors"),
        (Report(REPORT.rows[1:]), Choice(skip_bad=True), "nothing_to_import"),
        (Report(()), Choice(), "nothing_to_import"),
    ],
)
def test_what_is_not(report: Report, choice: Choice, code: str) -> None:
    with pytest.raises(Refused, match=code):
        rules.to_write(report, choice)


def test_the_first_of_twins_is_nobodys() -> None:
    assert rules.earlier_twins({2: "a", 3: None, 4: "a", 5: "b", 6: "a", 7: None}) == {4: 2, 6: 2}


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(), None),
        (Standing(changed=True), "stays_changed"),
        (Standing(asked_again=True, changed=True), "stays_asked_again"),
        (Standing(has_signed_in=True, changed=True), "stays_signed_in"),
        (Standing(has_match=True, has_signed_in=True, changed=True), "stays_matched"),
    ],
)
def test_why_a_row_stays(standing: Standing, code: str | None) -> None:
    assert rules.why_it_stays(standing) == code
    assert code is None or code in wording.REFUSALS


def test_a_day_is_a_day() -> None:
    assert not rules.is_over(NOW, NOW + timedelta(hours=23, minutes=59))
    assert rules.is_over(NOW, NOW + timedelta(hours=24))

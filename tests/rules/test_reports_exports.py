"""How a report leaves: by the numbers, table, JSON, CSV, in both languages."""

import csv
import json
from dataclasses import replace
from io import StringIO

import pytest
from babel.messages.catalog import Catalog
from tests.rules.reports_facts import counted_months, counted_year
from tests.rules.test_reports_matches import many

from teamhope.kit.i18n import Language, gettext, read_catalogue, use_language
from teamhope.kit.spreadsheets import harmless
from teamhope.reports.definitions import DEFINITIONS, FigureId
from teamhope.reports.exports import as_csv, as_json, as_table
from teamhope.reports.rules import Report, YearCounts, yearly_report
from teamhope.reports.suppression import Tally
from teamhope.reports.wording import HIDDEN_NOTE, by_the_numbers

FEW = Tally(37, 3)
HIDDEN = {"value": None, "suppressed": True}


def report_of(counts: YearCounts | None = None, previous: YearCounts | None = None) -> Report:
    return yearly_report(counts or counted_year(), previous)


def report_with_hidden_cells() -> Report:
    months = counted_months(2021, {5: (FEW, FEW, 3), 6: (Tally(60, 30), Tally(40, 20), 25)})
    hidden = replace(counted_year(), attempts=Tally(97, 31), conversations=Tally(77, 21), months=months)
    return report_of(replace(hidden, families_mental_health=3, inbound_conversations=FEW))


def test_by_the_numbers_in_english() -> None:
    assert by_the_numbers(report_of(), "en") == (
        "over 31,000 calls (14,850 were conversations)",
        "2,249 families given mental-health support",
        "300 FAON members on December 31, 2021",
    )


def test_by_the_numbers_in_spanish() -> None:
    assert by_the_numbers(report_of(), "es") == (
        "más de 31,000 llamadas (14,850 fueron conversaciones)",
        "2,249 familias recibieron apoyo de salud mental",
        "300 miembros de FAON al 31 de diciembre de 2021",
    )


def test_exactly_31000_calls_are_not_over_31000() -> None:
    exactly = replace(counted_year(), attempts=Tally(31_000, 2_900))
    assert by_the_numbers(report_of(exactly), "en")[0].startswith("31,000 calls (")


def test_hidden_numbers_are_not_said() -> None:
    few = replace(counted_year(), conversations=FEW, families_mental_health=3)
    calls, families, _ = by_the_numbers(report_of(few), "en")
    assert calls == "over 31,000 calls (Conversations: not shown)"
    assert families == "Families given mental-health support: fewer than 5"
    nearly_nobody = replace(counted_year(), attempts=FEW)
    assert by_the_numbers(report_of(nearly_nobody), "es")[0] == "Llamadas hechas: no se muestra"


def test_json_has_the_published_shape() -> None:
    body = as_json(report_of())
    assert list(body) == ["year", "timezone", "as_of", "figures", "months", "time_to_match"]
    assert (body["year"], body["timezone"]) == (2021, "America/New_York")
    assert body["as_of"] == "2022-01-05T09:00:00-05:00"
    figures = body["figures"]
    assert isinstance(figures, dict)
    assert figures["A1"] == {"name": "Calls made", "value": 31_045, "definition_version": 1}
    assert figures["A5"] == {"name": "Reach rate", "value": 0.4783, "of": 31_045, "definition_version": 1}
    assert list(figures) == list(FigureId)
    months = body["months"]
    assert isinstance(months, list)
    assert months[0] == {"month": "2021-01", "A1": 2_600, "A2": 1_200, "B1": 720}
    assert [row["month"] for row in months] == [f"2021-{month:02}" for month in range(1, 13)]


def test_json_gives_null_for_what_is_hidden_and_never_the_number() -> None:
    body = json.loads(json.dumps(as_json(report_with_hidden_cells())))
    assert body["figures"]["B5"]["value"] is None
    assert body["figures"]["B5"]["suppressed"] is True
    hidden = {"value": None, "suppressed": True}
    assert body["months"][4] == {"month": "2021-05", "A1": hidden, "A2": hidden, "B1": hidden}
    assert body["months"][5] == {"month": "2021-06", "A1": hidden, "A2": hidden, "B1": 25}


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_export_holds_a_hidden_number(language: Language) -> None:
    report = report_with_hidden_cells()
    cells = [cell for row in csv.reader(StringIO(as_csv(report, language))) for cell in row]
    assert not {"37", "60", "40"} & {*cells, *as_table(report, language).split()}


def csv_rows(report: Report, language: Language) -> list[list[str]]:
    return list(csv.reader(StringIO(as_csv(report, language))))


def test_csv_opens_with_what_it_is_and_gives_plain_numbers() -> None:
    rows = csv_rows(report_of(previous=replace(counted_year(), year=2020)), "en")
    assert rows[0] == ["Yearly report", "2021"]
    assert rows[1] == ["Period", "January 1, 2021 to December 31, 2021 (Eastern Time)"]
    assert rows[2][0] == "As of"
    assert "2022" in rows[2][1]
    assert rows[4][1].startswith("A1: 1, A2: 1")
    calls = next(row for row in rows if row[:1] == ["A1"])
    assert calls == ["A1", "Calls made", "31045", "31045", "", "1", DEFINITIONS[0].how_counted]
    assert ["2021-01", "2600", "1200", "720", "2600", "1200", "720"] in rows


def test_csv_says_why_numbers_are_missing_only_if_some_are() -> None:
    assert ["No se muestra", spanish(HIDDEN_NOTE)] in csv_rows(report_with_hidden_cells(), "es")
    assert not any(row[:1] == ["Not shown"] for row in csv_rows(report_of(), "en"))


def spanish(sentence: str) -> str:
    with use_language("es"):
        return gettext(sentence)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_runs_in_a_spreadsheet(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Calls made", "31045", "", "A1: 1", "2021-01"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_the_table_reads_in_spanish() -> None:
    table = as_table(report_of(previous=replace(counted_year(), year=2020)), "es")
    assert "Llamadas hechas" in table
    assert "47.8% de 31,045 llamadas" in table
    assert "enero" in table
    assert max(map(len, table.split("\n\n")[2].splitlines())) <= 200


def test_every_definition_has_spanish() -> None:
    catalogue: Catalog = read_catalogue("es")
    sentences = [text for definition in DEFINITIONS for text in (definition.name, definition.how_counted)]
    assert [text for text in (*sentences, HIDDEN_NOTE) if not (text in catalogue and catalogue[text].string)] == []


def test_time_to_match_is_said_in_each_form_and_few_are_not_enough_to_show() -> None:
    matches = (*many(20), *many(3, first=20, language="es"), *many(8, first=30, language=None))
    report = report_of(replace(counted_year(), matches=matches))
    assert as_json(report)["time_to_match"] == [
        {"language": "en", "matches": 20, "D3": 24.0, "D3i": 1.0},
        *({"language": code, "matches": HIDDEN, "D3": HIDDEN, "D3i": HIDDEN} for code in ("es", None)),
    ]
    assert csv_rows(report, "en")[-4:] == [
        ["Language", "Matches", "Median hours", "Within 48 hours"],
        ["en", "20", "24.0", "1.0"],
        ["es", "not shown", "not shown", "not shown"],
        ["Not known", "not shown", "not shown", "not shown"],
    ]
    table = as_table(report, "es").splitlines()
    assert [line.split("  ")[0] for line in table[-3:]] == ["Inglés", "Español", "No se sabe"]
    assert table[-3].split()[1:] == ["20", "24", "100%"]
    assert table[-2].count("muy pocos para mostrarse") == 3
    assert HIDDEN_NOTE in as_table(report, "en")

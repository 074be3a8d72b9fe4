"""A report in the reader's language: which row, which column, what stands there, what to do."""

from dataclasses import dataclass

from teamhope import problems
from teamhope.imports import answers, columns, reading, rules_csv, wording
from teamhope.imports.queries import Upload
from teamhope.imports.rules import Report


@dataclass(frozen=True, slots=True)
class Fault:
    """`column` and `written` are empty where the row as a whole is meant; `family` is one that it looks like."""

    row: int
    column: str
    written: str
    what_to_do: str
    family: object = None


def faults(it: Upload, report: Report) -> list[Fault]:
    """In the order of the file, then of the form."""
    if it.sheet is None:
        return []
    fields, known, lists = reading.fields_of(it.kind, it.sheet.header), columns.by_field(it.kind), answers.lists()
    cells = {line.number: rules_csv.cells_of(line, fields) for line in it.sheet.lines}
    return [
        Fault(
            row.number,
            known[problem[0]].name() if problem[0] in known else "",
            cells[row.number].get(problem[0], ""),
            wording.say(problem, known.get(problem[0]), lists),
        )
        for row in report.bad
        for problem in row.problems
    ]


def likenesses(report: Report) -> list[Fault]:
    return [
        Fault(row.number, "", "", problems.sentence(code, facts), facts.get("family"))
        for row in report.alike
        for code, facts in row.alike
    ]

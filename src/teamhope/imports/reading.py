"""The rows of a file as what the forms would have made of them, or every problem of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from teamhope.imports import answers, columns, rules_csv
from teamhope.imports.columns import PROBLEM
from teamhope.imports.rules import ImportKind, Problem
from teamhope.imports.rules_csv import Sheet
from teamhope.kit.forms import FormProblems, Values
from teamhope.vocabulary.errors import Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """By row of the file: what can be true, and what is wrong with the others."""

    good: dict[int, T]
    bad: dict[int, tuple[Problem, ...]]


def fields_of(kind: ImportKind, header: tuple[str, ...]) -> tuple[str, ...]:
    """Raises Invalid of the field `file`."""
    return rules_csv.fields_of(header, columns.names(kind), columns.required(kind))


def read_rows(kind: ImportKind, sheet: Sheet, read: Callable[[Values], T]) -> Read[T]:
    """`read` raises FormProblems or Invalid for answers that cannot be true, as the pages' forms do."""
    fields, known, words = fields_of(kind, sheet.header), columns.by_field(kind), answers.words()
    found: Read[T] = Read({}, {})
    for line in sheet.lines:
        cells = rules_csv.cells_of(line, fields)
        cells.pop(PROBLEM, None)
        problems = rules_csv.problems_of(line, fields)
        try:
            row = read(words.values(known, cells))
        except (FormProblems, Invalid) as wrong:
            problems += _others(wrong.problems, problems)
        if problems:
            found.bad[line.number] = tuple(problems)
        else:
            found.good[line.number] = row
    return found


def _others(found: Sequence[Problem], told: Sequence[Problem]) -> list[Problem]:
    """Of cells of which nothing is told yet; nothing of a row whose cells stand in wrong columns."""
    fields = {field for field, _, _ in told}
    return [] if "" in fields else [problem for problem in found if problem[0] not in fields]

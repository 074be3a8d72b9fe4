"""The rows of a file as what the forms would have made of them, or every problem of each."""

from collections.abc import Callable
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
        if problems := rules_csv.problems_of(line, fields):
            found.bad[line.number] = tuple(problems)
            continue
        try:
            found.good[line.number] = read(words.values(known, cells))
        except (FormProblems, Invalid) as wrong:
            found.bad[line.number] = tuple(wrong.problems)
    return found

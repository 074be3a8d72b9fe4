"""Cells as answers of a form: words of either language for the codes of a list, yes and no, months, times of day."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from teamhope.families.entry_words import choices_of
from teamhope.imports import rules_words
from teamhope.imports.columns import Column, Reads
from teamhope.kit.forms import Value, Values
from teamhope.kit.i18n import LANGUAGES, use_language

Choices = Sequence[tuple[str, str]]
READERS: Final[Mapping[Reads, Callable[[str], str]]] = {
    Reads.TEXT: str,
    Reads.YES_NO: rules_words.yes_or_no,
    Reads.MONTH: rules_words.month,
    Reads.CLOCK: rules_words.clock,
}


def lists() -> dict[str, Choices]:
    """(code, words) of every list, by its name, in the reader's language."""
    found: dict[str, Any] = choices_of()
    found["pages"] = [pair for pair in found["language"] if pair[0] in LANGUAGES]
    return {name: [(str(choice[0]), str(choice[1])) for choice in choices] for name, choices in found.items()}


@dataclass(frozen=True, slots=True)
class Words:
    """For each list the code by what people write for it, in whatever language they write."""

    codes: Mapping[str, Mapping[str, str]]

    def values(self, columns: Mapping[str, Column], cells: Mapping[str, str]) -> Values:
        return {field: self._value(columns[field], cell) for field, cell in cells.items()}

    def _value(self, column: Column, cell: str) -> Value:
        if column.reads is Reads.SOME:
            return rules_words.some_of(cell, self.codes[column.offers])
        if column.reads is Reads.ONE:
            return rules_words.one_of(cell, self.codes[column.offers])
        return READERS[column.reads](cell)


def words() -> Words:
    said: list[dict[str, Choices]] = []
    for language in LANGUAGES:
        with use_language(language):
            said.append(lists())
    return Words({name: rules_words.codes_by_word([_with_short(each[name]) for each in said]) for name in said[0]})


def _with_short(choices: Choices) -> list[tuple[str, str]]:
    """Also "Central Time" for "Central Time (Chicago)", where that is no other's."""
    short = [(code, word.partition(" (")[0]) for code, word in choices]
    times = Counter(word for _, word in short)
    return [*choices, *((code, word) for code, word in short if times[word] == 1)]

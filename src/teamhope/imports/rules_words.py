"""What people write in a cell, as a form would have sent it; what cannot be read stays, for the form to refuse."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from teamhope.imports.rules_csv import folded

YES: Final = frozenset({"yes", "y", "si", "s", "true", "on", "x", "1"})
NO: Final = frozenset({"no", "n", "false", "off", "0"})
ISO_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})(-\d{1,2})?")
# 3/2025, and 3/15/2025 as spreadsheets in the United States write a date.
US_MONTH: Final = re.compile(r"(\d{1,2})/(\d{1,2}/)?(\d{4})")
# Mar-25, as a spreadsheet shows what it took for a date; by the first letters in English or Spanish.
SHORT_MONTH: Final = re.compile(r"([a-z]{3})[a-z]*\.?[- /]*(20)?(\d{2})", re.IGNORECASE)
MONTHS: Final = {
    name: number
    for names in ("jan feb mar apr may jun jul aug sep oct nov dec", "ene feb mar abr may jun jul ago sep oct nov dic")
    for number, name in enumerate(names.split(), start=1)
}
TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::00)?\s*([ap])?\.?\s*m?\.?", re.IGNORECASE)
NOON: Final = 12
BETWEEN_ANSWERS: Final = re.compile(r"[;|]")


def yes_or_no(cell: str) -> str:
    word = folded(cell)
    return "on" if word in YES else "no" if word in NO else cell


def month(cell: str) -> str:
    """2025-03 for a month or a day of it."""
    if iso := ISO_MONTH.fullmatch(cell):
        return f"{iso[1]}-{int(iso[2]):02}"
    if us := US_MONTH.fullmatch(cell):
        return f"{us[3]}-{int(us[1]):02}"
    if (short := SHORT_MONTH.fullmatch(cell)) and (number := MONTHS.get(short[1].lower())):
        return f"20{short[3]}-{number:02}"
    return cell


def clock(cell: str) -> str:
    """18:00 for 6:00 PM and 6:00 p.m."""
    found = TIME.fullmatch(cell)
    if found is None:
        return cell
    hour, half = int(found[1]), (found[3] or "").lower()
    if half and not 1 <= hour <= NOON:
        return cell
    hour = hour % NOON + (NOON if half == "p" else 0) if half else hour
    return f"{hour:02}:{found[2]}"


def one_of(cell: str, words: Mapping[str, str]) -> str:
    """`words`: code by folded label or code."""
    return words.get(folded(cell), cell)


def some_of(cell: str, words: Mapping[str, str]) -> list[str]:
    answers = (answer.strip() for answer in BETWEEN_ANSWERS.split(cell))
    return [one_of(answer, words) for answer in answers if answer]


def codes_by_word(lists: Iterable[Iterable[tuple[str, str]]]) -> dict[str, str]:
    """Code by its folded words in each list of (code, words), and by itself; words of two codes name neither."""
    meant: dict[str, set[str]] = {}
    codes: set[str] = set()
    for code, words in (pair for choices in lists for pair in choices):
        codes.add(code)
        meant.setdefault(folded(words), set()).add(code)
    clear = {words: next(iter(those)) for words, those in meant.items() if len(those) == 1}
    return clear | {folded(code): code for code in sorted(codes)}

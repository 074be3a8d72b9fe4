"""How a report's numbers are said in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from babel.dates import get_month_names

from teamhope.kit import i18n
from teamhope.kit.i18n import LOCALES, N_, Language, format_date, format_number, gettext, ngettext, use_language
from teamhope.reports.definitions import Definition, FigureId, Unit
from teamhope.reports.rules import Report, headline
from teamhope.reports.rules_cells import HIDDEN, Cell
from teamhope.reports.rules_matches import LanguageRow
from teamhope.vocabulary.programme import programme

HIDDEN_NOTE: Final = N_(
    "Numbers that fewer than 5 families stand behind are not shown, nor numbers from which those could be worked out."
)

REFUSALS: Final = {"year_out_of_range": N_("Choose a year from %(first)s to %(last)s.")}


def say(cell: Cell, unit: Unit) -> str:
    """A cell for people: 31,045; 47.8%; "fewer than 5"; a dash where there is nothing to divide by.

    "Fewer than 5" only of families: of calls, a hidden number may well be higher.
    """
    if cell.suppressed:
        return gettext("fewer than 5") if unit is Unit.FAMILIES else gettext("not shown")
    if cell.value is None:
        return "–"
    return f"{format_number(round(100 * cell.value, 1))}%" if unit is Unit.SHARE else format_number(cell.value)


def say_figure(report: Report, definition: Definition) -> str:
    """As say; a share with what it is a share of."""
    cell = report[definition.id].cell
    said = say(cell, definition.unit)
    return OF_WHAT[definition.id](cell.of, said) if cell.of else said


def _of_calls(number: int, share: str) -> str:
    return ngettext("%(share)s of %(num)s call", "%(share)s of %(num)s calls", number, share=share)


def _of_offers(number: int, share: str) -> str:
    return ngettext("%(share)s of %(num)s offer", "%(share)s of %(num)s offers", number, share=share)


def _of_matches(number: int, share: str) -> str:
    return ngettext("%(share)s of %(num)s match", "%(share)s of %(num)s matches", number, share=share)


def _of_promises(number: int, share: str) -> str:
    return ngettext("%(share)s of %(num)s promise", "%(share)s of %(num)s promises", number, share=share)


OF_WHAT: Final[Mapping[FigureId, Callable[[int, str], str]]] = {
    FigureId.A5: _of_calls,
    FigureId.D3_IN_TIME: _of_matches,
    FigureId.E0: _of_promises,
    FigureId.E1: _of_promises,
    FigureId.E3: _of_promises,
    FigureId.G1: _of_offers,
    FigureId.G2: _of_matches,
    FigureId.G5: _of_matches,
}


LANGUAGE_UNITS: Final = (Unit.MATCHES, Unit.HOURS, Unit.SHARE)  # of LanguageRow.cells


def language_headings() -> tuple[str, ...]:
    """Of the table of time to match, as say_language fills it."""
    return gettext("Language"), gettext("Matches"), gettext("Median hours"), gettext("Within 48 hours")


def say_language(row: LanguageRow) -> tuple[str, ...]:
    """The language, its matches, their time; one without a number says that there is not enough to show."""
    cells = zip(row.cells, LANGUAGE_UNITS, strict=True)
    said = (gettext("not enough to show") if cell.suppressed else say(cell, unit) for cell, unit in cells)
    if row.language is None:
        return gettext("Not known"), *said
    return programme().label("language", row.language, i18n.language.get()), *said


def month_name(month: date, locale: Language) -> str:
    return str(get_month_names("wide", "stand-alone", LOCALES[locale])[month.month])


def month_label(month: date, locale: Language) -> str:
    """Short, for under a chart: Jan / ene."""
    return str(get_month_names("abbreviated", "stand-alone", LOCALES[locale])[month.month])


def anything_hidden(report: Report) -> bool:
    cells = [cell for figure in report.figures for cell in (figure.cell, figure.before) if cell]
    months = [cells for row in report.months for cells in (row.shown, row.before) if cells]
    languages = [cell for row in report.languages for cell in row.cells]
    return any(cell.suppressed for cell in (*cells, *languages, *(cell for month in months for cell in month.values())))


def by_the_numbers(report: Report, locale: Language) -> tuple[str, str, str]:
    """The three public lines: calls with the conversations among them, families supported, FAON members and when."""
    with use_language(locale):
        return _calls_line(report), _families_line(report), _members_line(report)


def _calls_line(report: Report) -> str:
    calls, conversations = report[FigureId.A1], report[FigureId.A2]
    if calls.cell.value is None:
        return _not_shown(calls.definition)
    if conversations.cell.value is None:
        return f"{_calls(int(calls.cell.value))} ({_not_shown(conversations.definition)})"
    talked = int(conversations.cell.value)
    spoken = ngettext("%(num)s was a conversation", "%(num)s were conversations", talked)
    return f"{_calls(int(calls.cell.value))} ({spoken})"


def _calls(value: int) -> str:
    kind, number = headline(value)
    if kind == "over":
        return gettext("over %(thousands)s calls", thousands=format_number(number))
    return ngettext("%(num)s call", "%(num)s calls", number)


def _families_line(report: Report) -> str:
    families = report[FigureId.B5]
    if families.cell.value is None:
        return _not_shown(families.definition)
    return ngettext(
        "%(num)s family given mental-health support",
        "%(num)s families given mental-health support",
        int(families.cell.value),
    )


def _members_line(report: Report) -> str:
    members, day = int(report[FigureId.K1].cell.value or 0), format_date(report.members_on)
    return ngettext("%(num)s FAON member on %(day)s", "%(num)s FAON members on %(day)s", members, day=day)


def _not_shown(definition: Definition) -> str:
    return f"{gettext(definition.name)}: {say(HIDDEN, definition.unit)}"

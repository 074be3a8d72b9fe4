"""What people read of an import: what is wrong with a file or a cell and how to put it right, and why a row stays."""

from collections.abc import Mapping
from typing import Final

from teamhope import problems
from teamhope.imports.answers import Choices
from teamhope.imports.columns import Column, Reads
from teamhope.imports.rules import Problem
from teamhope.kit.i18n import N_, gettext

NAMED: Final = 12  # answers of a list that a sentence names
REFUSALS: Final[dict[str, str]] = {
    "not_the_whole_program": N_(
        "Only a coordinator who looks after the whole program can import: whoever has a team would not see whom a row "
        "looks like."
    ),
    "import_over": N_("This was kept for 24 hours and is gone now. Choose the file once more."),
    "import_not_done": N_("Nothing of this file was imported yet."),
    "import_has_errors": N_("Nothing was imported: %(count)s rows have errors. Correct them, or leave them out."),
    "nothing_to_import": N_("Nothing was imported: no row is ready. Correct the file and choose it once more."),
    "import_row_refused": N_("Nothing was imported: row %(row)s was refused. Look at the rows once more."),
    "file_not_chosen": N_("Choose a file first."),
    "file_empty": N_("This file is empty, or its first row is: the names of the columns stand there."),
    "file_without_rows": N_("This file has the names of the columns and no other row."),
    "file_too_long": N_("This file has %(rows)s rows. Split it: one file may have %(most)s."),
    "file_too_wide": N_("This file has %(columns)s columns. Remove those that the template does not have."),
    "file_too_large": N_("This file is too large. Split it: one file may have %(most)s kB."),
    "file_is_workbook": N_(
        "This is a workbook. In Excel, save it as “CSV UTF-8 (comma delimited)” and choose that file."
    ),
    "file_not_utf8": N_(
        "Letters of this file cannot be read. In Excel, save it as “CSV UTF-8 (comma delimited)”; elsewhere choose "
        "UTF-8."
    ),
    "file_not_text": N_("This is no CSV file: it holds characters that no text has."),
    "file_quotes": N_("Near line %(line)s a quotation mark opens and does not close. Save the file once more as CSV."),
    "column_unknown": N_(
        "No column is called “%(column)s”. Give it a name of the template, or remove it: nothing is left out silently."
    ),
    "column_twice": N_("The column “%(column)s” is there twice. Remove one."),
    "column_missing": N_("The column “%(column)s” is missing. Add it."),
    "more_columns_wrong": N_("Other columns that are wrong: %(count)s."),
    "too_many_cells": N_(
        "This row has %(cells)s cells, and there are %(columns)s columns. Put text that holds a comma or a semicolon "
        "between quotation marks."
    ),
    "is_formula": N_("This begins like a formula. Write the text itself, without the sign in front."),
    "email_twice": N_("Row %(row)s has the same email. Remove one of the two."),
    "phone_blocked_by_row": N_("Row %(row)s blocks this number. Remove it from one of the two."),
    "alike_family": N_("Looks like family %(family_no)s, who is here already."),
    "alike_person": N_("Somebody who is here already has the same phone number."),
    "alike_row": N_("Has the same phone number as row %(row)s of this file."),
    "stays_matched": N_("There is a match already. End it, and what else follows, by hand."),
    "stays_signed_in": N_("This person has chosen a password and signs in."),
    "stays_asked_again": N_("This family has another request since."),
    "stays_changed": N_("Something was changed or added since. Look at it first."),
    "stays_used": N_("Something else refers to it since, such as a call, a message or a legal hold."),
}
STEPS: Final = (N_("Choose a file"), N_("Check the rows"), N_("Done"))
WRITE_SO: Final[Mapping[Reads, str]] = {
    Reads.YES_NO: N_("Write yes or no."),
    Reads.MONTH: N_("Write year and month, for example 2025-03."),
    Reads.CLOCK: N_("Write the time of day, for example 6:00 PM or 18:00."),
}
SEVERAL: Final = N_("Several are possible, with a semicolon between them.")
WRONG_FORM: Final = frozenset({"pattern", "not_a_choice", "not_a_time", "not_a_date", "not_valid", "too_long"})
NOT_OF_THE_LIST: Final = WRONG_FORM | {"state_unknown", "zone_unknown"}


def say(problem: Problem, column: Column | None, lists: Mapping[str, Choices]) -> str:
    """What is wrong and what to do; `lists` in the reader's language."""
    _, code, facts = problem
    if column is not None and column.offers and code in NOT_OF_THE_LIST:
        return gettext(N_("Write one of these: %(known)s."), known=known(lists[column.offers]))
    if column is not None and column.reads in WRITE_SO and code in WRONG_FORM:
        return gettext(WRITE_SO[column.reads])
    if column is not None and column.field == "email" and code == "pattern":
        return gettext(N_("Write an email, for example name@example.org."))
    return problems.sentence(code, facts)


def known(choices: Choices) -> str:
    """With a semicolon between them, as several are written: there are commas in some."""
    words = [word for _, word in choices[:NAMED]]
    return "; ".join(words) + ("; …" if len(choices) > NAMED else "")


def how_to_write(column: Column, lists: Mapping[str, Choices]) -> str:
    if column.reads is Reads.SOME:
        return f"{gettext(SEVERAL)} {known(lists[column.offers])}"
    if column.offers:
        return known(lists[column.offers])
    return gettext(WRITE_SO[column.reads]) if column.reads in WRITE_SO else ""


def step_names() -> list[str]:
    return [gettext(step) for step in STEPS]

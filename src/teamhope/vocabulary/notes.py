"""What a note about a family may hold: nothing by which somebody could be found."""

import re
import unicodedata
from typing import Final

NOTE_LONGEST: Final = 500  # characters (domain.md §4.8)
EMAIL: Final = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(\.[\w-]+)+")
NINE_DIGITS: Final = re.compile(r"(?<!\d)\d{3}[\s.-]?\d{2}[\s.-]?\d{4}(?!\d)")
# Ten digits or more as Americans write them, seven as neighbours do, any as other countries do, or seven in a row.
PHONE: Final = re.compile(
    r"\(?\d{3}\)?[\s./-]{0,2}\d{3}[\s.-]{0,2}\d{4}(?!\d)"
    r"|(?<!\d)\d{3}[\s.-]{1,2}\d{4}(?!\d)"
    r"|\+\s?\d([\s./()-]{0,2}\d){6,14}"
    r"|\d{7,}"
)


def note_problem(note: str) -> str | None:
    """The code of what must not be in a note: an e-mail, a number like a Social Security number, a phone number."""
    plain = _plain(note)
    patterns = (("note_has_email", EMAIL), ("note_has_ssn", NINE_DIGITS), ("note_has_phone", PHONE))
    return next((code for code, pattern in patterns if pattern.search(plain)), None)


def _plain(note: str) -> str:
    """Fullwidth digits as digits, every dash as a hyphen, and nothing invisible in between."""
    folded = unicodedata.normalize("NFKC", note)
    return "".join(
        "-" if unicodedata.category(each) == "Pd" else each for each in folded if unicodedata.category(each) != "Cf"
    )

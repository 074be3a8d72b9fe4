"""Files as coordinators choose them: rows of cells by column, every one true unless a test says otherwise."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Final

from tests import world
from tests.canaries import MARK

A_VOLUNTEER: Final = {
    "First name": "",
    "Email": "",
    "Phone": "",
    "Time zone": "Mountain Time (Denver)",
    "State": "CO",
    "First language": "Spanish",
    "Kind of experience": "Family abduction",
    "Relation to the child": "Mother",
    "Month it happened": "2020-05",
}
A_FAMILY: Final = {
    "First name": "",
    "Phone": "",
    "Relation to the child": "Mother",
    "Language they prefer": "Spanish",
    "Kind of experience": "Family abduction",
    "It is safe to call this number": "yes",
    "Day 1": "Monday",
    "From 1": "6:00 PM",
    "Until 1": "8:00 PM",
    "Time zone": "America/Denver",
    "State": "CO",
    "They agreed to": "peer_match; share_profile_with_volunteer; voice_call",
    "How it was given": "written",
}


def a_volunteer(**cells: str) -> dict[str, str]:
    """Names of cells with _ for a space."""
    n = world.number()
    row = A_VOLUNTEER | {"First name": f"Iris{MARK}{n}", "Email": f"iris{n}@example.org", "Phone": world.a_phone(n)}
    return row | {name.replace("_", " "): cell for name, cell in cells.items()}


def a_family(**cells: str) -> dict[str, str]:
    n = world.number()
    row = A_FAMILY | {"First name": f"Ines{MARK}{n}", "Phone": world.a_phone(n)}
    return row | {name.replace("_", " "): cell for name, cell in cells.items()}


def a_file(rows: Iterable[Mapping[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    rows = list(rows)
    header = list(dict.fromkeys(name for row in rows for name in row))
    file = StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return file.getvalue().encode(encoding)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))

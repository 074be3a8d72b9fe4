"""The mark that every invented name and note of the tests carries, and the places where none may ever show."""

import re
from typing import Final

import httpx

from teamhope.kit import embedded_postgres

MARK: Final = "quill"
# A marked name or note, or a number that rings nobody, in however it is written.
SHOWN: Final = re.compile(rf"{MARK}\d+|(?<![0-9a-f-])(\+?1)?[-. (]*\d{{3}}[-. )]*555[-. ]?01\d\d(?![0-9a-f])")
# The same as pg_dump writes bytes.
IN_BYTES: Final = re.compile(MARK.encode().hex() + r"3\d|(35){3}3031(3\d){2}")
TITLE: Final = re.compile(r"<title>(.*?)</title>", re.DOTALL)
WITHOUT_PERSONS: Final = ("/reports", "/api/v1/reports", "/metrics", "/livez", "/readyz", "/schema", "/static")
# What was typed is shown again to whoever typed it, to be corrected; a note that another window changed, to its writer.
SHOWS_WHAT_WAS_TYPED: Final = frozenset({409, 422})


class Leak(AssertionError):
    """A mark was found where nothing personal may be."""


def look(where: str, text: str) -> None:
    """Raises Leak."""
    if found := SHOWN.search(text):
        start = max(0, found.start() - 60)
        raise Leak(f"{where}: …{text[start : found.end() + 20]}…")


async def look_at_answer(answer: httpx.Response) -> None:
    """A hook of the tests' own client: addresses, titles, refusals, and answers that are about nobody."""
    await answer.aread()
    look("address", str(answer.request.url) + " " + answer.headers.get("location", ""))
    refused = answer.status_code >= 400 and answer.status_code not in SHOWS_WHAT_WAS_TYPED
    if refused or answer.request.url.path.startswith(WITHOUT_PERSONS):
        look(f"answer {answer.status_code} of {answer.request.url.path}", answer.text)
    elif title := TITLE.search(answer.text):
        look("title", title[1])


def look_at_dump(owner_dsn: str) -> None:
    """Everything in the database, as a backup would hold it: no mark in clear, neither as text nor as bytes."""
    dump = embedded_postgres.run_binary("pg_dump", "--data-only", dsn=owner_dsn)
    look("dump", dump)
    if found := IN_BYTES.search(dump):
        line = dump[dump.rfind("\n", 0, found.start()) + 1 : found.end()]
        raise Leak(f"bytes in a dump: {line[:200]}")

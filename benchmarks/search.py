"""How long the server takes to find families by phone and by first name, with 1,000 families and with 40,000.

Through the page itself: form token, permission, transaction, audit row, table of what was found. One JSON line each.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks.kit import database, percentiles, server, tell
from teamhope.accounts import service as accounts
from teamhope.accounts.queries import NewPerson
from teamhope.app import create_app
from teamhope.families.indexes import first_name_index, number_index
from teamhope.families.rules_entry import normal_phone
from teamhope.kit.database import pool_of
from teamhope.settings import Settings
from teamhope.tables.families import Contact, ContactPhone
from teamhope.vocabulary.people import Role, command

SIZES = (1_000, 40_000)
SEARCHES, WARM_UP = 300, 20
FAMILIES_PER_NAME = 20  # a common first name
SINCE = datetime(2026, 1, 5, 15, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody, in a database that goes with the run
BENCH = command("bench")
AREAS = [area for area in range(201, 1000) if normal_phone(f"+1{area}5550100")]
CHANCE = Random(7)  # noqa: S311 - the same rows each time


def phone(n: int) -> str:
    """A number of the fictional range, in as many areas as are needed: two families never share one."""
    return f"+1{AREAS[n // 100]}55501{n % 100:02}"


def name(n: int) -> str:
    return f"Fay{n // FAMILIES_PER_NAME}"


async def fill(owner: str, families: int) -> None:
    """One contact and one number for each family."""
    connection = await asyncpg.connect(owner)
    ids = [tuple(UUID(int=CHANCE.getrandbits(128), version=4) for _ in range(3)) for _ in range(families)]
    await copy(
        connection,
        "family",
        ("id", "family_no", "intake_source", "timezone", "state", "primary_language", "created_at"),
        (
            (family, f"F-{n:06}", "self_referral_phone", "America/Denver", "CO", "en", SINCE)
            for n, (family, _, _) in enumerate(ids)
        ),
    )
    await copy(
        connection,
        "contact",
        ("id", "family", "first_name", "first_name_index", "relation", "languages", "created_at"),
        (
            (
                contact,
                family,
                Contact.first_name.seal(contact, name(n)),
                first_name_index(name(n)),
                "mother",
                "[]",
                SINCE,
            )
            for n, (family, contact, _) in enumerate(ids)
        ),
    )
    await copy(
        connection,
        "contact_phone",
        ("id", "contact", "family", "number", "number_index", "confirmed_on"),
        (
            (id_, contact, family, ContactPhone.number.seal(id_, phone(n)), number_index(phone(n)), SINCE.date())
            for n, (family, contact, id_) in enumerate(ids)
        ),
    )
    await connection.execute("analyze")
    await connection.close()


async def copy(connection: Any, table: str, columns: tuple[str, ...], records: Iterable[tuple[Any, ...]]) -> None:
    await connection.copy_records_to_table(table, columns=columns, records=list(records))


async def searches(client: httpx.AsyncClient, token: str, texts: Iterable[str]) -> list[float]:
    """Seconds of each; fails unless something was found."""
    seconds = []
    for text in texts:
        start = perf_counter()
        answer = await client.post("/families/search", data={"_csrf_token": token, "text": text})
        seconds.append(perf_counter() - start)
        assert "F-0" in answer.text, f"{text}: {answer.status_code}"
    return seconds[WARM_UP:]


async def measure(application: str, families: int) -> dict[str, dict[str, float]]:
    async with pool_of(application):
        email = "cora@example.org"
        new = NewPerson(name="Cora", role=Role.COORDINATOR, timezone="America/Chicago", email=email, language="en")
        await accounts.add_person(BENCH, new, PASSWORD, SINCE)
        transport = httpx.ASGITransport(create_app(Settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            await client.post("/login", data={"_csrf_token": await token_of(client, "/login"), "email": email,
                                              "password": PASSWORD})  # fmt: skip
            token = await token_of(client, "/families")
            chosen = [CHANCE.randrange(families) for _ in range(SEARCHES + WARM_UP)]
            by = {"phone": [phone(n) for n in chosen], "first_name": [name(n) for n in chosen]}
            return {what: percentiles(await searches(client, token, texts)) for what, texts in by.items()}


async def token_of(client: httpx.AsyncClient, path: str) -> str:
    page = (await client.get(path)).text
    return page.split('name="_csrf_token" value="')[1].split('"')[0]


async def main() -> None:
    found = {}
    async with server() as running:
        for families in SIZES:
            addresses = await database(running, f"search_{families}")
            await fill(addresses.owner, families)
            found[families] = await measure(addresses.application, families)
            for by, figures in found[families].items():
                tell(benchmark="search", by=by, families=families, searches=SEARCHES, **figures)
    small, large = SIZES
    for by, figures in found[large].items():
        tell(benchmark="search_ratio", by=by, of=large, to=small,
             p50=round(figures["p50_ms"] / found[small][by]["p50_ms"], 2))  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())

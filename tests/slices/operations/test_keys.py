"""Every encrypted value under the newest key: none forgotten, none lost, whoever writes meanwhile, however it ends."""

import asyncio
import os
import random
import signal
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS, browser
from tests.conftest import KEYS
from tests.slices.families.entries import entry

from teamhope.accounts import service as accounts
from teamhope.kit import clock, crypto
from teamhope.kit.crypto import KeyProblem, KeyRing, id_of
from teamhope.kit.database import pool_of
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations import queries_keys, service_keys
from teamhope.operations.key_sheet import key_sheet
from teamhope.operations.rules_keys import check_word
from teamhope.operations.service import Unfit
from teamhope.operations.service_keys import rotate
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.timeout(120)
NOW = clock.now()
NEW = b"n" * 32
ROTATED = KeyRing(keys=(NEW, *KEYS.keys), lookup=KEYS.lookup, signing=KEYS.signing)
ONLY_NEW = KeyRing(keys=(NEW,), lookup=KEYS.lookup, signing=KEYS.signing)
# What is no text of a person: digests, keyed indexes, what proves and is proven.
NEVER_ENCRYPTED = ("_hash", "_index", "hmac", "previous", "credential_id", "public_key", "challenge")


@pytest.fixture(autouse=True)
def _rotated() -> object:
    crypto.use_keys(ROTATED)
    yield
    crypto.use_keys(KEYS)


@pytest.fixture
async def owner(fresh_database: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_database.owner)
    yield connection
    await connection.close()


@asynccontextmanager
async def using(ring: KeyRing) -> AsyncIterator[None]:
    before = crypto.keys()
    crypto.use_keys(ring)
    yield
    crypto.use_keys(before)


async def plant_people(owner: asyncpg.Connection, count: int, ring: KeyRing = KEYS) -> dict[UUID, str]:
    texts = {uuid4(): f"Name {number}" for number in range(count)}
    rows = [(id_, crypto.seal(ring, f"person.name.{id_}", text)) for id_, text in texts.items()]
    insert = "insert into person (id, name, role, timezone) values ($1, $2, 'volunteer', 'UTC')"
    await owner.executemany(insert, rows)
    return texts


async def empty(owner: asyncpg.Connection) -> None:
    await owner.execute("truncate person, family cascade")


async def stored(owner: asyncpg.Connection, ring: KeyRing = ONLY_NEW) -> dict[UUID, str]:
    """The name of everybody, as that ring reads it. Raises KeyProblem."""
    async with using(ring):
        return {
            row["id"]: crypto.unseal(ring, f"person.name.{row['id']}", row["name"])
            for row in await owner.fetch("select id, name from person")
        }


async def rotated(addresses: Addresses) -> service_keys.Rotation:
    async with pool_of(addresses.owner, guarded=False):
        return await rotate(NOW)


async def test_no_binary_column_is_forgotten(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """select table_name, column_name from information_schema.columns
           join information_schema.tables using (table_schema, table_name)
           where table_schema = 'public' and data_type = 'bytea' and table_type = 'BASE TABLE'"""
    )
    binary = {f"{row['table_name']}.{row['column_name']}" for row in rows}
    names = list(map(queries_keys.name_of, queries_keys.encrypted_columns()))
    told = set(names)
    assert len(names) == len(told)
    assert told == {name for name in binary if not name.endswith(NEVER_ENCRYPTED)}
    assert len(told) > 15


async def test_after_it_nothing_opens_with_the_old_key_and_everything_with_the_new(
    owner: asyncpg.Connection, fresh_database: Addresses
) -> None:
    async with using(KEYS), pool_of(fresh_database.application):
        request = await world.family_request()
        person = await world.volunteer()
        await world.match(request, person)
        await world.blocked_person(request.family_id)
    admin = await owner.fetchval("select id from person limit 1")
    for table, column, more in (
        ("letter", "link", "kind, due_at, created_at"),
        ("authenticator", "secret", "created_at"),
    ):
        row_id = uuid4()
        values = {"kind, due_at, created_at": "'reset', now(), now()", "created_at": "now()"}[more]
        await owner.execute(
            f"insert into {table} (id, person, {column}, {more}) values ($1, $2, $3, {values})",
            row_id,
            admin,
            crypto.seal(KEYS, f"{table}.{column}.{row_id}", "secret"),
        )
    before = await everything(owner, KEYS)
    done = await rotated(fresh_database)
    assert done.left == {}
    assert sum(done.written.values()) == len(before)
    assert {"person.name", "contact.first_name", "contact_phone.number", "letter.link", "authenticator.secret"} <= set(
        done.written
    )
    assert await everything(owner, ONLY_NEW) == before
    for place, value in (await sealed(owner)).items():
        with pytest.raises(KeyProblem):
            crypto.unseal(KEYS, place, value)
    again = await rotated(fresh_database)
    assert (again.written, again.left) == ({}, {})


async def sealed(owner: asyncpg.Connection) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in map(queries_keys.name_of, queries_keys.encrypted_columns()):
        table, column = name.split(".")
        for row in await owner.fetch(f'select id, "{column}" as value from "{table}" where "{column}" is not null'):
            found[f"{name}.{row['id']}"] = bytes(row["value"])
    return found


async def everything(owner: asyncpg.Connection, ring: KeyRing) -> dict[str, str]:
    return {place: crypto.unseal(ring, place, value) for place, value in (await sealed(owner)).items()}


@pytest.mark.parametrize("seed", range(8))
async def test_ended_anywhere_and_run_again_it_loses_nothing(
    owner: asyncpg.Connection, fresh_database: Addresses, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values under three keys in random order, batches of random size, ended after a random number of them."""
    chance = random.Random(seed)
    await empty(owner)
    rings = [ROTATED, KEYS, KeyRing((b"m" * 32,), KEYS.lookup, KEYS.signing)]
    texts: dict[UUID, str] = {}
    for _ in range(chance.randint(1, 6)):
        texts |= await plant_people(owner, chance.randint(0, 40), chance.choice(rings))
    crypto.use_keys(KeyRing((NEW, b"m" * 32, *KEYS.keys), KEYS.lookup, KEYS.signing))
    monkeypatch.setattr(service_keys, "BATCH", chance.randint(1, 50))
    with pytest.raises(Ended):
        async with pool_of(fresh_database.owner, guarded=False):
            with monkeypatch.context() as patch:
                end_after(patch, chance.randint(0, 4))
                await rotate(NOW)
    assert await stored(owner, crypto.keys()) == texts
    done = await rotated(fresh_database)
    assert done.left == {}
    assert await stored(owner) == texts


class Ended(BaseException):
    pass


def end_after(patch: pytest.MonkeyPatch, batches: int) -> None:
    left = iter(range(batches))
    reseal = queries_keys.reseal_batch

    async def reseal_or_end(column: queries_keys.Column, after: UUID, limit: int) -> queries_keys.Batch:
        batch = await reseal(column, after, limit)
        if next(left, None) is None:
            raise Ended
        return batch

    patch.setattr(queries_keys, "reseal_batch", reseal_or_end)


async def test_a_value_that_does_not_open_stays_as_it_is_and_is_told(
    owner: asyncpg.Connection, fresh_database: Addresses
) -> None:
    await empty(owner)
    unknown = KeyRing((b"u" * 32,), KEYS.lookup, KEYS.signing)
    (foreign,) = await plant_people(owner, 1, unknown)
    texts = await plant_people(owner, 3)
    done = await rotated(fresh_database)
    assert done.left == {id_of(b"u" * 32).hex(): 1}
    assert done.written == {"person.name": 3}
    assert await stored(owner, KeyRing((NEW, b"u" * 32), KEYS.lookup, KEYS.signing)) == {foreign: "Name 0", **texts}
    await empty(owner)


async def test_a_row_that_somebody_holds_is_waited_for_by_nobody(
    owner: asyncpg.Connection, fresh_database: Addresses
) -> None:
    await empty(owner)
    held, *_ = await plant_people(owner, 5)
    async with owner.transaction():
        await owner.execute("update person set language = 'es' where id = $1", held)
        async with asyncio.timeout(10):
            done = await rotated(fresh_database)
    assert (done.written, list(done.left.values())) == ({"person.name": 4}, [1])
    assert (await rotated(fresh_database)).written == {"person.name": 1}


async def test_it_is_refused_while_a_process_could_not_read_what_it_writes(
    owner: asyncpg.Connection, fresh_database: Addresses
) -> None:
    await empty(owner)
    texts = await plant_people(owner, 3)
    async with using(KEYS), pool_of(fresh_database.application):
        await accounts.list_names(TESTS)
        crypto.use_keys(ROTATED)
        async with pool_of(fresh_database.owner, guarded=False):
            with pytest.raises(Unfit, match="does not have the newest key"):
                await rotate(NOW)
    assert await stored(owner, KEYS) == texts
    await rotated(fresh_database)


# As a process of its own, while the service writes -------------------------------------------------------------------


def environment(addresses: Addresses, folder: Path) -> dict[str, str]:
    plain = {key: text for key, text in os.environ.items() if not key.startswith("TEAMHOPE_")}
    return {
        **plain,
        "TEAMHOPE_OWNER_DATABASE_URL": addresses.owner,
        "TEAMHOPE_ENCRYPTION_KEYS": " ".join(b64encode(key).decode() for key in ROTATED.keys),
        "TEAMHOPE_LOOKUP_KEY": b64encode(KEYS.lookup).decode(),
        "TEAMHOPE_SECRET_KEY": "s" * 40,
        "TEAMHOPE_BACKUP_DIR": str(folder),
    }


async def rotating(addresses: Addresses, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "teamhope", "keys", "rotate"),
        env=environment(addresses, folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def write_names(owner: asyncpg.Connection, ids: list[UUID], ending: asyncio.Event) -> dict[UUID, str]:
    """Until the end, as a process with both keys and, now and then, one that still writes with the old one."""
    chance, wrote, number = random.Random(len(ids)), dict[UUID, str](), 0
    while not ending.is_set():
        id_, number = chance.choice(ids), number + 1
        ring = KEYS if number % 7 == 0 else ROTATED
        name = crypto.seal(ring, f"person.name.{id_}", f"Written {number}")
        await owner.execute("update person set name = $2 where id = $1", id_, name)
        wrote[id_] = f"Written {number}"
    return wrote


async def enter_requests(token: str, ending: asyncio.Event) -> dict[str, str]:
    """Families that the web is told of meanwhile, by their number, as long as it answers."""
    entered: dict[str, str] = {}
    async with browser() as client:
        client.headers["authorization"] = f"Bearer {token}"
        while not ending.is_set():
            name = f"Fam {len(entered)}"
            answer = await client.post("/api/v1/requests", json=entry(contact__first_name=name))
            assert answer.status_code == 201, answer.text
            entered[answer.json()["family_no"]] = name
    return entered


FIRST_NAMES = "select f.family_no, c.id, c.first_name from contact c join family f on f.id = c.family"


async def test_nothing_that_is_written_meanwhile_is_lost(
    owner: asyncpg.Connection, fresh_database: Addresses, tmp_path: Path
) -> None:
    await empty(owner)
    texts = await plant_people(owner, 4000)
    ids = list(texts)
    writers = [await asyncpg.connect(fresh_database.owner) for _ in range(2)]
    ending = asyncio.Event()
    async with pool_of(fresh_database.application):
        token = await accounts.create_token(TESTS, "tests", Role.COORDINATOR, NOW)
        work = [asyncio.create_task(write_names(one, ids[n::2], ending)) for n, one in enumerate(writers)]
        web = asyncio.create_task(enter_requests(token, ending))
        process = await rotating(fresh_database, tmp_path)
        out, wrong = await process.communicate()
        ending.set()
        for wrote in await asyncio.gather(*work):
            assert len(wrote) > 50
            texts |= wrote
        entered = await web
        assert len(entered) > 3
        crypto.use_keys(ROTATED)
        assert await stored(owner, ROTATED) == texts
        rows = await owner.fetch(FIRST_NAMES)
        names = {r["family_no"]: crypto.unseal(ROTATED, f"contact.first_name.{r['id']}", r["first_name"]) for r in rows}
        assert entered.items() <= names.items()
    assert b"values were written" in out, wrong
    for one in writers:
        await one.close()
    assert (await rotated(fresh_database)).left == {}
    assert await stored(owner) == texts


async def test_killed_it_leaves_every_value_readable_and_goes_on(
    owner: asyncpg.Connection, fresh_database: Addresses, tmp_path: Path
) -> None:
    await empty(owner)
    texts = await plant_people(owner, 30_000)
    process = await rotating(fresh_database, tmp_path)
    async with asyncio.timeout(40):
        while not 0 < await under_new(owner) < len(texts):  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    half = await under_new(owner)
    assert 0 < half < len(texts)
    assert await stored(owner, ROTATED) == texts
    again = await rotating(fresh_database, tmp_path)
    out, wrong = await again.communicate()
    assert again.returncode == 0, wrong
    assert f"{len(texts) - half} values were written" in out.decode()
    assert "no value and no backup needs it" in out.decode()
    assert await stored(owner) == texts


async def under_new(owner: asyncpg.Connection) -> int:
    return int(await owner.fetchval("select count(*) from person where substr(name, 2, 4) = $1", id_of(NEW)))


# On paper ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "told"), [("en", "can read everything"), ("es", "puede leerlo todo")])
def test_a_sheet_shows_every_key_with_its_check_word_on_one_page(language: str, told: str) -> None:
    keys = {
        "TEAMHOPE_ENCRYPTION_KEYS": [b64encode(key).decode() for key in ROTATED.keys],
        "TEAMHOPE_LOOKUP_KEY": [b64encode(KEYS.lookup).decode()],
        "TEAMHOPE_SECRET_KEY": ["s" * 64],
    }
    page = key_sheet(keys, "teamhope, db", date(2026, 3, 20), language)  # type: ignore[arg-type]
    packed = "".join(page.split())
    for name, of_it in keys.items():
        assert name in page
        for key in of_it:
            assert key in packed
            assert check_word(key) in page
    assert told in " ".join(page.split())
    assert "2026" in page
    assert "teamhope, db" in page
    lines = page.splitlines()
    assert len(lines) <= 54  # of a sheet, Letter or A4
    assert max(map(len, lines)) <= 80

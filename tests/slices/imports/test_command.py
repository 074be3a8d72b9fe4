"""`teamhope import`: what it prints, what it writes, and how it ends."""

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import world
from tests.app_kit import TESTS
from tests.canaries import MARK
from tests.conftest import KEYS
from tests.slices.imports.files import a_family, a_file, a_volunteer

from teamhope import cli_acting
from teamhope.app import know_refusals
from teamhope.cli import teamhope
from teamhope.kit import crypto
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings

pytestmark = [pytest.mark.usefixtures("db", "settled"), pytest.mark.timeout(90)]


@pytest.fixture
def settled(db: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds this test's database and keys."""
    given = Settings(database_url=db.application, owner_database_url=db.owner)
    monkeypatch.setattr("teamhope.settings.load", lambda: given)
    monkeypatch.setattr(cli_acting, "compose", lambda _: (crypto.use_keys(KEYS), know_refusals()))


async def run(*arguments: object) -> Result:
    result = await asyncio.to_thread(CliRunner().invoke, teamhope, ["import", *map(str, arguments)])
    assert MARK not in result.output
    return result


async def count(table: str) -> int:
    async with acting_as(TESTS):
        return int(await connection().fetchval(f"select count(*) from {table}"))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    file = tmp_path / "volunteers.csv"
    file.write_bytes(a_file([a_volunteer(), a_volunteer(Phone="12"), a_volunteer(Relation_to_the_child="neighbour")]))
    return file


async def test_a_dry_run_tells_row_by_row_and_leaves_nothing(mixed: Path) -> None:
    before = await count("volunteer")
    told = await run("volunteers", mixed, "--dry-run")
    assert told.exit_code == 1
    assert "Row 3, Phone: Enter a phone number" in told.output
    assert "Row 4, Relation to the child: Write one of these: Mother;" in told.output
    assert "3 rows: 1 ready, 2 with errors, 0 like people already here." in told.output
    assert (await count("volunteer"), await count("csv_import")) == (before, 0)


async def test_with_errors_nothing_is_written_unless_they_may_be_skipped(mixed: Path) -> None:
    before = await count("volunteer")
    refused = await run("volunteers", mixed)
    assert (refused.exit_code, await count("volunteer"), await count("csv_import")) == (1, before, 0)
    assert "Nothing was imported." in refused.output
    done = await run("volunteers", mixed, "--skip-bad")
    assert done.exit_code == 0
    assert "1 rows were imported. 2 were left out." in done.output
    assert await count("volunteer") == before + 1


async def test_an_import_is_undone_by_its_number_once(tmp_path: Path) -> None:
    file, before = tmp_path / "families.csv", await count("family")
    file.write_bytes(a_file([a_family(), a_family()]))
    done = await run("families", file)
    number = re.search(r"teamhope import undo ([0-9a-f-]{36})", done.output)
    assert number
    assert await count("family") == before + 2
    undone = await run("undo", number[1])
    assert (undone.exit_code, undone.output) == (0, "2 rows were taken back.\n")
    assert await count("family") == before


async def test_what_stays_is_named_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "families.csv"
    file.write_bytes(a_file([a_family()]))
    number = re.search(r"undo ([0-9a-f-]{36})", (await run("families", file)).output)
    assert number
    async with acting_as(TESTS):
        await connection().execute("update family set state = 'TX' where id in (select family from imported_row)")
    undone = await run("undo", number[1])
    assert undone.exit_code == 1
    assert "Row 2 stays: Something was changed" in undone.output


async def test_look_alikes_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    file, known = tmp_path / "families.csv", await world.family_request()
    file.write_bytes(a_file([a_family(Phone=known.number)]))
    refused = await run("families", file)
    assert refused.exit_code == 1
    assert f"Row 2: Looks like family {known.family_no}" in refused.output
    assert (await run("families", file, "--with-alike")).exit_code == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "This file is empty"), (b"Shoe size\n9\n", "No column is called “Shoe size”"), (b"\xff\xfe", "CSV UTF-8")],
)
async def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    told = await run("volunteers", file)
    assert told.exit_code == 1
    assert sentence in told.output


async def test_an_unknown_number_is_told() -> None:
    told = await run("undo", "00000000-0000-4000-8000-000000000000")
    assert told.exit_code == 1
    assert "not here" in told.output

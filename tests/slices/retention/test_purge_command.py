"""`teamhope purge`: --dry-run only counts; without it the work is done, as often as it is asked for."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import KEYS
from tests.slices.retention.kit import Planted, plant, rows, value

from teamhope import cli_retention
from teamhope.kit import clock, crypto
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def settled(db: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds this test's database and keys."""
    given = Settings(database_url=db.application, owner_database_url=db.owner, backup_dir=tmp_path)
    monkeypatch.setattr("teamhope.settings.load", lambda: given)
    monkeypatch.setattr(cli_retention, "compose", lambda _: crypto.use_keys(KEYS))


async def told(*arguments: str) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, cli_retention.purge, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


async def over(db: Addresses) -> Planted:
    return await plant(db, clock.now() - timedelta(days=1500))


async def test_it_counts_then_does_and_is_recorded_once_a_day(db: Addresses, settled: None) -> None:
    first = await over(db)
    assert "contact_data   1" in await told("--dry-run")
    status = "select status from family where id = $1"
    assert await value(status, first.family_id) == "closed"
    assert "contact_data   1" in await told()
    assert await value(status, first.family_id) == "anonymised"
    again = await over(db)
    assert "contact_data   1" in await told()
    assert await value(status, again.family_id) == "anonymised"
    runs = await rows("select operation, succeeded from operation_run")
    assert [tuple(run) for run in runs] == [("purge", True)]

"""One embedded server for the whole run; one migrated database per test module, cloned from a template."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from argon2 import PasswordHasher

from teamhope.accounts import passwords
from teamhope.app import know_refusals
from teamhope.audit.service import keep_reads
from teamhope.kit import clock, crypto, database, embedded_postgres, embedded_roles, migrations
from teamhope.vocabulary.programme import load_programme, use_programme
from tests import canaries

TEMPLATE = "teamhope_template"
KEYS = crypto.KeyRing(keys=(b"e" * 32,), lookup=b"l" * 32, signing=b"s" * 32)
STRONG = passwords.HASHER
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # signing in thousands of times takes minutes else
_numbers = count(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test that prints or logs a marked name, number or note has failed, whatever else it showed."""
    report = yield
    for name, printed in report.sections:
        if report.passed and (found := canaries.SHOWN.search(printed)):
            report.outcome = "failed"
            report.longrepr = f"{name}: a mark of the invented people was printed: {found[0]}"
    return report


@pytest.fixture(scope="session")
def reachable_folder() -> Iterator[Path]:
    """Unlike pytest's own, a folder that the server's operating-system user may enter when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="teamhope-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(reachable_folder: Path) -> Iterator[embedded_postgres.Server]:
    with embedded_postgres.running(reachable_folder / "data") as server:
        yield server


@contextmanager
def hashing(hasher: PasswordHasher) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", hasher)
        patch.setattr(passwords, "_nobody", hasher.hash("of nobody"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    with hashing(QUICK):
        yield


@pytest.fixture(scope="module")
def strong_passwords() -> Iterator[None]:
    """As the service hashes them."""
    with hashing(STRONG):
        yield


@pytest.fixture(scope="session", autouse=True)
def _composition() -> None:
    crypto.use_keys(KEYS)
    keep_reads(clock.now)
    know_refusals()
    use_programme(load_programme())


@pytest.fixture(scope="session")
async def template(postgres: embedded_postgres.Server) -> embedded_roles.Addresses:
    addresses = await embedded_roles.prepare(postgres, TEMPLATE)
    await migrations.upgrade(addresses.owner)
    return addresses


@pytest.fixture(scope="module")
async def fresh_database(
    postgres: embedded_postgres.Server, template: embedded_roles.Addresses
) -> AsyncIterator[embedded_roles.Addresses]:
    """A migrated, empty database of this module's own."""
    name = f"teamhope_test_{next(_numbers)}"
    await _as_superuser(postgres, f'create database "{name}" template {TEMPLATE} owner {embedded_roles.OWNER}')
    addresses = embedded_roles.addresses(postgres, name)
    yield addresses
    canaries.look_at_dump(addresses.owner)
    await _as_superuser(postgres, f'drop database "{name}" with (force)')


async def _as_superuser(postgres: embedded_postgres.Server, sql: str) -> None:
    """On a connection of its own: a test may kill all that there are."""
    superuser = await asyncpg.connect(postgres.superuser_dsn)
    await superuser.execute(sql)
    await superuser.close()


@pytest.fixture(scope="module")
async def db(fresh_database: embedded_roles.Addresses) -> AsyncIterator[embedded_roles.Addresses]:
    """The application's pool, open on this module's database."""
    async with database.pool_of(fresh_database.application):
        yield fresh_database

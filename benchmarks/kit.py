"""What benchmarks share: a throw-away database, and figures as one JSON line each."""

import json
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from teamhope.app import know_refusals
from teamhope.kit import crypto, embedded_postgres, embedded_roles, migrations
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.programme import load_programme, use_programme

KEYS = crypto.KeyRing(keys=(b"e" * 32,), lookup=b"l" * 32, signing=b"s" * 32)


@asynccontextmanager
async def server() -> AsyncIterator[embedded_postgres.Server]:
    """An embedded server in a folder that goes with it, and a process that is set up as the application is."""
    crypto.use_keys(KEYS)
    know_refusals()
    use_programme(load_programme())
    folder = Path(tempfile.mkdtemp(prefix="teamhope-bench-"))
    folder.chmod(0o755)  # noqa: ASYNC240 - before anything runs
    try:
        with embedded_postgres.running(folder / "data") as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def database(of: embedded_postgres.Server, name: str) -> Addresses:
    """Migrated and empty."""
    addresses = await embedded_roles.prepare(of, name)
    await migrations.upgrade(addresses.owner)
    return addresses


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": round(cuts[49] * 1000, 2), "p95_ms": round(cuts[94] * 1000, 2)}


def quantile_ms(seconds: Sequence[float], percent: int) -> float:
    return round(statistics.quantiles(seconds, n=100)[percent - 1] * 1000, 2)


def tell(**figures: object) -> None:
    print(json.dumps(figures), flush=True)

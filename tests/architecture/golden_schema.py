"""The schema that the migrations make, as text: kept in schema.sql, so that a review sees what a migration changes.

`python -m tests.architecture.golden_schema` rewrites it.
"""

import asyncio
import re
import tempfile
from pathlib import Path

from teamhope.kit import embedded_postgres, embedded_roles, migrations

GOLDEN = Path(__file__).with_name("schema.sql")
# What differs from run to run or from version to version, and says nothing of the schema.
NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|)$")


def dumped(owner_dsn: str) -> str:
    lines = embedded_postgres.run_binary("pg_dump", "--schema-only", "--no-owner", dsn=owner_dsn).splitlines()
    return "\n".join(line for line in lines if not NOISE.match(line)) + "\n"


def rewrite() -> None:
    with tempfile.TemporaryDirectory(prefix="teamhope-schema-") as folder:
        Path(folder).chmod(0o755)
        with embedded_postgres.running(Path(folder, "data")) as server:
            addresses = asyncio.run(embedded_roles.prepare(server, "schema"))
            asyncio.run(migrations.upgrade(addresses.owner))
            GOLDEN.write_text(dumped(addresses.owner))


if __name__ == "__main__":
    rewrite()

"""The import contracts of pyproject.toml hold, and each of them sees what it is there to see."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
# Where an import is planted, the import, and the contract that has to report it.
PLANTED = (
    ("families/rules.py", "import teamhope.matching.rules", "Slices look down, in one order"),
    ("gossip.py", "", "Slices look down, in one order"),
    ("accounts/rules.py", "import teamhope.kit.clock", "Rules and vocabulary are pure"),
    ("audit/rules.py", "import teamhope.audit.queries", "Inside a slice: rules know nothing above them"),
    ("accounts/forms.py", "import teamhope.accounts.service", "Inside a slice: forms know rules only"),
    ("audit/queries.py", "import teamhope.audit.service", "Inside a slice: queries know neither use cases nor pages"),
    ("operations/service.py", "import teamhope.operations.jobs", "Inside a slice: use cases know no page"),
    ("accounts/web.py", "import teamhope.tables.accounts", "Pages and the API touch no table"),
    ("accounts/service.py", "import piccolo.columns", "Only tables and queries know Piccolo"),
    ("accounts/queries.py", "import twilio.rest", "Only telephony knows twilio"),
)
pytestmark = pytest.mark.timeout(120)


def lint(root: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"}
    command = [str(LINT), "--no-cache"]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def copy_of_ours(folder: Path) -> Path:
    for part in ("src", "tests/architecture"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_holds() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_an_import_against_each_contract_is_reported(tmp_path: Path) -> None:
    root = copy_of_ours(tmp_path)
    for place, line, _ in PLANTED:
        with (root / "src/teamhope" / place).open("a") as file:
            file.write(f"\n{line}\n")
    linted = lint(root)
    assert linted.returncode == 1
    broken = {line.removesuffix(" BROKEN") for line in linted.stdout.splitlines() if line.endswith(" BROKEN")}
    assert broken == {contract for _, _, contract in PLANTED}, linted.stdout + linted.stderr
    assert "gossip" in linted.stdout
    assert "families.rules" in linted.stdout

"""Nights, restores and keys as an administrator meets them: processes that are killed, started again, and refuse."""

import os
import re
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from tests.faults import test_processes as processes
from tests.faults.test_processes import (
    Process,
    Started,
    answer,
    command,
    demo_password,
    eventually,
    first_lines,
    free_port,
    processes_of,
    start,
    stop,
)

pytestmark = pytest.mark.timeout(240)  # of a dozen starts, on a machine that does something else too
folder, started = processes.folder, processes.started
UNFINISHED = "A restore is not finished"


def with_an_administrator(folder: Path) -> None:
    """A database with one person in it."""
    assert command(folder, "db", "upgrade").returncode == 0
    added = command(folder, "user", "add", "ana@example.org", "--role", "admin")
    assert added.returncode == 0, added.stderr


def made_by(told: str) -> Path:
    return Path(told.strip().removeprefix("Backed up to "))


def wait_for_line(process: Process, beginning: str) -> None:
    assert process.stdout is not None
    assert any(line.startswith(beginning) for line in iter(process.stdout.readline, "")), process.communicate()[1]


def test_a_restore_that_was_killed_before_its_erasures_is_served_by_nobody(folder: Path, started: Started) -> None:
    with_an_administrator(folder)
    file = made_by(command(folder, "backup").stdout)
    erasures = file.with_name("erasures.jsonl")
    os.mkfifo(erasures)  # whoever reads it waits for a writer who never comes
    restoring = start(started, folder, "restore", str(file), "--replace")
    wait_for_line(restoring, "Restored")
    restoring.kill()
    restoring.communicate()
    erasures.unlink()
    port = str(free_port())
    for refusing in (
        ("serve", "--port", port),
        ("worker",),
        ("demo", "--port", port, "--data-dir", str(folder / "data")),
    ):
        refused = command(folder, *refusing)
        assert (refused.returncode, UNFINISHED in refused.stderr, refused.stderr.count("\n")) == (1, True, 1)
    finished = command(folder, "purge")
    assert finished.returncode == 0, finished.stderr
    assert "The database may be served" in finished.stdout
    assert "There is no" in finished.stderr
    web = start(started, folder, "serve", "--port", port)
    eventually(lambda: answer(int(port), "/livez")[0] == 200)
    stop(web)
    assert processes_of(folder) == []


def test_a_restore_tells_what_it_restored(folder: Path) -> None:
    with_an_administrator(folder)
    file = made_by(command(folder, "backup", str(folder / "mine.backup")).stdout)
    told = command(folder, "restore", str(file), "--replace")
    assert told.returncode == 0, told.stderr
    assert re.search(r"^A backup of \d{4}-\d\d-\d\d \d\d:\d\d UTC, made by release \S+$", told.stdout, re.MULTILINE)
    assert re.search(r"^Last seal of the audit: (none|\d+, [0-9a-f]+)$", told.stdout, re.MULTILINE)
    assert "Erased again: 0. The database may be served." in told.stdout


def noon_somewhere() -> str:
    """A zone in which it is neither before a quarter past three nor nearly midnight."""
    hours_east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-hours_east:+d}" if hours_east else "UTC"


def test_a_nightly_process_makes_the_days_backup_and_purge_and_ends_when_asked(folder: Path, started: Started) -> None:
    with_an_administrator(folder)
    zone = {"TEAMHOPE_REPORT_TIMEZONE": noon_somewhere()}
    assert "there is none; run" in command(folder, "check", **zone).stdout
    night = start(started, folder, "backup", "--nightly", **zone)
    wait_for_line(night, '{"job": "back_up_today", "event": "done_for_today"')
    wait_for_line(night, '{"job": "purge_today", "event": "done_for_today"')
    assert stop(night) == ""
    assert night.returncode == 0
    assert len(list((folder / "data/backups").glob("*.backup"))) == 1
    assert "the last good one is of" in command(folder, "check", **zone).stdout
    again = start(started, folder, "backup", "--nightly", **zone)
    extra = command(folder, "backup", **zone)  # somebody wants one more
    assert extra.returncode == 0, extra.stderr
    stop(again)
    assert len(list((folder / "data/backups").glob("*.backup"))) == 2
    assert processes_of(folder) == []


def test_a_demonstration_is_backed_up_and_purged_while_it_runs(folder: Path, started: Started) -> None:
    demo = start(started, folder, "demo", "--port", "0")
    demo_password(first_lines(demo))
    made = command(folder, "backup")
    assert made.returncode == 0, made.stderr
    assert made_by(made.stdout).exists()
    assert command(folder, "purge", "--dry-run").returncode == 0
    refused = command(folder, "keys", "add")
    assert (refused.returncode, "Stop what uses the database" in refused.stderr) == (1, True)
    stop(demo)
    assert demo.returncode == 0


def test_kept_keys_are_added_while_nothing_runs_and_rotated_while_people_work(folder: Path, started: Started) -> None:
    with_an_administrator(folder)
    token = command(folder, "token", "create", "--user", "ana@example.org").stdout.strip()
    file = made_by(command(folder, "backup").stdout)
    kept = folder / "data/keys/encryption_keys"
    (old,) = kept.read_text().split()
    added = command(folder, "keys", "add")
    assert added.returncode == 0, added.stderr
    new, still_there = kept.read_text().split()
    assert (still_there, len(b64decode(new)), kept.stat().st_mode & 0o777) == (old, 32, 0o600)
    assert new not in added.stdout
    port = free_port()
    web = start(started, folder, "serve", "--port", str(port))
    eventually(lambda: answer(port, "/livez")[0] == 200)
    rotated = command(folder, "keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "person.name" in rotated.stdout
    assert re.search(r"^Key [0-9a-f]{8}: keep it until \d{4}-\d\d-\d\d, when the last backup", rotated.stdout, re.M)
    hers = {"authorization": f"Bearer {token}"}  # her name is read to know who she is
    assert httpx.get(f"http://127.0.0.1:{port}/schema/openapi.json", headers=hers, timeout=15).status_code == 200
    stop(web)
    file.unlink()
    again = command(folder, "keys", "rotate")
    assert again.stdout.startswith("0 values were written")
    assert "no value and no backup needs it" in again.stdout
    kept.write_text(new)
    assert "open the data" in command(folder, "check").stdout
    sheet = command(folder, "keys", "sheet", "--lang", "es").stdout
    assert new in "".join(sheet.split())
    assert old not in "".join(sheet.split())


def test_a_new_key_for_keys_that_were_given_is_only_printed(folder: Path) -> None:
    added = command(folder, "keys", "add", **processes.KEYS)
    printed = re.search(r"^  (\S+)$", added.stdout, re.MULTILINE)
    assert printed, added.stdout
    assert len(b64decode(printed[1])) == 32
    assert not (folder / "data").exists()
    nothing_kept = command(folder, "keys", "add")
    assert (nothing_kept.returncode, "holds no keys yet" in nothing_kept.stderr) == (1, True)

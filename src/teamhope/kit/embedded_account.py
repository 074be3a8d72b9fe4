"""Which account of this machine runs the embedded PostgreSQL, and which folders that account can reach.

PostgreSQL refuses to run as root, so root hands it to an account without rights; everybody else runs it as themselves.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PREFERRED_NAMES = ("postgres", "teamhope-db")  # the first that exists; the last is created where none does
SHARED_DATA_DIR = Path("/var/lib/teamhope")  # root's data, where the preferred folder is closed to the account
NO_RIGHTS_ID = 65534  # "nobody": a fresh account of the system reaches what it reaches
# Little of our environment reaches the server: it holds secrets, and PG… variables would change what commands do.
PLAIN_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
FIRST_CLOSED = 'for folder; do test -x "$folder" || { printf %s "$folder"; exit 1; }; done'


class EmbeddedPostgresError(Exception):
    """One or two sentences: what is wrong with the embedded database, and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the server's commands run as, when that is not the one we run as."""

    name: str
    uid: int
    gid: int


def account_for(pgdata: Path) -> Account | None:
    """The account to run as; None means as we are. Data that is there decides: only its owner may run it.

    Raises EmbeddedPostgresError when the data belongs to another person, or when root has no account to hand it to.
    """
    owner = pgdata.stat() if pgdata.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise EmbeddedPostgresError(
                f"The database in {pgdata} belongs to {_name(owner.st_uid)}: run the command as {_name(owner.st_uid)}."
            )
        return None
    if owner is None:
        return existing_account() or _create_account(PREFERRED_NAMES[-1])
    if owner.st_uid == 0:
        raise EmbeddedPostgresError(
            f"The database in {pgdata} belongs to root, but PostgreSQL refuses to run as root: "
            f"give it back to its account, for example with: chown -R {PREFERRED_NAMES[0]} '{pgdata}'"
        )
    return Account(_name(owner.st_uid), owner.st_uid, owner.st_gid)


def existing_account(names: Sequence[str] = PREFERRED_NAMES) -> Account | None:
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def default_data_dir(preferred: Path) -> Path:
    """`preferred`, or for root SHARED_DATA_DIR when the server's account cannot reach it (a clone in a closed home).

    Creates nothing. The caller tells the person in one line when the answer is not what was preferred.
    """
    if os.geteuid() != 0:
        return preferred
    account = existing_account() or Account("nobody", NO_RIGHTS_ID, NO_RIGHTS_ID)
    return SHARED_DATA_DIR if first_closed_folder(preferred, account) else preferred


def first_closed_folder(folder: Path, account: Account) -> Path | None:
    """The first of the existing folders from / down to `folder` that `account` may not enter, tried as that account."""
    there = [str(parent) for parent in (*reversed(folder.absolute().parents), folder.absolute()) if parent.exists()]
    closed = run_as(account, ["/bin/sh", "-c", FIRST_CLOSED, "sh", *there]).stdout
    return Path(closed) if closed else None


def run_as(
    account: Account | None,
    command: Sequence[str],
    *,
    cwd: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    inherited: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run to the end in its own session, so that Ctrl-C at the terminal reaches us alone. Raises OSError.

    `inherited` are descriptors of ours that the command keeps open, also when we are killed.
    """
    return subprocess.run(  # noqa: S603 - every caller names its own binary; no shell reads the arguments
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        env={**PLAIN_ENVIRONMENT, **(environment or {})},
        cwd=cwd,
        umask=0o077,
        start_new_session=True,
        pass_fds=inherited,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _create_account(name: str) -> Account:
    useradd = shutil.which("useradd", path=f"{PLAIN_ENVIRONMENT['PATH']}:/usr/sbin:/sbin")
    if useradd:
        run_as(None, [useradd, "--system", "--no-create-home", "--shell", "/bin/false", name])
    # Looked up whatever useradd said: another start may have made the account at the same moment.
    if account := existing_account([name]):
        return account
    raise EmbeddedPostgresError(
        f"PostgreSQL refuses to run as root, and no account '{name}' could be created for it: "
        "run the command as an ordinary user, or set TEAMHOPE_DATABASE_URL to a PostgreSQL server."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"

"""Where the data of this deployment is: the database and keys that the settings name, or those kept in DATA_DIR."""

import asyncio
import fcntl
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from teamhope.kit import embedded_postgres, embedded_roles
from teamhope.kit.crypto import KEY_BYTES
from teamhope.settings import PREFIX, SettingProblem, Settings

DATABASE: Final = "teamhope"
DEFAULT_DATA_DIR: Final = Settings().data_dir
DEFAULT_BACKUP_DIR: Final = Settings().backup_dir


@dataclass(frozen=True, slots=True)
class Deployment:
    """`settings` with the address and keys in use filled in; `owner_url` is for migrations, backup and restore."""

    settings: Settings
    _owner_url: str = field(repr=False)

    @property
    def owner_url(self) -> str:
        """Raises SettingProblem where it was not given."""
        if not self._owner_url:
            raise SettingProblem("owner_database_url", "is needed for this command.")
        return self._owner_url

    @property
    def database_url(self) -> str:
        """Raises SettingProblem where it was not given."""
        if not self.settings.database_url:
            raise SettingProblem("database_url", "is needed for this command.")
        return self.settings.database_url


@contextmanager
def deployed(settings: Settings) -> Iterator[Deployment]:
    """The deployment, reachable while the block lasts. An embedded server is started, and stopped by its last user.

    Raises EmbeddedPostgresError.
    """
    if not settings.embedded:
        yield Deployment(settings, settings.owner_database_url)
        return
    data_dir = data_dir_of(settings)
    with embedded_postgres.running(data_dir) as server:
        addresses = asyncio.run(embedded_roles.prepare(server, DATABASE))
        kept = replace(settings, data_dir=data_dir, database_url=addresses.application)
        if settings.backup_dir == DEFAULT_BACKUP_DIR:
            kept = replace(kept, backup_dir=data_dir / "backups")
        yield Deployment(with_kept_keys(kept), addresses.owner)


def data_dir_of(settings: Settings) -> Path:
    """DATA_DIR; for root, where it was not chosen and the server's account cannot reach it, a folder of the system."""
    if settings.data_dir != DEFAULT_DATA_DIR:
        return settings.data_dir.absolute()
    return embedded_postgres.default_data_dir(DEFAULT_DATA_DIR).absolute()


def random_key() -> str:
    return b64encode(secrets.token_bytes(KEY_BYTES)).decode()


MADE_HERE: Final[dict[str, Callable[[], str]]] = {
    "secret_key": lambda: secrets.token_urlsafe(48),
    "encryption_keys": random_key,
    "lookup_key": random_key,
}


def with_kept_keys(settings: Settings) -> Settings:
    """Keys that the environment does not give come from DATA_DIR/keys, where they are made at the first start."""
    missing = {name: make for name, make in MADE_HERE.items() if not getattr(settings, name)}
    texts = {name: kept_secret(settings.data_dir, name, make) for name, make in missing.items()}
    return replace(
        settings,
        secret_key=texts.get("secret_key", settings.secret_key),
        lookup_key=texts.get("lookup_key", settings.lookup_key),
        encryption_keys=tuple(texts["encryption_keys"].split())
        if "encryption_keys" in texts
        else settings.encryption_keys,
    )


def kept_secret(data_dir: Path, name: str, make: Callable[[], str]) -> str:
    """The secret of that name; made once, whoever comes first, and readable by its owner only."""
    folder = data_dir / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / name
    if not kept.exists():
        _write_once(kept, make())
    return kept.read_text().strip()


def add_kept_key(data_dir: Path) -> Path:
    """Puts a new encryption key before those kept in DATA_DIR; where. Two at once: both stay. Raises SettingProblem."""
    kept = data_dir / "keys" / "encryption_keys"
    if not kept.exists():
        raise SettingProblem("data_dir", f"holds no keys yet ({kept}): they are made at the first start.")
    folder = os.open(kept.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        _write_beside(kept, f"{random_key()} {kept.read_text().strip()}").replace(kept)
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def _write_once(path: Path, text: str) -> None:
    """Complete or not there: a link to a finished file, so that of two starts at once both read the same."""
    unfinished = _write_beside(path, text)
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()


def _write_beside(path: Path, text: str) -> Path:
    """A finished file of another name in the same folder, readable by its owner only."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return unfinished


def environment_of(settings: Settings, given: Settings) -> dict[str, str]:
    """What `settings` has beyond the `given` environment, for child processes that read the environment themselves."""
    found = {name: getattr(settings, name) for name in ("database_url", *MADE_HERE) if not getattr(given, name)}
    return {PREFIX + name.upper(): " ".join(it) if isinstance(it, tuple) else it for name, it in found.items() if it}

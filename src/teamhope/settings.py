"""The deployment, as the environment describes it: one frozen object, read by the composition roots only."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from teamhope.kit import crypto

PREFIX = "TEAMHOPE_"
SECRET_LENGTH = 32  # characters
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingProblem(ValueError):
    """A setting is missing or unsafe; the sentence names it and says what to do."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{PREFIX}{name.upper()}: {problem}")


def _setting(default: Any, about: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"about": about, "secret": secret}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str = _setting(
        "", "Application role of PostgreSQL 18. Empty: an embedded server in DATA_DIR.", secret=True
    )
    owner_database_url: str = _setting(
        "", "Owner role, only for db upgrade, backup, restore. Never given to serve or worker.", secret=True
    )
    data_dir: Path = _setting(Path("data"), "Where the embedded database, its keys and the demonstration live.")
    backup_dir: Path = _setting(Path("data/backups"), "Where backups are written.")
    secret_key: str = _setting("", "Signs forms, links and audit rows; 32 characters or more.", secret=True)
    encryption_keys: tuple[str, ...] = _setting((), "Keys of personal values, base64, newest first.", secret=True)
    lookup_key: str = _setting("", "Key of the search indexes, base64; never changed.", secret=True)
    public_url: str = _setting("http://127.0.0.1:8000", "The address people and the telephone provider use.")
    site_name: str = _setting("Team HOPE", "The name in the header; it may be neutral.")
    leave_url: str = _setting("https://www.weather.gov/", "Where 'Leave this site' goes.")
    report_timezone: str = _setting("America/New_York", "The zone whose days and years are counted.")
    default_language: str = _setting("en", "en or es, for a visitor whose browser asks for neither.")
    programme_file: str = _setting("", "A programme file of your own. Empty: the packaged one.")
    twilio_account_sid: str = _setting("", "Empty: no messages are sent; people call from their own phones.")
    twilio_auth_token: str = _setting("", "Secret of the Twilio account; also proves its callbacks.", secret=True)
    twilio_number: str = _setting("", "The programme's number, +1…")
    twilio_api_base: str = _setting("https://api.twilio.com", "Another host for tests and the demonstration.")
    smtp_url: str = _setting(
        "",
        "smtp://user:password@host:587?from=address, or smtps://. Empty: links are shown to give them on.",
        secret=True,
    )
    require_second_factor: str = _setting("nobody", "nobody, staff (all but volunteers) or everyone.")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR.")
    metrics_token: str = _setting("", "Bearer token of /metrics. Empty: /metrics is closed.", secret=True)

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def embedded(self) -> bool:
        return not (self.database_url or self.owner_database_url)

    @property
    def telephone(self) -> bool:
        return bool(self.twilio_account_sid)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingProblem for the first setting that is malformed, or set twice (itself and as a file)."""
    given = {spec.name: text for spec in fields(Settings) if (text := _text_of(spec.name, environ)) is not None}
    settings = Settings(**{name: _PARSERS.get(name, str)(text) for name, text in given.items()})
    _refuse_malformed(settings)
    return settings


def _text_of(name: str, environ: Mapping[str, str]) -> str | None:
    key = PREFIX + name.upper()
    text, file = environ.get(key, ""), environ.get(key + "_FILE", "")
    if text and file:
        raise SettingProblem(name, f"is set twice, by itself and by {key}_FILE. Keep one.")
    if file:
        try:
            return Path(file).read_text().strip()
        except OSError as problem:
            raise SettingProblem(f"{name}_FILE", f"cannot be read ({problem.strerror}).") from problem
    return text.strip() or None


_PARSERS: dict[str, Callable[[str], Any]] = {
    "data_dir": Path,
    "backup_dir": Path,
    "encryption_keys": lambda text: tuple(text.replace(",", " ").split()),
}


def _refuse_malformed(settings: Settings) -> None:
    checks = (
        ("public_url", urlsplit(settings.public_url).scheme in {"http", "https"}, "must start with https://."),
        ("leave_url", settings.leave_url.startswith("https://"), "must start with https://."),
        (
            "report_timezone",
            settings.report_timezone in available_timezones(),
            "must be an IANA zone, for example America/Chicago.",
        ),
        ("default_language", settings.default_language in {"en", "es"}, "must be en or es."),
        (
            "require_second_factor",
            settings.require_second_factor in {"nobody", "staff", "everyone"},
            "must be nobody, staff or everyone.",
        ),
        (
            "smtp_url",
            urlsplit(settings.smtp_url).scheme in {"", "smtp", "smtps", "file"}
            and "from=" in (settings.smtp_url or "from="),
            "must be smtp://user:password@host:587?from=address, or smtps://.",
        ),
        (
            "log_level",
            settings.log_level in {"DEBUG", "INFO", "WARNING", "ERROR"},
            "must be DEBUG, INFO, WARNING or ERROR.",
        ),
        (
            "twilio_auth_token",
            not settings.telephone or bool(settings.twilio_auth_token),
            "is needed with TWILIO_ACCOUNT_SID.",
        ),
        (
            "twilio_number",
            not settings.telephone or settings.twilio_number.startswith("+"),
            "is needed as +1… with TWILIO_ACCOUNT_SID.",
        ),
    )
    for name, holds, problem in checks:
        if not holds:
            raise SettingProblem(name, problem)


def refuse_unsafe(settings: Settings) -> None:
    """What `serve` and `worker` refuse to start with. Raises SettingProblem."""
    url = urlsplit(settings.public_url)
    checks = (
        (
            "secret_key",
            len(settings.secret_key) >= SECRET_LENGTH,
            f"needs {SECRET_LENGTH} characters or more of chance.",
        ),
        ("encryption_keys", bool(settings.encryption_keys), "is missing. Make one with: openssl rand -base64 32"),
        ("lookup_key", bool(settings.lookup_key), "is missing. Make one with: openssl rand -base64 32"),
        ("lookup_key", settings.lookup_key not in settings.encryption_keys, "must differ from every encryption key."),
        (
            "public_url",
            settings.secure or url.hostname in LOOPBACK,
            "must start with https:// unless it is this machine.",
        ),
        ("owner_database_url", not settings.owner_database_url, "must not be given to serve or worker."),
    )
    for name, holds, problem in checks:
        if not holds:
            raise SettingProblem(name, problem)
    key_ring(settings)


def key_ring(settings: Settings) -> crypto.KeyRing:
    try:
        return crypto.key_ring(settings.encryption_keys, settings.lookup_key, settings.secret_key)
    except crypto.KeyProblem as problem:
        raise SettingProblem("encryption_keys", f"or LOOKUP_KEY: {problem}.") from problem

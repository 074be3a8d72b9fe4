"""Keys from the command line: a new one, values written anew with it, and all of them on paper."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.backups import BackupProblem, backups_in, keys_of
from teamhope.deployment import Deployment, add_kept_key, data_dir_of, deployed, random_key
from teamhope.kit import clock, crypto, embedded_postgres
from teamhope.kit.crypto import KeyProblem
from teamhope.kit.database import pool_of
from teamhope.kit.i18n import Language
from teamhope.operations.key_sheet import key_sheet
from teamhope.operations.rules import gone_by
from teamhope.operations.service_keys import Rotation, rotate
from teamhope.settings import Settings


@click.group()
def keys() -> None:
    """Encryption keys: add, rotate, sheet."""


@keys.command()
def add() -> None:
    """Make a new encryption key, with which everything is written from the next start on.

    Stop serve, worker and demo before: they could not read what others write with it.
    """
    settings = configuration.load()
    if settings.embedded and not settings.encryption_keys:
        click.echo(f"A new key stands before the others in {_add_kept(data_dir_of(settings))}.")
    else:
        click.echo(f"Put this key and a space before what TEAMHOPE_ENCRYPTION_KEYS holds:\n\n  {random_key()}\n")
    click.echo("Start serve and worker, run 'teamhope keys rotate', then print 'teamhope keys sheet' again.")


def _add_kept(data_dir: Path) -> Path:
    if embedded_postgres.status(data_dir):
        raise click.ClickException(
            f"Stop what uses the database in {data_dir} (serve, worker, demo), then run it again."
        )
    return add_kept_key(data_dir)


@keys.command("rotate")
def rotate_command() -> None:
    """Write every encrypted value anew with the newest key, while the service runs.

    It may be ended at any moment and run again. It says when each older key may be removed.
    """
    with deployed(configuration.load()) as place:
        compose(place.settings)
        done = asyncio.run(_rotate(place, clock.now()))
        for column, count in done.written.items():
            click.echo(f"  {column:<32} {count}")
        click.echo(f"{sum(done.written.values())} values were written with the newest key, {crypto.ids_in_use()[0]}.")
        _tell_of_older_keys(place.settings, done)
    if done.left:
        raise click.ClickException("Not every value is written with the newest key: run it again.")


async def _rotate(place: Deployment, now: datetime) -> Rotation:
    async with pool_of(place.owner_url, most=2, guarded=False):
        return await rotate(now)


def _tell_of_older_keys(settings: Settings, done: Rotation) -> None:
    needed = _needed_by_backups(settings.backup_dir)
    older = dict.fromkeys((*crypto.ids_in_use()[1:], *done.left))
    for key in older:
        click.echo(f"Key {key}: {_when_it_may_go(key, done, needed, ZoneInfo(settings.report_timezone))}")


def _when_it_may_go(key: str, done: Rotation, needed: Mapping[str, list[datetime]], zone: ZoneInfo) -> str:
    if count := done.left.get(key):
        unknown = "" if key in crypto.ids_in_use() else " and it is not in TEAMHOPE_ENCRYPTION_KEYS"
        return f"{count} values need it{unknown}."
    if until := gone_by(needed.get(key, ()), zone):
        return f"keep it until {until}, when the last backup that needs it is removed. Copies elsewhere need it longer."
    return "no value and no backup needs it: it may be removed, if no copy of an older backup is kept elsewhere."


def _needed_by_backups(folder: Path) -> dict[str, list[datetime]]:
    """By key, when each backup that needs it was made. What does not open needs no key of ours; it is told of."""
    needed: dict[str, list[datetime]] = defaultdict(list)
    for backup in backups_in(folder):
        try:
            for key in keys_of(folder / backup.name):
                needed[key].append(backup.made_at)
        except (BackupProblem, KeyProblem) as problem:
            click.echo(f"{backup.name}: {problem}", err=True)
    return needed


@keys.command()
@click.option("--lang", "language", type=click.Choice(["en", "es"]), default="en", show_default=True)
def sheet(language: Language) -> None:
    """Print all keys on one page for two sealed envelopes. Whoever has it can read everything.

    Send it to a printer, never to a file.
    """
    with deployed(configuration.load()) as place:
        compose(place.settings)
        click.echo(key_sheet(_keys_of(place.settings), _database_of(place), clock.now().date(), language), nl=False)


def _keys_of(settings: Settings) -> dict[str, tuple[str, ...]]:
    return {
        "TEAMHOPE_ENCRYPTION_KEYS": settings.encryption_keys,
        "TEAMHOPE_LOOKUP_KEY": (settings.lookup_key,),
        "TEAMHOPE_SECRET_KEY": (settings.secret_key,),
    }


def _database_of(place: Deployment) -> str:
    if configuration.load().embedded:
        return str(place.settings.data_dir)
    parts = urlsplit(place.settings.database_url or place.settings.owner_database_url)
    return f"{parts.path.lstrip('/')}, {parts.hostname}"
